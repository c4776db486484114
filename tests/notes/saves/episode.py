"""Saving in the episode: the complaint, its plan, goals, planned services and diagnoses."""

from types import SimpleNamespace
from typing import Any
from uuid import UUID

from clinic.entry.fingerprints import fingerprint
from notes.forms.episodes import AboutForm, GoalForm, PlanForm
from notes.models import Diagnosis, DiagnosisCode, Episode, Goal, PlannedService
from tests.notes.saves.sending import Job, carried, has, in_order, the, there, through


@through("notes:episode-add")
def new_episodes(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    def job(n: int) -> Job:
        sent, rows = carried(case, complaint=f"{word} {n}"), Episode.objects
        return Job("notes:episode-add", [case.patient.pk], sent, there(rows, complaint=f"{word} {n}"))

    return [job(n) for n in range(count)]


@through("notes:episode-about-edit")
def about(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    return everybody_in(
        "notes:episode-about-edit", Episode, case.episode.pk, AboutForm, case, count, word, "limitation"
    )


@through("notes:plan-edit")
def plan(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    return everybody_in("notes:plan-edit", Episode, case.episode.pk, PlanForm, case, count, word, "frequency")


def everybody_in(
    url: str, model: Any, pk: UUID, form: Any, case: SimpleNamespace, count: int, word: str, field: str
) -> list[Job]:
    """Everybody in the same form, whose other fields stay as they are."""
    stored = model.objects.get(pk=pk)
    names = form.Meta.fields
    whole = {name: value for name in names if (value := getattr(stored, name)) not in (None, "")}
    base = fingerprint(stored, names)

    def job(n: int) -> Job:
        sent = {**whole, field: f"{word} {n}", "base": base, "patient": case.patient.pk}
        return Job(url, [pk], sent, lambda: getattr(the(model, pk), field) == f"{word} {n}")

    return [job(n) for n in range(count)]


@through("notes:plan-reviewed")
def reviewed(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    both = {"practice": case.practice, "patient": case.patient}
    rows = [Episode.objects.create(**both, complaint=f"{word} {n}") for n in range(count)]

    def job(each: Episode) -> Job:
        is_kept = there(Episode.objects, pk=each.pk, plan_reviewed_on=case.day)
        return Job("notes:plan-reviewed", [each.pk], carried(case), is_kept)

    return [job(each) for each in rows]


# Goals


@through("notes:goal-edit")
def goal(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    return everybody_in("notes:goal-edit", Goal, case.goal.pk, GoalForm, case, count, word, "measure")


@through("notes:goal-add")
def new_goals(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    def job(n: int) -> Job:
        sent = carried(case, text=f"{word} {n}", term="short")
        return Job("notes:goal-add", [case.episode.pk], sent, there(Goal.objects, text=f"{word} {n}"))

    return [job(n) for n in range(count)]


@through("notes:goal-met", "notes:goal-drop")
def closed(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    """Of every goal one says that it is met, and another that it is dropped; of two, only one says one thing: both are told."""
    alone, disputed = (
        [Goal.objects.create(**_own(case), text=f"{word} {name} {n}") for n in range(number)]
        for name, number in (("alone", 2), ("disputed", (count - 2) // 2))
    )
    met, dropped = ("notes:goal-met", "met_on"), ("notes:goal-drop", "dropped_on")

    def job(each: Goal, url: str, field: str) -> Job:
        return Job(url, [each.pk], carried(case), lambda: getattr(the(Goal, each.pk), field) is not None)

    both = [job(each, *said) for number, each in enumerate(disputed) for said in _in_turn(number, met, dropped)]
    return [job(alone[0], *met), job(alone[1], *dropped), *both]


def _in_turn(number: int, *both: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """Let now the one, now the other come first."""
    return both if number % 2 else both[::-1]


@through("notes:goal-reopen")
def reopened(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    rows = [Goal.objects.create(**_own(case), text=f"{word} {n}", met_on=case.day) for n in range(count)]

    def job(each: Goal) -> Job:
        return Job("notes:goal-reopen", [each.pk], carried(case), lambda: the(Goal, each.pk).is_open)

    return [job(each) for each in rows]


# Planned services


@through("notes:service-add")
def new_services(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    def job(n: int) -> Job:
        sent, rows = carried(case, kind="exercise", aim=f"{word} {n}"), PlannedService.objects
        return Job("notes:service-add", [case.episode.pk], sent, there(rows, aim=f"{word} {n}"))

    return [job(n) for n in range(count)]


@through("notes:service-end")
def ended_services(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    rows = [PlannedService.objects.create(**_own(case), kind="exercise", aim=f"{word} {n}") for n in range(count)]

    def job(each: PlannedService) -> Job:
        is_kept = there(PlannedService.objects, pk=each.pk, ended_on=case.day)
        return Job("notes:service-end", [each.pk], carried(case), is_kept)

    return [job(each) for each in rows]


# Diagnoses


@through("notes:diagnosis-add")
def new_diagnoses(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    """Codes that nobody has put on the list yet; one that two people put there stands there once."""
    episode = Episode.objects.create(practice=case.practice, patient=case.patient, complaint=word)
    codes = list(DiagnosisCode.objects.filter(valid_to=None).values_list("code", flat=True).order_by("code"))

    def job(n: int) -> Job:
        code = codes[n % len(codes)]
        return Job("notes:diagnosis-add", [episode.pk], carried(case, code=code), lambda: is_listed(episode, code))

    return [job(n) for n in range(count)]


def is_listed(episode: Episode, code: str) -> bool:
    return has(episode.diagnoses, code=code) and in_order(episode.diagnoses)()


@through("notes:diagnosis-up", "notes:diagnosis-down")
def diagnoses(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    """Diagnoses change places all at once; none is lost or stands in another's place."""
    rows = listed(case, count, word)
    in_their_order = in_order(rows[0].episode.diagnoses)
    return [
        Job(f"notes:diagnosis-{'up' if n % 2 else 'down'}", [each.pk], carried(case), in_their_order)
        for n, each in enumerate(rows)
    ]


@through("notes:diagnosis-end")
def ended_diagnoses(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    def job(each: Diagnosis) -> Job:
        is_kept = there(Diagnosis.objects, pk=each.pk, ended_on=case.day)
        return Job("notes:diagnosis-end", [each.pk], carried(case), is_kept)

    return [job(each) for each in listed(case, count, word)]


def listed(case: SimpleNamespace, count: int, word: str) -> list[Diagnosis]:
    """The diagnoses of a complaint of their own."""
    both = {"practice": case.practice}
    episode = Episode.objects.create(**both, patient=case.patient, complaint=word)
    return [episode.diagnoses.create(**both, position=n, code=f"M{n:02}.0", title=word) for n in range(count)]


def _own(case: SimpleNamespace) -> dict[str, Any]:
    return {"practice": case.practice, "episode": case.episode}
