"""What a payer allowed beforehand, and whether it holds for a visit. The record, the desk and the bill ask here alike."""

from datetime import date

from coding.engine.facts import AuthorisationFacts


def objection(allowed: AuthorisationFacts, on: date) -> str:
    """Return why an authorisation does not hold for a visit of this day, "" where it does.

    >>> objection(AuthorisationFacts(), date(2026, 11, 20))
    'no authorisation is on file'
    >>> objection(AuthorisationFacts("A-9", visits=12, used=12), date(2026, 11, 20))
    'the 12 authorised visits are used up'
    >>> objection(AuthorisationFacts("A-9", visits=12, used=11), date(2026, 11, 20))
    ''
    """
    if not allowed.number:
        return "no authorisation is on file"
    if allowed.first_day and on < allowed.first_day:
        return f"the authorisation begins on {_day(allowed.first_day)}"
    if allowed.last_day and on > allowed.last_day:
        return f"the authorisation ended on {_day(allowed.last_day)}"
    if allowed.visits is not None and allowed.used >= allowed.visits:
        return f"the {allowed.visits} authorised visits are used up"
    return ""


def standing(allowed: AuthorisationFacts) -> str:
    """Return which of the authorised visits the next one is, and how long they hold; what is not limited is not said.

    >>> standing(AuthorisationFacts("A-9", visits=12, used=6, last_day=date(2027, 1, 31)))
    'visit 7 of 12, to 31 Jan 2027'
    """
    counted = f"visit {allowed.used + 1} of {allowed.visits}" if allowed.visits is not None else ""
    return ", ".join(filter(None, [counted, f"to {_day(allowed.last_day)}" if allowed.last_day else ""]))


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
