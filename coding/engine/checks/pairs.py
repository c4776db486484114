"""Checks of services that a payer pays only apart, or never on one day."""

from collections.abc import Iterator

from coding.engine.checks.case import Case, Concern, named
from coding.engine.facts import PayerFacts
from coding.engine.modifiers import Apart, Meeting, called, listed


def pair_is_never_paid_together(case: Case) -> Iterator[Concern]:
    """No two services stand on a bill that are never paid on one day (CMS NCCI, indicator 0)."""
    for payer, met, grade in _refused(case, Apart.NEVER):
        yield Concern(
            f"{_second(case, met)} and the {called(met.first)} are never paid on one day.",
            "Keep on the bill what was mostly done, and mark the other as record only.",
            met.second.about[0],
            "description",
            payer,
            grade,
        )


def bundled_region_is_separate(case: Case) -> Iterator[Concern]:
    """A service that is paid only apart was done in another region, or timed apart (CMS NCCI, indicator 1).

    Not told where minutes are missing that would set the two apart: those are asked for already.
    """
    for payer, met, grade in _refused(case, Apart.TOGETHER):
        by_time = met.first.code.is_attended
        if by_time and met.second.is_timed and not met.second.minutes:
            continue
        yield Concern(
            _shared(case, met),
            "Correct the regions or the minutes if they are wrong; otherwise mark it as record only.",
            met.second.about[0],
            "minutes" if by_time else "regions",
            payer,
            grade,
        )


def _refused(case: Case, apart: Apart) -> Iterator[tuple[PayerFacts, Meeting, str]]:
    """Give what is not paid, and what would not be if the payer followed pairs (that weighs less)."""
    for ledger in case.ledgers:
        for met in ledger.bundled:
            if met.apart is apart:
                yield ledger.payer, met, ""
        for met in ledger.ignored:
            if met.apart is apart:
                yield ledger.payer, met, "softer"


def _shared(case: Case, met: Meeting) -> str:
    beside = called(met.first)
    if not met.second.reach:
        return f"{_second(case, met)} does not say where it was done; the {beside} was at {listed(met.first.reach)}."
    places = [region for region in met.second.reach if any(region.overlaps(other) for other in met.first.reach)]
    where = f" in one place ({listed(places)})" if places else ""
    return f"{_second(case, met)} and the {beside} were done{where}, and nothing sets them apart."


def _second(case: Case, met: Meeting) -> str:
    """Return the second service in the clinician's own words, or by its title when it was picked."""
    rows = {activity.id: activity for activity in case.visit.activities}
    activity = rows.get(met.second.about[0])
    return named(activity) if activity else met.second.code.title
