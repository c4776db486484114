"""How a note came about: who wrote which part and changed which fact, and who has the draft open."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import UniqueConstraint

from clinic.models import Membership, Owned
from notes.models.notes import Note


class Edit(Owned):
    """Somebody wrote in a part of a draft, took a row out, or changed a fact of an activity. Written once, frozen with the note.

    Of the four texts and of other rows it tells who wrote and when, and keeps no copy of the words. Of an activity's intents,
    minutes, delivery and goal it keeps what stood before and after, and the suggestion that was on screen then. It is the
    practice's own: it is no part of what is signed, and outsiders never get it.
    """

    note = models.ForeignKey(Note, models.PROTECT, related_name="edits")
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    part = models.CharField(max_length=20)  # subjective, plan; or the kind of a row: activity, finding
    row_id = models.UUIDField(null=True)
    fact = models.CharField(max_length=20, blank=True)  # intents, minutes, delivery, goal; taken-out of a whole row
    before = models.CharField(max_length=400, blank=True)
    after = models.CharField(max_length=400, blank=True)
    shown = models.CharField(max_length=300, blank=True)  # as the coding side said it; notes do not read it

    class Meta:
        ordering: ClassVar = ["created_at"]
        indexes: ClassVar = [models.Index(fields=["note", "row_id"], name="edit_by_row")]


class Holder(Owned):
    """Where a member has a draft open: on one device at a time. No part of the note."""

    note = models.ForeignKey(Note, models.PROTECT, related_name="holders")
    member = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    device = models.CharField(max_length=64)
    page = models.UUIDField(default=uuid4)  # the page that was opened last there
    since = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["since"]
        constraints: ClassVar = [UniqueConstraint(fields=["note", "member"], name="draft_is_held_once_a_member")]
