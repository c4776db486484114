"""Everything that a reviewer would object to: the list is the policy, the modules are its subjects."""

from collections.abc import Iterator

from coding.engine.checks.activities import (
    delivery_is_stated,
    description_is_specific,
    dose_is_described,
    group_has_two,
    intent_is_stated,
    performer_may_deliver_it,
    response_is_described,
    same_minutes_have_one_code,
    service_is_attended,
    skilled_input_is_described,
)
from coding.engine.checks.adjustments import (
    active_care_is_not_maintenance,
    adjusted_region_shows_part,
    adjusted_region_was_examined,
    adjustment_has_a_region,
    contraindication_is_answered,
    exam_is_more_than_the_adjustment,
    notice_is_on_file,
    segment_is_named,
)
from coding.engine.checks.advice import record_supports_more
from coding.engine.checks.case import WEIGHTS, Case, Check, Concern, slug_of
from coding.engine.checks.course import (
    dose_progresses_or_says_why,
    goals_move_or_care_changes,
    re_examination_is_not_overdue,
    text_is_not_cloned,
)
from coding.engine.checks.deficits import (
    control_deficit_was_found,
    exercise_answers_an_objective_loss,
    gait_deviation_was_found,
)
from coding.engine.checks.diagnoses import (
    adjusted_region_has_a_diagnosis,
    diagnosis_is_as_specific_as_the_findings,
    diagnosis_rests_on_a_finding,
    line_points_to_a_diagnosis,
    regions_do_not_share_one_diagnosis,
    subluxation_diagnosis_comes_first,
)
from coding.engine.checks.exams import level_is_borne_out, new_patient_is_new
from coding.engine.checks.goals import (
    episode_has_a_functional_goal,
    goal_is_measurable,
    therapy_has_a_functional_goal,
    two_codes_serve_two_goals,
)
from coding.engine.checks.minutes import (
    daily_maximum_is_kept,
    minutes_fit_the_visit,
    time_is_counted_once,
    timed_service_has_minutes,
    timed_services_are_few,
    total_minutes_are_recorded,
    total_reaches_eight_minutes,
    units_depend_on_the_method,
)
from coding.engine.checks.note import (
    author_has_a_credential,
    carried_text_is_confirmed,
    date_is_not_in_the_future,
    note_says_how_it_went,
)
from coding.engine.checks.pairs import bundled_region_is_separate, pair_is_never_paid_together
from coding.engine.checks.payers import (
    times_of_day_are_stated,
    visit_is_authorised,
    visit_keeps_to_the_payers_limit,
)
from coding.engine.checks.plan import plan_of_care_is_complete, service_is_in_the_plan
from coding.engine.results import Flag
from coding.engine.vocabulary import Severity

# The order in which flags of one weight are shown: the note, then each row from its words to its bill, then advice.
CHECKS: tuple[Check, ...] = (
    author_has_a_credential,
    date_is_not_in_the_future,
    carried_text_is_confirmed,
    adjustment_has_a_region,
    contraindication_is_answered,
    description_is_specific,
    intent_is_stated,
    delivery_is_stated,
    service_is_attended,
    group_has_two,
    performer_may_deliver_it,
    timed_service_has_minutes,
    time_is_counted_once,
    therapy_has_a_functional_goal,
    same_minutes_have_one_code,
    pair_is_never_paid_together,
    bundled_region_is_separate,
    exam_is_more_than_the_adjustment,
    new_patient_is_new,
    notice_is_on_file,
    minutes_fit_the_visit,
    total_minutes_are_recorded,
    line_points_to_a_diagnosis,
    adjusted_region_has_a_diagnosis,
    subluxation_diagnosis_comes_first,
    note_says_how_it_went,
    text_is_not_cloned,
    adjusted_region_was_examined,
    adjusted_region_shows_part,
    segment_is_named,
    diagnosis_rests_on_a_finding,
    regions_do_not_share_one_diagnosis,
    plan_of_care_is_complete,
    service_is_in_the_plan,
    episode_has_a_functional_goal,
    goal_is_measurable,
    re_examination_is_not_overdue,
    goals_move_or_care_changes,
    two_codes_serve_two_goals,
    exercise_answers_an_objective_loss,
    control_deficit_was_found,
    gait_deviation_was_found,
    response_is_described,
    skilled_input_is_described,
    level_is_borne_out,
    daily_maximum_is_kept,
    visit_keeps_to_the_payers_limit,
    visit_is_authorised,
    times_of_day_are_stated,
    active_care_is_not_maintenance,
    units_depend_on_the_method,
    total_reaches_eight_minutes,
    timed_services_are_few,
    diagnosis_is_as_specific_as_the_findings,
    dose_is_described,
    dose_progresses_or_says_why,
    record_supports_more,
)


def flags_of(case: Case) -> tuple[Flag, ...]:
    """Run every check; heaviest flags first, in the order of the list."""
    flags = [flag for check in CHECKS for flag in _weighed(case, check)]
    return tuple(sorted(flags, key=lambda flag: WEIGHTS.index(flag.severity)))


def _weighed(case: Case, check: Check) -> Iterator[Flag]:
    slug = slug_of(check)
    entry = case.rules.checks[slug]
    for concern in check(case):
        severity = _severity(case, slug, concern)
        if severity is not None:
            yield Flag(
                slug=slug,
                severity=severity,
                title=f"{entry.title}: {concern.where}" if concern.where else entry.title,
                seen=concern.seen,
                matters=entry.matters,
                todo=concern.todo,
                about=concern.about,
                field=concern.field,
                because=concern.because,
                payer_id=concern.payer.id if concern.payer else "",
                **_lasting(concern, severity),
            )


def _lasting(concern: Concern, severity: Severity) -> dict[str, str]:
    """Say of which complaint a flag is, and what it rests on. One that stops is mended; no reason lets it stand."""
    if severity.stops or not concern.lasts:
        return {}
    episode_id, *what = concern.lasts
    return {"episode_id": episode_id, "cause": " | ".join([severity.value, episode_id, *what])}


def _severity(case: Case, slug: str, concern: Concern) -> Severity | None:
    """Weigh a concern for its payer, or for the strictest of the visit's payers."""
    payers = (concern.payer,) if concern.payer else case.payers
    weights = [case.rules.severity(slug, payer.kind, concern.grade) for payer in payers]
    return min((weight for weight in weights if weight), key=WEIGHTS.index, default=None)
