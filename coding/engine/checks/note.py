"""Checks of the note as a whole: who, when, and whether its words are its own."""

from collections.abc import Iterator

from coding.engine.checks.case import Case, Concern


def author_has_a_credential(case: Case) -> Iterator[Concern]:
    """The signer's credential is on file (CMS Benefit Policy Manual ch. 15 §220.3.E)."""
    if not case.visit.clinician.credential.strip():
        name = case.visit.clinician.name or "The clinician"
        yield Concern(f"{name} has no credential on file.", "Ask an admin to add it under the practice's people.")


def date_is_not_in_the_future(case: Case) -> Iterator[Concern]:
    """The day of the visit has come."""
    if case.visit.on > case.visit.today:
        yield Concern(
            f"The visit is dated {case.visit.on:%Y-%m-%d}; today is {case.visit.today:%Y-%m-%d}.",
            "Correct the date of the visit, or finish the note on the day.",
        )


def carried_text_is_confirmed(case: Case) -> Iterator[Concern]:
    """Whatever came from the last note was confirmed or taken out (NGS Medicare on cloned documentation)."""
    if waiting := case.visit.unconfirmed:
        parts = "1 carried-over part waits" if waiting == 1 else f"{waiting} carried-over parts wait"
        yield Concern(f"{parts} for a yes or no.", "Confirm what holds today, and take out the rest.", field="plan")
