"""Checks of the note as a whole: who, when, whether its words are its own, and whether all four parts hold some."""

from collections.abc import Iterator

from coding.engine.checks.case import Case, Concern, told
from coding.engine.facts import VisitFacts

FIELDS = {"objective": "findings"}  # where a part is filled in, when it is not called by its own name


def author_has_a_credential(case: Case) -> Iterator[Concern]:
    """The signer's credential is on file (CMS Benefit Policy Manual ch. 15 §220.3.E)."""
    if not case.visit.clinician.credential.strip():
        name = case.visit.clinician.name or "The clinician"
        yield Concern(f"{name} has no credential on file.", "Ask an admin to add it under the practice's people.")


def date_is_not_in_the_future(case: Case) -> Iterator[Concern]:
    """The day of the visit has come."""
    if case.visit.on > case.visit.today:
        yield Concern(
            f"The visit is dated {told(case.visit.on)}; today is {told(case.visit.today)}.",
            "Sign it on the day. If the visit was today's, discard this draft and start the note of the visit of today.",
        )


def carried_text_is_confirmed(case: Case) -> Iterator[Concern]:
    """Whatever came from the last note was confirmed or taken out (NGS Medicare on cloned documentation)."""
    if waiting := case.visit.unconfirmed:
        parts = "1 carried-over part waits" if waiting == 1 else f"{waiting} carried-over parts wait"
        yield Concern(
            f"{parts} for a yes or no.", "Confirm what holds today, and take out the rest.", field="adjustments"
        )


def note_says_how_it_went(case: Case) -> Iterator[Concern]:
    """All four parts of the note say something; told once (domain facts 6.3, the routine visit)."""
    if empty := _empty_parts(case.visit):
        *others, last = empty
        listed = f"{', '.join(others)} and {last}" if others else last
        exam = "An examination has no findings. " if "objective" in empty and _was_examined(case) else ""
        yield Concern(
            f"{exam}Nothing stands under {listed}.",
            "Add a few words of today: what changed, what was found, how it goes, what comes next.",
            field=FIELDS.get(empty[0], empty[0]),
        )


def _empty_parts(visit: VisitFacts) -> list[str]:
    """Return the parts that hold nothing, in the order of the note; a finding is as good as words about it."""
    parts = {
        "subjective": visit.subjective.strip(),
        "objective": visit.findings or visit.objective.strip(),
        "assessment": visit.assessment.strip(),
        "plan": visit.plan.strip(),
    }
    return [part for part, held in parts.items() if not held]


def _was_examined(case: Case) -> bool:
    return any(case.rules.code(service.code).exam for service in case.visit.services)
