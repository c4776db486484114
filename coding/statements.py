"""What would be stated to each payer: the engine's lines, with diagnoses lettered A to L and pointers to them. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from coding.engine.facts import DiagnosisFacts, VisitFacts
from coding.engine.results import Bill, Line, Suggestion
from coding.engine.vocabulary import Region, UnitMethod

LETTERS = "ABCDEFGHIJKL"  # CMS-1500 item 21 and 837P HI hold twelve


@dataclass(frozen=True, slots=True)
class Lettered:
    """A diagnosis and the letter by which lines point to it."""

    letter: str
    code: str
    title: str


@dataclass(frozen=True, slots=True)
class StatedLine:
    """A line as it will stand on the superbill."""

    line: Line
    pointers: tuple[str, ...]

    @property
    def places(self) -> str:
        """The regions in words."""
        return ", ".join(Region(region).label for region in self.line.regions)

    @property
    def counted(self) -> str:
        """What is counted, in words."""
        return "1 unit" if self.line.units == 1 else f"{self.line.units} units"


@dataclass(frozen=True, slots=True)
class Statement:
    """All lines of a visit for one payer. `payer_id` is the coverage's id, "" for self-pay."""

    payer_id: str
    payer_name: str
    method: UnitMethod
    timed_minutes: int
    diagnoses: tuple[Lettered, ...]
    lines: tuple[StatedLine, ...]
    bill: Bill

    def content(self) -> dict[str, object]:
        """Return what a signature covers of it: all that will stand on the superbill, without money."""
        return {
            "payer": self.payer_id,
            "payer_name": self.payer_name[:80],
            "method": self.method,
            "timed_minutes": self.timed_minutes,
            "diagnoses": [[row.letter, row.code, row.title] for row in self.diagnoses],
            "lines": [
                {
                    "code": row.line.code,
                    "title": row.line.title,
                    "units": row.line.units,
                    "minutes": row.line.minutes,
                    "modifiers": [modifier.code for modifier in row.line.modifiers],
                    "regions": row.line.regions,
                    "pointers": row.pointers,
                }
                for row in self.lines
            ],
        }


def statements(facts: VisitFacts, suggestion: Suggestion) -> tuple[Statement, ...]:
    """Return one statement for each payer."""
    return tuple(_statement(facts, bill) for bill in suggestion.bills)


def _statement(facts: VisitFacts, bill: Bill) -> Statement:
    letters = _letters(_diagnoses(facts, bill), {pk for line in bill.lines for pk in line.diagnosis_ids})
    return Statement(
        payer_id=bill.payer_id,
        payer_name=bill.payer_name,
        method=bill.method,
        timed_minutes=bill.timed_minutes,
        diagnoses=tuple(dict.fromkeys(letters.values())),
        lines=tuple(StatedLine(line, _pointers(line, letters)) for line in bill.lines),
        bill=bill,
    )


def _diagnoses(facts: VisitFacts, bill: Bill) -> list[DiagnosisFacts]:
    return [row for episode in facts.episodes if episode.payer.id == bill.payer_id for row in episode.diagnoses]


def _letters(diagnoses: Iterable[DiagnosisFacts], pointed_to: set[str]) -> dict[str, Lettered]:
    """Give each code one letter, in order; of more than twelve codes, those that lines point to come along first."""
    rows = list(diagnoses)
    codes = list(dict.fromkeys(row.code for row in rows))
    needed = {row.code for row in rows if row.id in pointed_to}
    kept = sorted(sorted(codes, key=lambda code: code not in needed)[: len(LETTERS)], key=codes.index)
    titles = {row.code: row.title for row in reversed(rows)}
    by_code = {code: Lettered(letter, code, titles[code]) for letter, code in zip(LETTERS, kept, strict=False)}
    return {row.id: by_code[row.code] for row in rows if row.code in by_code}


def _pointers(line: Line, letters: Mapping[str, Lettered]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(letters[pk].letter for pk in line.diagnosis_ids if pk in letters))
