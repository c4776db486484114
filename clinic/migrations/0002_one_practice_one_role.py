"""Audit and deeds by month, composite keys so that practices cannot mix, and what the web role may do.

Grants: the web role reads, adds and changes rows; it deletes only where a migration names the table, and never truncates,
alters or makes temporary tables. Later tables inherit this through the default privileges.
"""

from django.conf import settings
from django.db import migrations
from django.db.migrations import RunSQL

from clinic.database.tables import append_only, grant, referable, revoke, same_practice

PARTITIONS = """
CREATE TABLE clinic_accessevent (
    id uuid NOT NULL DEFAULT uuidv7(), at timestamptz NOT NULL DEFAULT now(), practice_id uuid, user_id uuid,
    kind varchar(40) NOT NULL, patient_ids uuid[] NOT NULL DEFAULT '{}', object_id uuid, address inet,
    detail jsonb NOT NULL DEFAULT '{}', PRIMARY KEY (at, id)
) PARTITION BY RANGE (at);
CREATE INDEX clinic_accessevent_by_practice ON clinic_accessevent (practice_id, at);
CREATE TABLE clinic_deed (
    "on" date NOT NULL, user_id uuid NOT NULL, key uuid NOT NULL, kind varchar(40) NOT NULL,
    body_digest varchar(64) NOT NULL, object_id uuid, created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY ("on", user_id, key)
) PARTITION BY RANGE ("on");
CREATE TABLE clinic_accessevent_rest PARTITION OF clinic_accessevent DEFAULT;
CREATE TABLE clinic_deed_rest PARTITION OF clinic_deed DEFAULT;
DO $$
DECLARE month date := '2026-10-01';
BEGIN
    WHILE month < '2029-01-01' LOOP
        EXECUTE format('CREATE TABLE clinic_accessevent_%s PARTITION OF clinic_accessevent FOR VALUES FROM (%L) TO (%L)',
                       to_char(month, 'YYYY_MM'), month, month + interval '1 month');
        EXECUTE format('CREATE TABLE clinic_deed_%s PARTITION OF clinic_deed FOR VALUES FROM (%L) TO (%L)',
                       to_char(month, 'YYYY_MM'), month, month + interval '1 month');
        month := month + interval '1 month';
    END LOOP;
END $$;
"""

WRITTEN_ONCE = """
CREATE FUNCTION public.row_is_written_once() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION USING errcode = 'restrict_violation', constraint = 'row_is_written_once', message = 'written once';
END $$;
"""

RIGHTS = f"""
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{settings.WEB_ROLE}') THEN
        RAISE EXCEPTION 'Create the role "{settings.WEB_ROLE}" first: CREATE ROLE {settings.WEB_ROLE} LOGIN PASSWORD ...';
    END IF;
    EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
END $$;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO {settings.WEB_ROLE};
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO {settings.WEB_ROLE};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {settings.WEB_ROLE};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE ON TABLES TO {settings.WEB_ROLE};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {settings.WEB_ROLE};
"""
NO_RIGHTS = f"""
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE SELECT, INSERT, UPDATE ON TABLES FROM {settings.WEB_ROLE};
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE USAGE, SELECT ON SEQUENCES FROM {settings.WEB_ROLE};
"""

PARENTS = ("location", "membership", "patient", "alert", "payer", "coverage", "visit")


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0001_initial"),
        ("sessions", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        RunSQL(PARTITIONS, "DROP TABLE clinic_accessevent, clinic_deed"),
        RunSQL(WRITTEN_ONCE, "DROP FUNCTION public.row_is_written_once()"),
        *(referable(f"clinic_{name}") for name in PARENTS),
        referable("clinic_visit", scope="patient_id"),
        referable("clinic_coverage", scope="patient_id"),
        same_practice("clinic_alert", "patient_id", "clinic_patient"),
        same_practice("clinic_coverage", "patient_id", "clinic_patient"),
        same_practice("clinic_coverage", "payer_id", "clinic_payer"),
        same_practice("clinic_visit", "patient_id", "clinic_patient"),
        same_practice("clinic_visit", "clinician_id", "clinic_membership"),
        same_practice("clinic_visit", "location_id", "clinic_location"),
        same_practice("clinic_visit", "coverage_id", "clinic_coverage", scope="patient_id"),
        same_practice("clinic_payment", "visit_id", "clinic_visit"),
        same_practice("clinic_payment", "taken_by_id", "clinic_membership"),
        append_only("clinic_accessevent"),
        RunSQL(RIGHTS, NO_RIGHTS),
        revoke("UPDATE", "clinic_accessevent"),
        revoke("INSERT, UPDATE", "django_migrations"),
        grant("DELETE", "django_session"),
        grant("DELETE", "clinic_deed"),
    ]
