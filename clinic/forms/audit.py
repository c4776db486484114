"""What an admin or auditor looks for in the log, and a disclosure that was made outside of Plumbline."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from clinic.audit.kinds import GIVEN_OUT, KINDS, PURPOSES
from clinic.audit.trail import ORDERS
from clinic.entry.fields import ClinicalLine, Day
from clinic.forms.rows import BareHelper
from clinic.models import Membership, Patient, Practice
from clinic.requests.deeds import KeyedForm
from clinic.signin.proofs import ProofForm

MOST_NAMED = 8
EVERYTHING: list[tuple[str, Any]] = [("", "everything")]
KIND_CHOICES = EVERYTHING + [
    (group, [(group, f"{group}: all"), *kinds.items()]) for group, kinds in KINDS.items() if kinds
]


class LogForm(forms.Form):
    """A patient is named in words, which come by POST and stand in no address; the answer leads on by the id."""

    person = forms.ModelChoiceField(Membership.objects.none(), required=False, empty_label="anybody", label="Who")
    words = ClinicalLine(max_length=80, required=False, label="Patient")
    kind = forms.ChoiceField(choices=KIND_CHOICES, required=False, label="What")
    since = Day(required=False, label="From")
    until = Day(required=False, label="To")
    sort = forms.ChoiceField(
        choices=[(key, order.says) for key, order in ORDERS.items()], required=False, label="Order"
    )

    def __init__(self, *args: Any, practice: Practice, patients: QuerySet[Patient], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.patients, self.found = patients, list[Patient]()
        people = Membership.objects.filter(practice=practice).select_related("user")
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
        self.fields["person"].label_from_instance = lambda member: member.full_name  # type: ignore[attr-defined]
        self.fields["words"].widget.attrs |= {"placeholder": "name, birth date or chart number", "autocomplete": "off"}

    def clean_words(self) -> str:
        words = str(self.cleaned_data["words"])
        if words:
            self.found = list(self.patients.matching(words)[: MOST_NAMED + 1])  # type: ignore[attr-defined]
            if not self.found:
                raise ValidationError("No patient is called that or has this birth date or chart number.")
        return words

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        if since and until and until < since:
            self.add_error("until", "The last day lies before the first.")
        return given

    @property
    def asked(self) -> dict[str, str]:
        """What the address of the answer says: ids, kinds, days."""
        given = self.cleaned_data
        person: Membership | None = given["person"]
        said = {
            "person": person and person.user_id,
            "patient": self.found[0].pk if len(self.found) == 1 else None,
            **{name: given[name] for name in ("kind", "since", "until", "sort")},
        }
        return {name: str(value) for name, value in said.items() if value}


def purpose_in_words() -> ClinicalLine:
    return ClinicalLine(label="What for, in a few words", max_length=200, required=False)


def say_what_else(form: forms.Form, given: dict[str, Any]) -> dict[str, Any]:
    """Ask for words where something was given out for a purpose that is not among the choices."""
    if given.get("purpose") == "other" and not given.get("words") and "words" not in form.errors:
        form.add_error("words", "Say in a few words what it is for. It stands in the accounting.")
    return given


class LogExportForm(ProofForm, KeyedForm):
    """Who asks for the log as a sheet."""


class DisclosureForm(KeyedForm):
    """Something of a patient's record was given out by phone, fax, letter or by word of mouth."""

    on = Day(label="When")
    recipient = ClinicalLine(
        label="To whom, with address if known", max_length=200, error_messages={"required": "Who got it?"}
    )
    what = ClinicalLine(
        label="What was given, in short",
        max_length=200,
        error_messages={"required": "What was it? No findings, please."},
    )
    purpose = forms.ChoiceField(label="What for", choices=[(name, PURPOSES[name]) for name in GIVEN_OUT])
    words = purpose_in_words()

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", today)
        self.today = today
        self.helper = BareHelper()
        self.helper.render_hidden_fields = True

    def clean(self) -> dict[str, Any]:
        return say_what_else(self, super().clean() or {})

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on > self.today:
            raise ValidationError("This day is still to come.")
        return on
