"""Unsigned notes are few among all that were ever written, and each clinician's day asks for them."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("notes", "0002_signed_notes_are_final")]

    operations = [
        migrations.AddIndex(
            "note", models.Index(fields=["practice", "author"], name="note_unsigned", condition=Q(signed_at=None))
        ),
    ]
