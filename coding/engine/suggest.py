"""What the engine has to say about a visit. Read this first.

Facts go in, findings come out; nothing is stored, nothing is looked up, the same facts and rules give the same answer.

    words and intent  → a choice for each activity       choosing/
    choices           → rows that a payer could be billed   rows.py
    rows              → lines with units and modifiers    bills.py, units.py, modifiers.py, spine.py
    all of it         → flags                             checks/
"""

from coding.engine.checks import flags_of
from coding.engine.checks.case import case_of
from coding.engine.facts import VisitFacts
from coding.engine.results import Suggestion
from coding.engine.rulebook import RuleBook


def suggest(visit: VisitFacts, rules: RuleBook) -> Suggestion:
    """Return the choices, a bill for each payer and the flags for one visit under the rules of its day.

    >>> from datetime import date
    >>> from coding.engine.facts import AdjustmentFacts
    >>> from coding.engine.rulebook import load
    >>> from coding.engine.vocabulary import Region
    >>> day = date(2026, 11, 20)
    >>> visit = VisitFacts(on=day, today=day, adjustments=(AdjustmentFacts("a1", Region.LUMBAR),))
    >>> [(line.code, line.units, line.about) for line in suggest(visit, load(day)).bills[0].lines]
    [('98940', 1, ('a1',))]
    """
    case = case_of(visit, rules)
    return Suggestion(
        edition=rules.edition,
        choices=tuple(case.choices[activity.id] for activity in visit.activities),
        bills=case.bills,
        flags=flags_of(case),
    )
