"""Visits and the money taken for them."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from clinic.entry.fields import ClinicalLine, Clock, Day, Dollars
from clinic.forms.rows import RowForm, line
from clinic.models import Coverage, Location, Membership, Payment, Visit
from clinic.requests.deeds import KeyedForm
from clinic.templatetags.plumbline import money

NOW, LATER = "now", "later"


class VisitForm(KeyedForm, RowForm):
    """A visit that is planned, or one of a patient who stands at the desk."""

    instance: Visit

    when = forms.ChoiceField(
        label="The patient", choices=[(NOW, "is here now"), (LATER, "is to come")], widget=forms.RadioSelect
    )
    on = Day(label="Date", required=False)
    at = Clock(label="Time", required=False)

    class Meta:
        model = Visit
        fields = ("clinician", "location", "coverage", "on", "at")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        practice, patient = self.instance.practice, self.instance.patient
        self._offer("clinician", Membership.objects.filter(practice=practice).active().clinicians(), "choose")
        self._offer("location", Location.objects.filter(practice=practice).active(), "choose")
        self._offer("coverage", Coverage.objects.filter(patient=patient).active().select_related("payer"), "self-pay")
        self.fields["coverage"].label = "Who pays"
        self.initial["coverage"] = Coverage.objects.filter(patient=patient).active().first()

    def _offer(self, name: str, rows: Any, empty: str) -> None:
        field: Any = self.fields[name]
        field.queryset, field.empty_label = rows, empty
        if field.required and len(rows) == 1:
            field.empty_label = None

    def layout(self) -> Layout:
        return Layout(
            Field("when", template="clinic/picks.html"),
            Div(line(on=6, at=6), css_class="when-later"),
            line(clinician=6, location=6),
            "coverage",
        )

    def clean_on(self) -> date | None:
        on: date | None = self.cleaned_data["on"]
        today = self.instance.practice.today()
        if on and not today - timedelta(days=366) <= on <= today + timedelta(days=732):
            raise ValidationError("Check the year: visits are entered for the last year and the next two.")
        return on

    def clean(self) -> dict[str, Any] | None:
        given = super().clean() or self.cleaned_data
        if given.get("when") == NOW:
            now = timezone.localtime()
            given |= {"on": now.date(), "at": now.time().replace(second=0, microsecond=0)}
            self.instance.state, self.instance.arrived_at = Visit.State.ARRIVED, timezone.now()
        elif given.get("when") == LATER and "on" in given and not given["on"]:
            self.add_error("on", "Which day?")
        self._check_day(given)
        return given

    def _check_day(self, given: dict[str, Any]) -> None:
        """A clinician sees a patient once a day: units are counted, and a note is written, for the whole of it."""
        on, clinician = given.get("on"), given.get("clinician")
        if not on or not clinician:
            return
        that_day = Visit.objects.filter(patient=self.instance.patient, on=on, clinician=clinician)
        if found := that_day.exclude(state__in=(Visit.State.CANCELLED, Visit.State.NO_SHOW)).first():
            at = f" at {found.at:%-H:%M}" if found.at else ""
            self.add_error("clinician", f"{found.patient} is down for {found.clinician} that day already{at}.")


class PaymentForm(KeyedForm, RowForm):
    """Money taken at the desk."""

    amount = Dollars(label="Amount")
    credit = forms.BooleanField(label="Take it as credit", required=False, widget=forms.HiddenInput)
    method = forms.ChoiceField(label="Paid by", choices=Payment.Method.choices, widget=forms.RadioSelect)

    class Meta:
        model = Payment
        fields = ("amount", "method")

    def __init__(self, *args: Any, owed: Decimal | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owed = owed

    def layout(self) -> Layout:
        return Layout("amount", "credit", Field("method", template="clinic/picks.html"))

    def clean(self) -> dict[str, Any] | None:
        """Ask once about more than is owed: it may be a slip of the finger, and it may be meant."""
        given = super().clean() or self.cleaned_data
        over = given["amount"] - self.owed if self.owed is not None and given.get("amount") else 0
        if over > 0 and not given.get("credit"):
            self.fields["credit"].widget = forms.CheckboxInput()
            self.add_error("credit", f"That is {money(over)} more than is owed; take it as credit?")
        return given

    def clean_amount(self) -> Any:
        if not self.cleaned_data["amount"]:
            raise ValidationError("Enter an amount above zero.")
        return self.cleaned_data["amount"]


class ReversalForm(KeyedForm, RowForm):
    """Why a payment was wrong. The entry that reverses it mirrors it, so there is nothing else to type."""

    instance: Payment

    reason = ClinicalLine(label="What was wrong?")

    class Meta:
        model = Payment
        fields = ("reason",)

    def clean(self) -> dict[str, Any] | None:
        """Two people may see the same mistake; it is taken back once."""
        if wrong := already_reversed(self.instance.reverses):
            raise ValidationError(wrong)
        return super().clean()


def already_reversed(payment: Payment | None) -> str:
    """Say why a payment cannot be reversed, if it cannot."""
    if payment is not None and payment.reverses_id:
        return "This entry takes a payment back already. Enter what was really paid as a payment."
    found = Payment.objects.filter(reverses=payment).select_related("taken_by__user").first()
    return f"{found.taken_by} took this payment back already." if found else ""
