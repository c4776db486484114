"""The rows of the two demo practices: people, payers, fees, patients with their coverage, complaints with their goals."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from clinic.models import Alert, Coverage, Location, Membership, Patient, Payer, Practice, User
from clinic.roles import Role
from coding.demo import people
from coding.demo.coverage import coverage_of
from coding.demo.patients import ALERTS, PATIENTS, Invented
from coding.demo.stories import Story, stories
from coding.demo.timing import Ticking
from coding.models import Fee
from notes.models import Diagnosis, DiagnosisCode, Episode, Goal, PlannedService

OFTEN = {1: "once a week", 2: "twice a week", 3: "three times a week"}


@dataclass
class Case:
    """A patient's complaint as stored: its episode, its goals in the story's order, its story."""

    episode: Episode
    story: Story
    side: str
    goals: list[Goal] = field(default_factory=list)


@dataclass
class Chart:
    """A patient as stored, with their complaints: the first one, and perhaps a second."""

    patient: Patient
    invented: Invented
    coverage: Coverage | None
    cases: list[Case]
    alerts: list[Alert] = field(default_factory=list)


@dataclass
class House:
    """A practice as stored, with its people by user name and its patients by chart number."""

    practice: Practice
    members: dict[str, Membership]
    locations: dict[str, Location]
    payers: dict[str, Payer] = field(default_factory=dict)
    fees: dict[str, Fee] = field(default_factory=dict)
    charts: dict[str, Chart] = field(default_factory=dict)


def open_riverside(today: date, first_days: dict[str, date], tick: Ticking) -> House:
    """Open the main practice with its people, payers, fees and patients. `first_days` says when each course began."""
    house = _open(people.PRACTICE, people.LOCATIONS, people.PEOPLE, tick)
    practice = house.practice
    house.payers = {key: Payer(practice=practice, **row, **tick()) for key, row in people.PAYERS.items()}
    Payer.objects.bulk_create(house.payers.values())
    fees = [*((*fee, False) for fee in people.FEES), *((*fee, True) for fee in people.PICKED)]
    house.fees = {
        code: Fee(practice=practice, code=code, title=title, amount=Decimal(amount), is_picked=picked, **tick())
        for code, title, amount, picked in fees
    }
    Fee.objects.bulk_create(house.fees.values())
    admit(house, PATIENTS, {**dict.fromkeys((row.chart for row in PATIENTS), today), **first_days}, tick)
    _warn(house, tick)
    return house


def open_elsewhere(today: date, tick: Ticking) -> House:
    """Open the other practice, so that separation shows: a clinician and three patients."""
    house = _open(people.ELSEWHERE, ({"name": "Mill Lane"},), (people.STRANGER,), tick)
    invented = [
        Invented(chart, first, last, "", date.fromisoformat(born), sex, story, side, "stranger", "self", "3", 0, 0.9, 5)
        for chart, first, last, born, sex, story, side in people.ELSEWHERE_PATIENTS
    ]
    admit(house, invented, dict.fromkeys((row.chart for row in invented), today), tick)
    return house


@transaction.atomic
def _open(
    practice: dict[str, Any], locations: tuple[dict[str, str], ...], who: tuple[people.Person, ...], tick: Ticking
) -> House:
    opened = Practice.objects.create(**practice, **tick())
    places = [Location(practice=opened, **row, **tick()) for row in locations]
    Location.objects.bulk_create(places)
    hashed = make_password(people.DEMO_PASSWORD)  # once: hashing is slow on purpose
    users = [
        User(username=each.username, first_name=each.first, last_name=each.last, password=hashed, date_joined=tick.at)
        for each in who
    ]
    User.objects.bulk_create(users)
    members = [
        Membership(
            practice=opened,
            user=user,
            roles=[each.role],
            title=each.title,
            credential=each.credential,
            npi=each.npi,
            ends_on=opened.today() + timedelta(days=people.AUDIT_LASTS) if each.role == Role.AUDITOR else None,
            **tick(),
        )
        for user, each in zip(users, who, strict=True)
    ]
    Membership.objects.bulk_create(members)
    return House(opened, {each.user.username: each for each in members}, {place.name: place for place in places})


# Patients


def admit(house: House, invented: Any, first_days: dict[str, date], tick: Ticking) -> None:
    """Store patients with their coverages and complaints, all of a kind at once, each born on the first day of care."""
    patients = {row.chart: _patient(house, row, first_days[row.chart], tick) for row in invented}
    Patient.objects.bulk_create(patients.values())
    coverages = {
        (row.chart, payer): coverage_of(
            patients[row.chart],
            house.payers[payer],
            payer,
            first_days[row.chart],
            order=order,
            birth=tick.on(first_days[row.chart]),
        )
        for row in invented
        for order, payer in enumerate(_payers(row), start=1)
    }
    for row in invented:
        if row.payer == "medicare" and stories()[row.story].phase == "maintenance":
            coverages[row.chart, row.payer].notice_signed_on = first_days[row.chart]
    Coverage.objects.bulk_create(coverages.values())
    for row in invented:
        patient, first = patients[row.chart], coverages.get((row.chart, row.payer))
        cases = [_case(house, row, patient, coverages, *told, first_days, tick) for told in _told(row)]
        house.charts[row.chart] = Chart(patient, row, first, cases)
    _store_cases([case for row in invented for case in house.charts[row.chart].cases], tick)


def _patient(house: House, row: Invented, first: date, tick: Ticking) -> Patient:
    number = int(row.chart)
    return Patient(
        practice=house.practice, chart_number=row.chart, first_name=row.first, last_name=row.last,
        preferred_name=row.preferred, birth_date=row.born, sex=row.sex, phone=f"828-555-{number % 100 + 100:04}",
        email=f"patient{row.chart}@example.org" if number % 3 else "", street=f"{number % 90 + 10} {_street(number)}",
        city="Asheville", state="NC", postal_code="28801", **tick.on(first),
    )  # fmt: skip


def _street(number: int) -> str:
    return ("Birch Street", "Orchard Road", "Mill Creek Lane", "Hillside Avenue", "Ferry Road")[number % 5]


def _payers(row: Invented) -> list[str]:
    """Return who pays for a patient, each once; nobody does for those who pay themselves."""
    return [payer for payer in dict.fromkeys(payer for _, payer in _told(row)) if payer != "self"]


def _second(row: Invented) -> tuple[str, str]:
    story, _, payer = row.second.partition(":")
    return story, payer


def _told(row: Invented) -> list[tuple[str, str]]:
    return [(row.story, row.payer), *([_second(row)] if row.second else [])]


def _case(
    house: House,
    row: Invented,
    patient: Patient,
    coverages: dict[tuple[str, str], Coverage],
    slug: str,
    payer: str,
    first_days: dict[str, date],
    tick: Ticking,
) -> Case:
    story, first = stories()[slug], first_days[row.chart]
    names = {"side": row.side, "Side": row.side.capitalize()}
    episode = Episode(
        practice=house.practice, patient=patient, complaint=story.table["complaint"].format(**names),
        coverage=coverages[row.chart, payer] if payer != row.payer else None,
        onset_on=first - timedelta(days=story.table["onset_days"]), first_treated_on=first,
        prior_function=story.table["prior"], limitation=story.table["limits"].format(**names), frequency=often(row),
        duration="6 weeks" if story.phase == "active" else "", plan_reviewed_on=first, **tick.on(first),
    )  # fmt: skip
    return Case(episode, story, row.side, [_goal(episode, goal, names, first, tick) for goal in story.goals])


def often(row: Invented) -> str:
    """Return how often a patient comes, in the plan's words."""
    weekdays, _, weeks = row.days.partition("w")
    return f"every {weeks} weeks" if weeks else OFTEN[len(weekdays)]


def planned_visits(row: Invented) -> int:
    """Return how many visits six weeks of the plan make."""
    weekdays, _, weeks = row.days.partition("w")
    return 6 if weeks else 6 * len(weekdays)


def _goal(episode: Episode, goal: Any, names: dict[str, str], first: date, tick: Ticking) -> Goal:
    measured = "from" in goal
    return Goal(
        practice=episode.practice, episode=episode, term=goal.get("term", "short"), text=goal["text"].format(**names),
        measure=goal.get("measure", ""), unit=goal.get("unit", ""), baseline=str(goal["from"]) if measured else "",
        target=str(goal["to"]) if measured else "", due_on=first + timedelta(weeks=6) if measured else None,
        **tick.on(first),
    )  # fmt: skip


def _store_cases(cases: list[Case], tick: Ticking) -> None:
    Episode.objects.bulk_create([case.episode for case in cases])
    Goal.objects.bulk_create([goal for case in cases for goal in case.goals])
    edition = DiagnosisCode.objects.values_list("edition", flat=True).order_by("-valid_from").first() or ""
    Diagnosis.objects.bulk_create([row for case in cases for row in _diagnoses(case, edition, tick)])
    PlannedService.objects.bulk_create([row for case in cases for row in _planned(case, tick)])


def _diagnoses(case: Case, edition: str, tick: Ticking) -> list[Diagnosis]:
    return [
        Diagnosis(
            practice=case.episode.practice, episode=case.episode, position=position, code=code, title=title,
            edition=edition, **tick.on(_first(case)),
        )
        for position, (code, title) in enumerate(case.story.diagnoses(case.side))
    ]  # fmt: skip


KINDS = {
    "97110": "exercise", "97112": "control", "97113": "exercise", "97116": "gait", "97124": "hands_on",
    "97140": "hands_on", "97150": "control", "97530": "task", "97535": "self_care",
}  # fmt: skip


def _planned(case: Case, tick: Ticking) -> list[PlannedService]:
    """Plan the adjustment of each region and one service of each kind that the story has."""
    base, born = {"practice": case.episode.practice, "episode": case.episode}, partial(tick.on, _first(case))
    adjusted = [
        PlannedService(**base, kind="adjustment", region=row["region"], aim="restore joint motion", **born())
        for row in case.story.adjustments
    ]
    kinds: dict[str, Any] = {}
    for row in case.story.activities:
        kinds.setdefault(KINDS.get(row["code"].split("/")[0], "modality"), row)
    done = [
        PlannedService(
            **base,
            kind=kind,
            region=row["regions"][0],
            goal=case.goals[row["goal"]] if "goal" in row else None,
            **born(),
        )
        for kind, row in kinds.items()
    ]
    return adjusted + done


def _first(case: Case) -> date:
    return case.episode.first_treated_on or case.episode.plan_reviewed_on or date.today()


def _warn(house: House, tick: Ticking) -> None:
    for chart, kind, text, regions in ALERTS:
        patient, born = house.charts[chart].patient, tick.on(_first(house.charts[chart].cases[0]))
        alert = Alert(practice=house.practice, patient=patient, kind=kind, text=text, regions=list(regions), **born)
        house.charts[chart].alerts.append(alert)
    Alert.objects.bulk_create([alert for chart in house.charts.values() for alert in chart.alerts])
