"""The episode: its page, the complaint with its history, the plan of care with its services, and how it is going."""

from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import trigger_client_event

from clinic.audit.log import record, record_opening
from clinic.models import Patient
from clinic.requests.access import PracticeRequest, fetch, for_roles
from clinic.roles import CARE, Role
from notes import planning
from notes.amendments import waiting_for
from notes.corrected import findings_of
from notes.course import courses, measures, re_examination_due, strip
from notes.forms.episodes import AboutForm, EpisodePart, NewEpisodeForm, NewGoalForm, PlanForm, ServiceForm
from notes.models import Episode, Goal, GoalProgress, Note, PlannedService
from notes.views.diagnoses import diagnoses_of

# Pages


@require_safe
@for_roles(*CARE, Role.AUDITOR)
def episode(request: PracticeRequest, pk: UUID) -> HttpResponse:
    found = visible(request, pk)
    record("episode-read", by=request.member, patients=[found.patient_id], about=found.pk, request=request)
    context = {**basics(request, found), **plan_of(request, found), **course_of(request, found)}
    context |= diagnoses_of(found, on=request.member.practice.today())
    drafts = Note.objects.editable_by(request.user).drafts().filter(note_episodes__episode=found)
    context |= {"goal_form": new_goal_form(request, found), "draft": drafts.order_by("-saved_at").first()}
    return render(request, "notes/episode.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*CARE)
def episode_add(request: PracticeRequest, pk: UUID) -> HttpResponse:
    patient = fetch(request, Patient.objects.editable_by(request.user), pk=pk)
    record_opening(request, patient.pk, form="complaint")
    blank = Episode(practice_id=patient.practice_id, patient=patient)
    form = NewEpisodeForm(request.POST or None, instance=blank, patient=patient, today=request.member.practice.today())
    if form.is_valid():
        added = planning.add(form.instance, by=request.member, key=form.cleaned_data["key"])
        return redirect("notes:episode", pk=added.pk)
    context = {"patient": patient, "form": form}
    return render(request, "notes/episode_add.html", context, status=422 if form.is_bound else 200)


# Fragments


@require_safe
@for_roles(*CARE, Role.AUDITOR)
def episodes(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """A patient's episodes, for the patient's page."""
    patient = fetch(request, Patient.objects.visible_to(request.user), pk=pk)
    theirs = Episode.objects.visible_to(request.user).filter(patient=patient).prefetch_related("diagnoses")
    found = theirs.annotate(open_goals=Count("goals", filter=Q(goals__met_on=None, goals__dropped_on=None)))
    context = {"patient": patient, "episodes": found, "can_edit": request.member.has_role(*CARE)}
    context |= {"asked": waiting_for(request.member, patient=patient), "today": request.member.practice.today()}
    return render(request, "notes/episodes.html", context)


@require_safe
@for_roles(*CARE, Role.AUDITOR)
def about(request: PracticeRequest, pk: UUID) -> HttpResponse:
    return render(request, "notes/episode_about.html", basics(request, visible(request, pk)))


@require_safe
@for_roles(*CARE, Role.AUDITOR)
def plan(request: PracticeRequest, pk: UUID) -> HttpResponse:
    return render(request, "notes/episode_plan.html#frequency", basics(request, visible(request, pk)))


@require_safe
@for_roles(*CARE, Role.AUDITOR)
def course(request: PracticeRequest, pk: UUID) -> HttpResponse:
    found = visible(request, pk)
    return render(request, "notes/episode_course.html", {**basics(request, found), **course_of(request, found)})


# Verbs


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*CARE)
def about_edit(request: PracticeRequest, pk: UUID) -> HttpResponse:
    found = editable(request, pk)
    today = request.member.practice.today()
    form = AboutForm(request.POST or None, instance=found, patient=found.patient, today=today)
    if saved(request, form):
        return changed(render(request, "notes/episode_about.html", basics(request, visible(request, pk))))
    return form_again(request, "notes/episode_about.html#edit", form, episode=found)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*CARE)
def plan_edit(request: PracticeRequest, pk: UUID) -> HttpResponse:
    found = editable(request, pk)
    form = PlanForm(request.POST or None, instance=found, today=request.member.practice.today())
    if saved(request, form):
        return changed(render(request, "notes/episode_plan.html#frequency", basics(request, visible(request, pk))))
    return form_again(request, "notes/episode_plan.html#edit", form, episode=found)


@require_POST
@for_roles(*CARE)
def plan_reviewed(request: PracticeRequest, pk: UUID) -> HttpResponse:
    found = editable(request, pk)
    planning.review_plan(found, by=request.member, on=request.member.practice.today())
    return changed(render(request, "notes/episode_plan.html#frequency", basics(request, visible(request, pk))))


@require_POST
@for_roles(*CARE)
def service_add(request: PracticeRequest, pk: UUID) -> HttpResponse:
    found = editable(request, pk)
    form = service_form(request, found, request.POST)
    if not form.is_valid():
        return form_again(request, "notes/episode_plan.html#service_add", form, episode=found, service_form=form)
    added = planning.add(form.instance, by=request.member, key=form.cleaned_data["key"])
    context = {"service": added, "service_form": service_form(request, found)}
    return changed(render(request, "notes/episode_plan.html#service_added", {**basics(request, found), **context}))


@require_POST
@for_roles(*CARE)
def service_end(request: PracticeRequest, pk: UUID) -> HttpResponse:
    mine = PlannedService.objects.editable_by(request.user).select_related("episode", "goal")
    service = fetch(request, mine, pk=pk)
    planning.end_service(service, by=request.member, on=request.member.practice.today())
    return changed(HttpResponse())


# What the sections show


def visible(request: PracticeRequest, pk: UUID) -> Any:
    found = Episode.objects.visible_to(request.user).select_related("patient", "coverage__payer")
    return fetch(request, found, pk=pk)


def editable(request: PracticeRequest, pk: UUID) -> Any:
    found = Episode.objects.editable_by(request.user).select_related("patient", "coverage__payer")
    return fetch(request, found, pk=pk)


def basics(request: PracticeRequest, found: Episode) -> dict[str, Any]:
    return {
        "episode": found,
        "can_edit": request.member.has_role(*CARE),
        "today": request.member.practice.today(),
        "due": re_examination_due(found),
    }


def plan_of(request: PracticeRequest, found: Episode) -> dict[str, Any]:
    services = found.planned_services.filter(ended_on=None).select_related("goal")
    return {"services": services, "service_form": service_form(request, found)}


def course_of(request: PracticeRequest, found: Episode) -> dict[str, Any]:
    """Goals, measures and visits, as far as this reader may see the notes: an auditor sees signed ones only."""
    today = request.member.practice.today()
    seen = Note.objects.visible_to(request.user).standing().filter(note_episodes__episode=found)
    notes = list(seen.select_related("visit").order_by("visit__on", "visit__at"))
    progress = GoalProgress.objects.filter(goal__episode=found, note__in=seen).select_related("note__visit")
    taken = [row for row in findings_of(notes) if row.episode_id == found.pk and row.value]
    goals = sorted(found.goals.all(), key=lambda goal: not goal.is_open)
    kept = [goal for goal in goals if goal.dropped_on is None]
    return {
        "goals": courses(found, goals, progress, today=today),
        "strip": strip(notes, until=found.discharged_on or today, due=re_examination_due(found)),
        "measures": measures(taken),
        "aims": len(kept),
        "met": sum(goal.met_on is not None for goal in kept),
    }


def service_form(request: PracticeRequest, found: Episode, data: Any = None) -> ServiceForm:
    blank = PlannedService(practice_id=found.practice_id, episode=found)
    today = request.member.practice.today()
    return ServiceForm(data, instance=blank, episode=found, today=today, auto_id="id_service_%s")


def new_goal_form(request: PracticeRequest, found: Episode, data: Any = None) -> NewGoalForm:
    blank = Goal(practice_id=found.practice_id, episode=found)
    return NewGoalForm(data, instance=blank, today=request.member.practice.today(), auto_id="id_new_goal_%s")


# Answers


def saved(request: PracticeRequest, form: EpisodePart) -> bool:
    """Save a form that was sent and is right. Where somebody else was faster, the form says what stands now."""
    if not form.is_valid():
        return False
    try:
        planning.save(form.instance, by=request.member, fields=form.names, base=form.base)
    except planning.ChangedMeanwhile as meanwhile:
        form.show_other(meanwhile.now)
        return False
    return True


def form_again(request: HttpRequest, template: str, form: EpisodePart, **context: Any) -> HttpResponse:
    """Show a form: new, with what is wrong (422), or beside what somebody else saved (409). What was typed stays."""
    status = 409 if form.others else 422 if form.is_bound else 200
    return render(request, template, {"form": form, **context}, status=status)


def changed(response: HttpResponse) -> HttpResponse:
    """Let the course be drawn anew."""
    return trigger_client_event(response, "episode-changed")
