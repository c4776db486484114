"""Checks of adjustments: where, on what findings, against which warnings, and beside which exam."""

from collections.abc import Collection, Iterator
from typing import Final

from coding.engine.checks.case import Case, Concern
from coding.engine.facts import AdjustmentFacts, AlertFacts, FindingFacts, VisitFacts
from coding.engine.reading.lexicon import first_of, tells
from coding.engine.reading.lines import sentences
from coding.engine.reading.normalise import tokens
from coding.engine.reading.places import places_in, sentences_in
from coding.engine.reading.signs import PART, is_denied, signs_in
from coding.engine.spine import EXTRASPINAL_CODE, TOO_WIDE, spinal_code
from coding.engine.vocabulary import CarePhase, FindingKind, Region

SIGNS_NEEDED: Final = 2


def adjustment_has_a_region(case: Case) -> Iterator[Concern]:
    """Every adjustment names a region that can be adjusted (CMS LCD L37254)."""
    for row in case.visit.adjustments:
        if row.region is None or row.region in TOO_WIDE:
            what = " ".join(part for part in (row.technique, row.segment) if part) or "One adjustment"
            yield Concern(f"{what} names no single region.", "Choose the region.", row.id, "adjustments")


def contraindication_is_answered(case: Case) -> Iterator[Concern]:
    """A contraindication that concerns an adjusted region has an answer in this note."""
    for alert in case.visit.alerts:
        if alert.is_contraindication and not alert.answer.strip() and _concerned(alert, case.visit.adjustments):
            yield Concern(
                f"The chart warns: {alert.text}. The note does not say how that was weighed.",
                "Answer the warning, or take the adjustment out if it was not done.",
                alert.id,
                "adjustments",
            )


def adjusted_region_was_examined(case: Case) -> Iterator[Concern]:
    """Each adjusted region has a finding of today, or words about it; told once for a region (CMS LCD L37254)."""
    examined = examined_regions(case.visit)
    for row, region in billed_regions(case):
        if not covers(examined, region):
            yield Concern(
                f"{_place(region)} was adjusted but not examined today.",
                "Add what was found there, or take the adjustment out if it was not done.",
                row.id,
                "findings",
                case.payer(row.episode_id),
                where=region.label,
            )


def adjusted_region_shows_part(case: Case) -> Iterator[Concern]:
    """Each adjusted spinal region that was examined shows two of pain, asymmetry, motion and tone, one of them the second
    or the third, or an image shows it; told once for a region (CMS Benefit Policy Manual ch. 15 §240.1.2).
    """
    examined = examined_regions(case.visit)
    for row, region in billed_regions(case):
        shown = signs_of(case.visit, region)
        if not region.is_spinal or not covers(examined, region) or _suffice(shown) or _on_an_image(case.visit, region):
            continue
        yield Concern(
            f"{_place(region)} was adjusted, and today's findings there are {_listed(shown)}.",
            "Add what else was found there: what is uneven or moves too little, where it hurts, how the tissue feels.",
            row.id,
            "findings",
            case.payer(row.episode_id),
            where=region.label,
        )


def segment_is_named(case: Case) -> Iterator[Concern]:
    """The adjusted segment of a spinal region is named; told once for a region (CMS Benefit Policy Manual ch. 15 §240.1.4)."""
    named = {row.region for row in case.visit.adjustments if row.segment.strip()}
    for row, region in billed_regions(case):
        if region.is_spinal and region not in named:
            yield Concern(
                f"{_place(region)} was adjusted; the note does not say at which segment.",
                "Add the segment, as L4 or SI left.",
                row.id,
                "adjustments",
                case.payer(row.episode_id),
                where=region.label,
            )


def exam_is_more_than_the_adjustment(case: Case) -> Iterator[Concern]:
    """An exam beside an adjustment has a recorded reason of its own (Pinnacol, Independence Blue Cross)."""
    for ledger in case.ledgers:
        adjusted = any(row.code.is_adjustment for row in ledger.rows)
        for row in ledger.rows:
            if adjusted and row.code.exam and not row.reason:
                yield Concern(
                    "An exam stands beside an adjustment, and nothing says why it was done on its own account.",
                    "Record why the exam was done, or take it out.",
                    row.about[0],
                    "services",
                    ledger.payer,
                )


def active_care_is_not_maintenance(case: Case) -> Iterator[Concern]:
    """A visit billed as treatment is expected to improve the patient, by its mark and by its words (CMS MLN SE1601).

    Where maintenance has a mark of its own on the bill, the mark is right, and only its notice is asked for.
    """
    is_marked = case.visit.care_phase is CarePhase.MAINTENANCE
    words = "" if is_marked else calls_itself_maintenance(case.visit.assessment)
    for ledger in case.ledgers:
        if words and ledger.rows:
            yield Concern(
                f"The visit is marked as active care; its assessment says “{words}”.",
                "Mark the visit as maintenance, or say what the care is expected to improve.",
                field="care_phase",
                payer=ledger.payer,
            )
        elif is_marked and ledger.rows and not case.rules.payer(ledger.payer.kind).active_modifier:
            yield Concern(
                "The visit is marked as maintenance, and its services are on a bill.",
                "Keep the mark if it is right, and tell the patient who will pay; otherwise correct it.",
                field="care_phase",
                payer=ledger.payer,
            )


def notice_is_on_file(case: Case) -> Iterator[Concern]:
    """Before maintenance that Medicare will not pay, the patient signed a notice of it (CMS MLN SE1601; NGS on GA)."""
    for ledger in case.ledgers:
        kind = case.rules.payer(ledger.payer.kind)
        covered = [row for row in ledger.rows if kind.active_modifier and kind.pays_for(row.code.code)]
        if case.visit.care_phase is CarePhase.MAINTENANCE and covered and not ledger.payer.has_notice:
            yield Concern(
                "The visit is marked as maintenance, and no signed notice of non-coverage is on file.",
                "Enter when the patient signed it, beside the policy; otherwise mark the adjustment as record only.",
                covered[0].about[0],
                "care_phase",
                ledger.payer,
            )


def _concerned(alert: AlertFacts, adjustments: tuple[AdjustmentFacts, ...]) -> bool:
    """Say whether an alert concerns any adjustment; without regions it concerns all, and a missing region is any."""
    if not alert.regions:
        return bool(adjustments)
    return any(row.region is None or covers(set(alert.regions), row.region) for row in adjustments)


def examined_regions(visit: VisitFacts) -> frozenset[Region]:
    """Return where something was found today: by the list of findings, and by the objective in words."""
    return places_in(visit.objective) | {place for finding in visit.findings for place in _places(finding)}


def billed_regions(case: Case) -> Iterator[tuple[AdjustmentFacts, Region]]:
    """Yield each region once that is adjusted and billed to somebody who pays for it, with its first row."""
    told: set[Region] = set()
    for row in case.visit.adjustments:
        if row.record_only or row.region is None or row.region in TOO_WIDE or row.region in told:
            continue
        kind = case.rules.payer(case.payer(row.episode_id).kind)
        if kind.pays_for(spinal_code([row.region]) or EXTRASPINAL_CODE):
            told.add(row.region)
            yield row, row.region


def signs_of(visit: VisitFacts, region: Region) -> frozenset[FindingKind]:
    """Return which of the four kinds of sign a region shows today, by the list of findings and by words."""
    shown: set[FindingKind] = set()
    for finding in visit.findings:
        if covers(_places(finding), region):
            shown |= signs_in(finding.words)
            if finding.kind in PART and not is_denied(finding.words):
                shown.add(finding.kind)
    for words, places in sentences_in(visit.objective):
        if covers(places, region):
            shown |= signs_in(words)
    return frozenset(shown)


def _places(finding: FindingFacts) -> Collection[Region]:
    return (finding.region,) if finding.region else places_in(finding.words)


def _suffice(shown: Collection[FindingKind]) -> bool:
    return len(shown) >= SIGNS_NEEDED and bool({FindingKind.ASYMMETRY, FindingKind.MOTION} & set(shown))


def _on_an_image(visit: VisitFacts, region: Region) -> bool:
    """Say whether the objective speaks of an image of the region: an image may stand for the findings."""
    return any(
        covers(places, region) and tells("image", tokens(words)) for words, places in sentences_in(visit.objective)
    )


def _listed(shown: Collection[FindingKind]) -> str:
    if not shown:
        return "none of pain, asymmetry, range of motion and tissue tone"
    return f"only {' and '.join(kind.label for kind in PART if kind in shown)}"


def calls_itself_maintenance(text: str) -> str:
    """Return the words by which an assessment calls the care maintenance, "" where it does not, or not yet.

    >>> calls_itself_maintenance("Stable. Maintenance care continues."), calls_itself_maintenance("Not yet maintenance care.")
    ('Maintenance care', '')
    """
    for sentence in sentences(text):
        run = tokens(sentence)
        found = first_of("maintenance", run)
        if found and not tells("not_now", run[: found.first]):
            return sentence[run[found.first].start : run[found.end - 1].end]
    return ""


def covers(regions: Collection[Region], region: Region) -> bool:
    """Say whether any of these regions shares anatomy with this one."""
    return any(region.overlaps(other) for other in regions)


def _place(region: Region) -> str:
    return (
        f"The {region.label} spine"
        if region in (Region.CERVICAL, Region.THORACIC, Region.LUMBAR)
        else (f"The {region.label} region" if region is Region.SACRAL else f"The {region.label}")
    )
