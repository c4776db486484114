"""What the engine is told: everything that stands, nothing that was not confirmed, in a constant number of queries."""

from collections.abc import Callable
from datetime import date, time, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic.models import Alert, Coverage, Location, Patient, Visit
from coding.engine.vocabulary import Delivery, Intent, PayerKind, Region, UnitMethod
from coding.facts import facts_of, payer_facts
from coding.models import Fee
from notes.models import Episode, Note
from tests.signed import put_a_signature_under


def activity(note: Note, **fields: Any) -> Any:
    episode = note.note_episodes.get().episode
    return note.activities.create(practice=note.practice, written_by=note.author, episode=episode, **fields)


@pytest.fixture
def later_visit(visit: Visit) -> Visit:
    return Visit.objects.create(
        practice=visit.practice, patient=visit.patient, clinician=visit.clinician, location=visit.location, on=visit.on
    )


def queries(about: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as captured:
        about()
    return len(captured)


def test_an_activity_comes_with_the_words_of_its_goal(draft: Note, back_pain: Episode) -> None:
    goal = back_pain.goals.get(unit="lb")
    activity(draft, description="Box lifts", minutes=15, intents=["task"], goal=goal, delivery="one_on_one")
    [fact] = facts_of(draft).activities
    assert (fact.description, fact.minutes, fact.intents) == ("Box lifts", 15, (Intent.TASK,))
    assert (fact.goal, fact.goal_id) == ("lift 30 lb totes from floor to bench", str(goal.pk))
    assert fact.delivery is Delivery.ONE_ON_ONE


def test_one_activity_and_twelve_take_the_same_number_of_queries(draft: Note) -> None:
    activity(draft, description="Plank")
    one = queries(lambda: facts_of(draft))
    for number in range(11):
        activity(draft, description=f"Exercise {number}", performer=draft.author)
    assert queries(lambda: facts_of(draft)) == one
    assert len(facts_of(draft).activities) == 12
    assert one <= 20


def test_the_payer_of_the_visit_pays(draft: Note, coverage: Coverage) -> None:
    payer = facts_of(draft).episodes[0].payer
    assert (payer.id, payer.name, payer.unit_method) == (str(coverage.pk), "Blue Ridge PPO", UnitMethod.PER_CODE)


def test_an_episode_with_a_payer_of_its_own_goes_there(draft: Note, back_pain: Episode, pat: Patient) -> None:
    payer = type(draft.visit.coverage.payer).objects.create(
        practice=pat.practice, name="Carolina Auto", kind="auto", unit_method="total_time"
    )
    back_pain.coverage = Coverage.objects.create(practice=pat.practice, patient=pat, payer=payer, claim_number="7731")
    back_pain.save()
    facts = facts_of(draft).episodes[0].payer
    assert (facts.name, facts.kind) == ("Carolina Auto, claim 7731", PayerKind.AUTO)


def test_without_a_coverage_the_patient_pays(draft: Note) -> None:
    Visit.objects.update(coverage=None)
    assert facts_of(draft).episodes[0].payer.kind is PayerKind.SELF_PAY


def test_diagnoses_that_ended_and_goals_that_were_met_are_left_out(draft: Note, back_pain: Episode) -> None:
    back_pain.diagnoses.filter(code="M54.50").update(ended_on=draft.visit.on)
    back_pain.goals.filter(unit="h").update(met_on=draft.visit.on)
    [episode] = facts_of(draft).episodes
    assert [row.code for row in episode.diagnoses] == ["M99.03"]
    assert [goal.unit for goal in episode.goals] == ["lb"]


def test_carried_rows_are_counted_and_are_not_part_of_the_facts(draft: Note) -> None:
    activity(draft, description="From last time", is_carried=True)
    facts = facts_of(draft)
    assert (facts.activities, facts.unconfirmed) == ((), 1)


def test_record_only_rows_say_so(draft: Note, cast: SimpleNamespace) -> None:
    row = activity(draft, description="Board balance")
    draft.record_only.create(practice=draft.practice, row_id=row.pk, marked_by=cast.adams)
    assert facts_of(draft).activities[0].record_only


def test_alerts_come_with_their_answers(draft: Note, cast: SimpleNamespace) -> None:
    alert = Alert.objects.create(
        practice=draft.practice, patient=draft.patient, kind="contraindication", text="Osteopenia", regions=["thoracic"]
    )
    Alert.objects.create(practice=draft.practice, patient=draft.patient, kind="consent", text="x", is_active=False)
    draft.alert_answers.create(practice=draft.practice, alert=alert, text="Low force.", written_by=cast.adams)
    [fact] = facts_of(draft).alerts
    assert (fact.is_contraindication, fact.regions, fact.answer) == (True, (Region.THORACIC,), "Low force.")


def test_services_are_those_that_the_clinician_picked(draft: Note, back_pain: Episode, cast: SimpleNamespace) -> None:
    fee = Fee.objects.create(practice=draft.practice, code="72100", title="X-ray", amount=60, is_picked=True)
    draft.picked_services.create(
        practice=draft.practice, episode=back_pain, fee=fee, code=fee.code, title=fee.title, written_by=cast.adams,
        reason="No films since the fall.",
    )  # fmt: skip
    [service] = facts_of(draft).services
    assert (service.code, service.units, service.reason) == ("72100", 1, "No films since the fall.")


def test_a_note_is_judged_on_top_of_those_signed_that_day(
    draft: Note, later_visit: Visit, back_pain: Episode, cast: SimpleNamespace
) -> None:
    activity(draft, description="Plank", minutes=10)
    second = Note.objects.create(practice=draft.practice, visit=later_visit, patient=draft.patient, author=cast.adams)
    assert facts_of(second).same_day == ()
    put_a_signature_under(draft)
    [earlier] = facts_of(second).same_day
    assert [row.description for row in earlier.activities] == ["Plank"]
    assert facts_of(Note.objects.get(pk=draft.pk)).same_day == ()


def test_another_clinician_bills_as_another(draft: Note, later_visit: Visit, cast: SimpleNamespace) -> None:
    second = Note.objects.create(practice=draft.practice, visit=later_visit, patient=draft.patient, author=cast.baker)
    put_a_signature_under(draft)
    assert facts_of(second).same_day == ()


def test_a_visit_without_a_note_has_a_day_and_a_clinician(visit: Visit, main_street: Location) -> None:
    facts = facts_of(visit)
    assert (facts.on, facts.clinician.name, facts.episodes) == (visit.on, "Alex Adams", ())


def test_a_visit_with_a_note_has_the_facts_of_its_note(draft: Note) -> None:
    assert facts_of(draft.visit) == facts_of(draft)


def test_today_is_the_day_of_the_practice(draft: Note) -> None:
    assert facts_of(draft).today == draft.practice.today()


def test_the_parts_of_the_note_come_in_its_own_words(draft: Note) -> None:
    Note.objects.update(subjective="Better", objective="T4 stiff", assessment="On course", plan="Friday")
    facts = facts_of(Note.objects.get(pk=draft.pk))
    assert (facts.subjective, facts.objective) == ("Better", "T4 stiff")
    assert (facts.assessment, facts.plan) == ("On course", "Friday")


@pytest.mark.parametrize(("days", "holds"), [(-1, False), (0, True), (800, True)])
def test_a_voluntary_notice_holds_from_its_day_on(coverage: Coverage, days: int, holds: bool) -> None:
    coverage.voluntary_notice_signed_on = date(2026, 11, 2)
    assert payer_facts(coverage, date(2026, 11, 2) + timedelta(days=days)).has_voluntary_notice is holds
    assert not payer_facts(coverage).has_voluntary_notice


def test_start_and_stop_are_minutes_of_the_day(draft: Note) -> None:
    activity(draft, description="Plank", began_at=time(9, 5), ended_at=time(9, 20))
    [fact] = facts_of(draft).activities
    assert (fact.began, fact.ended) == (545, 560)
