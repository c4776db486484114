"""Forms of what was found and what was adjusted, whether it is typed, picked or pressed on the column."""

from typing import Any

from crispy_forms.layout import HTML, Div, Field, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.safestring import SafeString

from clinic.entry.fields import ClinicalLine
from coding.engine.vocabulary import EXTRASPINAL_REGIONS, FindingKind, Region, Side
from notes.column import KEYS, pressed_by
from notes.forms.rows import DiagnosedForm, PartForm, line, picks
from notes.models import Adjustment, ExamFinding
from notes.segments import Adjusted, NoSegment, read_line

BLANK = [("", "choose")]
SIDES = [("", "none"), (Side.LEFT, "left"), (Side.RIGHT, "right"), (Side.BOTH, "both")]
ADJUSTABLE = [(r.value, r.label) for r in Region if r.is_spinal or r in EXTRASPINAL_REGIONS]
SIDE = "notes/fields/side.html"
KEY_CHOICES = [(key, key) for key in KEYS]
NO_KEY = {"invalid_choice": "The spine has no %(value)s. Nothing was saved; open the note again."}

# What a finding is measured in, where its kind leaves no doubt: pain and strength on their usual scales, motion in degrees.
UNITS = {
    FindingKind.PAIN: "/10",
    FindingKind.MOTION: "°",
    FindingKind.STRENGTH: "/5",
    FindingKind.ENDURANCE: "s",
    FindingKind.BALANCE: "s",
}


def stands_for(row: ExamFinding | Adjustment, what: str, keys: str = "") -> SafeString:
    """Say of an open row what its chip says at rest, so that the body map and the column go on showing it."""
    return format_html(
        '<span hidden data-{} data-region="{}" data-side="{}" data-keys="{}"></span>', what, row.region, row.side, keys
    )


class KindSelect(forms.Select):
    """The kinds of findings, each with its unit, so that the page can fill it in."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        option["attrs"]["data-unit"] = UNITS.get(value, "")
        return option


class FindingForm(PartForm):
    kind = forms.ChoiceField(label="Finding", choices=FindingKind.choices(), widget=KindSelect)
    region = forms.ChoiceField(choices=BLANK + Region.choices(), required=False)
    side = forms.ChoiceField(choices=SIDES, required=False, widget=forms.RadioSelect)
    value = ClinicalLine(required=False, max_length=40)
    unit = ClinicalLine(required=False, max_length=20)
    comparison = ClinicalLine(label="Compared with", required=False, max_length=80)
    words = ClinicalLine(label="In words", required=False)

    class Meta:
        model = ExamFinding
        fields = ("kind", "region", "side", "value", "unit", "comparison", "words", "episode")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].widget.attrs["list"] = "units"
        self.fields["comparison"].widget.attrs["placeholder"] = "of 60, was 35"
        if not self.instance.value:
            kind = self.initial.get("kind") or FindingKind.PAIN
            self.initial["unit"] = UNITS.get(kind, "")

    def layout(self) -> Layout:
        return Layout(
            HTML(stands_for(self.instance, "found") if not self.instance._state.adding else ""),
            Div(line("kind"), line("region"), Field("side", template=SIDE), css_class="found-where"),
            Div(line("value"), line("unit"), line("comparison"), css_class="found-what"),
            line("words"),
            line("episode"),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        _measure_once(cleaned)
        if not cleaned.get("value") and not cleaned.get("words"):
            self.add_error("words", "Give a value, or say it in words.")
            cleaned.pop("value", None)  # what is stored stands until one of the two is there
        return cleaned


def _measure_once(cleaned: dict[str, Any]) -> None:
    """Say the unit once, though it was typed behind a number (45°, 6/10), and not at all without a value."""
    value, unit = cleaned.get("value"), cleaned.get("unit")
    if value is None or unit is None:
        return
    if not value:
        cleaned["unit"] = ""
    elif unit and value.endswith(unit) and value != unit:
        cleaned["value"] = value.removesuffix(unit).rstrip()
    elif unit.startswith("/") and not any(each.isdigit() for each in value):
        cleaned["unit"] = ""  # pain that is "mild" is not mild out of ten
    elif unit.startswith("/") and "/" in value:
        cleaned["unit"] = ""


class AdjustmentForm(DiagnosedForm):
    region = forms.ChoiceField(choices=BLANK + ADJUSTABLE, required=False)
    side = forms.ChoiceField(choices=SIDES, required=False, widget=forms.RadioSelect)
    segment = ClinicalLine(label="Segments", required=False, max_length=60)
    technique = ClinicalLine(required=False, max_length=80)
    response = ClinicalLine(required=False, max_length=160)

    class Meta:
        model = Adjustment
        fields = ("region", "side", "segment", "technique", "response", "diagnosis_ids", "episode")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["technique"].widget.attrs["list"] = "techniques"

    def layout(self) -> Layout:
        return Layout(
            HTML(stands_for(self.instance, "adjusted", keys=",".join(pressed_by(self.instance)))),
            Div(line("region"), Field("side", template=SIDE), line("segment"), css_class="adjusted-where"),
            Div(line("technique"), line("response"), css_class="duo even"),
            HTML("<details class='more'><summary>Diagnoses it treats</summary>"),
            picks("diagnosis_ids"),
            line("episode"),
            HTML("</details>"),
        )


class AdjustedForm(forms.Form):
    """A line such as `C5 T4-6 L5 right`: what was adjusted, as it is said."""

    line = ClinicalLine(max_length=200, error_messages={"required": "Say what was adjusted, such as C5 T4-6 L5."})

    def clean_line(self) -> list[Adjusted]:
        """Return what the line says, or say which of its words the spine does not know."""
        try:
            read = read_line(self.cleaned_data["line"])
        except NoSegment as unknown:
            raise ValidationError(
                f"{unknown} is no segment of the spine: it goes from C0 to C7, T1 to T12, L1 to L5 and S1 to S5."
            ) from None
        if not read:
            raise ValidationError(
                "This names no segment and no region. Say where, such as C5 T4-6 L5 or right shoulder."
            )
        if any(len(each.segment) > 60 or len(each.technique) > 80 for each in read):
            raise ValidationError("This is too long for one line. Nothing was cut off; divide it into two.")
        return read


class ColumnForm(forms.Form):
    """The column as it is pressed, and as it stood before: the difference is what somebody did."""

    pressed = forms.MultipleChoiceField(choices=KEY_CHOICES, required=False, error_messages=NO_KEY)
    seen = forms.MultipleChoiceField(choices=KEY_CHOICES, required=False, error_messages=NO_KEY)

    @property
    def put(self) -> list[str]:
        return [key for key in KEYS if key in set(self.cleaned_data["pressed"]) - set(self.cleaned_data["seen"])]

    @property
    def taken(self) -> list[str]:
        return [key for key in KEYS if key in set(self.cleaned_data["seen"]) - set(self.cleaned_data["pressed"])]
