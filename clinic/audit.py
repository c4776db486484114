"""The log of who did what to whom. Rows are added inside the deed's transaction; if one cannot be written, the deed fails."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from clinic import clock
from clinic.access import PracticeRequest
from clinic.models import AccessEvent, Membership


def record(
    kind: str,
    *,
    by: Membership,
    patients: Iterable[UUID] = (),
    about: UUID | None = None,
    request: PracticeRequest | None = None,
    **detail: Any,
) -> None:
    """Write one event. `detail` holds facts such as before and after, never words of a note."""
    AccessEvent.objects.create(
        practice_id=by.practice_id,
        user_id=by.user_id,
        kind=kind,
        patient_ids=list(patients),
        object_id=about,
        address=request.META.get("REMOTE_ADDR") if request else None,
        detail=detail,
        **clock.dated("at"),
    )
