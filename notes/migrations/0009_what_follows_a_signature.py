"""Corrections inside addenda, notes that are taken back, requests of patients to amend, and who is to co-sign.

Of a signed note one thing alone may change, once: that it was retracted, in the transaction that says why. Its visit may then
have another note.
"""

import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.uuid
from django.db import migrations, models
from django.db.migrations import RunSQL
from django.db.models import Q

from clinic.database.tables import (
    after_the_signature,
    append_only,
    referable,
    revoke,
    same_practice,
    whole_from_the_start,
)

NOTE_IS_FINAL = """
CREATE OR REPLACE FUNCTION public.note_is_final() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF tg_op = 'UPDATE' AND old.signed_at IS NOT NULL AND old.retracted_at IS NULL AND new.retracted_at IS NOT NULL
       AND to_jsonb(old) - 'retracted_at' = to_jsonb(new) - 'retracted_at'
       AND EXISTS (SELECT FROM public.notes_retraction r WHERE r.note_id = old.id) THEN
        RETURN new;
    END IF;
    IF (tg_op = 'INSERT' AND new.signed_at IS NOT NULL) OR (tg_op <> 'INSERT' AND old.signed_at IS NOT NULL)
       OR (tg_op <> 'DELETE' AND new.retracted_at IS NOT NULL) THEN
        RAISE EXCEPTION USING errcode = 'restrict_violation', constraint = 'signed_note_is_final', message = 'signed';
    END IF;
    IF tg_op = 'DELETE' THEN RETURN old; END IF;
    RETURN new;
END $$;
"""

NOTE_WAS_FINAL = """
CREATE OR REPLACE FUNCTION public.note_is_final() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (tg_op = 'INSERT' AND new.signed_at IS NOT NULL) OR (tg_op <> 'INSERT' AND old.signed_at IS NOT NULL) THEN
        RAISE EXCEPTION USING errcode = 'restrict_violation', constraint = 'signed_note_is_final', message = 'signed';
    END IF;
    IF tg_op = 'DELETE' THEN RETURN old; END IF;
    RETURN new;
END $$;
"""

# A reason without the note being taken back would let somebody take it back later, unsigned for.
RETRACTION_TAKES_BACK = """
CREATE FUNCTION public.retraction_takes_back() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM public.notes_note n WHERE n.id = new.note_id AND n.retracted_at IS NOT NULL)
       OR NOT EXISTS (SELECT FROM public.notes_attestation a WHERE a.note_id = new.note_id AND a.meaning = 'retraction') THEN
        RAISE EXCEPTION USING errcode = 'restrict_violation', constraint = 'retraction_takes_back', message = 'half';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER notes_retraction_takes_back AFTER INSERT ON public.notes_retraction
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.retraction_takes_back();
"""

NEW = ("correction", "retraction", "amendmentrequest", "amendmentstep")


def own(*fields: tuple[str, models.Field]) -> list[tuple[str, models.Field]]:
    """Return the fields that every row of a practice has, and these."""
    return [
        (
            "id",
            models.UUIDField(
                db_default=django.db.models.functions.uuid.UUID7(), editable=False, primary_key=True, serialize=False
            ),
        ),
        ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
        ("practice", key("clinic.practice")),
        *fields,
    ]


def key(to: str, name: str = "+", **given: bool) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name=name, to=to, **given)


class Migration(migrations.Migration):
    dependencies = [("clinic", "0009_medicare_wants_gp"), ("notes", "0008_how_a_note_came_about")]

    operations = [
        migrations.CreateModel(
            name="Correction",
            fields=own(
                ("position", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("note", "the note"),
                            ("finding", "finding"),
                            ("adjustment", "adjustment"),
                            ("activity", "activity"),
                        ],
                        max_length=20,
                    ),
                ),
                ("row_id", models.UUIDField()),
                (
                    "deed",
                    models.CharField(
                        choices=[("changed", "changed"), ("withdrawn", "withdrawn"), ("added", "added")], max_length=10
                    ),
                ),
                ("field", models.CharField(blank=True, max_length=40)),
                ("old", models.TextField()),
                ("new", models.TextField()),
                ("reason", models.CharField(max_length=300)),
                ("addendum", key("notes.addendum", "corrections")),
                ("note", key("notes.note", "corrections")),
            ),
            options={
                "ordering": ["addendum__created_at", "addendum", "position"],
                "constraints": [
                    models.UniqueConstraint(fields=("addendum", "position"), name="correction_has_its_place"),
                    models.UniqueConstraint(
                        fields=("addendum", "row_id", "field"), name="fact_corrected_once_an_addendum"
                    ),
                    models.CheckConstraint(condition=~Q(("reason", "")), name="correction_has_a_reason"),
                    models.CheckConstraint(
                        condition=Q(("deed", "withdrawn"), ("field", ""))
                        | (~Q(("deed", "withdrawn")) & ~Q(("field", ""))),
                        name="correction_names_its_fact",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Retraction",
            fields=own(
                ("name", models.CharField(max_length=200)),
                ("reason", models.CharField(max_length=300)),
                ("meant_for", key("clinic.patient", null=True, blank=True)),
                (
                    "note",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="retraction", to="notes.note"
                    ),
                ),
                ("retracted_by", key("clinic.membership")),
            ),
            options={
                "constraints": [models.CheckConstraint(condition=~Q(("reason", "")), name="retraction_has_a_reason")]
            },
        ),
        migrations.CreateModel(
            name="AmendmentRequest",
            fields=own(
                ("received_on", models.DateField(verbose_name="received")),
                ("asked", models.TextField(verbose_name="what the patient asks for")),
                ("entered_by", key("clinic.membership")),
                ("note", key("notes.note", "amendment_requests", null=True, blank=True)),
                ("patient", key("clinic.patient", "amendment_requests")),
            ),
            options={
                "ordering": ["-received_on", "-created_at"],
                "indexes": [models.Index(fields=["practice", "patient"], name="amendment_by_patient")],
            },
        ),
        migrations.CreateModel(
            name="AmendmentStep",
            fields=own(
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("extended", "more time taken"),
                            ("accepted", "accepted"),
                            ("refused", "refused"),
                            ("disagrees", "statement of disagreement"),
                        ],
                        max_length=10,
                    ),
                ),
                ("words", models.TextField()),
                ("name", models.CharField(max_length=200)),
                ("addendum", key("notes.addendum", "amendment_steps", null=True, blank=True)),
                ("request", key("notes.amendmentrequest", "steps")),
                ("taken_by", key("clinic.membership")),
            ),
            options={
                "ordering": ["created_at", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("request", "kind"), name="step_taken_once_a_request"),
                    models.UniqueConstraint(
                        condition=Q(("kind__in", ("accepted", "refused"))),
                        fields=("request",),
                        name="request_decided_once",
                    ),
                    models.CheckConstraint(
                        condition=Q(("addendum", None)) | Q(("kind", "accepted")), name="addendum_goes_with_acceptance"
                    ),
                    models.CheckConstraint(condition=~Q(("words", "")), name="step_says_why"),
                ],
            },
        ),
        migrations.AddField("note", "retracted_at", models.DateTimeField(editable=False, null=True)),
        migrations.AddField("signature", "supervisor", key("clinic.membership", null=True)),
        migrations.AlterField(
            "note",
            "visit",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notes",
                related_query_name="note",
                to="clinic.visit",
            ),
        ),
        migrations.AddConstraint(
            "note",
            models.UniqueConstraint(
                condition=Q(("retracted_at", None)), fields=("visit",), name="one_standing_note_a_visit"
            ),
        ),
        migrations.AddConstraint(
            "note",
            models.CheckConstraint(
                condition=Q(("retracted_at", None)) | Q(("signed_at__isnull", False)),
                name="only_signed_notes_are_retracted",
            ),
        ),
        migrations.AddConstraint(
            "attestation",
            models.UniqueConstraint(
                condition=Q(("meaning", "co-signature")), fields=("note",), name="note_is_co_signed_once"
            ),
        ),
        migrations.AddConstraint(
            "attestation",
            models.UniqueConstraint(
                condition=Q(("meaning", "retraction")), fields=("note",), name="note_is_retracted_once"
            ),
        ),
        referable("notes_amendmentrequest"),
        *(same_practice(f"notes_{name}", "note_id", "notes_note") for name in NEW[:3]),
        *(same_practice(f"notes_{name}", "addendum_id", "notes_addendum") for name in ("correction", "amendmentstep")),
        same_practice("notes_correction", "addendum_id", "notes_addendum", scope="note_id"),
        same_practice("notes_signature", "supervisor_id", "clinic_membership"),
        same_practice("notes_retraction", "retracted_by_id", "clinic_membership"),
        same_practice("notes_retraction", "meant_for_id", "clinic_patient"),
        same_practice("notes_amendmentrequest", "patient_id", "clinic_patient"),
        same_practice("notes_amendmentrequest", "note_id", "notes_note", scope="patient_id"),
        same_practice("notes_amendmentrequest", "entered_by_id", "clinic_membership"),
        same_practice("notes_amendmentstep", "request_id", "notes_amendmentrequest"),
        same_practice("notes_amendmentstep", "taken_by_id", "clinic_membership"),
        *(after_the_signature(f"notes_{name}") for name in ("correction", "retraction")),
        whole_from_the_start("notes_correction", "addendum_id", "notes_addendum"),
        *(append_only(f"notes_{name}") for name in NEW),
        *(revoke("UPDATE", f"notes_{name}") for name in NEW),
        RunSQL(NOTE_IS_FINAL, NOTE_WAS_FINAL),
        RunSQL(
            RETRACTION_TAKES_BACK,
            "DROP TRIGGER notes_retraction_takes_back ON notes_retraction; DROP FUNCTION public.retraction_takes_back()",
        ),
    ]
