"""Forms of the superbill. They clean input and decide nothing."""

from django import forms

from clinic.entry.fields import ClinicalLine


class HoldForm(forms.Form):
    """Why a superbill waits."""

    question = ClinicalLine(
        label="Your question for the clinician", error_messages={"required": "Say what you need to know."}
    )


class ReleaseForm(forms.Form):
    """The answer, where there is one."""

    answer = ClinicalLine(label="Answer", required=False)


class VoidForm(forms.Form):
    """Why a superbill is taken back, and whether it is issued anew."""

    reason = ClinicalLine(label="Why it is void", error_messages={"required": "Say why. The reason stays with it."})
    reissue = forms.BooleanField(label="Issue it anew, with today's fees", required=False)
