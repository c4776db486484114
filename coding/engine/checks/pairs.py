"""Checks of services that a payer pays only apart, or never on one day."""

from collections.abc import Iterator

from coding.engine.checks.case import Case, Concern, named
from coding.engine.clock import share_minutes
from coding.engine.facts import PayerFacts
from coding.engine.modifiers import Apart, Pairing, called, listed


def pair_is_never_paid_together(case: Case) -> Iterator[Concern]:
    """No two services stand on a bill that are never paid on one day (CMS NCCI, indicator 0)."""
    for payer, pairing, grade in _refused(case, Apart.NEVER):
        yield Concern(
            f"{_named_column2(case, pairing)} and the {called(pairing.column1)} are never paid on one day.",
            "Keep on the bill what was mostly done, and mark the other as record only.",
            pairing.column2.about[0],
            "description",
            payer,
            grade,
        )


def bundled_region_is_separate(case: Case) -> Iterator[Concern]:
    """A service that is paid only apart was done in another region, or timed apart (CMS NCCI, indicator 1).

    Not told where minutes are missing that would set the two apart: those are asked for already.
    """
    for payer, pairing, grade in _refused(case, Apart.TOGETHER):
        by_time = pairing.column1.code.is_attended
        if by_time and pairing.column2.is_timed and not pairing.column2.minutes:
            continue
        yield Concern(
            _shared(case, pairing),
            "Correct the regions, the minutes or the times if they are wrong; otherwise mark it as record only.",
            pairing.column2.about[0],
            "minutes" if by_time else "regions",
            payer,
            grade,
        )


def _refused(case: Case, apart: Apart) -> Iterator[tuple[PayerFacts, Pairing, str]]:
    """Give what is not paid, and what would not be if the payer followed pairs (that weighs less)."""
    for ledger in case.ledgers:
        for pairing in ledger.bundled:
            if pairing.apart is apart:
                yield ledger.payer, pairing, ""
        for pairing in ledger.ignored:
            if pairing.apart is apart:
                yield ledger.payer, pairing, "softer"


def _shared(case: Case, pairing: Pairing) -> str:
    paid, beside, second = pairing.column1, called(pairing.column1), pairing.column2
    named_second = _named_column2(case, pairing)
    if share_minutes(paid, second):
        return f"{named_second} and the {beside} overlap by their start and stop, and do not both have their minutes."
    if not second.done_in:
        return f"{named_second} does not say where it was done; the {beside} was at {listed(paid.done_in)}."
    places = [region for region in second.done_in if any(region.overlaps(other) for other in paid.done_in)]
    where = f" in one place ({listed(places)})" if places else ""
    return f"{named_second} and the {beside} were done{where}, and nothing sets them apart."


def _named_column2(case: Case, pairing: Pairing) -> str:
    """Return the second service in the clinician's own words, or by its title when it was picked."""
    rows = {activity.id: activity for activity in case.visit.activities}
    activity = rows.get(pairing.column2.about[0])
    return named(activity) if activity else pairing.column2.code.title
