"""The goals of an episode: adding one, changing it, marking it met or dropped."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.requests.access import PracticeRequest, fetch, for_roles
from clinic.roles import CARE, Role
from notes import planning
from notes.course import courses
from notes.forms.episodes import GoalForm
from notes.models import Goal, GoalProgress, Note
from notes.views.episodes import basics, changed, editable, form_again, new_goal_form, saved

CLOSED_MEANWHILE = (
    "Somebody else closed this goal meanwhile, and it stands as they left it. Open it again to change that."
)

# Fragments


@require_safe
@for_roles(*CARE, Role.AUDITOR)
def goal(request: PracticeRequest, pk: UUID) -> HttpResponse:
    found = fetch(request, Goal.objects.visible_to(request.user).select_related("episode"), pk=pk)
    return _goal(request, found)


# Verbs


@require_POST
@for_roles(*CARE)
def goal_add(request: PracticeRequest, pk: UUID) -> HttpResponse:
    episode = editable(request, pk)
    form = new_goal_form(request, episode, request.POST)
    if not form.is_valid():
        return form_again(request, "notes/episode_goals.html#add", form, episode=episode, goal_form=form)
    added = planning.add(form.instance, by=request.member, key=form.cleaned_data["key"])
    context = {**_course(request, added), "goal_form": new_goal_form(request, episode)}
    return changed(render(request, "notes/episode_goals.html#added", context))


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*CARE)
def goal_edit(request: PracticeRequest, pk: UUID) -> HttpResponse:
    found = _editable(request, pk)
    today = request.member.practice.today()
    form = GoalForm(request.POST or None, instance=found, today=today, auto_id=f"id_{pk}_%s")
    if saved(request, form):
        return changed(_goal(request, found))
    return form_again(request, "notes/episode_goals.html#edit", form, goal=found)


@require_POST
@for_roles(*CARE)
def goal_close(request: PracticeRequest, pk: UUID, outcome: str) -> HttpResponse:
    """Mark a goal as met or dropped today, or as open again."""
    found = _editable(request, pk)
    today = request.member.practice.today()
    days = {"met": {"met_on": today}, "dropped": {"dropped_on": today}}.get(outcome, {})
    says = ""
    try:
        planning.close_goal(found, by=request.member, **days)
    except planning.ChangedMeanwhile:
        says = CLOSED_MEANWHILE
    found.refresh_from_db(fields=["met_on", "dropped_on"])
    return changed(_goal(request, found, says=says, status=409 if says else 200))


def _editable(request: PracticeRequest, pk: UUID) -> Any:
    return fetch(request, Goal.objects.editable_by(request.user).select_related("episode"), pk=pk)


def _goal(request: PracticeRequest, found: Goal, *, says: str = "", status: int = 200) -> HttpResponse:
    return render(request, "notes/episode_goals.html#goal", {**_course(request, found), "says": says}, status=status)


def _course(request: PracticeRequest, found: Goal) -> dict[str, Any]:
    seen = Note.objects.visible_to(request.user).standing()
    progress = GoalProgress.objects.filter(goal=found, note__in=seen).select_related("note__visit")
    shown = basics(request, found.episode)
    return {**shown, "each": courses(found.episode, [found], progress, today=shown["today"])[0]}
