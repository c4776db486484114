"""An accepted request says later, where its acceptance could not yet, by which addendum or how else the record was amended."""

from django.db import migrations, models
from django.db.models import CheckConstraint, Q


class Migration(migrations.Migration):
    dependencies = [("notes", "0009_what_follows_a_signature")]

    operations = [
        migrations.AlterField(
            "amendmentstep",
            "kind",
            models.CharField(
                choices=[
                    ("extended", "more time taken"),
                    ("accepted", "accepted"),
                    ("amended", "amended"),
                    ("refused", "refused"),
                    ("disagrees", "statement of disagreement"),
                ],
                max_length=10,
            ),
        ),
        migrations.RemoveConstraint("amendmentstep", "addendum_goes_with_acceptance"),
        migrations.RemoveConstraint("amendmentstep", "step_says_why"),
        migrations.AddConstraint(
            "amendmentstep",
            CheckConstraint(
                condition=Q(("addendum", None)) | Q(("kind__in", ("accepted", "amended"))),
                name="addendum_goes_with_acceptance",
            ),
        ),
        migrations.AddConstraint(
            "amendmentstep",
            CheckConstraint(
                condition=~Q(("words", "")) | Q(("addendum__isnull", False), ("kind", "amended")), name="step_says_why"
            ),
        ),
    ]
