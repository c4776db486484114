"""What clinicians do about plans of care besides charting: look at a plan again, and close goals that are reached."""

from clinic.models import Membership
from coding.demo.loading import Chart, House
from coding.demo.timing import done_at, signs
from coding.demo.today import TODAY
from coding.models import PickedService
from notes.models import GoalProgress
from notes.planning import close_goal, review_plan

REEXAM = "99213"


def follow_up(house: House) -> None:
    """Review the plan of whoever was examined again; close reached goals of those who do not come today."""
    for exam in PickedService.objects.filter(practice=house.practice, code=REEXAM).select_related(
        "note__visit__practice", "note__visit__patient"
    ):
        with done_at(signs(exam.note.visit)):
            review_plan(exam.episode, by=exam.note.author, on=exam.note.visit.on)
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
