"""Starting a note: from an empty sheet, or from the last one, whose structure and goals come along."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from clinic.audit.log import record
from clinic.models import Membership, Visit
from clinic.roles import Role
from notes.corrected import standing
from notes.drafts import claim
from notes.models import Activity, Adjustment, Episode, Note, NoteEpisode
from notes.of_visits import note_of


@transaction.atomic(durable=True)
def start(
    visit: Visit, *, by: Membership, episodes: Iterable[Episode], complaint: str = "", drafts: bool = False
) -> Note:
    """Start the visit's note, or return the one that is there: two people who start at once get the same note.

    A new complaint becomes an episode here, so that there is one of it however often the form is sent.
    A clinician writes under their own name, and so takes over a colleague's visit; an assistant drafts for the visit's.
    Whoever is both says by `drafts` that they assist.
    """
    locked = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    existing = note_of(locked)
    if existing:
        return existing
    assists = by.has_role(Role.ASSISTANT) and (drafts or not by.has_role(Role.CLINICIAN))
    author = visit.clinician if assists else by
    note = Note.objects.create(practice_id=visit.practice_id, visit=visit, patient_id=visit.patient_id, author=author)
    for episode in [*episodes, *_new_episode(note, complaint, by)]:
        serve(note, episode)
    carry_over(note)
    # whoever is treated has come, whatever was expected of them
    state = locked.state if locked.state == Visit.State.DONE else Visit.State.ARRIVED
    Visit.objects.filter(pk=visit.pk).update(state=state, clinician=author)
    record("note-started", by=by, patients=[visit.patient_id], about=note.pk, author=str(author))
    return note


def _new_episode(note: Note, complaint: str, by: Membership) -> list[Episode]:
    if not complaint:
        return []
    episode = Episode.objects.create(
        practice_id=note.practice_id, patient_id=note.patient_id, complaint=complaint, first_treated_on=note.visit.on
    )
    record("episode-added", by=by, patients=[note.patient_id], about=episode.pk)
    return [episode]


def is_about(note: Note, *, episodes: Iterable[Episode], complaint: str) -> bool:
    """Say whether a note is about all of this: of two people who start one at once, it is what the first of them chose."""
    served = Episode.objects.filter(note_episodes__note=note)
    return set(episodes) <= set(served) and (not complaint or served.filter(complaint=complaint).exists())


def takes_over(visit: Visit, *, by: Membership) -> bool:
    """Whether starting the visit's note would make a colleague's visit one's own."""
    return by.has_role(Role.CLINICIAN) and visit.clinician_id != by.pk


def serve(note: Note, episode: Episode) -> NoteEpisode:
    """Let the note serve an episode. The database refuses one of another patient."""
    return NoteEpisode.objects.get_or_create(
        note=note, episode=episode, defaults={"practice_id": note.practice_id, "patient_id": note.patient_id}
    )[0]


@transaction.atomic(durable=True)
def serve_too(note: Note, episode: Episode, *, version: int, key: UUID | None) -> Note:
    """Let a draft serve one more complaint."""
    current = claim(note, version, key=key, untouched=lambda now: True)
    serve(current, episode)
    return current


def carry_over(note: Note) -> None:
    """Bring the last signed note's adjustments and activities along, to be confirmed one by one.

    What was found, said and measured stays behind: minutes, delivery and responses are today's or they are nothing.
    """
    last = last_note_before(note)
    if last is None:
        return
    served = set(note.note_episodes.values_list("episode_id", flat=True))
    stood = standing(last)
    for row in stood.adjustments:
        if row.episode_id in served:
            _carry(row, note, response="")
    for activity in stood.activities:
        if activity.episode_id in served:
            _carry(activity, note, **TODAYS, goal=_still_open(activity))


# What is today's to say of an activity, or nothing.
TODAYS: dict[str, object] = {
    "response": "", "minutes": None, "began_at": None, "ended_at": None, "delivery": "", "group_size": None,
}  # fmt: skip


def last_note_before(note: Note) -> Note | None:
    """Return the patient's last signed note that shares an episode with this one."""
    served = note.note_episodes.values("episode")
    return Note.objects.signed().before(note).filter(note_episodes__episode__in=served).first()


def _still_open(activity: Activity) -> object:
    return activity.goal if activity.goal and activity.goal.is_open else None


def _carry(row: Adjustment | Activity, note: Note, **cleared: object) -> None:
    copied = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.name not in ("id", "created_at", "note", "is_carried", *cleared)
    }
    type(row).objects.create(**copied, **cleared, note=note, is_carried=True)


def open_episodes(patient_id: UUID) -> list[Episode]:
    return list(Episode.objects.filter(patient=patient_id, discharged_on=None))


def episodes_to_serve(visit: Visit) -> list[Episode]:
    """Return the episodes that a new note most likely serves: those of the last note, or the only one there is."""
    candidates = open_episodes(visit.patient_id)
    last = Note.objects.standing().filter(patient=visit.patient_id).order_by("-visit__on", "-created_at").first()
    if last:
        served = set(last.note_episodes.values_list("episode_id", flat=True))
        return [episode for episode in candidates if episode.pk in served] or candidates
    return candidates if len(candidates) == 1 else []
