"""What takes longer than a page: jobs with what came of them, and the pulse of the worker that does them.

Parts go when they expire, and the queue forgets what it has done; the job's own row stays.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import UUID7, Now

from clinic.database.tables import grant, referable, same_practice

ROW = [
    ("id", models.UUIDField(db_default=UUID7(), editable=False, primary_key=True, serialize=False)),
    ("created_at", models.DateTimeField(db_default=Now(), editable=False)),
    (
        "practice",
        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.practice"),
    ),
]
WHOLE = Q(size=None, digest="", expires_at=None) | (
    Q(size__isnull=False, expires_at__isnull=False, finished_at__isnull=False) & ~Q(digest="")
)


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0010_who_is_signed_in"),
        ("django_tasks_database", "0021_conditional_partial_index_ordering"),
    ]

    operations = [
        migrations.CreateModel(
            name="WorkerPulse",
            fields=[
                ("name", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("seen_at", models.DateTimeField(db_default=Now())),
            ],
        ),
        migrations.CreateModel(
            name="BackgroundJob",
            fields=[
                *ROW,
                ("kind", models.CharField(max_length=40)),
                ("title", models.CharField(max_length=120)),
                ("asked", models.JSONField(default=dict)),
                ("done", models.PositiveIntegerField(default=0)),
                ("of", models.PositiveIntegerField(default=0)),
                ("started_at", models.DateTimeField(null=True)),
                ("seen_at", models.DateTimeField(null=True)),
                ("cancelled_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("failure", models.CharField(blank=True, max_length=300)),
                ("file_name", models.CharField(blank=True, max_length=120)),
                ("content_type", models.CharField(blank=True, max_length=80)),
                ("size", models.PositiveBigIntegerField(null=True)),
                ("digest", models.CharField(blank=True, max_length=64)),
                (
                    "patient_ids",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list),
                ),
                ("expires_at", models.DateTimeField(null=True)),
                ("expired_at", models.DateTimeField(null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="jobs", to="clinic.membership"
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["practice", "owner", "-id"], name="jobs_of_a_member")],
                "constraints": [models.CheckConstraint(condition=WHOLE, name="job_with_a_file_is_whole")],
            },
        ),
        migrations.CreateModel(
            name="JobPart",
            fields=[
                *ROW,
                ("position", models.PositiveIntegerField()),
                ("content", models.BinaryField()),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="clinic.backgroundjob"
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
                "constraints": [models.UniqueConstraint(fields=("job", "position"), name="job_part_has_its_place")],
            },
        ),
        referable("clinic_backgroundjob"),
        same_practice("clinic_backgroundjob", "owner_id", "clinic_membership"),
        same_practice("clinic_jobpart", "job_id", "clinic_backgroundjob"),
        grant("DELETE", "clinic_jobpart"),
        grant("DELETE", "django_tasks_database_dbtaskresult"),
    ]
