"""The demo: the same for a seed and a day, invented, consistent, and of a quality that its own review lets pass."""

from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from clinic.entry.identifiers import npi_is_valid
from clinic.models import AccessEvent, Membership, Patient, Payment, Practice, User, Visit
from coding.demo import opening, people, signing
from coding.demo.days import book, working_days
from coding.demo.patients import PATIENTS
from coding.demo.stories import stories, titles
from coding.demo.today import HARD_CASES, TODAY
from coding.demo.writing import Turn, write
from coding.engine.reading.goals import judge_goal
from coding.models import Superbill
from coding.review import Review
from notes.chain import link_of
from notes.models import Note, Signature
from notes.of_visits import note_of

FRIDAY, SATURDAY = date(2026, 11, 20), date(2026, 11, 21)
UNFINISHED = {row.chart for row in TODAY if row.state in ("questions", "goalless", "empty")}


def turn(number: int, **changes: Any) -> Turn:
    facts = {"seed": 1, "chart": "10482", "number": number, "pace": 0.9, "side": "left", "clinician": "adams"}
    return Turn(**{**facts, "onset_days": 8, "has_activities": True, **changes})


# The pure part


@pytest.mark.parametrize("today", [FRIDAY, SATURDAY, date(2027, 1, 1)])
def test_about_five_hundred_visits_fill_six_weeks_of_working_days(today: date) -> None:
    visits = book(today)
    assert 430 <= len(visits) <= 560
    assert {visit.on for visit in visits} == set(working_days(today))
    assert all(visit.on.isoweekday() <= 5 and visit.on < today for visit in visits)


def test_no_clinician_has_two_visits_at_a_time() -> None:
    places = Counter((visit.patient.clinician, visit.on, visit.at) for visit in book(FRIDAY))
    assert max(places.values()) == 1
    assert max(Counter((row.at, _of(row.chart).clinician) for row in TODAY).values()) == 1


def test_the_same_turn_reads_the_same_and_another_seed_differs() -> None:
    story = stories()["shoulder"]
    assert write(story, turn(4)) == write(story, turn(4))
    assert write(story, turn(4)) != write(story, turn(4, seed=2))


@pytest.mark.parametrize("slug", list(stories()))
def test_every_visit_of_every_story_can_be_written(slug: str) -> None:
    for number in range(14):
        for side in ("left", "right"):
            written = write(stories()[slug], turn(number, side=side, is_exam=number == 0))
            texts = [written.subjective, written.plan, *(row["words"] for row in written.findings)]
            assert all(texts) and not any("{" in text for text in texts)


@pytest.mark.parametrize("slug", list(stories()))
def test_notes_of_neighbouring_visits_differ(slug: str) -> None:
    subjectives = [write(stories()[slug], turn(number)).subjective for number in range(12)]
    assert all(one != other for one, other in pairwise(subjectives))


def test_an_elbow_is_not_treated_with_the_low_back() -> None:
    story = stories()["elbow"]
    written = [write(story, turn(number)) for number in range(12)]
    regions = {row["region"] for each in written for row in (*each.findings, *each.adjustments)}
    assert regions == {"elbow", "wrist_hand"}


def test_most_goals_can_be_measured_and_a_few_cannot() -> None:
    goals = [goal for story in stories().values() for goal in story.goals]
    measured = [goal for goal in goals if judge_goal(goal["text"]).label == "functional_measurable"]
    assert 0.8 < len(measured) / len(goals) < 1


def test_the_hard_cases_of_the_drawings_are_there() -> None:
    assert max(len(goal["text"]) for story in stories().values() for goal in story.goals) == 90
    assert len("Foothills Mutual Benefit") == 24 and people.PAYERS["foothills"]["name"] == "Foothills Mutual Benefit"
    assert (
        len({code for slug in ("low-back-lifting", "shoulder") for code, _ in stories()[slug].diagnoses("right")}) == 8
    )


def test_patients_are_sixty_of_all_ages_with_names_in_several_scripts() -> None:
    assert len(PATIENTS) == len({row.chart for row in PATIENTS}) == 60
    assert {row.payer for row in PATIENTS} == {*people.PAYERS, "self"}
    assert min(row.born.year for row in PATIENTS) < 1946 and max(row.born.year for row in PATIENTS) > 2009
    assert sum(not row.last.isascii() for row in PATIENTS) >= 10


def test_provider_numbers_check_and_belong_to_nobody() -> None:
    numbers = [each.npi for each in (*people.PEOPLE, people.STRANGER) if each.npi]
    assert len(numbers) == 4
    assert all(npi_is_valid(number) and number.startswith("2") for number in numbers)


def test_diagnoses_are_billable_codes_with_their_own_titles() -> None:
    icd = pytest.importorskip("simple_icd_10_cm")
    assert all(icd.is_leaf(code) for code in titles())
    assert {code: icd.get_description(code) for code in titles()} == titles()


def test_every_code_that_notes_are_read_for_has_a_fee() -> None:
    priced = {code for code, *_ in (*people.FEES, *people.PICKED)}
    read = {row["code"].split("/")[0] for story in stories().values() for row in story.activities}
    assert read <= priced
    assert {"98940", "98941", "98942", "98943", "G0283", "99203", "99213", "S8990", "20560"} <= priced


# Loaded


def test_every_finished_note_passes_its_review_with_hardly_a_warning(db: None) -> None:
    _, past, current = opening._load(1, FRIDAY)
    visits = [*past, *(visit for _, visit in current)]
    notes = [note for visit in visits if (note := note_of(visit))]
    reviews = list(signing.judged(notes))
    stopped = {each.note.patient.chart_number for each in reviews if each.stops}
    assert stopped <= UNFINISHED
    assert median(len(each.warnings) for each in reviews) == 0
    assert 0.4 < sum(map(_only_adjusts, reviews)) / len(reviews) < 0.5
    codes = {line.code for each in reviews for bill in each.suggestion.bills for line in bill.lines}
    assert {"97110", "97112", "97116", "97140", "97150", "97530", "97535", "98940", "98941", "98943"} <= codes


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the last forty visits of the past, because signing takes its time."""
    monkeypatch.setattr(opening, "book", lambda today: book(today)[-40:])


def test_the_command_brings_today_into_every_state(db: None, few: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("demo", seed=2)
    today = Practice.objects.get(slug="riverside").today()
    assert people.DEMO_PASSWORD in (said := capsys.readouterr().out) and "stops a note" not in said
    assert set(Visit.objects.filter(on=today).values_list("state", flat=True)) == set(Visit.State.values)
    bills = Superbill.objects.filter(visit__on=today)
    assert bills.filter(held_at__isnull=False).count() == 1
    assert bills.filter(reviewed_at__isnull=False).exists() and bills.filter(reviewed_at=None, held_at=None).exists()
    shared = bills.filter(note__patient__chart_number="10405")
    assert sorted(bill.payer_name for bill in shared) == ["Blue Ridge PPO", "Cardinal Auto Casualty, claim 7705"]
    assert {row.chart for row in TODAY} >= set(HARD_CASES.values())
    _the_hard_cases_can_be_looked_at(today)
    _separation_shows()
    _seven_activities_two_of_them_open(today)
    _earlier_notes_are_signed_but_one(today)


def _the_hard_cases_can_be_looked_at(today: date) -> None:
    notes = {name: Note.objects.get(patient__chart_number=chart, visit__on=today) for name, chart in HARD_CASES.items()}
    episodes = [row.episode for row in notes["eight diagnoses in two episodes"].note_episodes.all()]
    assert (len(episodes), sum(episode.diagnoses.count() for episode in episodes)) == (2, 8)
    assert len(notes["a payer with 24 letters"].visit.coverage.payer.name) == 24
    goals = notes["a goal of 90 characters"].activities.values_list("goal__text", flat=True)
    assert max(len(text or "") for text in goals) == 90
    adjusted = notes["an adjustment-only visit"]
    assert adjusted.adjustments.exists() and not adjusted.activities.exists() and not adjusted.is_signed
    assert notes["an initial visit"].patient.notes.count() == 1
    empty = notes["an empty note"]
    assert not (empty.subjective or empty.plan or empty.findings.exists() or empty.adjustments.exists())


def _separation_shows() -> None:
    stranger = User.objects.get(username="stranger")
    assert stranger.check_password(people.DEMO_PASSWORD)
    assert Patient.objects.visible_to(stranger).count() == 3
    assert not Note.objects.visible_to(stranger).exists()


def _seven_activities_two_of_them_open(today: date) -> None:
    note = Note.objects.get(patient__chart_number="10482", visit__on=today)
    (current,) = signing.judged([note])
    assert note.activities.count() == 7
    assert len({flag.about for flag in current.stops}) == 2
    assert {flag.slug for flag in current.stops} == {"intent-is-stated", "therapy-has-a-functional-goal"}


def _earlier_notes_are_signed_but_one(today: date) -> None:
    earlier = Note.objects.filter(visit__on__lt=today)
    assert earlier.drafts().count() == 1
    assert Membership.objects.filter(practice__slug="riverside").count() == 8


def test_past_notes_are_signed_on_their_day_and_the_chain_grows_in_that_order(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "book", lambda today: book(today)[-120:-80])
    monkeypatch.setattr(opening, "chart_today", lambda *given: [])
    opening.open_demo(seed=1)
    chain = list(Signature.objects.order_by("sequence").select_related("note__visit__practice"))
    assert [link.signed_at for link in chain] == sorted(link.signed_at for link in chain)
    assert all(link.link == link_of(link) for link in chain)
    days_late = Counter(_day(link.signed_at) - link.note.visit.on for link in chain)
    assert set(days_late) <= {timedelta(0), timedelta(days=1)} and days_late.most_common(1)[0][0] == timedelta(0)
    _everything_is_dated_by_its_signature(chain)


def _everything_is_dated_by_its_signature(chain: list[Signature]) -> None:
    logged = dict(AccessEvent.objects.filter(kind="note-signed").values_list("object_id", "at"))
    for link in chain:
        born, arrived = link.note.created_at, link.note.visit.arrived_at
        assert link.note.patient.created_at < arrived <= born < link.note.saved_at <= link.signed_at
        assert logged[link.note_id] == link.signed_at
        for bill in link.note.superbills.filter(replaces=None):
            assert bill.created_at == link.signed_at
            settled = bill.reviewed_at or bill.held_at or bill.voided_at
            assert settled and settled > link.signed_at
    assert not Payment.objects.filter(created_at__gt=timezone.now()).exists()


def _day(instant: datetime) -> date:
    return instant.astimezone(ZoneInfo("America/New_York")).date()


def test_it_is_refused_where_a_practice_is(practice: Practice) -> None:
    with pytest.raises(CommandError, match="practice already"):
        call_command("demo")
    assert Practice.objects.get() == practice


def test_it_is_refused_where_an_address_names_the_database(settings: Any, db: None) -> None:
    settings.IS_EMBEDDED = settings.TESTING = False
    with pytest.raises(CommandError, match="DATABASE_URL"):
        call_command("demo")


def _of(chart: str) -> Any:
    return next(row for row in PATIENTS if row.chart == chart)


def _only_adjusts(current: Review) -> bool:
    return bool(current.facts.adjustments) and not current.facts.activities
