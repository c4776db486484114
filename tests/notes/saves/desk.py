"""Saving in the patient's record beside the chart: visits and their notes' beginnings, who pays, payments, requests to amend."""

import re
from datetime import time, timedelta
from types import SimpleNamespace
from typing import Any

from django.urls import reverse

from clinic.models import AccessEvent, Alert, Coverage, Patient, Payment, Visit
from notes.models import AmendmentRequest, Note
from tests import world
from tests.bad_input.forms import COVERAGE, PATIENT
from tests.notes.saves.sending import Job, carried, the, there, through


@through("notes:note-start", "notes:note-begin")
def started(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    """Some start the notes of visits of their own, the others that of one visit, each with another complaint."""
    shared = world.visit(case, time(14))

    def job(n: int) -> Job:
        if n % 2:
            own, sent = world.visit(case, time(15)), carried(case)
            return Job("notes:note-start", [own.pk], sent, there(Note.objects, visit=own))
        said = f"{word} {n}"
        notes = Note.objects.filter(visit=shared)
        is_kept = there(notes, note_episodes__episode__complaint=said)
        return Job("notes:note-begin", [shared.pk], carried(case, complaint=said), is_kept)

    return [job(n) for n in range(count)]


@through(
    "clinic:patient-add", "clinic:alert-add", "clinic:coverage-add", "clinic:disclosure-add", "notes:amendment-add",
    "clinic:visit-add",
)  # fmt: skip
def entered(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    """Whatever is new: each is entered once for each key, and none stands in another's way."""
    makers = (new_patient, new_alert, new_coverage, new_disclosure, new_request, new_visit)
    return [makers[n % len(makers)](case, n, f"{word} {n}") for n in range(count)]


def new_patient(case: SimpleNamespace, n: int, word: str) -> Job:
    own = {"last_name": word, "chart_number": word[-20:], "first_name": "Pat", "phone": "", "preferred_name": ""}
    sent = carried(case, **PATIENT | own)
    return Job("clinic:patient-add", [case.practice.slug], sent, there(Patient.objects, last_name=word))


def new_alert(case: SimpleNamespace, n: int, word: str) -> Job:
    sent = carried(case, kind="precaution", text=word)
    return Job("clinic:alert-add", [case.patient.pk], sent, there(Alert.objects, text=word))


def new_coverage(case: SimpleNamespace, n: int, word: str) -> Job:
    sent = carried(case, **COVERAGE | {"payer": case.payer.pk, "member_id": word})
    return Job("clinic:coverage-add", [case.patient.pk], sent, there(Coverage.objects, member_id=word))


def new_disclosure(case: SimpleNamespace, n: int, word: str) -> Job:
    sent = carried(case, on="11/2/2024", recipient=word, what="the record", purpose="law")
    logged = AccessEvent.objects.filter(kind="disclosed")
    return Job("clinic:disclosure-add", [case.patient.pk], sent, there(logged, detail__recipient=word))


def new_request(case: SimpleNamespace, n: int, word: str) -> Job:
    sent = carried(case, received_on=case.day, asked=word)
    return Job("notes:amendment-add", [case.patient.pk], sent, there(AmendmentRequest.objects, asked=word))


def new_visit(case: SimpleNamespace, n: int, word: str) -> Job:
    """A clinician sees a patient once a day: each comes on a day of its own."""
    on = case.day + timedelta(days=1 + n + Visit.objects.filter(patient=case.patient).count())
    sent = carried(case, when="later", on=on, clinician=case.doctor.pk, location=case.location.pk)
    visits = Visit.objects.filter(patient=case.patient)
    return Job("clinic:visit-add", [case.patient.pk], sent, there(visits, on=on))


@through("clinic:patient-edit", "clinic:coverage-edit")
def edited(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    """Everybody in the same two forms: whoever comes later is told what somebody else has put there."""
    patient, coverage = ("clinic:patient-edit", case.patient.pk), ("clinic:coverage-edit", case.coverage.pk)
    seen = {url: opened(case, url, pk) for url, pk in (patient, coverage)}
    own = (
        {**PATIENT, "first_name": "Pat", "last_name": "Doe", "chart_number": "1"},
        {**COVERAGE, "payer": case.payer.pk},
    )

    def job(n: int) -> Job:
        url, pk = (patient, coverage)[n % 2]
        model, field = ((Patient, "preferred_name"), (Coverage, "group_id"))[n % 2]
        said = f"{word[:20]} {n}"
        sent = carried(case, **own[n % 2] | {field: said, "seen": seen[url]})
        return Job(url, [pk], sent, lambda: getattr(the(model, pk), field) == said)

    return [job(n) for n in range(count)]


def opened(case: SimpleNamespace, url: str, pk: Any) -> str:
    """What a form says was seen when it was opened."""
    page = world.send("GET", reverse(url, args=[pk]), case.sessions["adams"]).text
    return str(re.findall(r'name="seen" value="(\w+)"', page)[0])


@through("clinic:alert-retire", "clinic:coverage-retire")
def retired(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    both = {"practice": case.practice, "patient": case.patient}

    def job(n: int) -> Job:
        if n % 2:
            row: Any = Alert.objects.create(**both, kind="precaution", text=f"{word} {n}")
        else:
            row = Coverage.objects.create(**both, payer=case.payer, member_id=f"{word} {n}")
        url = f"clinic:{'alert' if n % 2 else 'coverage'}-retire"
        return Job(url, [row.pk], carried(case), lambda: not the(type(row), row.pk).is_active)

    return [job(n) for n in range(count)]


@through("clinic:visit-state")
def moved(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    """Of every expected visit one says that it is cancelled, and another that nobody came."""
    visits = [world.visit(case, time(16)) for _ in range(count // 2)]
    Visit.objects.filter(pk__in=[each.pk for each in visits]).update(state=Visit.State.EXPECTED, arrived_at=None)

    def job(each: Visit, state: str) -> Job:
        sent = carried(case, state=state)
        return Job("clinic:visit-state", [each.pk], sent, lambda: the(Visit, each.pk).state == state, by="frances")

    return [job(each, state) for each in visits for state in (Visit.State.CANCELLED, Visit.State.NO_SHOW)]


# Payments


@through("clinic:payment-add")
def paid(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    visit = world.visit(case, time(17))

    def job(n: int) -> Job:
        sent, taken = carried(case, amount=f"{n + 1}.50", method="cash"), Payment.objects.filter(visit=visit)
        is_kept = there(taken, amount=f"{n + 1}.50")
        return Job("clinic:payment-add", [visit.pk], sent, is_kept, by="frances")

    return [job(n) for n in range(count)]


@through("clinic:payment-reverse")
def reversed_payments(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    """Two people see the same mistake, each of every payment."""
    wrong = [world.visit(case, time(17)).payments.get() for _ in range(count // 2)]

    def job(payment: Payment, said: str) -> Job:
        back = Payment.objects.filter(reverses=payment)
        sent = carried(case, reason=said)
        return Job("clinic:payment-reverse", [payment.pk], sent, there(back, reason=said), by="frances")

    return [job(each, f"{word} {n}") for each in wrong for n in range(2)]


# Requests to amend


@through("notes:amendment-step")
def amendments(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    """Of every request one accepts it, and another refuses."""
    entered = {"received_on": case.day, "entered_by": case.doctor, "note": case.signed, "asked": word}
    both = {"practice": case.practice, "patient": case.patient}
    rows = [AmendmentRequest.objects.create(**both, **entered) for _ in range(count // 2)]

    def job(each: AmendmentRequest, kind: str) -> Job:
        sent = carried(case, kind=kind, words=word)
        return Job("notes:amendment-step", [each.pk], sent, there(each.steps, kind=kind, words=word))

    return [job(each, kind) for each in rows for kind in ("accepted", "refused")]
