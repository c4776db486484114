"""A superbill gets no line after it was issued, and is for the note, the patient and the coverage of its visit."""

from django.db import migrations

from clinic.database.tables import patient_of, referable, same_practice, whole_from_the_start


class Migration(migrations.Migration):
    dependencies = [("coding", "0004_ties_and_first_reviews"), ("notes", "0005_signatures_of_signed_notes")]

    operations = [
        whole_from_the_start("coding_serviceline", "superbill_id", "coding_superbill"),
        *patient_of("coding_superbill", "visit_id", "clinic_visit"),
        same_practice("coding_superbill", "coverage_id", "clinic_coverage", scope="patient_id"),
        referable("notes_note", scope="visit_id"),
        same_practice("coding_superbill", "note_id", "notes_note", scope="visit_id"),
        *patient_of("coding_lastunit", "note_id", "notes_note"),
        same_practice("coding_lastunit", "coverage_id", "clinic_coverage", scope="patient_id"),
    ]
