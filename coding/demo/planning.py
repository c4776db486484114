"""What clinicians do about plans of care besides charting: look at a plan again, and close goals that are reached."""

from clinic.models import Membership
from coding.demo.loading import Chart, House
from coding.demo.timing import done_at, signs
from coding.demo.today import TODAY
from notes.models import GoalProgress, Note
from notes.planning import close_goal, review_plan

REEXAM = "99213"


def review_plans(note: Note) -> None:
    """Where the patient was examined again, go through the plan of every complaint that the visit served."""
    if any(row.code == REEXAM for row in note.picked_services.all()):
        for served in note.note_episodes.all():
            review_plan(served.episode, by=note.author, on=note.visit.on)


def follow_up(house: House) -> None:
    """Close reached goals of those who do not come today."""
    expected = {row.chart for row in TODAY}
    for chart in house.charts.values():
        if chart.invented.chart not in expected:
            _close_goals(chart, house.members[chart.invented.clinician])


def _close_goals(chart: Chart, by: Membership) -> None:
    for goal in (goal for case in chart.cases for goal in case.goals if goal.target):
        last = (
            GoalProgress.objects.filter(goal=goal)
            .select_related("note__visit__practice", "note__visit__patient")
            .order_by("note__visit__on")
            .last()
        )
        if last and last.value == goal.target:
            with done_at(signs(last.note.visit)):
                close_goal(goal, by=by, met_on=last.note.visit.on)
