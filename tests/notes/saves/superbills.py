"""What the desk does to a superbill: everybody to the same one, and one of them wins."""

from collections.abc import Callable
from types import SimpleNamespace

from coding.models import Superbill
from coding.superbills import hold, release
from tests.notes.saves.sending import Job, carried, the, there, through


@through("coding:superbill-review")
def reviewed(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    pk = laid_open(case).pk

    def job(n: int) -> Job:
        name = ("frances", "bill")[n % 2]
        member = case.people[name].pk
        is_kept = there(Superbill.objects, pk=pk, reviewed_by=member)
        return Job("coding:superbill-review", [pk], carried(case), is_kept, by=name)

    return [job(n) for n in range(count)]


@through("coding:superbill-hold")
def held(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    return of_the_bill("hold", laid_open(case), "question", "question", case, count, word)


@through("coding:superbill-release")
def released(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    bill = hold(laid_open(case), by=case.people["frances"], question="Which?")
    return of_the_bill("release", bill, "answer", "answer", case, count, word)


@through("coding:superbill-void")
def voided(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    """Issued anew, so that the next round has one to void."""
    return of_the_bill("void", laid_open(case), "reason", "void_reason", case, count, word, reissue="on")


def of_the_bill(
    deed: str, bill: Superbill, name: str, field: str, case: SimpleNamespace, count: int, word: str, **sent: str
) -> list[Job]:
    def said_by(said: str) -> Callable[[], bool]:
        return lambda: getattr(the(Superbill, bill.pk), field) == said

    return [
        Job(f"coding:superbill-{deed}", [bill.pk], carried(case, **sent | {name: said}), said_by(said), by="frances")
        for said in (f"{word} {n}" for n in range(count))
    ]


def laid_open(case: SimpleNamespace) -> Superbill:
    """The superbill of the signed note as it stands, neither held nor reviewed."""
    bill: Superbill = case.signed.superbills.standing().get()
    by = case.people["frances"]
    return release(bill if bill.held_at else hold(bill, by=by, question="Which?"), by=by)
