"""The way to one of the exercise codes: questions in the order in which they decide, drawn on the topic's page."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from clinic.models import Practice
from coding.engine import rulebook
from coding.guidance import titles


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that ends the way: at a code, or (without one) at what `title` says."""

    when: str
    code: str = ""
    title: str = ""
    family: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A question, and the answers that end the way; any other answer leads to the next question."""

    question: str
    answers: tuple[Answer, ...]


PATH = (
    Step(
        "Who had the clinician's attention?",
        (Answer("several patients at once", "97150"), Answer("nobody attended", title="Recorded, not billed")),
    ),
    Step("Was performance measured, with a written report of its own?", (Answer("yes", "97750"),)),
    Step("Was the exercise done in water?", (Answer("yes", "97113"),)),
    Step("Was self-care taught, or a task of the household?", (Answer("yes", "97535"),)),
    Step("Was a named task of this person's life or work practised?", (Answer("yes", "97530"),)),
    Step("Was it about how they walk?", (Answer("yes", "97116"),)),
    Step("Was it about balance, coordination, position sense, posture or control?", (Answer("yes", "97112"),)),
    Step("Was one capacity trained: strength, endurance, motion, flexibility?", (Answer("yes", "97110"),)),
    Step(
        "Has nobody said yet what it was for?",
        (Answer("then ask", title="There is no answer before the aim is stated, and Plumbline gives none."),),
    ),
)


def path(practice: Practice) -> Iterator[Step]:
    """Yield the steps with the practice's own titles for the codes."""
    names, rules = titles(practice), rulebook.load(practice.today())
    for step in PATH:
        yield replace(
            step,
            answers=tuple(
                replace(answer, title=names[answer.code], family=rules.code(answer.code).family.value)
                if answer.code
                else answer
                for answer in step.answers
            ),
        )
