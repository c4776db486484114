"""Whether the database can be reached, as this process last saw it.

Somebody has to wait to find out that it is away. Once they have, the others are told at once and keep no thread waiting,
and one of them every second asks again: so a page is answered within about two seconds at worst, files and /healthz go on
being answered, and nothing has to be started anew when the database is back.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import OperationalError
from psycopg_pool import PoolTimeout, TooManyRequests

PAUSE = 1.0  # how long nobody asks after somebody found it away
WAIT = 2.0  # how long one waits for a connection; the pool's own timeout


class Away(OperationalError):
    """The database was away a moment ago, and somebody else is finding out whether it still is."""


class Reach:
    """What a process knows of the database's being there."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last_got = float("-inf")
        self._ask_again_at: float | None = None  # None while it is there

    @property
    def is_away(self) -> bool:
        return self._ask_again_at is not None

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Take a connection inside; raises Away where that would be in vain."""
        self._take_turn()
        try:
            yield
        except TooManyRequests:  # there, and busy: the queue for it is full
            raise
        except (PoolTimeout, OperationalError):
            self._failed()
            raise
        self._last_got, self._ask_again_at = time.monotonic(), None

    def _take_turn(self) -> None:
        with self._lock:
            now = time.monotonic()
            if self._ask_again_at is None:
                return
            if now < self._ask_again_at:
                raise Away("The database is away.")
            self._ask_again_at = now + WAIT + PAUSE  # ours; if we never come back, somebody else has the next turn

    def _failed(self) -> None:
        """It is away if nobody got a connection while we waited; otherwise it was only busy."""
        with self._lock:
            now = time.monotonic()
            if self.is_away or now - self._last_got > WAIT * 0.9:
                self._ask_again_at = now + PAUSE


reach = Reach()
