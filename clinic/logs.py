"""Log lines as JSON that never name a patient: no path, query, form data, local variable or SQL parameter."""

import json
import logging
import traceback
from datetime import UTC, datetime


class JsonFormatter(logging.Formatter):
    """One JSON object a line: when, how bad, which logger, which route, and where in the code an error arose."""

    def format(self, record: logging.LogRecord) -> str:
        request = getattr(record, "request", None)
        match = getattr(request, "resolver_match", None)
        entry = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "status": getattr(record, "status_code", None),
            "route": match.view_name if match else None,
            # django.request's own message holds the path, which holds ids
            "message": record.getMessage() if request is None else None,
            "error": _error(record),
        }
        return json.dumps({key: value for key, value in entry.items() if value is not None})


def _error(record: logging.LogRecord) -> list[str] | None:
    """Name the exception's type and its places in the code; its text can hold a row, so it stays out."""
    if not record.exc_info or record.exc_info[0] is None:
        return None
    places = [f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(record.exc_info[2])][-6:]
    return [record.exc_info[0].__name__, *places]
