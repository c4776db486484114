"""What only signing brings about is there with its signature when the transaction ends, or not at all.

The one is written after the other, so each is looked for at the end: a note that became signed has its signature, which is a link
of the chain; an addendum is signed by who wrote it; and an attestation is of something that stands, by whoever it is due to.
"""

from django.db import migrations

from clinic.database.tables import at_the_end

NOTE_HAS_ITS_SIGNATURE = "EXISTS (SELECT FROM public.notes_signature s WHERE s.note_id = new.id)"
ADDENDUM_IS_SIGNED = (
    "EXISTS (SELECT FROM public.notes_attestation a WHERE a.addendum_id = new.id AND a.meaning = 'addendum' "
    "AND a.member_id = new.written_by_id)"
)
ATTESTATION_IS_OF_SOMETHING = """CASE new.meaning
    WHEN 'addendum' THEN EXISTS (SELECT FROM public.notes_addendum a
        WHERE a.id = new.addendum_id AND a.written_by_id = new.member_id)
    WHEN 'co-signature' THEN EXISTS (SELECT FROM public.notes_signature s
        WHERE s.note_id = new.note_id AND s.supervisor_id IS NOT NULL AND s.member_id <> new.member_id)
    WHEN 'retraction' THEN EXISTS (SELECT FROM public.notes_retraction r
        WHERE r.note_id = new.note_id AND r.retracted_by_id = new.member_id)
    ELSE false END"""


class Migration(migrations.Migration):
    dependencies = [("notes", "0010_how_the_record_was_amended")]

    operations = [
        at_the_end(
            "UPDATE OF signed_at", "notes_note", NOTE_HAS_ITS_SIGNATURE, rule="signed_note_has_its_signature",
            when="old.signed_at IS NULL AND new.signed_at IS NOT NULL",
        ),
        at_the_end("INSERT", "notes_addendum", ADDENDUM_IS_SIGNED, rule="addendum_is_signed"),
        at_the_end("INSERT", "notes_attestation", ATTESTATION_IS_OF_SOMETHING, rule="attestation_is_of_something"),
    ]  # fmt: skip
