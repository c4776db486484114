"""A reason for a flag may hold for the rest of a complaint, until a later note takes it back. Both are frozen with their notes."""

import django.contrib.postgres.fields
import django.db.models.functions.datetime
import django.db.models.functions.uuid
from django.db import migrations, models
from django.db.migrations import RunSQL
from django.db.models import PROTECT, Q

from clinic.database.tables import grant, part_of_a_note, referable, same_practice


def of_a_served_episode(table: str) -> RunSQL:
    """Let rows of `table` be for a complaint that their note serves."""
    return RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_of_a_served_episode FOREIGN KEY (note_id, episode_id) "
        "REFERENCES notes_noteepisode (note_id, episode_id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {table}_of_a_served_episode",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0015_auditors_have_a_last_day"),
        ("coding", "0007_superbills_of_corrections"),
        ("notes", "0010_how_the_record_was_amended"),
    ]

    operations = [
        migrations.AddField(
            "acknowledgement",
            "episode",
            models.ForeignKey("notes.Episode", PROTECT, null=True, related_name="lasting_reasons"),
        ),
        migrations.AddField(
            "acknowledgement",
            "causes",
            django.contrib.postgres.fields.ArrayField(models.TextField(), null=True),
        ),
        migrations.AddField(
            "acknowledgement",
            "earlier",
            models.ForeignKey("coding.acknowledgement", PROTECT, null=True, related_name="+"),
        ),
        migrations.AddConstraint(
            "acknowledgement",
            models.CheckConstraint(
                condition=Q(episode=None, causes=None, earlier=None)
                | Q(episode__isnull=False, causes__isnull=False, causes__len__gt=0, earlier=None)
                | Q(episode__isnull=False, causes=None, earlier__isnull=False),
                name="lasting_reason_is_whole",
            ),
        ),
        of_a_served_episode("coding_acknowledgement"),
        referable("coding_acknowledgement", scope="episode_id"),
        same_practice("coding_acknowledgement", "earlier_id", "coding_acknowledgement", scope="episode_id"),
        migrations.CreateModel(
            name="EndedReason",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=django.db.models.functions.uuid.UUID7(),
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                *(
                    (name, models.ForeignKey(to, PROTECT, related_name=back))
                    for name, back, to in (
                        ("acknowledgement", "ends", "coding.acknowledgement"),
                        ("ended_by", "+", "clinic.membership"),
                        ("episode", "+", "notes.episode"),
                        ("note", "ended_reasons", "notes.note"),
                        ("practice", "+", "clinic.practice"),
                    )
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("note", "acknowledgement"), name="reason_ended_once_a_note")
                ],
            },
        ),
        same_practice("coding_endedreason", "note_id", "notes_note"),
        of_a_served_episode("coding_endedreason"),
        same_practice("coding_endedreason", "acknowledgement_id", "coding_acknowledgement", scope="episode_id"),
        same_practice("coding_endedreason", "ended_by_id", "clinic_membership"),
        part_of_a_note("coding_endedreason"),
        grant("DELETE", "coding_endedreason"),
    ]
