"""Lists of limited auditors, access for an emergency, and the log found by patient.

What was taken for an emergency says for ever who, whom and why: only its end is written later, once.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations import RunSQL
from django.db.models import F, Q
from django.db.models.functions import UUID7, Now

from clinic.database.tables import append_only, grant, only_these_may_change, referable, revoke, same_practice

GLASS_ENDS_ONCE = """
CREATE FUNCTION public.glass_ends_once() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF tg_op = 'DELETE' OR old.ended_at IS NOT NULL OR new.ended_at IS NULL
       OR (to_jsonb(new) - 'ended_at') IS DISTINCT FROM (to_jsonb(old) - 'ended_at') THEN
        RAISE EXCEPTION USING errcode = 'restrict_violation', constraint = 'glass_ends_once', message = 'ends once';
    END IF;
    RETURN new;
END $$;
CREATE TRIGGER clinic_breakglass_ends_once BEFORE UPDATE OR DELETE ON public.clinic_breakglass
    FOR EACH ROW EXECUTE FUNCTION public.glass_ends_once();
"""
NO_GLASS_ENDS_ONCE = """
DROP TRIGGER clinic_breakglass_ends_once ON public.clinic_breakglass;
DROP FUNCTION public.glass_ends_once();
"""


def reference(to, **kwargs):
    kwargs.setdefault("related_name", "+")
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=to, **kwargs)


def own(name, fields, options):
    """A table of the practice's own rows."""
    key = models.UUIDField(db_default=UUID7(), editable=False, primary_key=True, serialize=False)
    born = models.DateTimeField(db_default=Now(), editable=False)
    rows = [("id", key), ("created_at", born), *fields, ("practice", reference("clinic.practice"))]
    return migrations.CreateModel(name=name, fields=rows, options=options)


class Migration(migrations.Migration):
    dependencies = [("clinic", "0011_background_jobs")]

    operations = [
        migrations.AddField(
            "membership",
            "is_limited",
            models.BooleanField(
                "sees only these patients",
                default=False,
                help_text="For auditors: nobody but the patients on their list.",
            ),
        ),
        own(
            "AuditedPatient",
            [
                ("membership", reference("clinic.membership", related_name="audited_patients")),
                ("patient", reference("clinic.patient")),
            ],
            {
                "ordering": ["created_at"],
                "constraints": [models.UniqueConstraint(fields=("membership", "patient"), name="patient_listed_once")],
            },
        ),
        own(
            "BreakGlass",
            [
                ("reason", models.CharField(max_length=300)),
                ("proof", models.CharField(max_length=20)),
                ("ends_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("member", reference("clinic.membership", related_name="broken_glass")),
                ("patient", reference("clinic.patient")),
            ],
            {
                "ordering": ["-created_at"],
                "constraints": [
                    models.CheckConstraint(condition=~Q(reason=""), name="broken_glass_has_a_reason"),
                    models.CheckConstraint(condition=Q(ends_at__gt=F("created_at")), name="broken_glass_ends"),
                ],
            },
        ),
        own(
            "BreakGlassReview",
            [
                ("words", models.CharField(blank=True, max_length=300)),
                ("by", reference("clinic.membership")),
                (
                    "glass",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="review", to="clinic.breakglass"
                    ),
                ),
            ],
            {},
        ),
        referable("clinic_breakglass"),
        same_practice("clinic_auditedpatient", "membership_id", "clinic_membership"),
        same_practice("clinic_auditedpatient", "patient_id", "clinic_patient"),
        same_practice("clinic_breakglass", "member_id", "clinic_membership"),
        same_practice("clinic_breakglass", "patient_id", "clinic_patient"),
        same_practice("clinic_breakglassreview", "glass_id", "clinic_breakglass"),
        same_practice("clinic_breakglassreview", "by_id", "clinic_membership"),
        grant("DELETE", "clinic_auditedpatient"),
        *only_these_may_change("clinic_breakglass", "ended_at"),
        RunSQL(GLASS_ENDS_ONCE, NO_GLASS_ENDS_ONCE),
        append_only("clinic_breakglassreview"),
        revoke("UPDATE", "clinic_breakglassreview"),
        RunSQL(
            "CREATE INDEX clinic_accessevent_by_patient ON clinic_accessevent USING gin (patient_ids)",
            "DROP INDEX clinic_accessevent_by_patient",
        ),
    ]
