"""What a restored copy must not go on with: it ended since the backup was made, or nobody is there any more who meant it."""

from typing import Any

import psycopg

# In this order; what each leaves behind is told by its name. Files that were made, and keys of deeds, end by their own time.
ENDED = (
    ("", "clinic_deviceuser", "DELETE FROM public.clinic_deviceuser"),
    ("", "django_session", "DELETE FROM public.django_session"),
    ("sessions", "clinic_signin", "DELETE FROM public.clinic_signin"),
    # the link was used, or another one made, since: it is told from others by the password that it replaces
    (
        "one-time links",
        "clinic_user",
        "UPDATE public.clinic_user SET password = '!' || replace(gen_random_uuid()::text || gen_random_uuid(), '-', '') "
        "WHERE password LIKE '!%'",
    ),
    (
        "emergency accesses",
        "clinic_breakglass",
        "UPDATE public.clinic_breakglass SET ended_at = now() WHERE ended_at IS NULL AND ends_at > now()",
    ),
    (
        "",
        "clinic_jobpart",
        "DELETE FROM public.clinic_jobpart p USING public.clinic_backgroundjob j WHERE j.id = p.job_id AND j.finished_at IS NULL",
    ),
    (
        "background jobs",
        "clinic_backgroundjob",
        "UPDATE public.clinic_backgroundjob SET finished_at = now(), failure = 'The records were restored from a backup before "
        "it was made. Ask for it again.' WHERE finished_at IS NULL",
    ),
    (
        "",
        "django_tasks_database_dbtaskresult",
        "DELETE FROM public.django_tasks_database_dbtaskresult WHERE finished_at IS NULL",
    ),
)


def put_to_rest(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """End what was going on when the backup was made, and return how much of what. A backup of long ago may lack a table."""
    told: dict[str, int] = {}
    for what, table, statement in ENDED:
        if connection.execute("SELECT to_regclass(%s)", [f"public.{table}"]).fetchone() != (None,):
            count = connection.execute(statement).rowcount
            told |= {what: count} if what else {}
    return told
