"""Auditors come for a while. Those without a last day get one a month from now; who is more than an auditor is no auditor any more.

Nobody's audit breaks off overnight, and nobody's own work ends with it: an admin gives the role and a day again where it is meant.
"""

from django.db import migrations
from django.db.migrations import RunSQL
from django.db.models import CheckConstraint, Q

WITHOUT_A_DAY = "ends_on IS NULL AND 'auditor' = ANY (roles)"
GIVE_A_DAY = [
    f"UPDATE clinic_membership SET roles = array_remove(roles, 'auditor') WHERE {WITHOUT_A_DAY} AND cardinality(roles) > 1",
    f"UPDATE clinic_membership SET ends_on = current_date + 30 WHERE {WITHOUT_A_DAY}",
]


class Migration(migrations.Migration):
    dependencies = [("clinic", "0014_who_works_under_supervision")]

    operations = [
        RunSQL(GIVE_A_DAY, RunSQL.noop),
        migrations.AddConstraint(
            "membership",
            CheckConstraint(
                condition=Q(("ends_on__isnull", False)) | ~Q(("roles__contains", ["auditor"])),
                name="auditor_has_a_last_day",
            ),
        ),
    ]
