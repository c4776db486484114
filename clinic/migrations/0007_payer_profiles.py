"""How each payer differs in codes, modifiers and outcomes, and how it differed before."""

import clinic.models.payers
import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0006_notices_and_assistants"),
    ]

    operations = [
        migrations.AddField(
            model_name="payer",
            name="distinct_on_tasks",
            field=models.BooleanField(default=False, verbose_name="wants it on 97530 and 97535 too"),
        ),
        migrations.AddField(
            model_name="payer",
            name="former_profiles",
            field=models.JSONField(default=list, editable=False),
        ),
        migrations.AddField(
            model_name="payer",
            name="laser_code",
            field=models.CharField(
                blank=True,
                choices=[("S8948", "S8948"), ("97039", "97039"), ("none", "not billed")],
                max_length=5,
                verbose_name="code for laser",
            ),
        ),
        migrations.AddField(
            model_name="payer",
            name="maintenance_code",
            field=models.CharField(
                blank=True,
                choices=[("S8990", "S8990"), ("none", "not billed")],
                max_length=5,
                verbose_name="code for a maintenance adjustment",
            ),
        ),
        migrations.AddField(
            model_name="payer",
            name="medicare",
            field=models.CharField(
                blank=True,
                choices=[("no", "no"), ("original", "original Medicare"), ("advantage", "Medicare Advantage")],
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="payer",
            name="outcome_policy",
            field=models.CharField(
                blank=True,
                choices=[("task", "a named task is needed"), ("outcomes", "more than one outcome is enough")],
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="payer",
            name="pack_code",
            field=models.CharField(
                blank=True,
                choices=[("97010", "97010"), ("none", "not billed")],
                max_length=5,
                verbose_name="code for hot or cold packs",
            ),
        ),
        migrations.AddField(
            model_name="payer",
            name="region_separation",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=5),
                blank=True,
                default=clinic.models.payers.separated,
                verbose_name="needs a region of its own",
            ),
        ),
        migrations.AddField(
            model_name="payer",
            name="sends_excluded",
            field=models.BooleanField(default=True, verbose_name="is sent what Medicare excludes"),
        ),
        migrations.AddField(
            model_name="payer",
            name="traction_code",
            field=models.CharField(
                blank=True,
                choices=[("97012", "97012"), ("S9090", "S9090"), ("none", "not billed")],
                max_length=5,
                verbose_name="code for machine traction",
            ),
        ),
        migrations.AlterField(
            model_name="payer",
            name="unattended_stimulation_code",
            field=models.CharField(
                choices=[("97014", "97014"), ("G0283", "G0283"), ("none", "not billed")],
                default="97014",
                max_length=5,
                verbose_name="code for unattended stimulation",
            ),
        ),
    ]
