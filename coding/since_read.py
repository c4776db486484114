"""What changed in a note since its signer read it: in which parts, from which words to which, and by whom.

The page brings back the words that it showed. They decide nothing, for the digests do; they only let it be said what is other.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from clinic import clock
from clinic.models import AccessEvent, Membership
from coding.differences import Change, differences
from notes import history
from notes.models import Note
from notes.reading import ComplaintReading, Reading

LONGEST = 400_000  # of what a page brings back; beyond it nothing is compared, and the page says that the note changed
TITLES = {
    "complaint": "Complaint",
    "subjective": "Subjective",
    "finding": "Objective",
    "objective": "Objective",
    "adjustment": "Adjusted",
    "alert": "Contraindications heeded",
    "activity": "Activities",
    "goal": "Goals",
    "today": "Goals",
    "assessment": "Assessment",
    "plan": "Plan",
    "total_minutes": "Minutes in all",
    "care_phase": "Phase of care",
}
PARTS = {"today": "goal"}  # where the history calls a part otherwise
OF_THE_COURSE = (
    "episode-changed", "diagnosis-added", "diagnoses-ordered", "diagnosis-ended", "goal-added", "goal-changed",
    "goal-closed", "goal-reopened", "plan-reviewed",
)  # fmt: skip

type Words = Mapping[str, str]  # what each part says, by its kind and the key of its row: "plan", "activity 019…"


@dataclass(frozen=True)
class ChangedPart:
    """A part of the note that is not as it was read."""

    title: str
    changes: tuple[Change, ...]
    by: tuple[Membership, ...]


def as_json(words: Words) -> str:
    """Return what a page carries of the words that it shows."""
    return json.dumps(words)


def words_of(note: Note, reading: Reading) -> Words:
    """Return what a note says, in the order in which it is read."""
    goals = [goal for each in reading.complaints for goal in each.goals]
    rows = {
        "complaint": {each.id: _complaint(each) for each in reading.complaints},
        "finding": {row.id: row.words for row in reading.findings},
        "adjustment": {row.id: row.words for row in reading.adjustments},
        "alert": {str(row.alert_id): f"{row.alert.text}: {row.text}" for row in note.alert_answers.all()},
        "activity": {row.id: _sentences(row.description, row.words, row.response) for row in reading.activities},
        "goal": {each.id: _sentences(each.text, each.course) for each in goals},
        "today": {each.id: f"{each.text}: {each.today} today" for each in goals if each.today},
    }
    said = {f"{kind} {key}": words for kind, found in rows.items() for key, words in found.items()}
    return said | {kind: str(getattr(note, kind) or "") for kind in TITLES if kind not in rows}


def _complaint(each: ComplaintReading) -> str:
    return "\n".join([each.complaint, *(f"{row.code} {row.title}" for row in each.diagnoses), each.history])


def _sentences(*parts: str) -> str:
    return ". ".join(filter(None, parts))


def changed_since(read: str, note: Note, words: Words) -> tuple[ChangedPart, ...]:
    """Return the parts that say something else now than they did on a page; none where that cannot be read any more."""
    before = _read(read)
    return tuple(_changed(note, before, words)) if before else ()


def _read(read: str) -> Words:
    """Read what a page brought back. It came through a browser, so it may be anything."""
    try:
        words = json.loads(read) if len(read) <= LONGEST else None
    except (ValueError, RecursionError):
        return {}
    return {str(key): str(said) for key, said in words.items()} if isinstance(words, dict) else {}


def _changed(note: Note, before: Words, now: Words) -> Iterator[ChangedPart]:
    for title in dict.fromkeys(TITLES.values()):
        old, new = _of(title, before), _of(title, now)
        if old == new and list(old) == list(new):
            continue
        others = [key for key in {**old, **new} if old.get(key) != new.get(key)]
        yield ChangedPart(title, differences("\n".join(old.values()), "\n".join(new.values())), _writers(note, others))


def _of(title: str, words: Words) -> Words:
    return {key: said for key, said in words.items() if TITLES.get(key.partition(" ")[0]) == title}


# By whom


def _writers(note: Note, keys: Iterable[str]) -> tuple[Membership, ...]:
    """Return who wrote last in each of some parts, as far as that is known."""
    found = (_writer(note, *key.split(" ", 1)) for key in keys)
    return tuple(dict.fromkeys(member for member in found if member))


def _writer(note: Note, kind: str, row: str = "") -> Membership | None:
    if kind in ("complaint", "goal"):
        return _of_the_course(note)
    return history.last_writer(note, PARTS.get(kind, kind), row=_key(row))


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _of_the_course(note: Note) -> Membership | None:
    """Return who changed the patient's complaints and goals last. The log knows; a page is not open for longer than a day."""
    events = AccessEvent.objects.filter(
        kind__in=OF_THE_COURSE, patient_ids__contains=[note.patient_id], at__gte=clock.now() - timedelta(days=1)
    )
    last = events.order_by("-at").values_list("user_id", flat=True).first()
    return Membership.objects.select_related("user").filter(practice=note.practice_id, user=last).first()
