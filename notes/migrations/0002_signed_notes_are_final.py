"""A signed note and its parts cannot be changed, by anyone who does not own the tables.

The trigger on parts looks at OLD and NEW, locks the note's row first and tests the locked row: with a `WHERE signed_at ...`
before the lock, a part slips in while the signature commits. The search path is pinned, because a temporary table named like
the note's would otherwise be read instead.
"""

from django.db import migrations
from django.db.migrations import RunSQL

from clinic.database.tables import append_only, grant, part_of_a_note, referable, revoke, same_practice

PART_IS_FINAL = """
CREATE FUNCTION public.part_is_final() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE note record;
BEGIN
    FOR note IN SELECT n.signed_at FROM public.notes_note n
                WHERE n.id IN (old.note_id, new.note_id) ORDER BY n.id FOR SHARE LOOP
        IF note.signed_at IS NOT NULL THEN
            RAISE EXCEPTION USING errcode = 'restrict_violation', constraint = 'signed_note_is_final', message = 'signed';
        END IF;
    END LOOP;
    IF tg_op = 'DELETE' THEN RETURN old; END IF;
    RETURN new;
END $$;
"""

NOTE_IS_FINAL = """
CREATE FUNCTION public.note_is_final() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (tg_op = 'INSERT' AND new.signed_at IS NOT NULL) OR (tg_op <> 'INSERT' AND old.signed_at IS NOT NULL) THEN
        RAISE EXCEPTION USING errcode = 'restrict_violation', constraint = 'signed_note_is_final', message = 'signed';
    END IF;
    IF tg_op = 'DELETE' THEN RETURN old; END IF;
    RETURN new;
END $$;
CREATE TRIGGER notes_note_is_final BEFORE INSERT OR UPDATE OR DELETE ON public.notes_note
    FOR EACH ROW EXECUTE FUNCTION public.note_is_final();
"""

PARENTS = ("episode", "goal", "diagnosis", "note")
PARTS = ("noteepisode", "examfinding", "adjustment", "activity", "goalprogress", "alertanswer")
ROWS_OF_AN_EPISODE = ("examfinding", "adjustment", "activity", "goalprogress")
WRITTEN = (*ROWS_OF_AN_EPISODE, "alertanswer", "addendum")


class Migration(migrations.Migration):
    dependencies = [("notes", "0001_initial"), ("clinic", "0002_one_practice_one_role")]

    operations = [
        *(referable(f"notes_{name}") for name in PARENTS),
        referable("notes_episode", scope="patient_id"),
        referable("notes_note", scope="patient_id"),
        referable("notes_goal", scope="episode_id"),
        same_practice("notes_episode", "patient_id", "clinic_patient"),
        same_practice("notes_episode", "coverage_id", "clinic_coverage", scope="patient_id"),
        *(
            same_practice(f"notes_{name}", "episode_id", "notes_episode")
            for name in ("goal", "diagnosis", "plannedservice")
        ),
        same_practice("notes_plannedservice", "goal_id", "notes_goal", scope="episode_id"),
        same_practice("notes_note", "visit_id", "clinic_visit"),
        same_practice("notes_note", "visit_id", "clinic_visit", scope="patient_id"),
        same_practice("notes_note", "author_id", "clinic_membership"),
        same_practice("notes_note", "signed_by_id", "clinic_membership"),
        *(same_practice(f"notes_{name}", "note_id", "notes_note") for name in (*PARTS, "signature", "addendum")),
        # an episode of the note's own patient, and rows only of episodes that the note serves
        same_practice("notes_noteepisode", "note_id", "notes_note", scope="patient_id"),
        same_practice("notes_noteepisode", "episode_id", "notes_episode", scope="patient_id"),
        RunSQL(
            [
                f"ALTER TABLE notes_{name} ADD CONSTRAINT notes_{name}_of_a_served_episode FOREIGN KEY (note_id, episode_id) "
                "REFERENCES notes_noteepisode (note_id, episode_id) DEFERRABLE INITIALLY DEFERRED"
                for name in ROWS_OF_AN_EPISODE
            ],
            [
                f"ALTER TABLE notes_{name} DROP CONSTRAINT notes_{name}_of_a_served_episode"
                for name in ROWS_OF_AN_EPISODE
            ],
        ),
        # a goal of the row's own episode, hence of the note's own patient
        same_practice("notes_activity", "goal_id", "notes_goal", scope="episode_id"),
        same_practice("notes_goalprogress", "goal_id", "notes_goal", scope="episode_id"),
        same_practice("notes_activity", "performer_id", "clinic_membership"),
        same_practice("notes_alertanswer", "alert_id", "clinic_alert"),
        same_practice("notes_signature", "member_id", "clinic_membership"),
        *(same_practice(f"notes_{name}", "written_by_id", "clinic_membership") for name in WRITTEN),
        RunSQL(PART_IS_FINAL, "DROP FUNCTION public.part_is_final()"),
        RunSQL(NOTE_IS_FINAL, "DROP TRIGGER notes_note_is_final ON notes_note; DROP FUNCTION public.note_is_final()"),
        *(part_of_a_note(f"notes_{name}") for name in PARTS),
        *(grant("DELETE", f"notes_{name}") for name in (*PARTS, "note")),
        *(append_only(f"notes_{name}") for name in ("signature", "addendum")),
        *(revoke("UPDATE", f"notes_{name}") for name in ("signature", "addendum", "diagnosiscode")),
        revoke("INSERT", "notes_diagnosiscode"),
    ]
