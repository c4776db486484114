"""Form fields for what people type: clinical text, whole minutes, dates of the practice's day."""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from clinic.entry.dates import FORMS

# Overrides turn the reading direction of what follows, so that a page shows something else than what was signed.
BIDI_OVERRIDES = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
DIGITS = re.compile(r"[0-9]{1,6}")


def clean_text(text: str) -> str:
    r"""Return text as it is stored: LF line ends, composed letters, no direction overrides; otherwise as typed.

    >>> clean_text("a\r\nb \u202ec ")
    'a\nb c '
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(BIDI_OVERRIDES)
    return unicodedata.normalize("NFC", text)


class ClinicalText(forms.CharField):
    """Text of the record. It is cleaned before it is measured, and spaces at its ends are the writer's.

    A NUL, which PostgreSQL cannot hold, is not left out in silence: the field says so and what was typed comes back.
    A browser that several people share is not to offer one patient's words in the fields of another.
    """

    def __init__(self, *, rows: int = 3, max_length: int = 20_000, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows, "spellcheck": "true"}))
        super().__init__(max_length=max_length, strip=False, **kwargs)
        # a browser counts characters otherwise than we do, and would cut a text off without a word
        self.widget.attrs.pop("maxlength", None)
        self.widget.attrs["autocomplete"] = "off"

    def to_python(self, value: Any) -> str:
        return clean_text(super().to_python(value) or "")


class ClinicalLine(ClinicalText):
    """One line of the record; line breaks become spaces."""

    def __init__(self, *, max_length: int = 300, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, widget=kwargs.pop("widget", forms.TextInput()), **kwargs)

    def to_python(self, value: Any) -> str:
        return " ".join(super().to_python(value).split())


class Minutes(forms.Field):
    """Whole minutes from 1 to 480, in ASCII digits."""

    default_error_messages = {
        "form": "Minutes are a whole number, such as 12.",
        "range": "Minutes lie between 1 and 480.",
    }

    def __init__(self, **kwargs: Any) -> None:
        attributes = {"inputmode": "numeric", "autocomplete": "off"}
        super().__init__(widget=forms.TextInput(attrs=attributes), **kwargs)

    def to_python(self, value: Any) -> int | None:
        text = str(value or "").strip()
        if not text:
            return None
        if not DIGITS.fullmatch(text):
            raise ValidationError(self.error_messages["form"], code="form")
        if not 1 <= int(text) <= 480:
            raise ValidationError(self.error_messages["range"], code="range")
        return int(text)


class Count(forms.Field):
    """A whole number in ASCII digits, between two bounds."""

    def __init__(self, *, least: int = 1, most: int = 999, **kwargs: Any) -> None:
        self.least, self.most = least, most
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}), **kwargs)

    def to_python(self, value: Any) -> int | None:
        text = str(value if value is not None else "").strip()
        if not text:
            return None
        if not DIGITS.fullmatch(text) or not self.least <= int(text) <= self.most:
            raise ValidationError(f"Enter a whole number from {self.least} to {self.most}.")
        return int(text)


class Day(forms.DateField):
    """A date, picked or typed as 3/4/1984 or 1984-03-04."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "off"})
        super().__init__(widget=widget, input_formats=FORMS, **kwargs)
        self.error_messages["invalid"] = "Enter a date, such as 3/4/1984."


class Clock(forms.TimeField):
    """A time of day."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "autocomplete": "off"}), **kwargs
        )
        self.error_messages["invalid"] = "Enter a time, such as 14:30."


class Dollars(forms.DecimalField):
    """An amount of money that is not negative, in ASCII digits; a dollar sign and commas are let pass."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(widget=widget, max_digits=8, decimal_places=2, min_value=0, **kwargs)
        self.error_messages |= {"invalid": AMOUNT, "min_value": AMOUNT, "max_decimal_places": AMOUNT}

    def to_python(self, value: Any) -> Any:
        plain = str(value if value is not None else "").strip().removeprefix("$").replace(",", "")
        if plain and not re.fullmatch(r"[0-9]+(\.[0-9]*)?", plain):
            raise ValidationError(AMOUNT)
        return super().to_python(plain)


AMOUNT = "Enter an amount in dollars and cents, such as 25.00."
