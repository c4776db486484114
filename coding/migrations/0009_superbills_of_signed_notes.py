"""A superbill is of a signed note. It is written just before the signature, so that is looked for when the transaction ends."""

from django.db import migrations

from clinic.database.tables import at_the_end

NOTE_IS_SIGNED = "EXISTS (SELECT FROM public.notes_note n WHERE n.id = new.note_id AND n.signed_at IS NOT NULL)"


class Migration(migrations.Migration):
    dependencies = [
        ("coding", "0008_reasons_that_last"),
        ("notes", "0011_what_only_a_signature_brings_about"),
    ]

    operations = [at_the_end("INSERT", "coding_superbill", NOTE_IS_SIGNED, rule="superbill_of_a_signed_note")]
