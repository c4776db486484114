"""The episode page: opening one, its diagnoses, goals and plan, and who may do what."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from clinic.deeds import new_key
from clinic.models import AccessEvent, Coverage, Patient, Visit
from notes.course import RE_EXAMINE_AFTER, draw, measures, re_examination_due, strip
from notes.models import Diagnosis, Episode, ExamFinding, Goal, GoalProgress, Note, PlannedService
from notes.views.episodes import course_of
from tests.conftest import TODAY


@pytest.fixture(autouse=True)
def november(monkeypatch):
    monkeypatch.setattr("clinic.models.Practice.today", lambda self: TODAY)


def to(name, row):
    return reverse(f"notes:{name}", args=[row.pk])


def text_of(response):
    return " ".join(response.content.decode().split())


def base_of(page):
    """The fingerprint that a form carries in its page."""
    return page.content.decode().split('name="base" value="')[1].split('"')[0]


@pytest.fixture
def lift(back_pain):
    return back_pain.goals.get(measure="load")


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
    assert AccessEvent.objects.get(kind="episode-changed").detail == {"fields": ["limitation"]}


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


# Diagnoses


def codes(episode):
    return list(episode.diagnoses.filter(ended_on=None).values_list("code", flat=True))


def test_a_diagnosis_is_found_and_added_at_the_end(diagnosis_list, as_, cast, back_pain):
    found = text_of(as_(cast.adams).post(to("diagnosis-search", back_pain), {"words": "sprain lumbar"}))
    assert "S33.5XXA" in found
    assert "April 2026 edition" in found
    as_(cast.adams).post(to("diagnosis-add", back_pain), {"code": "S33.5XXA"})
    assert codes(back_pain) == ["M99.03", "M54.50", "S33.5XXA"]
    assert back_pain.diagnoses.get(code="S33.5XXA").edition == "April 2026"


def test_an_old_edition_says_so(diagnosis_list, as_, cast, back_pain):
    found = text_of(as_(cast.adams).post(to("diagnosis-search", back_pain), {"words": "sprain"}))
    assert "A newer edition is in force" in found


@pytest.mark.parametrize("words", ["", "x", "nowhere"])
def test_a_search_without_a_match_is_no_error(diagnosis_list, as_, cast, back_pain, words):
    assert as_(cast.adams).post(to("diagnosis-search", back_pain), {"words": words}).status_code == 200


@pytest.mark.parametrize(("words", "says"), [("\x00", "a NUL"), ("x" * 201, "at most 200 fit")])
def test_words_that_cannot_be_searched_for_are_said(diagnosis_list, as_, cast, back_pain, words, says):
    answer = as_(cast.adams).post(to("diagnosis-search", back_pain), {"words": words})
    assert (answer.status_code, says in text_of(answer)) == (422, True)


def test_a_diagnosis_is_added_once(diagnosis_list, as_, cast, back_pain):
    for _ in range(2):
        as_(cast.adams).post(to("diagnosis-add", back_pain), {"code": "M54.2"})
    assert codes(back_pain) == ["M99.03", "M54.50", "M54.2"]
    assert "on the list" in text_of(as_(cast.adams).post(to("diagnosis-search", back_pain), {"words": "M54.2"}))


@pytest.mark.parametrize("code", ["", "M54.5", "M54", "nonsense", "M54.50\x00x"])
def test_a_code_that_is_not_billable_is_refused(diagnosis_list, as_, cast, back_pain, code):
    answer = as_(cast.adams).post(to("diagnosis-add", back_pain), {"code": code})
    assert answer.status_code == 422
    assert "not in the edition that is valid today" in text_of(answer)


def test_diagnoses_are_put_in_order(as_, cast, back_pain):
    _, second = back_pain.diagnoses.all()
    as_(cast.adams).post(to("diagnosis-up", second))
    assert codes(back_pain) == ["M54.50", "M99.03"]
    as_(cast.adams).post(to("diagnosis-up", second))
    as_(cast.adams).post(to("diagnosis-down", second))
    assert codes(back_pain) == ["M99.03", "M54.50"]


def test_an_ended_diagnosis_stays_on_record(as_, cast, back_pain):
    diagnosis = back_pain.diagnoses.get(code="M54.50")
    answer = as_(cast.adams).post(to("diagnosis-end", diagnosis))
    assert codes(back_pain) == ["M99.03"]
    assert "until 20 Nov 2026" in text_of(answer)
    assert as_(cast.adams).post(to("diagnosis-up", diagnosis)).status_code == 200


# Goals

GOAL = {"text": "sit through a shift", "term": "short", "measure": "time", "unit": "h", "baseline": "2", "target": "8"}


def test_a_goal_is_added(as_, cast, back_pain):
    answer = as_(cast.adams).post(to("goal-add", back_pain), GOAL | {"due_on": "2026-12-18", "key": new_key()})
    assert answer.status_code == 200
    assert back_pain.goals.get(text="sit through a shift").target == "8"
    assert "Not measurable yet" not in text_of(answer)


def test_a_goal_that_lacks_something_is_kept_and_says_what(as_, cast, back_pain):
    answer = as_(cast.adams).post(to("goal-add", back_pain), {"text": "sleep", "term": "long", "key": new_key()})
    assert "it has no measure, baseline, target or due date" in text_of(answer)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"text": ""}, "Say what the patient is to do again"),
        ({"text": "x" * 201}, "at most 200 fit"),
        ({"term": "never"}, "\u201cnever\u201d is none of the choices here"),
        ({"due_on": "2026-11-19"}, "The due date lies in the past"),
        ({"due_on": "31/31/2026"}, "Enter a date that exists"),
    ],
)
def test_a_bad_goal_keeps_what_was_typed(as_, cast, back_pain, typed, message):
    answer = as_(cast.adams).post(to("goal-add", back_pain), GOAL | {"key": new_key()} | typed)
    assert answer.status_code == 422
    assert message in text_of(answer)
    assert 'value="2"' in text_of(answer)


def test_a_goal_is_changed(as_, cast, lift):
    base = base_of(as_(cast.adams).get(to("goal-edit", lift)))
    answer = as_(cast.adams).post(to("goal-edit", lift), GOAL | {"base": base, "due_on": "2026-12-18"})
    assert "sit through a shift" in text_of(answer)
    lift.refresh_from_db()
    assert lift.target == "8"


def test_an_old_due_date_may_stay(as_, cast, lift):
    Goal.objects.filter(pk=lift.pk).update(due_on=TODAY - timedelta(days=9))
    base = base_of(as_(cast.adams).get(to("goal-edit", lift)))
    sent = GOAL | {"base": base, "due_on": "2026-11-11"}
    assert "its day has passed" in text_of(as_(cast.adams).post(to("goal-edit", lift), sent))


def test_two_people_who_change_a_goal_lose_nothing(as_, cast, lift):
    base = base_of(as_(cast.adams).get(to("goal-edit", lift)))
    Goal.objects.filter(pk=lift.pk).update(target="40")
    answer = as_(cast.baker).post(to("goal-edit", lift), GOAL | {"base": base})
    assert answer.status_code == 409
    assert "40" in text_of(answer)


def test_a_goal_is_met_dropped_and_open_again(as_, cast, lift):
    client = as_(cast.adams)
    assert "met 20 Nov 2026" in text_of(client.post(to("goal-met", lift)))
    client.post(to("goal-reopen", lift))
    assert "dropped 20 Nov 2026" in text_of(client.post(to("goal-drop", lift)))
    client.post(to("goal-reopen", lift))
    lift.refresh_from_db()
    assert lift.is_open


# The course


def test_a_goal_is_drawn_from_baseline_over_today_to_target(draft, cast, back_pain, lift, rf):
    GoalProgress.objects.create(
        practice=draft.practice, note=draft, goal=lift, episode=back_pain, value="20 lb", written_by=cast.adams
    )
    request = rf.get("/")
    request.user, request.member = cast.adams.user, cast.adams
    drawn = next(each for each in course_of(request, back_pain)["goals"] if each.goal == lift).chart
    assert drawn.start.y > drawn.last.y > drawn.target.y
    assert drawn.start.x < drawn.last.x < drawn.target.x
    assert drawn.last.y == pytest.approx((drawn.start.y + drawn.target.y) / 2)


def test_less_pain_is_drawn_upwards_too():
    drawn = draw(Goal(baseline="7/10", target="2/10", due_on=date(2026, 12, 18)), date(2026, 11, 4), [])
    assert drawn.start.y > drawn.target.y


@pytest.mark.parametrize("fields", [{"baseline": "weak"}, {"target": ""}, {"target": "10"}, {"due_on": None}])
def test_a_goal_without_numbers_or_time_is_not_drawn(lift, fields):
    for name, value in fields.items():
        setattr(lift, name, value)
    assert draw(lift, date(2026, 11, 4), []) is None


def test_visits_lie_on_a_line_of_time_up_to_the_next_examination(draft):
    laid = strip([draft, draft], until=TODAY, due=TODAY + timedelta(days=30))
    assert (laid.longest_gap, laid.last_on, laid.unsigned) == (0, TODAY, 2)
    assert [x for x, _ in laid.marks] == [2.0, 2.0] == [laid.today] * 2
    assert (laid.due, laid.until) == (98.0, TODAY + timedelta(days=30))
    assert strip([], until=TODAY).last_on is None


def measured(note, episode, value, on, **fields):
    note.visit.on = on
    made = {"kind": "motion", "region": "lumbar", "words": "flexion", "unit": "°"} | fields
    return ExamFinding(practice=note.practice, note=note, episode=episode, value=value, **made)


def test_what_was_measured_on_two_days_shows_where_it_began_and_stands(draft, back_pain):
    earlier = Note(practice=draft.practice, visit=Visit(on=TODAY - timedelta(days=7)))
    found = [measured(earlier, back_pain, "30", TODAY - timedelta(days=7)), measured(draft, back_pain, "45", TODAY)]
    (flexion,) = measures([*found, measured(draft, back_pain, "60", TODAY, side="left"), found[1]])
    assert (flexion.first, flexion.finding.measure, flexion.since) == ("30°", "45°", TODAY - timedelta(days=7))
    assert flexion.points[0].y > flexion.last.y


def test_the_page_draws_goals_visits_and_measures(as_, cast, draft, back_pain):
    page = text_of(as_(cast.adams).get(to("episode", back_pain)))
    assert page.count('class="goal-chart"') == 2
    assert 'class="strip"' in page
    assert "style=" not in page.split("<main")[1]


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
