"""What is signed after the note (addenda, co-signatures, retractions) joins its practice's chain, whose head moves by itself.

A link that is added moves the head in the same statement, from the link that it names as the one before it; nothing else
moves a head. So the web role can neither fork a chain nor set a head back, though it may lock the head's row.
"""

import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.uuid
from django.db import migrations, models
from django.db.migrations import RunSQL

from clinic.database.tables import after_the_signature, append_only, referable, revoke, same_practice

LINKS = ("signature", "attestation")
PROOFS = [
    ("password", "password"),
    ("passkey", "passkey"),
    ("code", "code"),
    ("recovery", "recovery code"),
    ("pin", "PIN"),
]

LINK_MOVES_THE_HEAD = """
CREATE FUNCTION public.link_moves_the_head() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.notes_chainhead h SET sequence = new.sequence, link = new.link
        WHERE h.practice_id = new.practice_id AND h.sequence = new.sequence - 1 AND h.link = new.previous;
    IF NOT found THEN
        RAISE EXCEPTION USING errcode = 'restrict_violation', constraint = 'chain_grows_at_its_head',
            message = 'not the next link';
    END IF;
    RETURN NULL;
END $$;
"""

# Below another trigger, and that can only be the one above: the web role makes none of its own.
HEAD_MOVES_WITH_A_LINK = """
CREATE FUNCTION public.head_moves_with_a_link() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (tg_op = 'INSERT' AND (new.sequence, new.link) IS DISTINCT FROM (0::bigint, ''::varchar))
       OR (tg_op = 'UPDATE' AND pg_trigger_depth() < 2) OR tg_op = 'DELETE' THEN
        RAISE EXCEPTION USING errcode = 'restrict_violation', constraint = 'head_moves_with_a_link', message = 'head';
    END IF;
    RETURN new;
END $$;
CREATE TRIGGER notes_chainhead_moves_with_a_link BEFORE INSERT OR UPDATE OR DELETE ON public.notes_chainhead
    FOR EACH ROW EXECUTE FUNCTION public.head_moves_with_a_link();
"""


class Migration(migrations.Migration):
    dependencies = [("clinic", "0009_medicare_wants_gp"), ("notes", "0006_activities_have_a_clock")]

    operations = [
        migrations.AlterField("signature", "proof", models.CharField(choices=PROOFS, max_length=20)),
        migrations.CreateModel(
            name="Attestation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=django.db.models.functions.uuid.UUID7(),
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("name", models.CharField(max_length=200)),
                ("credential", models.CharField(max_length=40)),
                ("proof", models.CharField(choices=PROOFS, max_length=20)),
                ("signed_at", models.DateTimeField()),
                ("digest_version", models.PositiveSmallIntegerField(default=1)),
                ("key_id", models.CharField(max_length=16)),
                ("sequence", models.PositiveBigIntegerField()),
                ("previous", models.CharField(max_length=64)),
                ("link", models.CharField(max_length=64)),
                (
                    "meaning",
                    models.CharField(
                        choices=[
                            ("addendum", "addendum"),
                            ("co-signature", "co-signature"),
                            ("retraction", "retraction"),
                        ],
                        max_length=80,
                    ),
                ),
                ("content_digest", models.CharField(max_length=64)),
                (
                    "addendum",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attestations",
                        to="notes.addendum",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.membership"
                    ),
                ),
                (
                    "note",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="attestations", to="notes.note"
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.practice"
                    ),
                ),
            ],
            options={
                "ordering": ["sequence"],
                "constraints": [
                    models.UniqueConstraint(fields=("practice", "sequence"), name="attestations_do_not_fork_the_chain"),
                    models.UniqueConstraint(
                        condition=models.Q(("meaning", "addendum")),
                        fields=("addendum",),
                        name="addendum_is_signed_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("meaning", "addendum"), _negated=True),
                            ("addendum__isnull", False),
                            _connector="OR",
                        ),
                        name="addendum_is_named_where_one_is_signed",
                    ),
                ],
            },
        ),
        referable("notes_addendum"),
        referable("notes_addendum", scope="note_id"),
        same_practice("notes_attestation", "note_id", "notes_note"),
        same_practice("notes_attestation", "member_id", "clinic_membership"),
        same_practice("notes_attestation", "addendum_id", "notes_addendum"),
        same_practice("notes_attestation", "addendum_id", "notes_addendum", scope="note_id"),
        after_the_signature("notes_attestation"),
        append_only("notes_attestation"),
        revoke("UPDATE", "notes_attestation"),
        RunSQL(LINK_MOVES_THE_HEAD, "DROP FUNCTION public.link_moves_the_head()"),
        *(
            RunSQL(
                f"CREATE TRIGGER notes_{name}_moves_the_head AFTER INSERT ON public.notes_{name} "
                "FOR EACH ROW EXECUTE FUNCTION public.link_moves_the_head()",
                f"DROP TRIGGER notes_{name}_moves_the_head ON public.notes_{name}",
            )
            for name in LINKS
        ),
        RunSQL(
            HEAD_MOVES_WITH_A_LINK,
            "DROP TRIGGER notes_chainhead_moves_with_a_link ON public.notes_chainhead; "
            "DROP FUNCTION public.head_moves_with_a_link()",
        ),
    ]
