"""A signed note cites guidance texts that stay: those that the practice wrote, and those that Plumbline shipped that day."""

import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.uuid
from django.db import migrations, models
from django.db.migrations import RunSQL

from clinic.database.tables import append_only, part_of_a_note, referable, revoke, same_practice

# A text without an author is found again by its digest, so the database sees to it that the digest is the text's own.
SHIPPED = "shipped_text_is_its_digest"
IS_ITS_DIGEST = f"""
ALTER TABLE coding_guidancerevision ADD CONSTRAINT {SHIPPED} CHECK (
    digest = CASE WHEN author_id IS NULL THEN encode(sha256(convert_to(text, 'UTF8')), 'hex') ELSE '' END
)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0003_coverage_kind"),
        ("coding", "0002_what_was_issued_stays"),
        ("notes", "0004_visits_of_signed_notes_stay"),
    ]

    operations = [
        migrations.AddField(
            "guidancerevision",
            "digest",
            models.CharField(blank=True, editable=False, max_length=64, default=""),
            preserve_default=False,
        ),
        migrations.AlterField(
            "guidancerevision",
            "author",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.membership"
            ),
        ),
        migrations.AddConstraint(
            "guidancerevision",
            models.UniqueConstraint(
                condition=models.Q(("author", None)),
                fields=("practice", "slug", "digest"),
                name="shipped_text_kept_once",
            ),
        ),
        migrations.CreateModel(
            name="Citation",
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
                (
                    "note",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="citations", to="notes.note"
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.practice"
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="coding.guidancerevision"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("note", "revision"), name="text_cited_once")],
            },
        ),
        RunSQL(IS_ITS_DIGEST, f"ALTER TABLE coding_guidancerevision DROP CONSTRAINT {SHIPPED}"),
        referable("coding_guidancerevision"),
        same_practice("coding_citation", "note_id", "notes_note"),
        same_practice("coding_citation", "revision_id", "coding_guidancerevision"),
        part_of_a_note("coding_citation"),
        append_only("coding_citation"),
        revoke("UPDATE", "coding_citation"),
    ]
