"""Backups: a dump encrypted for whoever keeps the identity, and beside it a manifest that says what must be in it.

The dump is PostgreSQL's own custom format, streamed through age: neither is ever held as a whole, nor written in plain. Counts,
chain heads and the dump are of one snapshot, so they agree however much is written meanwhile. A backup counts only when its
manifest is there, which is written last.
"""

from clinic.operations.backups.making import make_backup
from clinic.operations.backups.manifest import BadBackup, Manifest, stated
from clinic.operations.backups.restoring import Occupied, check_backup, restore_backup

__all__ = ["BadBackup", "Manifest", "Occupied", "check_backup", "make_backup", "restore_backup", "stated"]
