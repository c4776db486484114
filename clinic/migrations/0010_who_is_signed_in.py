"""Sessions, signing PINs, and the table in which the limiter counts tries, so that a restart and a second process know them.

None of these has a practice: they belong to persons, as allauth's tables do. The web role may delete what ends.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import UUID7, Now

from clinic.database.tables import grant

# The columns of Django's cache in a database; `createcachetable` would want the right to make tables.
CACHE = """
CREATE TABLE clinic_cache (cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL);
CREATE INDEX clinic_cache_by_end ON clinic_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0009_medicare_wants_gp"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]

    operations = [
        migrations.RunSQL(CACHE, "DROP TABLE clinic_cache"),
        migrations.CreateModel(
            name="SignIn",
            fields=[
                ("id", models.UUIDField(db_default=UUID7(), editable=False, primary_key=True, serialize=False)),
                ("session_key", models.CharField(max_length=40, unique=True)),
                ("device", models.CharField(max_length=80)),
                (
                    "is_full",
                    models.BooleanField(
                        default=False, help_text="Proved by two factors: a passkey, or a password and a code."
                    ),
                ),
                ("wrong_pins", models.PositiveSmallIntegerField(default=0)),
                ("began_at", models.DateTimeField(db_default=Now(), editable=False)),
                (
                    "seen_at",
                    models.DateTimeField(
                        db_default=Now(), help_text="When the person last did something, not the page."
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sign_ins",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SigningPin",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="signing_pin",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("secret", models.CharField(max_length=128)),
                ("set_at", models.DateTimeField(db_default=Now())),
            ],
        ),
        grant("DELETE", "clinic_cache"),
        grant("DELETE", "clinic_signin"),
        grant("DELETE", "clinic_signingpin"),
        grant("DELETE", "mfa_authenticator"),
    ]
