"""A patient's policy or claim: who pays, for whom, since what, how often."""

from typing import Any

from crispy_forms.layout import Div, Field, Fieldset, Layout
from django import forms

from clinic.entry.fields import Count, Dollars
from clinic.forms.rows import RowForm, fields_for, line, read_state
from clinic.models import Coverage, Payer
from clinic.requests.deeds import KeyedForm

SUBSCRIBER = ("subscriber_name", "subscriber_birth_date")
ACCIDENT = ("accident_on", "accident_state", "employer", "contact")
AUTHORISATION = ("authorisation", "authorised_visits", "authorised_from", "authorised_to")
NOTICES = ("notice_signed_on", "voluntary_notice_signed_on")
PICKS = "clinic/picks.html"


class CoverageForm(RowForm):
    """Fields of an accident, and of a subscriber who is somebody else, show when they are asked for."""

    instance: Coverage

    kind = forms.ChoiceField(choices=Coverage.Kind.choices, required=False)
    order = Count(label="Billed", most=9, help_text="1 is billed first.")
    cause = forms.ChoiceField(
        label="Is this for an accident?", choices=Coverage.Cause.choices, required=False, widget=forms.RadioSelect
    )
    subscriber = forms.ChoiceField(
        label="Who holds the policy?", choices=Coverage.Subscriber.choices, widget=forms.RadioSelect
    )
    authorised_visits = Count(label="Visits allowed", required=False)
    copay = Dollars(label="Copay", required=False)

    class Meta:
        model = Coverage
        fields = (
            "payer", "kind", "order", "copay", "member_id", "group_id", "claim_number",
            "subscriber", *SUBSCRIBER, "cause", *ACCIDENT, *AUTHORISATION,
            *NOTICES,
        )  # fmt: skip
        formfield_callback = fields_for

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        payers = Payer.objects.filter(practice=self.instance.practice)
        offered = payers.active() | payers.filter(pk=self.instance.payer_id)
        self.fields["payer"].queryset = offered  # type: ignore[attr-defined]
        self.fields["payer"].empty_label = "choose"  # type: ignore[attr-defined]
        self.fields["accident_state"].label = "State"
        self.fields["accident_on"].label = "Date of the accident"
        self.fields["notice_signed_on"].label = "Notice signed"
        self.fields["notice_signed_on"].help_text = "Before maintenance, which Medicare does not pay. Holds a year."
        self.fields["voluntary_notice_signed_on"].label = "Voluntary notice signed"
        self.fields["voluntary_notice_signed_on"].help_text = "For what it never pays, such as exercise and exams."
        self.fields["authorised_from"].label, self.fields["authorised_to"].label = "From", "To"

    def layout(self) -> Layout:
        return Layout(
            line(payer=5, kind=3, order=2, copay=2),
            line(member_id=4, group_id=4, claim_number=4),
            Field("subscriber", template=PICKS),
            Div(line(subscriber_name=8, subscriber_birth_date=4), css_class="when-other"),
            Field("cause", template=PICKS),
            Div(line(accident_on=4, accident_state=3, employer=5), "contact", css_class="when-accident"),
            Fieldset(
                "Authorisation, if the payer asks for one",
                line(authorisation=8, authorised_visits=4),
                line(authorised_from=4, authorised_to=4),
            ),
            Fieldset(
                "Notices, for Medicare",
                line(notice_signed_on=6, voluntary_notice_signed_on=6),
            ),
        )

    def clean(self) -> dict[str, Any] | None:
        given = super().clean() or self.cleaned_data
        if given.get("subscriber") == Coverage.Subscriber.SELF:
            given |= {"subscriber_name": "", "subscriber_birth_date": None}
        elif not given.get("subscriber_name"):
            self.add_error("subscriber_name", "Whose policy is it? The payer looks for this name.")
        if given.get("cause"):
            self._check_accident(given)
        else:
            given |= {"accident_on": None} | dict.fromkeys(ACCIDENT[1:], "")
        self._check_authorisation(given)
        self._check_notices(given)
        return given

    def _check_accident(self, given: dict[str, Any]) -> None:
        on = given.get("accident_on")
        if "accident_on" in given and on is None:
            self.add_error("accident_on", "A claim after an accident is paid only with its date.")
        elif on and on > self.instance.practice.today():
            self.add_error("accident_on", "This day is still to come.")
        if given.get("cause") == Coverage.Cause.AUTO and not given.get("accident_state"):
            self.add_error("accident_state", "In which state? An auto claim needs it.")

    def _check_authorisation(self, given: dict[str, Any]) -> None:
        first, last = given.get("authorised_from"), given.get("authorised_to")
        if first and last and last < first:
            self.add_error("authorised_to", "The authorisation ends before it starts.")

    def _check_notices(self, given: dict[str, Any]) -> None:
        for name in NOTICES:
            if (signed := given.get(name)) and signed > self.instance.practice.today():
                self.add_error(name, "This day is still to come.")

    def clean_kind(self) -> str:
        """Take a health plan for granted, as most are."""
        return str(self.cleaned_data["kind"] or Coverage.Kind.HEALTH)

    def clean_accident_state(self) -> str:
        return read_state(self.cleaned_data["accident_state"])


class NewCoverageForm(KeyedForm, CoverageForm):
    """A coverage that is added."""
