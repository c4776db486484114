"""The episode page: opening one, reading it, its complaint, plan and services, and who may do what."""

from datetime import date

import pytest

from clinic.models import AccessEvent, Coverage, Patient
from clinic.requests.deeds import new_key
from notes.course import RE_EXAMINE_AFTER, re_examination_due
from notes.models import Diagnosis, Episode, Goal, GoalProgress, PlannedService
from tests.day import TODAY
from tests.notes.pages import base_of, text_of, to

# Opening an episode


def test_a_clinician_opens_an_episode(as_, cast, pat):
    answer = as_(cast.adams).post(
        to("episode-add", pat), {"complaint": "Neck pain", "onset_on": "2026-11-01", "key": new_key()}
    )
    episode = Episode.objects.get()
    assert answer.url == to("episode", episode)
    assert (episode.patient, episode.onset_on) == (pat, date(2026, 11, 1))
    assert AccessEvent.objects.filter(kind="episode-added", object_id=episode.pk).exists()


def test_one_click_opens_one_episode(as_, cast, pat):
    sent = {"complaint": "Neck pain", "key": new_key()}
    client = as_(cast.adams)
    assert client.post(to("episode-add", pat), sent).url == client.post(to("episode-add", pat), sent).url
    assert Episode.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"complaint": "  "}, "Say what the patient comes for"),
        ({"complaint": "x" * 161}, "at most 160 fit"),
        ({"onset_on": "soon"}, "Enter a date that exists"),
        ({"onset_on": "2026-11-21"}, "cannot lie in the future"),
        ({"onset_on": "1900-01-01"}, "before the patient&#x27;s birth"),
        ({"onset_on": "2026-11-02", "first_treated_on": "2026-11-01"}, "The first treatment lies before the onset"),
        ({"coverage": "00000000-0000-0000-0000-000000000000"}, "is not on the list, or not any more"),
        ({"key": "old"}, "has been open for long"),
    ],
)
def test_bad_input_is_said_beside_the_field_and_kept(as_, cast, pat, typed, message):
    sent = {"complaint": "Neck pain", "limitation": "cannot turn to park", "key": new_key()} | typed
    answer = as_(cast.adams).post(to("episode-add", pat), sent)
    assert answer.status_code == 422
    assert message in text_of(answer)
    assert "cannot turn to park" in text_of(answer)
    assert not Episode.objects.exists()


def test_another_patients_coverage_cannot_pay(as_, cast, pat, coverage):
    other = Patient.objects.create(practice=pat.practice, chart_number="2", first_name="Lee", last_name="Ng",
                                   birth_date=date(1990, 1, 1))  # fmt: skip
    theirs = Coverage.objects.create(practice=pat.practice, patient=other, payer=coverage.payer)
    sent = {"complaint": "Neck pain", "coverage": theirs.pk, "key": new_key()}
    assert as_(cast.adams).post(to("episode-add", pat), sent).status_code == 422


# Reading


def test_the_page_shows_the_whole_episode_and_the_reading_is_recorded(as_, cast, back_pain):
    page = text_of(as_(cast.adams).get(to("episode", back_pain)))
    for words in ("Pat Rivera", "Low back pain, lifting injury", "M99.03", "lift 30 lb totes", "twice a week"):
        assert words in page
    assert AccessEvent.objects.get(kind="episode-read").patient_ids == [back_pain.patient_id]


def test_an_auditor_reads_and_finds_nothing_to_press(as_, cast, back_pain):
    page = text_of(as_(cast.rita).get(to("episode", back_pain)))
    assert "lift 30 lb totes" in page
    assert "hx-post" not in page.split("<main")[1]


def test_an_auditor_sees_progress_of_signed_notes_only(as_, cast, draft, back_pain, lift, rf):
    GoalProgress.objects.create(
        practice=draft.practice, note=draft, goal=lift, episode=back_pain, value="17", written_by=cast.adams
    )
    assert "<b>17</b>" in text_of(as_(cast.adams).get(to("goal", lift)))
    assert "<b>17</b>" not in text_of(as_(cast.rita).get(to("goal", lift)))


def test_a_patients_episodes_are_listed_for_their_page(as_, cast, back_pain):
    page = text_of(as_(cast.adams).get(to("episodes", back_pain.patient)))
    assert "Low back pain, lifting injury" in page
    assert "2 open goals" in page
    assert "New complaint" in page
    assert "New complaint" not in text_of(as_(cast.rita).get(to("episodes", back_pain.patient)))


# Changing the complaint and the plan


ABOUT = {"complaint": "Low back pain, lifting injury", "onset_on": "2026-11-02", "first_treated_on": "2026-11-04"}


def test_the_history_is_changed(as_, cast, back_pain):
    client = as_(cast.adams)
    base = base_of(client.get(to("episode-about-edit", back_pain)))
    answer = client.post(to("episode-about-edit", back_pain), ABOUT | {"limitation": "cannot lift totes", "base": base})
    back_pain.refresh_from_db()
    assert back_pain.limitation == "cannot lift totes"
    assert answer.headers["HX-Trigger"] == '{"episode-changed": {}}'
    assert AccessEvent.objects.get(kind="episode-changed").detail == {"changed": {"limitation": "changed"}}


def test_the_log_says_what_an_episodes_days_and_payer_were_and_are(as_, cast, back_pain, coverage):
    client = as_(cast.adams)
    base = base_of(client.get(to("episode-about-edit", back_pain)))
    days = {"onset_on": "2026-11-01", "discharged_on": "2026-11-19"}
    sent = ABOUT | days | {"complaint": "Neck pain", "coverage": coverage.pk, "base": base}
    client.post(to("episode-about-edit", back_pain), sent)
    assert AccessEvent.objects.get(kind="episode-changed").detail["changed"] == {
        "complaint": "changed",
        "onset_on": ["2026-11-02", "2026-11-01"],
        "discharged_on": [None, "2026-11-19"],
        "coverage": [None, str(coverage)],
    }


def test_two_people_who_change_the_same_words_lose_nothing(as_, cast, back_pain):
    base = base_of(as_(cast.adams).get(to("episode-about-edit", back_pain)))
    Episode.objects.filter(pk=back_pain.pk).update(limitation="cannot stand long")
    sent = ABOUT | {"limitation": "cannot lift", "base": base}
    answer = as_(cast.adams).post(to("episode-about-edit", back_pain), sent)
    assert answer.status_code == 409
    assert "cannot stand long" in text_of(answer)
    assert "cannot lift" in text_of(answer)
    again = as_(cast.adams).post(to("episode-about-edit", back_pain), sent | {"base": base_of(answer)})
    assert again.status_code == 200
    back_pain.refresh_from_db()
    assert back_pain.limitation == "cannot lift"


def test_changes_of_different_parts_do_not_meet(as_, cast, back_pain):
    base = base_of(as_(cast.adams).get(to("plan-edit", back_pain)))
    Episode.objects.filter(pk=back_pain.pk).update(limitation="cannot stand long")
    sent = {"frequency": "once a week", "duration": "4 weeks", "plan_reviewed_on": "2026-11-18", "base": base}
    assert as_(cast.tess).post(to("plan-edit", back_pain), sent).status_code == 200
    back_pain.refresh_from_db()
    assert (back_pain.frequency, back_pain.limitation) == ("once a week", "cannot stand long")


def test_a_discharge_before_the_first_treatment_is_refused(as_, cast, back_pain):
    sent = ABOUT | {"discharged_on": "2026-11-03"}
    answer = as_(cast.adams).post(to("episode-about-edit", back_pain), sent)
    assert answer.status_code == 422
    assert "The discharge lies before the first treatment" in text_of(answer)


def test_a_review_sets_the_next_re_examination(as_, cast, back_pain):
    assert re_examination_due(back_pain) == date(2026, 11, 4) + RE_EXAMINE_AFTER
    assert "20 Dec 2026" in text_of(as_(cast.adams).post(to("plan-reviewed", back_pain)))
    back_pain.refresh_from_db()
    assert back_pain.plan_reviewed_on == TODAY
    assert AccessEvent.objects.get(kind="plan-reviewed").detail == {"changed": {"plan_reviewed_on": [None, str(TODAY)]}}
    back_pain.discharged_on = TODAY
    assert re_examination_due(back_pain) is None


# Services


def test_a_service_is_planned_and_ended(as_, cast, back_pain, lift):
    sent = {"kind": "task", "region": "lumbar", "aim": "lifting at work", "goal": lift.pk, "key": new_key()}
    answer = as_(cast.adams).post(to("service-add", back_pain), sent)
    service = PlannedService.objects.get()
    assert "Task practice, lumbar: lifting at work" in text_of(answer)
    as_(cast.adams).post(to("service-end", service))
    service.refresh_from_db()
    assert service.ended_on == TODAY


def test_a_service_for_another_episodes_goal_is_refused(as_, cast, back_pain, pat):
    other = Episode.objects.create(practice=pat.practice, patient=pat, complaint="Neck pain")
    goal = Goal.objects.create(practice=pat.practice, episode=other, text="turn to park")
    sent = {"kind": "task", "goal": goal.pk, "aim": "typed words", "key": new_key()}
    answer = as_(cast.adams).post(to("service-add", back_pain), sent)
    assert answer.status_code == 422
    assert "typed words" in text_of(answer)


def test_a_service_needs_a_kind(as_, cast, back_pain):
    assert as_(cast.adams).post(to("service-add", back_pain), {"key": new_key()}).status_code == 422


# Who may do what

PAGES = ("episode", "episode-about", "episode-course", "plan")
VERBS = (
    "episode-about-edit",
    "plan-edit",
    "plan-reviewed",
    "service-add",
    "diagnosis-search",
    "diagnosis-add",
    "goal-add",
)


@pytest.mark.parametrize("name", [*PAGES, *VERBS])
def test_a_stranger_finds_no_episode(as_, cast, back_pain, name):
    client = as_(cast.stranger)
    ask = client.get if name in PAGES else client.post
    assert ask(to(name, back_pain)).status_code == 404


@pytest.mark.parametrize("who", ["frances", "bill", "olga"])
@pytest.mark.parametrize("name", [*PAGES, *VERBS])
def test_the_desk_and_admins_have_no_clinical_pages(as_, cast, back_pain, name, who):
    client = as_(getattr(cast, who))
    ask = client.get if name in PAGES else client.post
    assert ask(to(name, back_pain)).status_code == 403


@pytest.mark.parametrize("name", VERBS)
def test_an_auditor_writes_nothing(as_, cast, back_pain, name):
    assert as_(cast.rita).post(to(name, back_pain)).status_code == 403


@pytest.mark.parametrize(("who", "status"), [("stranger", 404), ("frances", 403), ("rita", 403)])
def test_nobody_else_changes_a_goal_a_diagnosis_or_a_service(as_, cast, back_pain, lift, who, status):
    service = PlannedService.objects.create(practice=back_pain.practice, episode=back_pain, kind="exercise")
    client = as_(getattr(cast, who))
    for name in ("goal-edit", "goal-met", "goal-drop", "goal-reopen"):
        assert client.post(to(name, lift)).status_code == status
    for name in ("diagnosis-up", "diagnosis-down", "diagnosis-end"):
        assert client.post(to(name, Diagnosis.objects.first())).status_code == status
    assert client.post(to("service-end", service)).status_code == status


@pytest.mark.parametrize(("who", "status"), [("stranger", 404), ("frances", 403), ("rita", 403)])
def test_nobody_else_opens_an_episode(as_, cast, pat, who, status):
    assert as_(getattr(cast, who)).post(to("episode-add", pat), {"complaint": "x"}).status_code == status


@pytest.mark.parametrize(("who", "status"), [("stranger", 404), ("frances", 403), ("rita", 200), ("tess", 200)])
def test_the_list_of_episodes_is_for_care_and_auditors(as_, cast, pat, who, status):
    assert as_(getattr(cast, who)).get(to("episodes", pat)).status_code == status
