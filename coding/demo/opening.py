"""Opening the demo: rows first, all or none; then every signature and deed of the desk, one by one, in the order of days."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from django.db import connection, transaction
from django.utils import timezone

from clinic.models import Membership, Payment, Practice, Visit
from coding.demo import signing
from coding.demo.charting import Rows, chart_visit
from coding.demo.days import Booked, book
from coding.demo.loading import House, Ticking, open_elsewhere, open_riverside
from coding.demo.people import PRACTICE
from coding.demo.planning import follow_up
from coding.demo.today import QUESTION, SIGNED, Planned, chart_today, expected
from coding.models import Superbill

# Counted from the end: these visits of the past days were not signed, are held, or were voided.
LEFT_UNSIGNED, HELD, VOIDED, REISSUED = (3,), (30, 71), (55, 120), (88,)

type Say = Callable[[str], None]


def open_demo(seed: int, say: Say = lambda line: None) -> House:
    """Load both practices, and return the main one."""
    today = Practice(time_zone=PRACTICE["time_zone"]).today()
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")  # a demo that is lost in a crash is loaded again
    with transaction.atomic(durable=True):
        house, past, current = _load(seed, today)
    say(f"{len(past) + len(current)} visits of {len(house.charts)} patients are in the book.")
    signing.prove_presence(member for member in house.members.values() if member.npi)
    stopped = [*_work_off(house, past), *_work_today(house, current)]
    follow_up(house)
    say(f"{Superbill.objects.filter(practice=house.practice).count()} superbills are issued.")
    for visit in stopped:
        say(f"The rules stop a note, and it stays a draft: chart {visit.patient.chart_number}, {visit.on}.")
    return house


def _load(seed: int, today: date) -> tuple[House, list[Visit], list[tuple[Planned, Visit]]]:
    tick, rows = Ticking(), Rows()
    booked = book(today)
    house = open_riverside(today, _first_days(booked), tick)
    past = [chart_visit(house, each, seed, rows, tick) for each in booked]
    done = {each.patient.chart: each.number + 1 for each in booked if each.state == "done"}
    current = chart_today(house, today, done, seed, rows, tick)
    rows.store()
    elsewhere = open_elsewhere(today, tick)
    Visit.objects.bulk_create(Visit(**row) for row in expected(elsewhere, today))
    return house, past, current


def _first_days(booked: list[Booked]) -> dict[str, date]:
    return {each.patient.chart: each.on for each in reversed(booked)}


def _work_off(house: House, past: list[Visit]) -> list[Visit]:
    """Sign, charge and review what the past weeks brought, but for a few exceptions; return what could not be signed."""
    frances, stopped = house.members["frances"], []
    took_place = [visit for visit in past if not visit.is_missed]
    to_sign = [
        (len(took_place) - nth, visit)
        for nth, visit in enumerate(took_place, start=1)
        if len(took_place) - nth not in LEFT_UNSIGNED
    ]
    reviews = signing.judged([visit.note for _, visit in to_sign])
    for (place, visit), current in zip(to_sign, reviews, strict=True):
        if signing.sign_note(current):
            _settle(visit, place, frances)
        else:
            stopped.append(visit)
    _take_money(took_place, frances)
    return stopped


def _settle(visit: Visit, place: int, frances: Membership) -> None:
    if place in HELD:
        signing.hold_bills(visit, by=frances, question="Authorisation number is missing on the claim. Is there one?")
    elif place in VOIDED:
        signing.void_bills(visit, by=frances, reason="Issued to the wrong payer", reissue=False)
    elif place in REISSUED:
        signing.void_bills(visit, by=frances, reason="Fee was corrected", reissue=True)
    else:
        signing.review_bills(visit, by=frances)


def _work_today(house: House, current: list[tuple[Planned, Visit]]) -> list[Visit]:
    """Bring today's visits to where they are; return what could not be signed."""
    frances, stopped = house.members["frances"], []
    to_sign = [(row, visit) for row, visit in current if row.state in SIGNED]
    reviews = signing.judged([visit.note for _, visit in to_sign])
    for (row, visit), judged in zip(to_sign, reviews, strict=True):
        if not signing.sign_note(judged):
            stopped.append(visit)
        elif row.state == "reviewed":
            signing.review_bills(visit, by=frances)
        elif row.state == "held":
            signing.hold_bills(visit, by=frances, question=QUESTION)
    _take_money([visit for row, visit in current if row.state in (*SIGNED, "arrived", "draft")], frances)
    return stopped


def _take_money(visits: list[Visit], frances: Membership) -> None:
    """Take the copay of those who have one, and the whole charge of those who pay themselves; a few pay later."""
    charged: Counter[object] = Counter()
    for bill in Superbill.objects.standing().filter(visit__in=visits).prefetch_related("lines"):
        charged[bill.visit_id] += bill.total
    payments = [_payment(visit, place, Decimal(charged[visit.pk]), frances) for place, visit in enumerate(visits)]
    Payment.objects.bulk_create([payment for payment in payments if payment.amount and payment.amount > 0])


def _payment(visit: Visit, place: int, charged: Decimal, frances: Membership) -> Payment:
    amount = (visit.coverage.copay or Decimal(0)) if visit.coverage else charged
    return Payment(
        practice=visit.practice, visit=visit, amount=Decimal(0) if place % 9 == 8 else amount,
        method=("card", "card", "cash", "check")[place % 4], taken_by=frances, created_at=timezone.now(),
    )  # fmt: skip
