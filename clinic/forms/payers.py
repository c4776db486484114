"""A payer with its profile: short at first sight, since each group says in a line what is otherwise than usual in it."""

from datetime import date
from typing import Any

from crispy_forms.layout import Div, Field, Layout, LayoutObject
from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from clinic.entry.fields import Count, Day
from clinic.forms.rows import ADDRESS, RowForm, address, fields_for, in_use, line
from clinic.models import Membership, Payer
from clinic.models.payers import PROFILE, SEPARATED
from clinic.practice.profiles import differences, label_of
from clinic.practice.usual import usual
from clinic.requests.deeds import KeyedForm
from coding.engine.vocabulary import Medicare, PayerKind, UnitMethod

PICKS = "clinic/picks.html"
# Entries that may be left open: then they are whatever is usual for the kind, also when that changes one day.
LEFT_OPEN = ("laser_code", "traction_code", "pack_code", "maintenance_code", "outcome_policy", "medicare")
WHERE = ("electronic_id", "phone", *ADDRESS)


class Group(LayoutObject):  # type: ignore[misc]
    """Fields behind one line, which says what of them is otherwise than usual; open where something is wrong in it."""

    def __init__(self, title: str, *fields: Any) -> None:
        self.title, self.fields = title, list(fields)

    def render(self, form: Any, context: Any, template_pack: Any = "bootstrap5", **kwargs: Any) -> str:
        names = [each.name for each in self.get_field_names()]
        return render_to_string(
            "clinic/payer_group.html",
            {
                "title": self.title,
                "says": [form.differing[name] for name in names if name in form.differing],
                "usual": [form.particular[name] for name in names if name in form.particular],
                "stated": form.stated(names),
                "is_open": any(name in form.errors for name in names),
                "fields": self.get_rendered_fields(form, context, template_pack, **kwargs),
            },
        )


class PayerForm(RowForm):
    """A payer with its profile: how it counts units, and what it wants otherwise, from which day on."""

    instance: Payer

    kind = forms.ChoiceField(choices=PayerKind.choices(), label="What kind of payer is it?", widget=forms.RadioSelect)
    unit_method = forms.ChoiceField(
        label="How does it turn minutes into units?",
        choices=[
            (
                UnitMethod.TOTAL_TIME,
                "All timed minutes of the day together, then shared out: Medicare and who follows it",
            ),
            (
                UnitMethod.PER_CODE,
                "Each code by itself, from 8 minutes on: the rule of the AMA, many commercial payers",
            ),
            (UnitMethod.UNKNOWN, "Not known yet: each code by itself, and a difference is shown"),
        ],
        widget=forms.RadioSelect,
        help_text="Example: 10 minutes of one code and 10 of another are 1 unit together, and 2 units by themselves.",
    )
    region_separation = forms.MultipleChoiceField(
        label="Not paid where it also pays to adjust",
        choices=[(code, code) for code in SEPARATED],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="What is chosen needs a region of its own beside an adjustment. Sources disagree on 97112 and 97124.",
    )
    most_timed_units = Count(label="Timed units it pays for in a day", most=99, required=False)
    most_lines = Count(label="Lines it pays for in a day", most=99, required=False)
    holds_from = Day(
        label="A change holds from",
        required=False,
        help_text="Visits before this day are judged as the payer was then. Left empty, it is today.",
    )

    class Meta:
        model = Payer
        fields = ("name", "kind", *PROFILE, "electronic_id", *ADDRESS, "phone", "is_active")
        formfield_callback = fields_for
        labels = {
            "unattended_stimulation_code": "Unattended stimulation",
            "distinct_modifier": "Distinct service",
            "laser_code": "Laser",
            "traction_code": "Machine traction",
            "pack_code": "Hot or cold pack",
            "maintenance_code": "Maintenance adjustment",
            "outcome_policy": "Several outcomes, no task named",
            "medicare": "Does Medicare stand behind it?",
            "distinct_on_tasks": "Wants the modifier for a distinct service on 97530 and 97535 too, beside an adjustment",
            "sends_excluded": "Is sent what Medicare never pays a chiropractor, marked GY; maintenance without a notice, GZ",
            "wants_gp": "Modifier GP",
            "is_active": "In use: offered for new coverage",
            "follows_pair_edits": "Follows the NCCI pair edits: some services are not paid beside others on one day",
            "applies_daily_maxima": "Applies daily maxima: more units of a code on one day are not paid",
            "assistants_treat": "Pays for an assistant's time with patients: your state allows it, and so does the contract",
            "wants_times": "Wants start and stop of each timed service, not only its minutes",
            "wants_authorisation": "Pays only for visits that it has authorised",
            "notes_go_along": "Wants the signed note with each claim",
        }

        help_texts = {
            "unattended_stimulation_code": "Pads that run while nobody stays.",
            "laser_code": "Low-level laser, somebody with it throughout.",
            "traction_code": "A table or a motor pulls, not the hands.",
            "pack_code": "Most payers count it into other care.",
            "maintenance_code": "Care that holds what was reached.",
            "distinct_modifier": "Opens a pair where region, visit or time differ.",
            "wants_gp": "Marks lines of physical medicine.",
            "outcome_policy": "Whether strength and balance at once may be 97530.",
            "medicare": "An Advantage plan wants AT on active spinal adjustments, and knows no GA.",
            "sends_excluded": "GX joins GY where a voluntary notice stands beside the patient's policy.",
            "wants_authorisation": "The number, its visits and days stand beside the patient's policy.",
        }

    def __init__(self, *args: Any, by: Membership | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        others = usual(self.own_kind, self.today)
        for name in LEFT_OPEN:
            field: Any = self.fields[name]
            is_usual = "as usual: the code of any adjustment" if name == "maintenance_code" else ""
            said = is_usual or f"as usual: {label_of(name, others.get(name), {})}"
            field.choices = [("", said), *(each for each in field.choices if each[0])]
        self.differing = differences(self._answers(), self.own_kind, self.today)
        self.particular = differences(
            others, PayerKind.INSURER, self.today
        )  # what is usual for this kind, and not for most
        for name in self.differing:
            self.fields[name].widget.attrs["data-differs"] = "yes"

    @property
    def today(self) -> date:
        return self.instance.practice.today()

    @property
    def own_kind(self) -> str:
        """The kind that is chosen; for nonsense that of most payers, until the form has said so."""
        chosen = str(self["kind"].value())
        return chosen if chosen in set(PayerKind) else PayerKind.INSURER

    def _answers(self) -> dict[str, Any]:
        """Return the profile as it stands in the fields."""
        return {name: self[name].value() for name in PROFILE}

    def stated(self, names: list[str]) -> str:
        """Return where claims go, as far as that is stated: no part of the profile, so nothing is usual."""
        return ", ".join(str(self[name].value()) for name in WHERE if name in names and self[name].value())

    def layout(self) -> Layout:
        return Layout(
            "name",
            self._kinds(),
            Div(
                "unit_method",
                Group(
                    "Its codes",
                    line(unattended_stimulation_code=4, laser_code=4, traction_code=4),
                    line(pack_code=4, maintenance_code=8),
                    "outcome_policy",
                ),
                Group(
                    "Services beside each other, and modifiers",
                    "follows_pair_edits",
                    Field("region_separation", template=PICKS),
                    line(distinct_modifier=6, wants_gp=6),
                    "distinct_on_tasks",
                ),
                Group(
                    "What it pays for in a day",
                    "applies_daily_maxima",
                    line(most_timed_units=6, most_lines=6),
                    "assistants_treat",
                ),
                Group("What it wants with a claim", "wants_authorisation", "wants_times", "notes_go_along"),
                Group("Medicare", line(medicare=6), "sends_excluded"),
                css_id="profile",
            ),
            Group("Where claims go", line(electronic_id=6, phone=6), *address()),
            *_from_a_day(self),
            *in_use(self),
        )

    def _kinds(self) -> Any:
        """The kinds. A new payer begins with what is usual for the one that is chosen."""
        kinds = Field("kind", template=PICKS)
        if self.pk:
            return kinds
        at = reverse("clinic:payer-add", args=[self.instance.practice.slug])
        only_the_profile = {"hx_target": "#profile", "hx_select": "#profile", "hx_swap": "outerHTML"}
        return Div(kinds, hx_get=at, hx_trigger="change", hx_include="this", **only_the_profile)

    def clean_name(self) -> Any:
        return self.is_free("name")

    def clean(self) -> dict[str, Any] | None:
        given = super().clean() or self.cleaned_data
        if given.get("kind") == PayerKind.MEDICARE and given.get("unit_method") == UnitMethod.PER_CODE:
            self.add_error("unit_method", "Medicare counts the day's minutes together.")
        is_original = given.get("kind") == PayerKind.MEDICARE
        if given.get("medicare") and is_original is not (given["medicare"] == Medicare.ORIGINAL):
            self.add_error("medicare", "Original Medicare is the kind Medicare; an Advantage plan is an insurer.")
        return given

    def clean_holds_from(self) -> date:
        day: date = self.cleaned_data["holds_from"] or self.today
        if self.pk and day < self.instance.last_change:
            raise ValidationError(
                f"The last change holds from {self.instance.last_change:%m/%d/%Y}. Choose that day or later."
            )
        return day

    def save(self, commit: bool = True) -> Any:
        before = {name: self.stored[name] for name in PROFILE} if self.pk else {}
        if any(self.cleaned_data[name] != value for name, value in before.items()):
            entered = {"by": str(self.by or ""), "at": timezone.now().isoformat()}
            self.instance.changed_on(self.cleaned_data["holds_from"], before, entered)
        return super().save(commit)


def _from_a_day(form: PayerForm) -> tuple[Any, ...]:
    """A profile that is changed holds from a day; a new one has always held."""
    if form.pk:
        return (line(holds_from=6),)
    del form.fields["holds_from"]
    return ()


class NewPayerForm(KeyedForm, PayerForm):
    """A payer that is added. It begins with what is usual for its kind."""

    def __init__(self, *args: Any, kind: str = PayerKind.INSURER, **kwargs: Any) -> None:
        kind = kind if kind in set(PayerKind) else PayerKind.INSURER
        instance: Payer = kwargs["instance"]
        instance.kind = kind
        begins = {
            name: answer for name, answer in usual(kind, instance.practice.today()).items() if name not in LEFT_OPEN
        }
        super().__init__(*args, initial=begins, **kwargs)
