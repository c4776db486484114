"""Fees: what the practice charges for a code, in its own words."""

import re
from typing import Any

from crispy_forms.layout import Layout
from django.core.exceptions import ValidationError

from clinic.entry.fields import Dollars
from clinic.forms.rows import RowForm, fields_for, line
from clinic.requests.deeds import KeyedForm
from coding.models import Fee

CODE = re.compile(r"[A-Z0-9]{2,10}")

# Codes that follow from what the note says; picking one by name would go around the reading of the note.
FROM_THE_NOTE = frozenset(
    (
        "97110", "97112", "97113", "97116", "97124", "97140", "97150", "97530", "97535", "97750",
        "97010", "97012", "97014", "G0283", "97016", "97018", "97022", "97024", "97026", "97028",
        "97032", "97033", "97034", "97035", "97036", "S8948", "98940", "98941", "98942", "98943",
    )
)  # fmt: skip
REFUSED = {"97037": "97037 is for laser after an operation. Attended laser in the office is S8948, read from the note."}


class FeeForm(RowForm):
    """A fee that is there."""

    amount = Dollars(label="Fee for one unit")

    class Meta:
        model = Fee
        fields: tuple[str, ...] = ("code", "title", "amount", "is_picked", "is_active")
        formfield_callback = fields_for

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].help_text = "Plain words that a patient understands."
        self.fields["is_picked"].label = "The clinician picks it by name: an exam, an X-ray, a supply"
        if "is_active" in self.fields:
            self.fields["is_active"].label = "In use"

    def layout(self) -> Layout:
        return Layout(line(code=3, title=6, amount=3), "is_picked", "is_active")

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].strip().upper()
        if not CODE.fullmatch(code):
            raise ValidationError("A code is made of letters and digits, such as 97110 or S8990.")
        if code in REFUSED:
            raise ValidationError(REFUSED[code])
        return code

    def clean(self) -> dict[str, Any] | None:
        given = super().clean()
        code, title = self.cleaned_data.get("code"), self.cleaned_data.get("title")
        if self.cleaned_data.get("is_picked") and code in FROM_THE_NOTE:
            self.add_error("is_picked", f"{code} follows from what the note says, so it cannot be picked by name.")
        others = Fee.objects.filter(practice=self.instance.practice, code=code, title=title).exclude(pk=self.pk)
        if others.exists():
            self.add_error("code", "This line is there already.")
        return given


class NewFeeForm(KeyedForm, FeeForm):
    """A new fee."""

    def layout(self) -> Layout:
        return Layout(line(code=3, title=6, amount=3), "is_picked")

    class Meta(FeeForm.Meta):
        fields = ("code", "title", "amount", "is_picked")
