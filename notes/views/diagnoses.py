"""The diagnoses of an episode: finding one, adding it, their order, ending one."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from clinic.requests.access import PracticeRequest, fetch, for_roles
from clinic.requests.deeds import key_of
from clinic.roles import CARE
from notes import planning
from notes.diagnosis_search import as_of, is_overtaken, retired, search
from notes.forms.episodes import SearchForm
from notes.models import Diagnosis, Episode

MOST = 12  # on one claim

# Fragments


@require_safe
@for_roles(*CARE)
def diagnoses(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """The list with its search, where somebody wants to add to it: the note's page asks for it when it is opened."""
    episode = fetch(request, Episode.objects.editable_by(request.user), pk=pk)
    return render(request, "notes/episode_diagnoses.html", _listed(request, episode, is_searching=True))


@require_POST
@for_roles(*CARE)
def diagnosis_search(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """What matches the words typed. A POST, because words about a patient do not belong into addresses and logs."""
    episode = fetch(request, Episode.objects.editable_by(request.user), pk=pk)
    form = SearchForm(request.POST)
    words = form.cleaned_data["words"].strip() if form.is_valid() else ""
    on = _day(request)
    found = list(search(words, on=on))
    there = set(episode.diagnoses.filter(ended_on=None).values_list("code", flat=True))
    is_old = bool(found) and is_overtaken(found[0].valid_from, on=on)
    context = {"episode": episode, "form": form, "words": words, "found": found, "there": there, "is_old": is_old}
    context |= _of_a_visit(request)
    return render(request, "notes/episode_diagnoses.html#found", context, status=422 if form.errors else 200)


# Verbs


@require_POST
@for_roles(*CARE)
def diagnosis_add(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Add a code of the day's edition. Only its number is taken from the page; its title comes from the list."""
    episode = fetch(request, Episode.objects.editable_by(request.user), pk=pk)
    code = as_of(request.POST.get("code", ""), on=_day(request))
    if code is None:
        when = "on the day of the visit" if _visit_day(request) else "today"
        problem = f"This code is not in the edition that is valid {when}. Search for it again."
        return _diagnoses(request, episode, problem=problem, status=422)
    planning.add_diagnosis(episode, code, by=request.member)
    return _diagnoses(request, episode, is_searching=True)


@require_POST
@for_roles(*CARE)
def diagnosis_move(request: PracticeRequest, pk: UUID, way: str) -> HttpResponse:
    diagnosis = _editable(request, pk)
    planning.move_diagnosis(diagnosis, up=way == "up", by=request.member, key=key_of(request))
    return _diagnoses(request, diagnosis.episode)


@require_POST
@for_roles(*CARE)
def diagnosis_end(request: PracticeRequest, pk: UUID) -> HttpResponse:
    diagnosis = _editable(request, pk)
    planning.end_diagnosis(diagnosis, by=request.member, on=request.member.practice.today())
    return _diagnoses(request, diagnosis.episode)


def _editable(request: PracticeRequest, pk: UUID) -> Any:
    return fetch(request, Diagnosis.objects.editable_by(request.user).select_related("episode"), pk=pk)


def _diagnoses(request: PracticeRequest, episode: Episode, status: int = 200, **context: Any) -> HttpResponse:
    """Show the list anew, and let whatever else names the diagnoses ask again."""
    response = render(request, "notes/episode_diagnoses.html", _listed(request, episode, **context), status=status)
    return trigger_client_event(response, "episode-changed")


def _listed(request: PracticeRequest, episode: Episode, **context: Any) -> dict[str, Any]:
    return {
        "episode": episode,
        "can_edit": True,
        **diagnoses_of(episode, on=_day(request)),
        **_of_a_visit(request),
        **context,
    }


def _day(request: PracticeRequest) -> date:
    """The day whose edition counts: the visit's, where a note asks, and otherwise today."""
    return _visit_day(request) or request.member.practice.today()


def _visit_day(request: PracticeRequest) -> date | None:
    """The day that a note's page sends along. Nothing is kept of it, so that one which is no day counts as none."""
    try:
        return date.fromisoformat(request.POST.get("on") or request.GET.get("on", ""))
    except ValueError:
        return None


def _of_a_visit(request: PracticeRequest) -> dict[str, Any]:
    return {"visit_day": _visit_day(request)}


def diagnoses_of(episode: Episode, *, on: date) -> dict[str, Any]:
    """The open diagnoses in the order in which they are billed, of which a claim holds twelve, and the ended ones.

    `retired` are those that the list has ended by the day, each with its last day.
    """
    rows = list(episode.diagnoses.all())
    standing = [row for row in rows if row.ended_on is None]
    return {
        "standing": standing,
        "most": MOST,
        "ended": [row for row in rows if row.ended_on],
        "retired": retired([row.code for row in standing], on=on),
    }
