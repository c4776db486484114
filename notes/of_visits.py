"""The note of a visit: the one that stands. A retracted note is not it, and leaves room for another."""

from django.db.models import Exists, OuterRef, Prefetch

from clinic.models import Visit
from notes.models import Note

# For querysets of visits: brings their notes along, and says whether they have one.
WITH_NOTE = Prefetch("notes", Note.objects.standing(), to_attr="standing_notes")
HAS_NOTE = Exists(Note.objects.standing().filter(visit=OuterRef("pk")))
HAS_SIGNED_NOTE = Exists(Note.objects.signed().filter(visit=OuterRef("pk")))


def note_of(visit: Visit) -> Note | None:
    """Return a visit's note, without a query where the visit came WITH_NOTE."""
    found = getattr(visit, "standing_notes", None)
    if found is None:
        return Note.objects.standing().filter(visit=visit).first()
    return found[0] if found else None
