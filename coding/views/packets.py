"""Asking for an audit packet of a patient's record. What leaves the house is a disclosure; all is made in the background."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import Truncator
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from clinic.audit.log import record_opening
from clinic.exports import jobs
from clinic.models import BackgroundJob, Patient
from clinic.requests.access import PracticeRequest, fetch, for_roles
from clinic.roles import Role
from coding.forms.packets import PacketForm
from coding.packet_jobs import AS_JSON, AS_PDF, MAKERS
from coding.packets import OUTSIDE, Wanted, notes_of
from notes.models import Episode

TITLE = BackgroundJob._meta.get_field("title").max_length or 0
KINDS = {"json": AS_JSON, "pdf": AS_PDF}

# Pages


@sensitive_post_parameters("password", "pin", "code", "passkey")
@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*MAKERS)
def packet(request: PracticeRequest, pk: UUID) -> HttpResponse:
    patient = fetch(request, Patient.objects.visible_to(request.user).select_related("practice"), pk=pk)
    record_opening(request, patient.pk, form="audit packet")
    form = _form(request, patient)
    if form.is_valid() and form.prove():
        file, asked = form.cleaned_data["file"], {"patient": str(patient.pk), **form.asked}
        if asked["form"] == OUTSIDE:
            asked["what"] = "Audit packet"
        title = Truncator(f"Audit packet of {patient}, {form.title}").chars(TITLE)
        named = {"title": title, "file_name": jobs.file_name(f"record-for-{asked['form']}", file)}
        key = form.cleaned_data["key"]
        jobs.start(KINDS[file], by=request.member, request=request, patients=[patient.pk], key=key, **named, **asked)
        return redirect("clinic:exports", practice=patient.practice.slug)
    return render(
        request, "coding/packet.html", {"form": form, "patient": patient}, status=422 if form.is_bound else 200
    )


def _form(request: PracticeRequest, patient: Patient) -> PacketForm:
    """Offer the notes and complaints that whoever asks may read."""
    chosen: dict[str, Any] = {name: request.GET.get(name) for name in ("note", "episode")}
    return PacketForm(
        request.POST if request.method == "POST" else None,
        request=request,
        notes=notes_of(Wanted(patient, request.member)),
        episodes=Episode.objects.visible_to(request.user).filter(patient=patient),
        is_practices=request.member.has_role(Role.CLINICIAN),
        initial=chosen,
    )
