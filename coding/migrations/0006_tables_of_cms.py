"""CMS's quarterly pairs and maxima. The owner of the tables loads them; the web role only reads them."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from clinic.database.tables import revoke


class Migration(migrations.Migration):
    dependencies = [("coding", "0005_superbills_are_whole")]

    operations = [
        migrations.CreateModel(
            name="NcciTable",
            fields=[
                ("id", models.AutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(choices=[("pairs", "pairs"), ("maxima", "maxima")], max_length=10)),
                ("starts_on", models.DateField()),
                (
                    "files",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), size=None),
                ),
                ("digest", models.CharField(max_length=64)),
                ("rows", models.PositiveIntegerField()),
                (
                    "loaded_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
            ],
            options={
                "ordering": ["-starts_on", "kind"],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "starts_on"), name="ncci_table_once_a_quarter")
                ],
            },
        ),
        migrations.CreateModel(
            name="NcciPair",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "table",
                        "column1",
                        "column2",
                        "effective_on",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("column1", models.CharField(max_length=5)),
                ("column2", models.CharField(max_length=5)),
                ("effective_on", models.DateField()),
                ("deleted_on", models.DateField(null=True)),
                ("indicator", models.PositiveSmallIntegerField()),
                (
                    "table",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="coding.nccitable",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("indicator__in", (0, 1))), name="ncci_pair_opens_or_not")
                ],
            },
        ),
        migrations.CreateModel(
            name="NcciMaximum",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "table", "code", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("code", models.CharField(max_length=5)),
                ("units", models.PositiveIntegerField()),
                ("mai", models.PositiveSmallIntegerField()),
                (
                    "table",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="coding.nccitable",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("mai__in", (1, 2, 3))), name="ncci_maximum_has_an_indicator"
                    )
                ],
            },
        ),
        *(
            revoke(right, f"coding_{name}")
            for name in ("nccitable", "nccipair", "nccimaximum")
            for right in ("INSERT", "UPDATE")
        ),
    ]
