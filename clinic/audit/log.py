"""The log of who did what to whom. Rows are added inside the deed's transaction; if one cannot be written, the deed fails."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from clinic import clock
from clinic.models import AccessEvent, Membership, User
from clinic.requests.came_from import came_from, came_from_now


def record(
    kind: str,
    *,
    by: Membership,
    patients: Iterable[UUID] = (),
    about: UUID | None = None,
    request: HttpRequest | None = None,
    **detail: Any,
) -> None:
    """Write one event. `detail` holds facts such as before and after, never words of a note.

    Where it came from is known of the request that is being answered; only what no middleware saw names its `request`.
    """
    AccessEvent.objects.create(
        practice_id=by.practice_id,
        user_id=by.user_id,
        kind=kind,
        patient_ids=list(patients),
        object_id=about,
        address=came_from(request) if request else came_from_now(),
        detail=detail,
        **clock.dated("at"),
    )


def record_of(user: User, kind: str, *, request: HttpRequest | None = None, **detail: Any) -> None:
    """Write an event that is about a person and not about a practice, into the log of each practice where they work."""
    for member in Membership.objects.of(user):
        record(kind, by=member, about=member.pk, request=request, **detail)


def record_opening(request: Any, patient: UUID, *, form: str, about: UUID | None = None) -> None:
    """Write that somebody opened a form which shows a patient. What they then send is a deed and has a row of its own."""
    if request.method != "POST":
        record("form-opened", by=request.member, patients=[patient], about=about, request=request, form=form)
