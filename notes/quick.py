"""Reading a line typed in one's own words into the fields of an activity. Nothing is guessed: what is not marked stays text."""

import re
from dataclasses import dataclass

ARROW = re.compile(r"\s*(?:→|->|=>)\s*")
MINUTES = re.compile(r"[,;]?\s*\b([1-9][0-9]{0,2})\s*(?:minutes|minute|mins|min|')(?![\w/])[,;]?", re.ASCII)
LONGEST_GOAL = 300  # as the row's own field; a longer one stays with what was done


@dataclass(frozen=True)
class QuickActivity:
    description: str
    minutes: int | None
    goal: str


def read_activity(line: str) -> QuickActivity:
    """Split a line into what was done, its minutes and, behind an arrow, its goal.

    >>> read_activity("TB rows 3x10 red, scap strength, 8 min -> reach top shelf")
    QuickActivity(description='TB rows 3x10 red, scap strength', minutes=8, goal='reach top shelf')
    >>> read_activity("plank 3 x 1 min")
    QuickActivity(description='plank 3 x 1 min', minutes=None, goal='')
    """
    done, goal = [*ARROW.split(line, maxsplit=1), ""][:2]
    if len(goal) > LONGEST_GOAL:
        done, goal = line, ""
    found = [match for match in MINUTES.finditer(done) if not _is_a_dose(done, match)]
    if len(found) != 1 or int(found[0][1]) > 480:
        return QuickActivity(done.strip(), None, goal.strip())
    rest = f"{done[: found[0].start()]} {done[found[0].end() :]}"
    return QuickActivity(" ".join(rest.split()), int(found[0][1]), goal.strip())


def _is_a_dose(text: str, match: re.Match[str]) -> bool:
    """Say whether the number belongs to a dose, as in 3 x 1 min, and is not the time of the activity."""
    return bool(re.search(r"[x×@/]\s*$", text[: match.start(1)], re.ASCII))
