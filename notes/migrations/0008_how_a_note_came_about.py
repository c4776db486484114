"""Who wrote which part of a draft and changed which fact of its activities, and on which device somebody has it open.

An edit is never changed, is frozen with its note, and leaves a draft only together with it: when the draft is discarded.
"""

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.uuid
from django.db import migrations, models
from django.db.migrations import RunSQL

from clinic.database.tables import grant, part_of_a_note, revoke, same_practice

EDIT_GOES_WITH_ITS_NOTE = """
CREATE FUNCTION public.edit_goes_with_its_note() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM public.notes_note n WHERE n.id = old.note_id) THEN
        RAISE EXCEPTION USING errcode = 'restrict_violation', constraint = 'edit_goes_with_its_note', message = 'note stands';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER notes_edit_goes_with_its_note AFTER DELETE ON public.notes_edit
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.edit_goes_with_its_note();
"""


def reference(to, **kwargs):
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=to, **kwargs)


def own(name, fields, options):
    """A table of the practice's own rows that belong to a note."""
    key = models.UUIDField(
        db_default=django.db.models.functions.uuid.UUID7(), editable=False, primary_key=True, serialize=False
    )
    born = models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)
    practice = reference("clinic.practice", related_name="+")
    rows = [("id", key), ("created_at", born), *fields, ("practice", practice)]
    return migrations.CreateModel(name=name, fields=rows, options=options)


class Migration(migrations.Migration):
    dependencies = [("clinic", "0009_medicare_wants_gp"), ("notes", "0007_attestations")]

    operations = [
        own(
            "Edit",
            [
                ("part", models.CharField(max_length=20)),
                ("row_id", models.UUIDField(null=True)),
                ("fact", models.CharField(blank=True, max_length=20)),
                ("before", models.CharField(blank=True, max_length=400)),
                ("after", models.CharField(blank=True, max_length=400)),
                ("shown", models.CharField(blank=True, max_length=300)),
                ("by", reference("clinic.membership", related_name="+")),
                ("note", reference("notes.note", related_name="edits")),
            ],
            {"ordering": ["created_at"], "indexes": [models.Index(fields=["note", "row_id"], name="edit_by_row")]},
        ),
        own(
            "Holder",
            [
                ("device", models.CharField(max_length=64)),
                ("page", models.UUIDField(default=uuid.uuid4)),
                ("since", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("member", reference("clinic.membership", related_name="+")),
                ("note", reference("notes.note", related_name="holders")),
            ],
            {
                "ordering": ["since"],
                "constraints": [models.UniqueConstraint(fields=("note", "member"), name="draft_is_held_once_a_member")],
            },
        ),
        same_practice("notes_edit", "note_id", "notes_note"),
        same_practice("notes_edit", "by_id", "clinic_membership"),
        same_practice("notes_holder", "note_id", "notes_note"),
        same_practice("notes_holder", "member_id", "clinic_membership"),
        part_of_a_note("notes_edit"),
        revoke("UPDATE", "notes_edit"),
        *(grant("DELETE", f"notes_{name}") for name in ("edit", "holder")),
        RunSQL(
            EDIT_GOES_WITH_ITS_NOTE,
            "DROP TRIGGER notes_edit_goes_with_its_note ON public.notes_edit; "
            "DROP FUNCTION public.edit_goes_with_its_note()",
        ),
    ]
