"""A superbill that follows from a correction says from which addendum."""

import django.db.models.deletion
from django.db import migrations, models

from clinic.database.tables import same_practice


class Migration(migrations.Migration):
    dependencies = [("coding", "0006_tables_of_cms"), ("notes", "0009_what_follows_a_signature")]

    operations = [
        migrations.AddField(
            "superbill",
            "addendum",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="superbills",
                to="notes.addendum",
            ),
        ),
        same_practice("coding_superbill", "addendum_id", "notes_addendum"),
    ]
