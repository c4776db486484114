"""Who a patient is, and what everybody who treats them must know."""

from datetime import date
from typing import Any

from crispy_forms.layout import Field, Layout
from django import forms
from django.core.exceptions import ValidationError

from clinic.entry.dates import read_date
from clinic.entry.fields import ClinicalLine
from clinic.forms.rows import ADDRESS, RowForm, address, fields_for, line
from clinic.models import Alert, Patient
from clinic.requests.deeds import KeyedForm
from coding.engine.vocabulary import Region


class PatientForm(RowForm):
    """A patient's demographics."""

    instance: Patient

    class Meta:
        model = Patient
        fields = (
            "first_name", "last_name", "preferred_name", "birth_date", "sex", "chart_number",
            "phone", "email", *ADDRESS,
        )  # fmt: skip
        formfield_callback = fields_for

    def layout(self) -> Layout:
        return Layout(
            line(first_name=4, last_name=4, preferred_name=4),
            line(birth_date=4, sex=4, chart_number=4),
            line(phone=6, email=6),
            *address(),
        )

    def clean_birth_date(self) -> date:
        born: date = self.cleaned_data["birth_date"]
        if not 0 <= self.instance.practice.today().year - born.year <= 125 or born > self.instance.practice.today():
            raise ValidationError("Check the year: this birth date is in the future, or long past.")
        return born

    def clean_chart_number(self) -> Any:
        return self.is_free("chart_number")

    def taken(self, name: str, value: Any) -> str:
        free = Patient.objects.filter(practice=self.instance.practice).next_chart_number()
        return f"Another patient has chart number {value}. {free} is free."


class NewPatientForm(KeyedForm, PatientForm):
    """A new patient. If somebody like that is there already, it asks once."""

    is_another = forms.BooleanField(label="This is somebody else; add them", required=False)
    lookalikes: list[Patient]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.lookalikes = []
        super().__init__(*args, **kwargs)
        patients = Patient.objects.filter(practice=self.instance.practice)
        self.initial["chart_number"] = patients.next_chart_number()

    def clean(self) -> dict[str, Any] | None:
        super().clean()
        names = [self.cleaned_data.get(name) for name in ("first_name", "last_name", "birth_date")]
        if all(names):
            patients = Patient.objects.filter(practice=self.instance.practice)
            self.lookalikes = list(patients.like(*names)[:5])  # type: ignore[arg-type]
        if self.lookalikes and not self.cleaned_data.get("is_another"):
            self.add_error("is_another", "Open the patient above, or tick this.")
        return self.cleaned_data


def words_as_initial(words: str) -> dict[str, Any]:
    """Read what was searched for as the beginning of a new patient: names, a birth date.

    >>> words_as_initial("pat de la rivera 3/4/1984")
    {'birth_date': datetime.date(1984, 3, 4), 'first_name': 'Pat', 'last_name': 'de la Rivera'}
    """
    known: dict[str, Any] = {}
    names = []
    for word in words.replace(",", " ").split():
        born = read_date(word)
        if born:
            known["birth_date"] = born
        elif not any(character.isdigit() for character in word):
            names.append(word)
    if names:
        known |= {"first_name": _named(names[:1]), "last_name": _named(names[1:])}
    return known


def _named(words: list[str]) -> str:
    """Write names with a capital where somebody typed small letters; what has capitals, and particles, stay."""
    return " ".join(word if word in PARTICLES or not word.islower() else word.title() for word in words)


PARTICLES = {"de", "la", "del", "der", "di", "da", "van", "von", "den", "ten", "y"}


class AlertForm(KeyedForm, RowForm):
    """A standing warning."""

    text = ClinicalLine(
        label="In words", max_length=200, help_text="Such as: osteopenia, no high-velocity thrust T6 to T12."
    )
    kind = forms.ChoiceField(label="Kind", choices=Alert.Kind.choices, widget=forms.RadioSelect)
    regions = forms.MultipleChoiceField(
        label="Where it holds",
        choices=Region.choices(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Leave all open if it holds everywhere.",
    )

    class Meta:
        model = Alert
        fields = ("kind", "text", "regions")

    def layout(self) -> Layout:
        return Layout(
            Field("kind", template="clinic/picks.html"), "text", Field("regions", template="clinic/picks.html")
        )


class WordsForm(forms.Form):
    """What somebody looks for."""

    words = ClinicalLine(max_length=80, required=False)
