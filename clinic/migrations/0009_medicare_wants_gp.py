"""Medicare wants GP on therapy lines by rule. The profile of a Medicare payer says so too; no line changes by it."""

from typing import Any

from django.db import migrations


def say_so(apps: Any, schema_editor: Any) -> None:
    apps.get_model("clinic", "Payer").objects.filter(kind="medicare", wants_gp="never").update(wants_gp="therapy")


class Migration(migrations.Migration):
    dependencies = [("clinic", "0008_what_one_payer_wants")]

    operations = [migrations.RunPython(say_so, migrations.RunPython.noop)]
