"""Everything that a reviewer would object to: the list is the policy, the modules are its subjects."""

from collections.abc import Iterator

from coding.engine.checks.activities import (
    delivery_is_stated,
    description_is_specific,
    dose_is_described,
    group_has_two,
    intent_is_stated,
    response_is_described,
    same_minutes_have_one_code,
    service_is_attended,
)
from coding.engine.checks.adjustments import (
    active_care_is_not_maintenance,
    adjusted_region_was_examined,
    adjustment_has_a_region,
    contraindication_is_answered,
    exam_is_more_than_the_adjustment,
)
from coding.engine.checks.advice import record_supports_more
from coding.engine.checks.case import Case, Check, Concern, slug_of
from coding.engine.checks.diagnoses import line_points_to_a_diagnosis, subluxation_diagnosis_comes_first
from coding.engine.checks.goals import (
    episode_has_a_functional_goal,
    goal_is_measurable,
    therapy_has_a_functional_goal,
    two_codes_serve_two_goals,
)
from coding.engine.checks.minutes import (
    daily_maximum_is_kept,
    minutes_fit_the_visit,
    timed_service_has_minutes,
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
from coding.engine.results import Flag
from coding.engine.rows import payers_of
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
    timed_service_has_minutes,
    therapy_has_a_functional_goal,
    same_minutes_have_one_code,
    pair_is_never_paid_together,
    bundled_region_is_separate,
    exam_is_more_than_the_adjustment,
    minutes_fit_the_visit,
    total_minutes_are_recorded,
    line_points_to_a_diagnosis,
    subluxation_diagnosis_comes_first,
    note_says_how_it_went,
    adjusted_region_was_examined,
    episode_has_a_functional_goal,
    goal_is_measurable,
    two_codes_serve_two_goals,
    response_is_described,
    daily_maximum_is_kept,
    active_care_is_not_maintenance,
    units_depend_on_the_method,
    total_reaches_eight_minutes,
    dose_is_described,
    record_supports_more,
)

WEIGHTS = list(Severity)  # heaviest first


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
                title=entry.title,
                seen=concern.seen,
                matters=entry.matters,
                todo=concern.todo,
                about=concern.about,
                field=concern.field,
                because=concern.because,
                payer_id=concern.payer.id if concern.payer else "",
            )


def _severity(case: Case, slug: str, concern: Concern) -> Severity | None:
    """Weigh a concern for its payer, or for the strictest of the visit's payers."""
    payers = (concern.payer,) if concern.payer else payers_of(case.visit)
    weights = [case.rules.severity(slug, payer.kind, concern.grade) for payer in payers]
    return min((weight for weight in weights if weight), key=WEIGHTS.index, default=None)
