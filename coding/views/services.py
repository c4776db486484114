"""Services that the clinician picks, on the note's page."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST, require_safe

from clinic.requests.access import PracticeRequest, fetch, for_roles
from clinic.roles import Role
from coding.forms.services import ServiceForm
from coding.models import PickedService
from coding.services import pick, services_of, unpick
from notes.models import Note
from notes.views.saving import refusals_keep_what_was_typed, save_of, saved, written_here

# Fragments


@require_safe
@for_roles(Role.CLINICIAN)
def services(request: PracticeRequest, pk: UUID) -> HttpResponse:
    note = fetch(request, Note.objects.signable_by(request.user), pk=pk)
    return render(request, "coding/services.html", {"note": note, **services_of(note)})


def _panel(request: PracticeRequest, note: Note) -> str:
    return render_to_string("coding/services.html", {"note": note, **services_of(note)}, request)


# Verbs


@require_POST
@for_roles(Role.CLINICIAN)
@refusals_keep_what_was_typed
def service_add(request: PracticeRequest, pk: UUID) -> HttpResponse:
    note = fetch(request, Note.objects.signable_by(request.user), pk=pk)
    written_here(request, note)
    form = ServiceForm(request.POST, note=note)
    if not form.is_valid():
        return render(request, "coding/services.html#problems", {"form": form}, status=422)
    note = pick(note, by=request.member, **form.cleaned_data, **save_of(request))
    return saved(request, note, _panel(request, note))


@require_POST
@for_roles(Role.CLINICIAN)
@refusals_keep_what_was_typed
def service_remove(request: PracticeRequest, pk: UUID) -> HttpResponse:
    mine = PickedService.objects.filter(note__in=Note.objects.signable_by(request.user))
    service = fetch(request, mine.select_related("note"), pk=pk)
    written_here(request, service.note)
    note = unpick(service, by=request.member, **save_of(request))
    return saved(request, note, _panel(request, note))
