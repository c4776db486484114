"""The web role has no right on a partition of its own, and an alert can be referred to together with its patient."""

from django.db import migrations

from clinic.database.tables import only_through, referable


class Migration(migrations.Migration):
    dependencies = [("clinic", "0004_payments_are_reversed")]

    operations = [
        only_through("clinic_accessevent"),
        only_through("clinic_deed"),
        referable("clinic_alert", scope="patient_id"),
    ]
