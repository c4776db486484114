"""Two people wrote in the same part of a note: both texts side by side, near that part, and ways to keep either or both."""

from django import forms
from django.db import models
from django.http import HttpResponse

from clinic.entry.fingerprints import fingerprint
from clinic.entry.sides import sides
from clinic.models import Membership
from clinic.requests.access import PracticeRequest
from notes.models import Note
from notes.views.saving import part


def conflict(
    request: PracticeRequest,
    form: forms.BaseForm,
    stored: models.Model,
    note: Note,
    *,
    place: str,
    who: Membership | None,
    base: str = "",
) -> HttpResponse:
    """Answer a save that came second. Nothing was changed; what was typed stays in its fields, and here beside what stands.

    `place` names the part's problem and base on the page; with the base of what stands now, the next save is made knowingly.
    """
    context = {
        "place": place,
        "sides": sides(form, stored),
        "who": who,
        "is_own": who is not None and who.pk == request.member.pk,
        "base": base or fingerprint(stored, form.fields),
    }
    return HttpResponse(part(request, "conflict#conflict", note, **context), status=409)
