"""Checks of adjustments: where, on what findings, against which warnings, and beside which exam."""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from coding.engine.bills import Ledger
from coding.engine.checks.case import Case, Concern, lasting, slug_of
from coding.engine.checks.regions import Told, covers, signs_of
from coding.engine.facts import ActivityFacts, AdjustmentFacts, AlertFacts, ServiceFacts
from coding.engine.modifiers import SEPARATE_EXAM
from coding.engine.reading.lexicon import first_of, tells
from coding.engine.reading.lines import sentences
from coding.engine.reading.normalise import tokens
from coding.engine.reading.signs import PART
from coding.engine.spine import TOO_WIDE
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
    for row, region in case.adjusted_for(slug_of(adjusted_region_was_examined)):
        if not covers(case.examined, region):
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
    for row, region in case.adjusted_for(slug_of(adjusted_region_shows_part)):
        if not region.is_spinal or not covers(case.examined, region):
            continue
        shown = signs_of(case.visit, case.objective, region)
        if _suffice(shown) or _on_an_image(case.objective, region):
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
    for row, region in case.adjusted_for(slug_of(segment_is_named)):
        if region.is_spinal and region not in named:
            yield Concern(
                f"{_place(region)} was adjusted; the note does not say at which segment.",
                "Add the segment, as L4 or SI left.",
                row.id,
                "adjustments",
                case.payer(row.episode_id),
                where=region.label,
                lasts=lasting(case.episode(row.episode_id), region),
            )


def exam_is_more_than_the_adjustment(case: Case) -> Iterator[Concern]:
    """An exam has a recorded reason of its own on the day of an adjustment (Pinnacol, Independence Blue Cross).

    Earlier notes of the day count. One that is signed cannot be given its reason here, so of that one a warning tells.
    """
    for ledger in case.ledgers:
        yield from _exam_before_the_adjustment(case, ledger)
        day = (*ledger.rows, *(entry.row for entry in ledger.earlier))
        adjusted = any(row.code.is_adjustment for row in day)
        for row in ledger.rows:
            if adjusted and row.code.exam and not row.reason:
                yield Concern(
                    "An exam stands on the day of an adjustment, and nothing says why it was done on its own account.",
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
                lasts=_for_one_complaint(case, ledger),
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


def _exam_before_the_adjustment(case: Case, ledger: Ledger) -> Iterator[Concern]:
    """Tell of an exam that was signed before there was an adjustment, so that its line does not say that it is separate."""
    pays = case.rules.payer(ledger.payer.kind).pays_for
    adjusted = [row for row in ledger.rows if row.code.is_adjustment]
    unmarked = [entry for entry in ledger.earlier if entry.row.code.exam and not entry.has(SEPARATE_EXAM)]
    if adjusted and any(pays(entry.row.code.code) for entry in unmarked):
        yield Concern(
            "An exam stands in an earlier note of this day, and its line does not say that it is separate from an adjustment.",
            "Let whoever sends the bill know, so that the exam is marked; or mark the adjustment as record only.",
            adjusted[0].about[0],
            "adjustments",
            ledger.payer,
            "softer",
        )


def _for_one_complaint(case: Case, ledger: Ledger) -> tuple[str, ...]:
    """A bill may be for several complaints; then a reason holds for this visit alone."""
    billed = {about for row in ledger.rows for about in row.about}
    rows: Sequence[AdjustmentFacts | ActivityFacts | ServiceFacts]
    rows = (*case.visit.adjustments, *case.visit.activities, *case.visit.services)
    served = [case.episode(row.episode_id) for row in rows if row.id in billed]
    return lasting(served[0], ledger.payer.id) if len({episode.id for episode in served}) == 1 else ()


def _concerned(alert: AlertFacts, adjustments: tuple[AdjustmentFacts, ...]) -> bool:
    """Say whether an alert concerns any adjustment; without regions it concerns all, and a missing region is any."""
    if not alert.regions:
        return bool(adjustments)
    return any(row.region is None or covers(set(alert.regions), row.region) for row in adjustments)


def _suffice(shown: Collection[FindingKind]) -> bool:
    return len(shown) >= SIGNS_NEEDED and bool({FindingKind.ASYMMETRY, FindingKind.MOTION} & set(shown))


def _on_an_image(objective: Told, region: Region) -> bool:
    """Say whether the objective speaks of an image of the region: an image may stand for the findings."""
    return any(covers(places, region) and tells("image", tokens(words)) for words, places in objective)


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


def _place(region: Region) -> str:
    return (
        f"The {region.label} spine"
        if region in (Region.CERVICAL, Region.THORACIC, Region.LUMBAR)
        else (f"The {region.label} region" if region is Region.SACRAL else f"The {region.label}")
    )
