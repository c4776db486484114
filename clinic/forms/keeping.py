"""Keeping rows of a practice: what a form holds is saved once, and the log says who changed what."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import IntegrityError, models, transaction

from clinic.audit.log import record
from clinic.forms.rows import RowForm
from clinic.models import Patient
from clinic.requests.access import PracticeRequest
from clinic.requests.deeds import once

# Words on a person's health: the log says that they changed, not what they are.
CLINICAL = {"text", "regions", "kind"}


def kept(form: RowForm, request: PracticeRequest, kind: str, *, patients: Iterable[UUID] = ()) -> Any:
    """Keep what a form holds. Return the row, or None if the form now says what is wrong."""
    try:
        return keep(form, request, kind, patients=patients)
    except IntegrityError:
        # two people saved the same thing at the same moment; asked again, the form says so beside its field
        form.full_clean()
        if form.is_valid():
            raise
        return None


@transaction.atomic(durable=True)
def keep(form: RowForm, request: PracticeRequest, kind: str, *, patients: Iterable[UUID] = ()) -> Any:
    """Check and save a row, and write down what changed. A form with a key is saved once, however often it arrives."""
    attempt = once(request.member, form.own_key, kind=kind, body=_body(form, patients)) if form.own_key else None
    if attempt and attempt.is_repeat:
        return type(form.instance)._default_manager.get(pk=attempt.result)
    if form.pk:
        form.hold()
    if not form.is_valid():
        transaction.set_rollback(True)  # the key stays free for the corrected form
        return None
    changed = changes(form)
    row = form.save()
    if attempt:
        attempt.made(row.pk)
    record(kind, by=request.member, patients=patients or _patient(row), about=row.pk, request=request, changed=changed)
    return row


@transaction.atomic(durable=True)
def retire(row: Any, request: PracticeRequest, kind: str, *, is_active: bool = False) -> None:
    """Take a row out of use, or into use again, once. Nothing that a record points at is ever deleted."""
    row.is_active = is_active
    if type(row).objects.filter(pk=row.pk, is_active=not is_active).update(is_active=is_active):
        record(kind, by=request.member, patients=_patient(row), about=row.pk, request=request)


def changes(form: RowForm) -> dict[str, Any]:
    """Return {field: [before, after]} of what a form changes, without words on anybody's health."""
    names = [name for name in form.changed_data if name in (form._meta.fields or ())]
    return {
        name: "changed"
        if name in CLINICAL
        else [_plain(form.get_initial_for_field(form.fields[name], name)), _plain(form.cleaned_data.get(name))]
        for name in names
    }


def _body(form: RowForm, patients: Iterable[UUID]) -> dict[str, Any]:
    return {"sent": form.sent, "patients": [str(each) for each in patients]}


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return str(value.pk)
    return value if value is None or isinstance(value, str | int | bool | list) else str(value)


def _patient(row: models.Model) -> list[UUID]:
    """Return the patient whom a row is about, if it is about one."""

    return [row.pk] if isinstance(row, Patient) else [row.patient_id] if hasattr(row, "patient_id") else []
