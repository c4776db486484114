"""What a note answers: where a goal stands today, how a contraindication was heeded. One row for each, or none."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from clinic.entry.fingerprints import fingerprint
from clinic.models import Alert, Membership
from notes import history
from notes.drafts import claim
from notes.models import AlertAnswer, Goal, GoalProgress, Note

type Answer = GoalProgress | AlertAnswer

FIELDS = {GoalProgress: "value", AlertAnswer: "text"}
PARTS = {GoalProgress: "goal", AlertAnswer: "alert"}  # what the history calls them


def progress_of(note: Note, goal: Goal) -> GoalProgress:
    """Return where a goal stands today; a new row, not yet kept, while nothing is said."""
    said = GoalProgress.objects.filter(note=note, goal=goal).first()
    return said or GoalProgress(practice_id=note.practice_id, note=note, goal=goal, episode_id=goal.episode_id)


def answer_to(note: Note, alert: Alert) -> AlertAnswer:
    """Return how a contraindication was heeded; a new row, not yet kept, while nothing is said."""
    said = AlertAnswer.objects.filter(note=note, alert=alert).first()
    return said or AlertAnswer(practice_id=note.practice_id, note=note, alert=alert)


def text_of(answer: Answer) -> str:
    return str(getattr(answer, FIELDS[type(answer)]))


def base_of(text: str) -> str:
    """Return by what a page says which answer it was typed against; it is there before any row is."""
    return fingerprint(AlertAnswer(text=text), ["text"])


@transaction.atomic(durable=True)
def save_answer(
    answer: Answer,
    text: str,
    *,
    by: Membership,
    version: int,
    key: UUID | None,
    base: str | None,
    after: Iterable[UUID] = (),
) -> Note:
    """Keep, change or, where nothing is said any more, take back an answer.

    Raises Changed when somebody else answered otherwise since the page was read; what they said stands.
    """

    def untouched(now: Note) -> bool:
        said = text_of(stored_of(answer))
        return base_of(said) == base or said == text

    note = claim(answer.note, version, key=key, after=after, untouched=None if base is None else untouched)
    current = stored_of(answer)
    setattr(current, FIELDS[type(answer)], text)
    current.written_by = by
    if text:
        current.save()
    elif not current._state.adding:
        current.delete()
    history.wrote(note, [PARTS[type(answer)]], by=by, row=about_of(answer))
    return note


def about_of(answer: Answer) -> UUID:
    """Return the goal or the alert that is answered."""
    return answer.goal_id if isinstance(answer, GoalProgress) else answer.alert_id


def stored_of(answer: Answer) -> Answer:
    """Return the answer as it stands now."""
    if isinstance(answer, GoalProgress):
        return progress_of(answer.note, answer.goal)
    return answer_to(answer.note, answer.alert)
