"""A signature and an addendum belong to a signed note, the signature to its signer and moment; an answer to the patient's alert."""

from django.db import migrations
from django.db.migrations import RunSQL

from clinic.database.tables import after_the_signature, patient_of, same_practice

NOTE_IS_SIGNED = """
CREATE FUNCTION public.note_is_signed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE note record;
BEGIN
    SELECT n.signed_at INTO note FROM public.notes_note n WHERE n.id = new.note_id FOR SHARE;
    IF note.signed_at IS NULL THEN
        RAISE EXCEPTION USING errcode = 'restrict_violation', constraint = 'note_is_signed', message = 'not signed';
    END IF;
    RETURN new;
END $$;
"""

# Nobody else's signature is put under a note, nor one of another time.
SIGNATURE_IS_THE_NOTES = """
CREATE FUNCTION public.signature_is_the_notes() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE note record;
BEGIN
    SELECT n.signed_at, n.signed_by_id INTO note FROM public.notes_note n WHERE n.id = new.note_id FOR SHARE;
    IF (note.signed_at, note.signed_by_id) IS DISTINCT FROM (new.signed_at, new.member_id) THEN
        RAISE EXCEPTION USING errcode = 'restrict_violation', constraint = 'signature_is_the_notes',
            message = 'another signer or moment';
    END IF;
    RETURN new;
END $$;
CREATE TRIGGER notes_signature_is_the_notes BEFORE INSERT ON public.notes_signature
    FOR EACH ROW EXECUTE FUNCTION public.signature_is_the_notes();
"""


class Migration(migrations.Migration):
    dependencies = [("notes", "0004_visits_of_signed_notes_stay"), ("clinic", "0005_partitions_behind_their_table")]

    operations = [
        RunSQL(NOTE_IS_SIGNED, "DROP FUNCTION public.note_is_signed()"),
        *(after_the_signature(f"notes_{name}") for name in ("signature", "addendum")),
        RunSQL(
            SIGNATURE_IS_THE_NOTES,
            "DROP TRIGGER notes_signature_is_the_notes ON notes_signature; DROP FUNCTION public.signature_is_the_notes()",
        ),
        *patient_of("notes_alertanswer", "note_id", "notes_note"),
        same_practice("notes_alertanswer", "alert_id", "clinic_alert", scope="patient_id"),
    ]
