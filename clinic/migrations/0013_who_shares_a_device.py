"""A session may be locked, and a device knows for the rest of the day who was signed in on it and where they were."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import UUID7

from clinic.database.tables import grant


class Migration(migrations.Migration):
    dependencies = [("clinic", "0012_who_watches_over_access")]

    operations = [
        migrations.AddField(
            "signin",
            "locked_at",
            models.DateTimeField(null=True, help_text="Since when it answers nothing but to its person's proof."),
        ),
        migrations.CreateModel(
            name="DeviceUser",
            fields=[
                ("id", models.UUIDField(db_default=UUID7(), editable=False, primary_key=True, serialize=False)),
                ("device", models.CharField(max_length=64)),
                (
                    "path",
                    models.CharField(
                        blank=True, max_length=400, help_text="The page that they had open last: a route and ids."
                    ),
                ),
                ("seen_at", models.DateTimeField()),
                (
                    "until",
                    models.DateTimeField(
                        help_text="The end of the practice's day, after which the device knows them no longer."
                    ),
                ),
                (
                    "sign_in",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="clinic.signin"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("device", "user"), name="a_device_knows_somebody_once")
                ],
                "indexes": [models.Index(fields=["until"], name="device_users_by_end")],
            },
        ),
        grant("DELETE", "clinic_deviceuser"),
    ]
