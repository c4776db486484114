"""What a backup states of the record: where each practice's chain stands."""

from typing import Any

import psycopg

from clinic.operations.backups import stated


@stated("chain")
def heads(connection: psycopg.Connection[Any]) -> dict[str, Any]:
    """Return the last link of each practice's chain, in the snapshot of the backup."""
    asked = "SELECT practice_id::text, sequence || ' ' || link FROM notes_chainhead ORDER BY practice_id"
    return dict(connection.execute(asked).fetchall())
