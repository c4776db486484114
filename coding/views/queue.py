"""Ready to sign: a clinician's notes that nothing stops, each to be read and signed by itself."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinic.audit.log import record
from clinic.requests.access import PracticeRequest, for_roles
from clinic.roles import Role
from coding.queue import queue_of

# Pages


@require_safe
@for_roles(Role.CLINICIAN)
def to_sign(request: PracticeRequest, practice: str) -> HttpResponse:
    queue = queue_of(request.member)
    notes = [*(each.note for each in (*queue.ready, *queue.stopped)), *queue.to_cosign]
    record(
        "today-read", by=request.member, patients={note.patient_id for note in notes}, request=request, list="to sign"
    )
    return render(request, "coding/to_sign.html", {"queue": queue})
