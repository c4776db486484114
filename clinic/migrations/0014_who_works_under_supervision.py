"""Who co-signs for whom: another member of the same practice, and not oneself."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from clinic.database.tables import same_practice


class Migration(migrations.Migration):
    dependencies = [("clinic", "0013_who_shares_a_device")]

    operations = [
        migrations.AddField(
            "membership",
            "supervised_by",
            models.ForeignKey(
                blank=True,
                help_text="Who co-signs the notes of a clinician who works under supervision.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clinic.membership",
            ),
        ),
        migrations.AddConstraint(
            "membership",
            models.CheckConstraint(
                condition=Q(("supervised_by", None)) | ~Q(("supervised_by", F("id"))),
                name="nobody_supervises_themselves",
            ),
        ),
        same_practice("clinic_membership", "supervised_by_id", "clinic_membership"),
    ]
