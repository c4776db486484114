"""Django's PostgreSQL, whose pool is asked through `reach`."""

from typing import Any

from django.db.backends.postgresql import base

from clinic.database.reach import reach


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        if not self.pool:
            return super().get_new_connection(conn_params)
        with reach.asking():
            return super().get_new_connection(conn_params)
