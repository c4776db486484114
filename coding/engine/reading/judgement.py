"""What is said of a text: a label, and the words that it rests on."""

from dataclasses import dataclass

from coding.engine.results import Because


@dataclass(frozen=True, slots=True)
class Judgement:
    """A label for a text, with the words that speak for it (empty where a lack decides)."""

    label: str
    because: tuple[Because, ...] = ()
