"""When a patient signed that care is not covered, and which payers pay for an assistant's time."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("clinic", "0005_partitions_behind_their_table")]

    operations = [
        migrations.AddField(
            model_name="coverage",
            name="notice_signed_on",
            field=models.DateField(blank=True, null=True, verbose_name="notice of non-coverage signed"),
        ),
        migrations.AddField(
            model_name="payer",
            name="assistants_treat",
            field=models.BooleanField(default=False, verbose_name="pays for an assistant's one-on-one time"),
        ),
    ]
