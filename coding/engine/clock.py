"""Start and stop of what was done: whether two things can both have had their minutes."""

from typing import Protocol


class Timed(Protocol):
    """Something that took minutes. When it began and ended is in minutes from midnight, None where nobody wrote it down."""

    @property
    def minutes(self) -> int | None:
        """Return how long it took."""

    @property
    def began(self) -> int | None:
        """Return when it began."""

    @property
    def ended(self) -> int | None:
        """Return when it ended."""


def share_minutes(one: Timed, other: Timed) -> bool:
    """Say whether two things overlap by the clock, and have more minutes together than passed meanwhile.

    What is given in parts may overlap: 25 minutes of a group between 9:00 and 9:40 leave room for 15 with one patient.

    >>> from dataclasses import replace
    >>> from coding.engine.facts import ActivityFacts
    >>> group, alone = ActivityFacts("1", "", minutes=25, began=540, ended=565), ActivityFacts("2", "", minutes=15)
    >>> share_minutes(group, alone), share_minutes(group, replace(alone, began=545, ended=560))
    (False, True)
    >>> share_minutes(replace(group, ended=580), replace(alone, began=545, ended=560))
    False
    """
    if one.began is None or one.ended is None or other.began is None or other.ended is None:
        return False
    overlap = one.began < other.ended and other.began < one.ended
    passed = max(one.ended, other.ended) - min(one.began, other.began)
    return overlap and (one.minutes or 0) + (other.minutes or 0) > passed
