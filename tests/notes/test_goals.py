"""The goals of an episode, and how they are drawn."""

from datetime import date, timedelta

import pytest

from clinic.models import AccessEvent, Visit
from clinic.requests.deeds import new_key
from notes.course import draw, measures, strip
from notes.models import ExamFinding, Goal, GoalProgress, Note
from notes.views.episodes import course_of
from tests.day import TODAY
from tests.notes.pages import base_of, text_of, to

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


def test_the_log_says_from_which_target_to_which_and_no_words(as_, cast, lift):
    base = base_of(as_(cast.adams).get(to("goal-edit", lift)))
    sent = {
        "text": lift.text,
        "term": lift.term,
        "measure": "time",
        "unit": "kg",
        "baseline": "weak, cried",
        "target": "12 kg",
    }
    as_(cast.adams).post(to("goal-edit", lift), sent | {"base": base, "due_on": lift.due_on})
    assert AccessEvent.objects.get(kind="goal-changed").detail["changed"] == {
        "measure": "changed", "unit": ["lb", "kg"], "baseline": "changed", "target": [lift.target, "12 kg"],
    }  # fmt: skip


def test_the_log_says_when_a_goal_that_is_opened_again_had_been_met(as_, cast, lift):
    for deed in ("goal-met", "goal-reopen"):
        as_(cast.adams).post(to(deed, lift))
    [met, opened] = AccessEvent.objects.filter(kind__in=["goal-closed", "goal-reopened"]).order_by("id")
    assert met.detail["changed"] == {"met_on": [None, str(TODAY)]}
    assert opened.detail["changed"] == {"met_on": [str(TODAY), None]}


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


def test_who_drops_a_goal_that_a_colleague_marks_as_met_is_told(as_, cast, lift):
    as_(cast.adams).post(to("goal-met", lift))
    assert as_(cast.adams).post(to("goal-met", lift)).status_code == 200, "a second press"
    answer = as_(cast.baker).post(to("goal-drop", lift))
    assert answer.status_code == 409
    assert "Somebody else closed this goal meanwhile" in text_of(answer) and "met 20 Nov 2026" in text_of(answer)
    lift.refresh_from_db()
    assert (lift.met_on is not None, lift.dropped_on) == (True, None)


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
