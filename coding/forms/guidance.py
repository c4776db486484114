"""Forms of the guidance pages."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from clinic.entry.fields import ClinicalLine, ClinicalText
from clinic.forms.rows import BareHelper
from coding.guidance import LONGEST, GuidancePage


class PageText(ClinicalText):
    """The Markdown of a page."""

    default_error_messages = {
        "required": "The page would be empty. Write at least a sentence, or restore an earlier text from the history.",
        "max_length": (
            "This text has %(show_value)d characters; a page holds %(limit_value)d. "
            "Shorten it, or lead to another page with a link. Nothing of it is lost."
        ),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(rows=24, max_length=LONGEST, **kwargs)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        return text if text.strip() else ""


class PreviewForm(forms.Form):
    text = PageText(label="Text")


class GuidanceForm(forms.Form):
    """A new text for a page, why, and the revision that it was made from."""

    text = PageText(label="Text")
    reason = ClinicalLine(
        label="Why you changed it",
        max_length=200,
        help_text="Colleagues read this beside the page.",
        error_messages={"required": "Say in a few words why, so that colleagues can follow."},
    )
    base = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, data: Mapping[str, Any] | None, *, page: GuidancePage) -> None:
        super().__init__(data, initial={"text": page.text, "base": page.base})
        self.page = page
        self.helper = BareHelper()

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if text.strip() == self.page.text.strip() and self.data.get("base") == self.page.base:
            raise ValidationError("This is the text as it stands. Change something, or go back to the page.")
        return text
