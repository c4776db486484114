"""Opening the demo: rows first, all or none; then every signature and deed of the desk, one by one, in the order of time."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from django.db import connection, transaction

from clinic.models import Practice, Visit
from coding.demo import signing
from coding.demo.charting import Rows, chart_visit
from coding.demo.days import Booked, book, working_days
from coding.demo.desk import Desk
from coding.demo.loading import House, open_elsewhere, open_riverside
from coding.demo.people import PRACTICE
from coding.demo.planning import follow_up, review_plans
from coding.demo.timing import OPENS, Ticking, done_at, moment, signs
from coding.demo.today import QUESTION, SIGNED, Planned, chart_today, expected
from coding.models import Superbill
from notes.models import Note

# Counted from the end: these visits of the past days were not signed, are held, or were voided.
LEFT_UNSIGNED, HELD, VOIDED, REISSUED = (3,), (30, 71), (55, 120), (88,)

type Say = Callable[[str], None]
type Settle = Callable[[Desk, Visit], object]


def open_demo(seed: int, say: Say = lambda line: None) -> House:
    """Load both practices, and return the main one."""
    today = Practice(time_zone=PRACTICE["time_zone"]).today()
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")  # a demo that is lost in a crash is loaded again
    with transaction.atomic(durable=True):
        house, past, current = _load(seed, today)
    say(f"{len(past) + len(current)} visits of {len(house.charts)} patients are in the book.")
    signing.prove_presence(member for member in house.members.values() if member.npi)
    stopped = _work_off(Desk(house.members["frances"]), past, current)
    follow_up(house)
    say(f"{Superbill.objects.filter(practice=house.practice).count()} superbills are issued.")
    for visit in stopped:
        say(f"The rules stop a note, and it stays a draft: chart {visit.patient.chart_number}, {visit.on}.")
    return house


def _load(seed: int, today: date) -> tuple[House, list[Visit], list[tuple[Planned, Visit]]]:
    tick, rows = Ticking(), Rows()
    booked = book(today)
    opening = moment(working_days(today)[0] - timedelta(days=30), OPENS)
    tick.turn_to(opening)
    house = open_riverside(today, _first_days(booked), tick)
    past = [chart_visit(house, each, seed, rows, tick) for each in booked]
    done = {each.patient.chart: each.number + (each.state == "done") for each in booked}
    current = chart_today(house, today, done, seed, rows, tick)
    rows.store()
    tick.turn_to(opening)
    elsewhere = open_elsewhere(today, tick)
    Visit.objects.bulk_create(Visit(**row) for row in expected(elsewhere, today))
    return house, past, current


def _first_days(booked: list[Booked]) -> dict[str, date]:
    return {each.patient.chart: each.on for each in reversed(booked)}


def _work_off(desk: Desk, past: list[Visit], current: list[tuple[Planned, Visit]]) -> list[Visit]:
    """Sign, settle and charge what the weeks and today brought; return what could not be signed."""
    took_place = [visit for visit in past if not visit.is_missed]
    to_do = [*_of_the_past(took_place), *_of_today(current)]
    stopped = _sign(desk, sorted(to_do, key=lambda each: signs(each[0])))
    came = [visit for row, visit in current if row.state in (*SIGNED, "arrived", "draft")]
    desk.take_money(took_place)
    desk.take_money(came)
    return stopped


def _of_the_past(took_place: list[Visit]) -> Iterable[tuple[Visit, Settle]]:
    """Yield what is signed of the past weeks, and what the desk then does with it."""
    for nth, visit in enumerate(took_place, start=1):
        place = len(took_place) - nth
        if place not in LEFT_UNSIGNED:
            yield visit, _settlement(place)


def _notes_of(visits: list[Visit]) -> list[Note]:
    notes = {note.visit_id: note for note in Note.objects.filter(visit__in=visits)}
    return [notes[visit.pk] for visit in visits]


def _settlement(place: int) -> Settle:
    if place in HELD:
        return lambda desk, visit: desk.hold(visit, "Authorisation number is missing on the claim. Is there one?")
    if place in VOIDED:
        return lambda desk, visit: desk.void(visit, "Issued to the wrong payer", reissue=False)
    if place in REISSUED:
        return lambda desk, visit: desk.void(visit, "Fee was corrected", reissue=True)
    return Desk.review


SETTLEMENTS: dict[str, Settle] = {
    "reviewed": Desk.review,
    "held": lambda desk, visit: desk.hold(visit, QUESTION),
    "to review": lambda desk, visit: None,
}


def _of_today(current: list[tuple[Planned, Visit]]) -> Iterable[tuple[Visit, Settle]]:
    return ((visit, SETTLEMENTS[row.state]) for row, visit in current if row.state in SIGNED)


def _sign(desk: Desk, to_do: list[tuple[Visit, Settle]]) -> list[Visit]:
    """Sign in the order of time, as the chain of signatures grows; the desk does its part in between."""
    stopped = []
    reviews = signing.judged(_notes_of([visit for visit, _ in to_do]))
    for (visit, settle), current in zip(to_do, reviews, strict=True):
        desk.work_until(signs(visit))
        with done_at(signs(visit)):
            is_signed = signing.sign_note(current)
            if is_signed:
                review_plans(current.note)
        if is_signed:
            settle(desk, visit)
        else:
            stopped.append(visit)
    desk.work_until()
    return stopped
