"""What the day is narrowed to. Anything else in the address is left alone."""

from typing import Any
from uuid import UUID

from django import forms

from clinic.models import Location, Membership, Payer, Practice
from coding.board import Chosen

SELF_PAY = "self-pay"


class ChosenForm(forms.Form):
    """Location, clinician and payer; an empty choice means all."""

    location = forms.ModelChoiceField(Location.objects.none(), required=False, empty_label="all locations")
    clinician = forms.ModelChoiceField(Membership.objects.none(), required=False, empty_label="all clinicians")
    payer = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, practice: Practice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["location"].queryset = Location.objects.filter(practice=practice)
        fields["clinician"].queryset = Membership.objects.filter(practice=practice).clinicians().select_related("user")
        payers = Payer.objects.filter(practice=practice).values_list("pk", "name")
        named = [(str(pk), name) for pk, name in payers]
        fields["payer"].choices = [("", "all payers"), *named, (SELF_PAY, "self-pay")]
        for field in fields.values():
            field.widget.attrs["class"] = "form-select"

    @property
    def chosen(self) -> Chosen:
        """What was picked; a value that is none of ours narrows nothing."""
        self.is_valid()
        picked = self.cleaned_data
        payer = picked.get("payer") or None
        return Chosen(
            location=picked["location"].pk if picked.get("location") else None,
            clinician=picked["clinician"].pk if picked.get("clinician") else None,
            payer=UUID(payer) if payer and payer != SELF_PAY else None,
            self_pay=payer == SELF_PAY,
        )
