"""Checks of what one payer wants besides: its authorisation, times of day, and no more than it pays for on a day.

Each speaks only where the payer's profile says that it wants this.
"""

from collections.abc import Iterator

from coding.engine.authorisation import objection
from coding.engine.bills import Ledger, bill_of
from coding.engine.checks.case import Case, Coded, Concern, named


def visit_is_authorised(case: Case) -> Iterator[Concern]:
    """A payer that allows care beforehand has allowed this visit; told once for a bill."""
    for ledger, bill in zip(case.ledgers, case.bills, strict=True):
        why = objection(ledger.payer.authorisation, case.visit.on) if ledger.payer.wants_authorisation else ""
        if why and bill.lines:
            who = ledger.payer.name or "The payer"
            yield Concern(
                f"{who} pays only for what it has authorised, and {why}.",
                "Ask the desk to enter the authorisation beside the policy, on the patient's page, or to ask for a new one.",
                payer=ledger.payer,
            )


def times_of_day_are_stated(case: Case) -> Iterator[Concern]:
    """Where the payer wants start and stop, each timed row says when it began and ended, and its minutes fit in between."""
    for coded in case.coded:
        payer = case.payer(coded.activity.episode_id)
        if payer.wants_times and coded.code.timed and (seen := _times_missing(coded)):
            yield Concern(
                seen, "Enter when it began and when it ended.", coded.activity.id, _first_missing(coded), payer
            )


def visit_keeps_to_the_payers_limit(case: Case) -> Iterator[Concern]:
    """A day has no more timed units and lines than the payer pays for, earlier notes of the day included; told once a bill.

    The bill stays as the record has it: a limit is the payer's, and what is true is not cut down to it.
    """
    for ledger in case.ledgers:
        if beyond := list(_beyond(ledger)):
            who = ledger.payer.name or "The payer"
            yield Concern(
                f"This day has {' and '.join(beyond)}. {who} pays for no more.",
                "Check the minutes, and that each service was needed. The bill stays as it is recorded.",
                field="minutes",
                payer=ledger.payer,
            )


def _beyond(ledger: Ledger) -> Iterator[str]:
    """Yield what the day has more of than the payer pays for, beside the limit."""
    payer = ledger.payer
    if payer.most_timed_units is None and payer.most_lines is None:
        return
    bills = [bill_of(each) for each in (*ledger.before, ledger)]
    units, lines = sum(bill.timed_units for bill in bills), sum(len(bill.lines) for bill in bills)
    if payer.most_timed_units is not None and units > payer.most_timed_units:
        yield f"{units} timed units, where the limit is {payer.most_timed_units}"
    if payer.most_lines is not None and lines > payer.most_lines:
        yield f"{lines} lines, where the limit is {payer.most_lines}"


def _times_missing(coded: Coded) -> str:
    """Return what is wrong with the times of a row, "" where nothing is."""
    row = coded.activity
    if row.began is None or row.ended is None:
        missing = "began" if row.began is None else "ended"
        both = "began and ended" if row.began is None and row.ended is None else missing
        return f"{named(row)} does not say when it {both}; this payer wants both."
    between = row.ended - row.began
    if row.minutes and row.minutes > between:
        return f"{named(row)} has {row.minutes} minutes, and {max(between, 0)} lie between its start and its stop."
    return ""


def _first_missing(coded: Coded) -> str:
    return "began_at" if coded.activity.began is None else "ended_at"
