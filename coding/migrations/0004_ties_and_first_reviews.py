"""The signer's choice among codes that tie for a unit, frozen with the note; whoever reviews a superbill first is kept."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.uuid
from django.db import migrations, models
from django.db.migrations import RunSQL

from clinic.database.tables import grant, part_of_a_note, same_practice

FIRST_REVIEW_STANDS = """
CREATE FUNCTION public.first_review_stands() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF old.reviewed_at IS NOT NULL AND new.reviewed_at IS NOT NULL
    AND (old.reviewed_at, old.reviewed_by_id) IS DISTINCT FROM (new.reviewed_at, new.reviewed_by_id) THEN
        RAISE EXCEPTION USING errcode = 'restrict_violation', constraint = 'first_review_stands', message = 'reviewed';
    END IF;
    RETURN new;
END $$;
CREATE TRIGGER coding_superbill_first_review_stands BEFORE UPDATE ON public.coding_superbill
    FOR EACH ROW EXECUTE FUNCTION public.first_review_stands();
"""


class Migration(migrations.Migration):
    dependencies = [("clinic", "0003_coverage_kind"), ("coding", "0003_what_a_signed_note_cites")]

    operations = [
        migrations.CreateModel(
            name="LastUnit",
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
                    "codes",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), size=None),
                ),
                *(
                    (name, models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name=back, to=to))
                    for name, back, to in (
                        ("chosen_by", "+", "clinic.membership"),
                        ("coverage", "+", "clinic.coverage"),
                        ("note", "last_units", "notes.note"),
                        ("practice", "+", "clinic.practice"),
                    )
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("note", "coverage"), name="last_unit_chosen_once_a_payer"),
                    models.CheckConstraint(condition=models.Q(("codes__len__gt", 0)), name="last_unit_has_a_code"),
                ],
            },
        ),
        same_practice("coding_lastunit", "note_id", "notes_note"),
        same_practice("coding_lastunit", "coverage_id", "clinic_coverage"),
        same_practice("coding_lastunit", "chosen_by_id", "clinic_membership"),
        part_of_a_note("coding_lastunit"),
        grant("DELETE", "coding_lastunit"),
        RunSQL(
            FIRST_REVIEW_STANDS,
            "DROP TRIGGER coding_superbill_first_review_stands ON coding_superbill; "
            "DROP FUNCTION public.first_review_stands()",
        ),
    ]
