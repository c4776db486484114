"""The day, the patient and the clinician of a visit are part of what was signed, so they stay as they were."""

from django.db import migrations

VISIT_IS_FINAL = """
CREATE FUNCTION public.visit_is_final() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (old."on", old.patient_id, old.clinician_id, old.practice_id)
       IS DISTINCT FROM (new."on", new.patient_id, new.clinician_id, new.practice_id) THEN
        PERFORM 1 FROM public.notes_note n WHERE n.visit_id = old.id FOR SHARE;
        IF EXISTS (SELECT FROM public.notes_note n WHERE n.visit_id = old.id AND n.signed_at IS NOT NULL) THEN
            RAISE EXCEPTION USING errcode = 'restrict_violation', constraint = 'signed_note_is_final', message = 'signed';
        END IF;
    END IF;
    RETURN new;
END $$;
CREATE TRIGGER clinic_visit_is_final BEFORE UPDATE ON public.clinic_visit
    FOR EACH ROW EXECUTE FUNCTION public.visit_is_final();
"""


class Migration(migrations.Migration):
    dependencies = [("notes", "0003_unsigned_notes")]

    operations = [
        migrations.RunSQL(
            VISIT_IS_FINAL, "DROP TRIGGER clinic_visit_is_final ON clinic_visit; DROP FUNCTION public.visit_is_final()"
        )
    ]
