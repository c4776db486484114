"""The table of contents of the guidance: codes by family, flags by subject, topics; and what a search leaves of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from clinic.models import Practice
from coding.engine import rulebook
from coding.engine.rulebook import RuleBook
from coding.engine.vocabulary import Family
from coding.guidance import GuidancePage, pages

SUBJECTS = {
    "note": "The note as a whole",
    "activities": "Activities",
    "minutes": "Minutes and units",
    "goals": "Goals",
    "plan": "The plan of care",
    "adjustments": "Adjustments and exams",
    "pairs": "Services side by side",
    "diagnoses": "Diagnoses",
    "payers": "What one payer wants besides",
    "course": "From visit to visit",
    "advice": "What else the record supports",
}
FAMILIES = {
    Family.CAPACITY: "Exercise for a capacity",
    Family.CONTROL: "Balance, control, walking",
    Family.TASK: "Tasks and self-care",
    Family.GROUP: "Groups",
    Family.HANDS: "Hands-on work",
    Family.AGENT: "Modalities",
    Family.ADJUST: "Adjustments",
    Family.OTHER: "Other services",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the contents."""

    page: GuidancePage
    family: Family | None = None

    @property
    def code(self) -> str:
        return self.page.slug if self.family else ""


@dataclass(frozen=True, slots=True)
class Group:
    """Pages under one heading, and how many there are of them without a search."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """The contents after a search. `in_text` says that no title has the words, but the pages mention them."""

    codes: tuple[Group, ...]
    flags: tuple[Group, ...]
    topics: tuple[Entry, ...]
    held: int
    in_text: bool = False

    @property
    def shown(self) -> int:
        groups = (*self.codes, *self.flags)
        return sum(len(group.entries) for group in groups) + len(self.topics)


def contents(practice: Practice, words: str = "") -> Contents:
    """Return the pages whose titles hold all the words; where none does, those whose text holds them."""
    rules = rulebook.load(practice.today())
    every = pages(practice)
    found = [page for page in every if _holds(f"{page.slug} {page.title}", words)]
    in_text = [] if found else [page for page in every if _holds(page.text, words)]
    shown = found or in_text
    return Contents(
        codes=tuple(_by_family(shown, rules)),
        flags=tuple(_by_subject(shown, rules)),
        topics=tuple(Entry(page) for page in shown if page.kind == "topics"),
        held=len(every),
        in_text=bool(in_text),
    )


def family_of(page: GuidancePage) -> Family | None:
    """Return the family of a code's page, for its colour; None for other pages."""
    return rulebook.load(page.practice.today()).code(page.slug).family if page.kind == "codes" else None


def _holds(text: str, words: str) -> bool:
    folded = text.casefold()
    return all(word in folded for word in words.casefold().split())


def _by_family(found: Iterable[GuidancePage], rules: RuleBook) -> Iterator[Group]:
    entries = [Entry(page, rules.code(page.slug).family) for page in found if page.kind == "codes"]
    for family, title in FAMILIES.items():
        if mine := tuple(entry for entry in entries if entry.family is family):
            yield Group(title, mine)


def _by_subject(found: Iterable[GuidancePage], rules: RuleBook) -> Iterator[Group]:
    subjects = {slug: check.subject for slug, check in rules.checks.items()}
    flags = [page for page in found if page.kind == "flags"]
    for subject, title in SUBJECTS.items():
        if mine := tuple(Entry(page) for page in flags if subjects.get(page.slug, "note") == subject):
            yield Group(title, mine)
