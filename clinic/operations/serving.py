"""The one server of a checkout: it is found again by a lock, so that no stale pid file stops somebody else's process.

Whoever serves holds a lock on `var/serve.pid` until it ends, and so do the processes that it becomes and makes.

    python -m clinic.operations.serving stop
"""

import fcntl
import os
import signal
import sys
import time
from pathlib import Path

PID_FILE = Path(__file__).resolve().parents[2] / "var" / "serve.pid"


class AlreadyServing(Exception):
    """Another process of this checkout serves."""


def take(pid_file: Path = PID_FILE) -> int:
    """Take the lock for this process and what it becomes; return the open file that holds it."""
    pid_file.parent.mkdir(exist_ok=True)
    file = os.open(pid_file, os.O_RDWR | os.O_CREAT, 0o600)
    if not _lock(file):
        os.close(file)
        raise AlreadyServing
    os.set_inheritable(file, True)
    os.truncate(file, 0)
    os.write(file, str(os.getpid()).encode())
    return file


def stop(pid_file: Path = PID_FILE, *, patience: float = 15) -> bool:
    """End the server if one holds the lock, and wait until it has let go; return whether there was one."""
    if not pid_file.exists():
        return False
    file = os.open(pid_file, os.O_RDWR)
    try:
        if _lock(file):
            return False
        os.kill(int(os.read(file, 20)), signal.SIGTERM)
        deadline = time.monotonic() + patience
        while not _lock(file) and time.monotonic() < deadline:
            time.sleep(0.1)
        return True
    finally:
        os.close(file)


def _lock(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


if __name__ == "__main__":
    if sys.argv[1:] != ["stop"]:
        raise SystemExit(__doc__)
    stop()
