"""Judge goals or descriptions given as JSON lines: `manage.py judge --kind goal goals.jsonl`, or from standard input.

One object a line with `id` and `text`. A goal is functional_measurable, functional_only, impairment_only, vague or
empty; a description is specific or vague. The answer holds `id`, `label` and `because`, the words that it rests on.
A line that cannot be read is told on standard error with its number; the others are answered all the same, and the
command ends with status 1. No database is used.
"""

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any, Final

from django.core.management.base import BaseCommand

from coding.engine.reading.goals import judge_goal
from coding.engine.reading.judgement import Judgement
from coding.engine.reading.vagueness import judge_description
from coding.json_lines import answer_lines, text_of

KINDS: Final[dict[str, Callable[[str], Judgement]]] = {"goal": judge_goal, "description": judge_description}


class Command(BaseCommand):
    """Answers each line, and says which could not be read."""

    help = "Judge JSON lines of id and text: --kind goal or --kind description."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", default="-", help="a file of JSON lines; standard input without it")
        parser.add_argument("--kind", choices=KINDS, required=True, help="what the texts are")

    def handle(self, *args: Any, **options: Any) -> None:
        judge = KINDS[options["kind"]]
        answer_lines(self, options["file"], lambda asked: answer(asked, judge))


def answer(asked: dict[str, Any], judge: Callable[[str], Judgement]) -> dict[str, Any]:
    """Return the judgement of one line. Raises LineError when the text is none.

    >>> answer({"id": 1, "text": "lift boxes"}, judge_goal)["label"]
    'functional_only'
    """
    judgement = judge(text_of(asked, "text"))
    return {"id": asked["id"], "label": judgement.label, "because": [piece._asdict() for piece in judgement.because]}
