"""Where a visit examined and adjusted, and which signs of a joint that does not work well each region shows."""

from collections.abc import Collection, Iterator

from coding.engine.facts import AdjustmentFacts, FindingFacts, VisitFacts
from coding.engine.reading.places import places_in
from coding.engine.reading.signs import PART, is_denied, signs_in
from coding.engine.rows import payer_of
from coding.engine.rulebook import RuleBook
from coding.engine.spine import EXTRASPINAL_CODE, TOO_WIDE, spinal_code
from coding.engine.vocabulary import FindingKind, Region

# The sentences of an objective, each with the regions that it speaks of: read once, and asked about for each region.
type Told = tuple[tuple[str, frozenset[Region]], ...]


def examined_regions(visit: VisitFacts, told: Told) -> frozenset[Region]:
    """Return where something was found today: by the list of findings, and by the objective in words."""
    listed = {place for finding in visit.findings for place in _places(finding)}
    return frozenset(place for _, places in told for place in places) | listed


def billed_regions(visit: VisitFacts, rules: RuleBook) -> Iterator[tuple[AdjustmentFacts, Region]]:
    """Yield each region that is adjusted and billed to somebody who pays for it, with its first row; once for a payer."""
    told: set[tuple[str, Region]] = set()
    for row in visit.adjustments:
        payer = payer_of(visit, row.episode_id)
        if row.record_only or row.region is None or row.region in TOO_WIDE or (payer.id, row.region) in told:
            continue
        if rules.payer(payer.kind).pays_for(spinal_code([row.region]) or EXTRASPINAL_CODE):
            told.add((payer.id, row.region))
            yield row, row.region


def signs_of(visit: VisitFacts, told: Told, region: Region) -> frozenset[FindingKind]:
    """Return which of the four kinds of sign a region shows today, by the list of findings and by words."""
    shown: set[FindingKind] = set()
    for finding in visit.findings:
        if covers(_places(finding), region):
            shown |= signs_in(finding.words)
            if finding.kind in PART and not is_denied(finding.words):
                shown.add(finding.kind)
    for words, places in told:
        if covers(places, region):
            shown |= signs_in(words)
    return frozenset(shown)


def covers(regions: Collection[Region], region: Region) -> bool:
    """Say whether any of these regions shares anatomy with this one."""
    return any(region.overlaps(other) for other in regions)


def _places(finding: FindingFacts) -> Collection[Region]:
    return (finding.region,) if finding.region else places_in(finding.words)
