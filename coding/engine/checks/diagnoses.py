"""Checks of what a bill points to."""

from collections.abc import Iterator

from coding.engine.checks.case import Case, Concern
from coding.engine.vocabulary import PayerKind

SUBLUXATION = tuple(f"M990{level}" for level in range(6))  # head to pelvis; the limbs and ribs are no spinal levels


def line_points_to_a_diagnosis(case: Case) -> Iterator[Concern]:
    """Every service points to a diagnosis; told once for a bill (CMS-1500, item 24E)."""
    for ledger in case.ledgers:
        bare = [row for row in ledger.rows if not row.diagnosis_ids]
        if bare:
            yield Concern(
                f"{bare[0].code.title} points to no diagnosis.",
                "Add a diagnosis to the episode.",
                field="diagnoses",
                payer=ledger.payer,
            )


def subluxation_diagnosis_comes_first(case: Case) -> Iterator[Concern]:
    """Medicare wants the subluxation's level first, then the condition (CMS MLN SE1601)."""
    codes = {diagnosis.id: diagnosis.code for episode in case.visit.episodes for diagnosis in episode.diagnoses}
    for ledger in case.ledgers:
        for row in ledger.rows:
            first = codes.get(row.diagnosis_ids[0], "") if row.diagnosis_ids else ""
            spinal = row.code.is_adjustment and case.rules.payer(PayerKind.MEDICARE).pays_for(row.code.code)
            if spinal and first and not first.replace(".", "").upper().startswith(SUBLUXATION):
                yield Concern(
                    f"The adjustment points to {first} first.",
                    "Put the subluxation of the adjusted level before the condition, in the diagnoses of the episode.",
                    row.about[0],
                    "diagnoses",
                    ledger.payer,
                )
