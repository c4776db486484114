"""Saving in the note beside its rows: texts, levels of the spine, answers, complaints and picked services."""

from types import SimpleNamespace

from clinic.entry.fingerprints import fingerprint
from notes.answers import base_of
from notes.column import KEYS, pressed_by
from notes.models import AlertAnswer, Episode, GoalProgress, Note
from notes.models.notes import TEXTS
from tests.notes.saves.sending import Job, carried, gone, note, the, there, through

LEVELS = [key for key in KEYS if key[0] in "CTL" and key != "C0"]


@through("notes:note-save")
def texts(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    """Several people in each of the four texts: of each text one of them wins."""
    bases = {name: fingerprint(Note.objects.get(pk=case.draft.pk), [name]) for name in TEXTS}

    def job(n: int) -> Job:
        name, said = TEXTS[n % 4], f"{word} {n}"
        sent = carried(case, **{name: said}, base=bases[name])
        return Job("notes:note-save", [case.draft.pk], sent, lambda: getattr(note(case), name) == said)

    return [job(n) for n in range(count)]


# Levels of the spine


@through("notes:adjustment-said")
def said(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    return _of_levels(case, count, "notes:adjustment-said", "line")


@through("notes:column-press")
def pressed(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    return _of_levels(case, count, "notes:column-press", "pressed")


def _of_levels(case: SimpleNamespace, count: int, url: str, field: str) -> list[Job]:
    def job(n: int) -> Job:
        level = LEVELS[n % len(LEVELS)]
        return Job(url, [case.draft.pk], carried(case, **{field: level}), lambda: is_pressed(case, level))

    return [job(n) for n in range(count)]


def is_pressed(case: SimpleNamespace, level: str) -> bool:
    return any(level in pressed_by(each) for each in case.draft.adjustments.all())


# Answers


@through("notes:goal-progress")
def progress(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    stood = GoalProgress.objects.get(note=case.draft, goal=case.goal)

    def job(n: int) -> Job:
        sent, where = carried(case, value=f"{word} {n}", base=base_of(stood.value)), [case.draft.pk, case.goal.pk]
        return Job("notes:goal-progress", where, sent, lambda: the(GoalProgress, stood.pk).value == f"{word} {n}")

    return [job(n) for n in range(count)]


@through("notes:alert-answer")
def heeded(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    stood = AlertAnswer.objects.get(note=case.draft, alert=case.alert)

    def job(n: int) -> Job:
        sent, where = carried(case, text=f"{word} {n}", base=base_of(stood.text)), [case.draft.pk, case.alert.pk]
        return Job("notes:alert-answer", where, sent, lambda: the(AlertAnswer, stood.pk).text == f"{word} {n}")

    return [job(n) for n in range(count)]


# Complaints and picked services


@through("notes:episode-serve")
def served(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    both = {"practice": case.practice, "patient": case.patient}
    found = [Episode.objects.create(**both, complaint=f"{word} {n}") for n in range(count)]

    def job(each: Episode) -> Job:
        sent = carried(case, episode=each.pk)
        return Job("notes:episode-serve", [case.draft.pk], sent, there(case.draft.note_episodes, episode=each))

    return [job(each) for each in found]


@through("coding:service-add")
def picked(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    def job(n: int) -> Job:
        sent = carried(case, fee=case.fee.pk, units="1", episode=case.episode.pk, reason=f"{word} {n}")
        rows = case.draft.picked_services
        return Job("coding:service-add", [case.draft.pk], sent, there(rows, reason=f"{word} {n}"))

    return [job(n) for n in range(count)]


@through("coding:service-remove")
def unpicked(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    both = {"practice": case.practice, "episode": case.episode, "written_by": case.doctor}
    of_the_list = {"fee": case.fee, "code": case.fee.code, "title": case.fee.title}
    picks = case.draft.picked_services
    rows = [picks.create(**both, **of_the_list, reason=f"{word} {n}") for n in range(count)]
    return [Job("coding:service-remove", [each.pk], carried(case), gone(picks.filter(pk=each.pk))) for each in rows]
