"""Where a draft is open: who else has it, taking it over on this device, and leaving its page."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from clinic.requests.access import PracticeRequest, fetch, for_roles
from clinic.roles import CARE
from notes import holders
from notes.models import Holder, Note
from notes.views.saving import gone_elsewhere, part

# Fragments


@require_safe
@for_roles(*CARE)
def here(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Say who else has the draft open, when somebody comes back to its page; or that it has gone to another device."""
    note = fetch(request, Note.objects.editable_by(request.user), pk=pk)
    try:
        holders.must_be_here(request.sign_in, note, by=request.member)
    except holders.Elsewhere as elsewhere:
        return gone_elsewhere(request, elsewhere)
    return _here(request, note)


# Verbs


@require_POST
@for_roles(*CARE)
def take(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Take the draft over, or back, to this device."""
    note = fetch(request, Note.objects.editable_by(request.user), pk=pk)
    holders.take_over(request.sign_in, note, by=request.member)
    return trigger_client_event(_here(request, note), "taken")


@require_POST
@for_roles(*CARE)
def leave(request: PracticeRequest, pk: UUID, page: UUID) -> HttpResponse:
    """Let go of the draft: its page was closed."""
    note = fetch(request, Note.objects.editable_by(request.user), pk=pk)
    holders.leave(note, by=request.member, page=page)
    return HttpResponse(status=204)


def _here(request: PracticeRequest, note: Note) -> HttpResponse:
    own = Holder.objects.filter(note=note, member=request.member).first()
    answer = part(request, "here#here", note, holder=own, out_of_band=True)
    others = part(request, "note#others", note, others=holders.others(note, by=request.member))
    return HttpResponse(answer + others)
