"""What a member had made: how far it is, letting it be, fetching it. It is theirs alone."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from clinic.audit.log import record
from clinic.exports import jobs
from clinic.models import BackgroundJob
from clinic.operations import readiness
from clinic.requests.access import PracticeRequest, fetch, for_roles
from clinic.roles import EVERYONE
from clinic.views import errors

GONE = "This file is no longer there. Ask for it again."

# Pages


@require_safe
@for_roles(*EVERYONE)
def exports(request: PracticeRequest, practice: str) -> HttpResponse:
    own = BackgroundJob.objects.visible_to(request.user).filter(practice=request.member.practice)
    return render(request, "clinic/exports.html", {"jobs": own[:50], "nobody_makes": readiness.worker_is_away()})


@require_safe
@for_roles(*EVERYONE)
def export_file(request: PracticeRequest, pk: UUID) -> HttpResponseBase:
    """The file itself, to keep. Each time is written down, with the patients it tells of."""
    job = fetch(request, BackgroundJob.objects.visible_to(request.user), pk=pk)
    if not jobs.may_fetch(request.member, job):
        raise PermissionDenied
    if not job.is_there:
        return errors.conflict(request, GONE)
    said = {"export": job.kind} | {name: job.asked[name] for name in ("form", "recipient") if name in job.asked}
    record("export-downloaded", by=request.member, patients=job.patient_ids, about=job.pk, request=request, **said)
    answer = StreamingHttpResponse(jobs.content(job), content_type=job.content_type)
    answer.headers["Content-Length"] = str(job.size)
    answer.headers["Content-Disposition"] = f'attachment; filename="{job.file_name}"'
    return answer


# Fragments


@require_safe
@for_roles(*EVERYONE)
def export(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """How far it is. The row asks again by itself until it is over."""
    job = fetch(request, BackgroundJob.objects.visible_to(request.user), pk=pk)
    return _row(request, job)


# Verbs


@require_POST
@for_roles(*EVERYONE)
def export_cancel(request: PracticeRequest, pk: UUID) -> HttpResponse:
    job = jobs.cancel(fetch(request, BackgroundJob.objects.editable_by(request.user), pk=pk), by=request.member)
    return _row(request, job)


def _row(request: PracticeRequest, job: BackgroundJob) -> HttpResponse:
    context = {"job": job, "nobody_makes": job.started_at is None and readiness.worker_is_away()}
    return render(request, "clinic/exports.html#export", context)
