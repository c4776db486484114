"""What one payer wants besides: times, authorisations, notes, limits of a day; and the voluntary notice behind GX."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0007_payer_profiles"),
    ]

    operations = [
        migrations.AddField(
            model_name="coverage",
            name="voluntary_notice_signed_on",
            field=models.DateField(blank=True, null=True, verbose_name="voluntary notice of non-coverage signed"),
        ),
        migrations.AddField(
            model_name="payer",
            name="most_lines",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="lines a day"),
        ),
        migrations.AddField(
            model_name="payer",
            name="most_timed_units",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="timed units a day"),
        ),
        migrations.AddField(
            model_name="payer",
            name="notes_go_along",
            field=models.BooleanField(default=False, verbose_name="wants the note with each claim"),
        ),
        migrations.AddField(
            model_name="payer",
            name="wants_authorisation",
            field=models.BooleanField(default=False, verbose_name="wants visits authorised"),
        ),
        migrations.AddField(
            model_name="payer",
            name="wants_times",
            field=models.BooleanField(default=False, verbose_name="wants start and stop of timed services"),
        ),
    ]
