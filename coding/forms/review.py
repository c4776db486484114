"""Forms of the review page. They clean input and decide nothing."""

from django import forms

from clinic.entry.fields import ClinicalLine, Count
from clinic.requests.deeds import KeyedForm
from clinic.signin.proofs import SignatureProofForm
from coding.review import Shown

VERSIONS = 2_000_000_000


class DecisionForm(forms.Form):
    """What every decision carries: the version that was read, and the key under which it has one effect."""

    version = Count(most=VERSIONS)
    key = forms.UUIDField(required=False)


class WhichRowForm(DecisionForm):
    """A row of the note."""

    row = forms.UUIDField()


class TieForm(DecisionForm):
    """A code that is to take the last unit of a payer's bill."""

    payer = forms.UUIDField()
    code = forms.CharField(max_length=10)


class WarningForm(DecisionForm):
    """A warning of the note."""

    slug = forms.SlugField(max_length=80)
    about = forms.CharField(max_length=40, required=False)


class ReasonForm(WarningForm):
    """A warning with the reason for which it may stand, in this note or for the rest of the complaint."""

    lasts = forms.BooleanField(required=False)
    reason = ClinicalLine(max_length=300, error_messages={"required": "Say why, or choose one of the reasons."})


class SignForm(SignatureProofForm, KeyedForm):
    """A proof that it is the signer, and what they had before them."""

    note = forms.CharField(max_length=64)
    lines = forms.CharField(max_length=64)
    edition = forms.CharField(max_length=80)

    @property
    def shown(self) -> Shown:
        data = self.cleaned_data
        return Shown(note=data["note"], lines=data["lines"], edition=data["edition"])
