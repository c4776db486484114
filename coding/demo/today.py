"""Today at the demo practice: a visit in every state, whatever day of the week it is."""

from collections.abc import Iterator, Sequence
from datetime import date, time
from typing import Any, NamedTuple

from clinic.models import Visit
from coding.demo.charting import Rows, arrive, chart_note, served, turn_of
from coding.demo.charting import picked as pick
from coding.demo.days import ROTA, Booked
from coding.demo.loading import Chart, House
from coding.demo.patients import PATIENTS
from coding.demo.timing import Ticking
from coding.demo.writing import Written, write

INVENTED = {row.chart: row for row in PATIENTS}


class Planned(NamedTuple):
    """A visit of today: when, who, and how far it has come."""

    at: str
    chart: str
    state: str


# expected, arrived, no_show, cancelled: no note yet. to review, reviewed, held: signed. The others are being written.
TODAY = tuple(
    Planned(*row)
    for row in (
        ("8:00", "10405", "to review"),
        ("8:20", "10406", "reviewed"),
        ("8:40", "10401", "arrived"),
        ("8:40", "10409", "reviewed"),
        ("9:00", "10420", "reviewed"),
        ("9:00", "10425", "reviewed"),
        ("9:20", "10402", "goalless"),
        ("9:20", "10446", "reviewed"),
        ("9:40", "10403", "held"),
        ("9:40", "10428", "reviewed"),
        ("9:40", "10413", "to review"),
        ("10:00", "10482", "questions"),
        ("10:20", "10404", "to review"),
        ("10:20", "10429", "to review"),
        ("10:40", "10407", "to review"),
        ("10:40", "10412", "reviewed"),
        ("11:00", "10408", "no_show"),
        ("11:00", "10430", "draft"),
        ("11:20", "10441", "draft"),
        ("11:20", "10418", "to review"),
        ("11:40", "10458", "initial"),
        ("12:00", "10424", "draft"),
        ("12:00", "10459", "long goal"),
        ("12:00", "10440", "cancelled"),
        ("13:20", "10415", "arrived"),
        ("13:40", "10416", "empty"),
        ("14:00", "10427", "expected"),
        ("14:20", "10449", "expected"),
        ("14:40", "10442", "expected"),
        ("15:00", "10434", "expected"),
        ("15:20", "10439", "expected"),
        ("15:40", "10437", "expected"),
    )
)  # fmt: skip
# Where to look at what the drawings call hard; a chart for each. (Two people on one tablet are nobody's chart.)
HARD_CASES = {
    "eight diagnoses in two episodes": "10406",
    "seven activities, two of them flagged": "10482",
    "an initial visit": "10458",
    "a payer with 24 letters": "10459",
    "a goal of 90 characters": "10459",
    "a visit shared by two payers": "10405",
    "an adjustment-only visit": "10424",
    "an empty note": "10416",
}
WITHOUT_A_NOTE = ("expected", "arrived", "no_show", "cancelled")
SIGNED = ("to review", "reviewed", "held")
QUESTION = "Is the exercise line for the neck or for the upper back? The adjuster asks."


def chart_today(
    house: House, today: date, done: dict[str, int], seed: int, rows: Rows, tick: Ticking
) -> list[tuple[Planned, Visit]]:
    """Enter today's visits with the notes that exist by now. `done` counts each patient's earlier visits."""
    return [(row, _chart(house, row, today, done.get(row.chart, 0), seed, rows, tick)) for row in TODAY]


def _chart(house: House, row: Planned, today: date, number: int, seed: int, rows: Rows, tick: Ticking) -> Visit:
    chart = house.charts[row.chart]
    hour, minute = map(int, row.at.split(":"))
    clinician = chart.invented.clinician
    visit = Visit(
        practice=house.practice, patient=chart.patient, clinician=house.members[clinician],
        location=house.locations[ROTA[clinician][today.isoweekday()]], coverage=chart.coverage, on=today,
        at=time(hour, minute), state=row.state if row.state in WITHOUT_A_NOTE else "arrived", **tick.on(today),
    )  # fmt: skip
    rows.visits.append(visit)
    if visit.state == Visit.State.ARRIVED:
        arrive(visit, tick)
    if row.state not in WITHOUT_A_NOTE:
        booked = Booked(chart.invented, today, time(hour, minute), number)
        note = chart_note(house, visit, chart, _written(row, chart, booked, seed), rows, tick)
        if row.state != "empty":
            pick(house, note, chart, booked, rows, tick)
    return visit


def expected(house: House, today: date) -> Iterator[dict[str, Any]]:
    """Yield a visit of today for each patient of a small practice."""
    clinician, location = next(iter(house.members.values())), next(iter(house.locations.values()))
    for place, chart in enumerate(house.charts.values()):
        yield {
            "practice": house.practice, "patient": chart.patient, "clinician": clinician, "location": location,
            "on": today, "at": time(9 + place),
        }  # fmt: skip


def _written(row: Planned, chart: Chart, booked: Booked, seed: int) -> list[Written]:
    """Return the notes of a visit's complaints, as far as they are written."""
    active = row.state in ("draft", "held") or bool(chart.invented.second)
    whole = [
        write(case.story, turn_of(chart, case, booked, seed, place, active=active))
        for place, case in served(chart, booked)
    ]
    unfinished = UNFINISHED.get(row.state)
    return [unfinished(each) for each in whole] if unfinished else whole


def _empty(written: Written) -> Written:
    return Written()


def _with_questions(written: Written) -> Written:
    """Seven activities as they stand in the middle of charting: of one the aim is missing, of one the goal."""
    written.activities = [dict(row) for row in SEVEN]
    written.total_minutes = sum(row["minutes"] for row in SEVEN) + 12
    written.assessment = written.plan = ""
    return written


def _goalless(written: Written) -> Written:
    """A finished note in which nothing says what the exercise is to make possible."""
    written.activities = [dict(GOALLESS)]
    written.total_minutes = 22
    return written


def _with_a_long_goal(written: Written) -> Written:
    written.activities = [dict(BASKET)]
    written.total_minutes = 20
    return written


def _initial(written: Written) -> Written:
    written.plan = ""
    return written


UNFINISHED = {
    "empty": _empty,
    "questions": _with_questions,
    "goalless": _goalless,
    "long goal": _with_a_long_goal,
    "initial": _initial,
}


def _row(
    description: str,
    intents: Sequence[str],
    goal: int | None,
    regions: Sequence[str],
    minutes: int,
    response: str = "",
    delivery: str = "one_on_one",
) -> dict[str, Any]:
    return {
        "description": description, "intents": list(intents), "goal": goal, "regions": list(regions),
        "minutes": minutes, "delivery": delivery, "response": response,
    }  # fmt: skip


SEVEN = (
    _row(
        "Dead bug and side plank, 3 × 30 s, cues for neutral spine: lumbar stabilisation strength",
        ["strength"], 1, ["lumbar"], 12, "held form, pain 2/10",
    ),
    _row(
        "Floor-to-waist box lifts 15 lb × 12, hip hinge cueing, as for the totes at work",
        ["task"], 0, ["lumbar", "hip"], 15, "form held to rep 12",
    ),
    _row("Rocker board both ways 2 × 1 min, one hand on the rail", [], None, ["ankle_foot"], 8, "steady"),
    _row(
        "Resisted hip extension 2 × 12, red band, for gluteal strength",
        ["strength"], None, ["hip"], 8, "level pelvis, no pain",
    ),
    _row(
        "Taught getting in and out of the truck without twisting, shown back three times",
        ["self_care"], 2, ["full_body"], 8, "did it alone at the second try",
    ),
    _row(
        "Manual myofascial release, right hip flexor and TFL, extension short by 10°",
        ["tissue"], 1, ["hip"], 8, "hip extension up 5° after",
    ),
    _row(
        "Interferential pads to the low back, 80-150 Hz, patient prone with the call bell, for pain",
        ["pain"], None, ["lumbar"], 15, "less guarded after", "set_up",
    ),
)  # fmt: skip
GOALLESS = _row(
    "Deep neck flexor holds 6 × 8 s supine with pressure feedback, for neck endurance",
    ["endurance"], None, ["cervical"], 10, "held with one cue",
)  # fmt: skip
BASKET = _row(
    "Practised carrying the laundry basket up 8 steps, 10 lb × 3, elbows in, as at home",
    ["task"], 1, ["full_body"], 10, "ache at the third trip, gone after",
)  # fmt: skip
