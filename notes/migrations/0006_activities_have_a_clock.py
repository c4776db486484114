"""When an activity began and ended, for payers that want the clock beside the minutes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0008_what_one_payer_wants"),
        ("notes", "0005_signatures_of_signed_notes"),
    ]

    operations = [
        migrations.AddField(
            model_name="activity",
            name="began_at",
            field=models.TimeField(blank=True, null=True, verbose_name="began"),
        ),
        migrations.AddField(
            model_name="activity",
            name="ended_at",
            field=models.TimeField(blank=True, null=True, verbose_name="ended"),
        ),
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("began_at", None), ("ended_at", None), ("ended_at__gt", models.F("began_at")), _connector="OR"
                ),
                name="activity_ends_after_it_began",
                violation_error_message="It ended before it began.",
            ),
        ),
    ]
