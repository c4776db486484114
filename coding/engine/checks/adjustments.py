"""Checks of adjustments: where, on what findings, against which warnings, and beside which exam."""

from collections.abc import Collection, Iterator

from coding.engine.checks.case import Case, Concern
from coding.engine.facts import AdjustmentFacts, AlertFacts, VisitFacts
from coding.engine.reading.places import places_in
from coding.engine.spine import TOO_WIDE
from coding.engine.vocabulary import CarePhase, Region


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
    told: set[Region] = set()
    for row in case.visit.adjustments:
        if row.record_only or not row.region or row.region in told or covers(examined, row.region):
            continue
        told.add(row.region)
        yield Concern(
            f"{_place(row.region)} was adjusted but not examined today.",
            "Add what was found there, or take the adjustment out if it was not done.",
            row.id,
            "findings",
            case.payer(row.episode_id),
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
    """A visit billed as treatment is expected to improve the patient (CMS MLN SE1601)."""
    if case.visit.care_phase is not CarePhase.MAINTENANCE:
        return
    for ledger in case.ledgers:
        if ledger.rows:
            yield Concern(
                "The visit is marked as maintenance, and its services are on a bill.",
                "Keep the mark if it is right, and tell the patient who will pay; otherwise correct it.",
                field="care_phase",
                payer=ledger.payer,
            )


def _concerned(alert: AlertFacts, adjustments: tuple[AdjustmentFacts, ...]) -> bool:
    """Say whether an alert concerns any adjustment; without regions it concerns all, and a missing region is any."""
    if not alert.regions:
        return bool(adjustments)
    return any(row.region is None or covers(set(alert.regions), row.region) for row in adjustments)


def examined_regions(visit: VisitFacts) -> frozenset[Region]:
    """Return where something was found today: by the list of findings, and by the objective in words."""
    return places_in(visit.objective) | {finding.region for finding in visit.findings if finding.region}


def covers(regions: Collection[Region], region: Region) -> bool:
    """Say whether any of these regions shares anatomy with this one."""
    return any(region.overlaps(other) for other in regions)


def _place(region: Region) -> str:
    return (
        f"The {region.label} spine"
        if region in (Region.CERVICAL, Region.THORACIC, Region.LUMBAR)
        else (f"The {region.label} region" if region is Region.SACRAL else f"The {region.label}")
    )
