"""The signer's decisions on the review page. Each is about what stands there, so of those who decide at once one wins."""

from types import SimpleNamespace

from clinic.models import Payer
from coding.models import RecordOnly
from coding.review import review
from notes.models import Activity
from tests.notes.saves.sending import Job, carried, gone, there, through


@through("coding:record-only")
def decided(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    rows = activities(case, word)

    def job(n: int) -> Job:
        marked = {"row_id": rows[n % len(rows)].pk}
        sent = carried(case, row=marked["row_id"])
        return Job("coding:record-only", [case.draft.pk], sent, there(RecordOnly.objects, **marked))

    return [job(n) for n in range(count)]


@through("coding:bill-again")
def billed_again(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    marks, both = case.draft.record_only, {"practice": case.practice, "marked_by": case.doctor}
    rows = [marks.create(**both, row_id=each.pk) for each in activities(case, word)]

    def job(n: int) -> Job:
        each = rows[n % len(rows)]
        is_kept = gone(RecordOnly.objects.filter(pk=each.pk))
        return Job("coding:bill-again", [case.draft.pk], carried(case, row=each.row_id), is_kept)

    return [job(n) for n in range(count)]


def activities(case: SimpleNamespace, word: str) -> list[Activity]:
    """A few rows: each answer judges all of them."""
    both = {"practice": case.practice, "note": case.draft, "written_by": case.doctor, "episode": case.episode}
    return [Activity.objects.create(**both, description=f"{word} {n}", minutes=8) for n in range(4)]


@through("coding:last-unit")
def last_unit(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    """Two codes tie, and half of the people are for the one, half for the other."""
    tie(case)

    def job(n: int) -> Job:
        code = ("97530", "97110")[n % 2]
        sent, choices = carried(case, payer=case.coverage.pk, code=code), case.draft.last_units
        return Job("coding:last-unit", [case.draft.pk], sent, lambda: choices.get().codes[0] == code)

    return [job(n) for n in range(count)]


def tie(case: SimpleNamespace) -> None:
    """Eight minutes of lifting and eight of strengthening, for a payer that counts the day's time: one unit."""
    Payer.objects.filter(pk=case.payer.pk).update(unit_method="total_time")
    case.draft.activities.update(minutes=8)
    case.draft.activities.create(
        practice=case.practice, written_by=case.doctor, episode=case.episode, position=9, intents=["strength"], minutes=8,
        description="Resisted hip bridges to strengthen the trunk, slow count", goal=case.goal, regions=["lumbar"],
        delivery="one_on_one", dose="3 x 10", response="Held 30 s", why="cueing", performer=case.doctor,
    )  # fmt: skip


@through("coding:acknowledge")
def acknowledged(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    flag = review(case.draft).warnings[0]

    def job(n: int) -> Job:
        sent = carried(case, slug=flag.slug, about=flag.about, reason=f"{word} {n}")
        reasons = case.draft.acknowledgements
        return Job("coding:acknowledge", [case.draft.pk], sent, there(reasons, reason=f"{word} {n}"))

    return [job(n) for n in range(count)]


@through("coding:take-back")
def taken_back(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    reasons, both = case.draft.acknowledgements, {"practice": case.practice, "given_by": case.doctor}
    rows = [reasons.create(**both, slug="goal-is-measurable", about=f"{word} {n}"[-40:]) for n in range(count)]

    def job(about: str) -> Job:
        sent, is_kept = carried(case, slug="goal-is-measurable", about=about), gone(reasons.filter(about=about))
        return Job("coding:take-back", [case.draft.pk], sent, is_kept)

    return [job(each.about) for each in rows]
