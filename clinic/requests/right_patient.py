"""The right patient: a form says on whose page it was filled in, and one of another patient's page changes nothing.

Panels are swapped into pages that stay open for long, and people have several open at once. The address decides what is
changed; what the page says of its patient only ever refuses.
"""

from typing import Any

from django.http import HttpRequest

from clinic.models import Patient


class OtherPatient(Exception):
    """The form stood on the page of another patient than the one whose record it would have changed."""


def check(request: HttpRequest, found: Any) -> None:
    """Refuse a form that was filled in on another patient's page."""
    said = request.POST.get("patient") if request.method == "POST" else None
    actual = patient_of(found) if said is not None else None
    if actual is not None and said != str(actual):
        raise OtherPatient


def patient_of(row: Any) -> Any:
    """Return the key of the patient that a row is about, or None where it is about nobody's record."""
    if isinstance(row, Patient):
        return row.pk
    if getattr(row, "patient_id", None):
        return row.patient_id
    owner = next((getattr(row, name) for name in ("note", "episode", "visit", "goal") if hasattr(row, name)), None)
    return patient_of(owner) if owner is not None else None
