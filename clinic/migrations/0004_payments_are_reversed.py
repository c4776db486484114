"""A payment stays as it was entered; a wrong one is reversed, once, by an entry that mirrors it and says why."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations import RunSQL
from django.db.models import Q

from clinic.database.tables import append_only, referable, revoke, same_practice

MIRRORS = """
CREATE FUNCTION public.reversal_mirrors_its_payment() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF new.reverses_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM public.clinic_payment p WHERE p.id = new.reverses_id AND p.reverses_id IS NULL
        AND (p.visit_id, p.method, p.amount) = (new.visit_id, new.method, -new.amount)
    ) THEN
        RAISE EXCEPTION USING errcode = 'check_violation', constraint = 'reversal_mirrors_its_payment',
            message = 'a reversal has the visit, the method and the amount of a payment';
    END IF;
    RETURN new;
END $$;
CREATE TRIGGER clinic_payment_reversal_mirrors BEFORE INSERT ON public.clinic_payment
    FOR EACH ROW EXECUTE FUNCTION public.reversal_mirrors_its_payment();
"""


class Migration(migrations.Migration):
    dependencies = [("clinic", "0003_coverage_kind")]

    operations = [
        migrations.AlterModelOptions("payment", {"ordering": ["created_at", "pk"]}),
        migrations.AddField(
            "payment",
            "reverses",
            models.OneToOneField(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reversal",
                to="clinic.payment",
            ),
        ),
        migrations.AddField(
            "payment",
            "reason",
            models.CharField(blank=True, default="", max_length=300, verbose_name="why it was wrong"),
            preserve_default=False,
        ),
        migrations.RemoveConstraint("payment", "payment_is_positive"),
        migrations.AddConstraint(
            "payment",
            models.CheckConstraint(
                condition=Q(amount__gt=0, reverses=None) | Q(amount__lt=0, reverses__isnull=False),
                name="payment_is_positive",
                violation_error_message="Enter an amount above zero.",
            ),
        ),
        migrations.AddConstraint(
            "payment",
            models.CheckConstraint(
                condition=Q(reverses=None, reason="") | (Q(reverses__isnull=False) & ~Q(reason="")),
                name="reversal_has_a_reason",
                violation_error_message="Say what was wrong.",
            ),
        ),
        referable("clinic_payment"),
        same_practice("clinic_payment", "reverses_id", "clinic_payment"),
        RunSQL(
            MIRRORS,
            "DROP TRIGGER clinic_payment_reversal_mirrors ON clinic_payment; "
            "DROP FUNCTION public.reversal_mirrors_its_payment()",
        ),
        append_only("clinic_payment"),
        revoke("UPDATE", "clinic_payment"),
    ]
