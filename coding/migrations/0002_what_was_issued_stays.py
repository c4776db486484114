"""The signer's decisions are frozen with the note; of a superbill only review, hold and void may change."""

from django.db import migrations
from django.db.migrations import RunSQL

from clinic.database.tables import (
    append_only,
    grant,
    only_these_may_change,
    part_of_a_note,
    referable,
    revoke,
    same_practice,
)

DECISIONS = ("pickedservice", "recordonly", "acknowledgement")
MAY_CHANGE = "reviewed_at, reviewed_by_id, held_at, held_by_id, question, answer, voided_at, voided_by_id, void_reason"

# A void stands: what happened to the claim afterwards rests on it.
VOID_STANDS = """
CREATE FUNCTION public.void_stands() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF old.voided_at IS NOT NULL THEN
        RAISE EXCEPTION USING errcode = 'restrict_violation', constraint = 'void_stands', message = 'voided';
    END IF;
    RETURN new;
END $$;
CREATE TRIGGER coding_superbill_void_stands BEFORE UPDATE ON public.coding_superbill
    FOR EACH ROW EXECUTE FUNCTION public.void_stands();
"""


class Migration(migrations.Migration):
    dependencies = [("coding", "0001_initial"), ("notes", "0002_signed_notes_are_final")]

    operations = [
        referable("coding_fee"),
        referable("coding_superbill"),
        *(same_practice(f"coding_{name}", "note_id", "notes_note") for name in (*DECISIONS, "superbill")),
        same_practice("coding_pickedservice", "fee_id", "coding_fee"),
        RunSQL(
            "ALTER TABLE coding_pickedservice ADD CONSTRAINT coding_pickedservice_of_a_served_episode "
            "FOREIGN KEY (note_id, episode_id) REFERENCES notes_noteepisode (note_id, episode_id) "
            "DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE coding_pickedservice DROP CONSTRAINT coding_pickedservice_of_a_served_episode",
        ),
        same_practice("coding_pickedservice", "written_by_id", "clinic_membership"),
        same_practice("coding_recordonly", "marked_by_id", "clinic_membership"),
        same_practice("coding_acknowledgement", "given_by_id", "clinic_membership"),
        same_practice("coding_superbill", "visit_id", "clinic_visit"),
        same_practice("coding_superbill", "coverage_id", "clinic_coverage"),
        *(
            same_practice("coding_superbill", column, "clinic_membership")
            for column in ("issued_by_id", "reviewed_by_id", "held_by_id", "voided_by_id")
        ),
        same_practice("coding_superbill", "replaces_id", "coding_superbill"),
        same_practice("coding_serviceline", "superbill_id", "coding_superbill"),
        same_practice("coding_guidancerevision", "author_id", "clinic_membership"),
        *(part_of_a_note(f"coding_{name}") for name in DECISIONS),
        *(grant("DELETE", f"coding_{name}") for name in DECISIONS),
        *only_these_may_change("coding_superbill", MAY_CHANGE),
        RunSQL(
            VOID_STANDS,
            "DROP TRIGGER coding_superbill_void_stands ON coding_superbill; DROP FUNCTION public.void_stands()",
        ),
        *(revoke("UPDATE", f"coding_{name}") for name in ("serviceline", "guidancerevision")),
        *(append_only(f"coding_{name}") for name in ("serviceline", "guidancerevision")),
    ]
