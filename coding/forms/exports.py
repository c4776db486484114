"""Which month is to be exported."""

from datetime import date, timedelta
from typing import Any

from django import forms

from clinic.models import Practice
from clinic.requests.deeds import KeyedForm
from clinic.signin.proofs import ProofForm


class MonthForm(ProofForm, KeyedForm):
    """Which month, and who asks: the sheet names every patient of it."""

    month = forms.ChoiceField(help_text="The month of the visits, not of the review.")

    def __init__(self, *args: Any, practice: Practice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["month"].choices = [(str(month), f"{month:%B %Y}") for month in months(practice.today())]


def months(today: date) -> list[date]:
    """Return the first days of this month and of the 24 before it, the latest first.

    >>> [str(month) for month in months(date(2026, 3, 31))[:4]]
    ['2026-03-01', '2026-02-01', '2026-01-01', '2025-12-01']
    """
    found = [today.replace(day=1)]
    while len(found) < 25:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found
