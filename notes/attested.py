"""What an attestation covers, read from stored rows: once when it is signed, and again whenever the chain is checked.

Each meaning has one reader. The lists are frozen: what is added later enters under a new version of `chain.ATTESTATION_VERSION`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from notes.models import Addendum, Attestation

NEEDS = ("addendum",)  # what the readers read, fetched for many attestations at a time


def addendum_content(addendum: Addendum) -> dict[str, Any]:
    """Return what a signature under an addendum covers."""
    names = ("id", "note_id", "written_by_id", "name", "text")
    return {name: getattr(addendum, name) for name in names}


def _of_an_addendum(attestation: Attestation) -> dict[str, Any]:
    return addendum_content(attestation.addendum) if attestation.addendum else {}


READERS: Mapping[str, Callable[[Attestation], Any]] = {Attestation.Meaning.ADDENDUM: _of_an_addendum}
