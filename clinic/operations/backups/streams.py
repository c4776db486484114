"""Streams between a program and a file, encrypted with age and counted on their way; eight kilobytes are in memory at a time."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import pyrage


class NoRecipient(Exception):
    """Nobody is named who could read the backup."""


class WrongIdentity(Exception):
    """The identity opens no such backup."""


class Counted:
    """A stream that counts and digests what passes. It has what age asks of a reader and of a writer."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self._digest, self.size = stream, hashlib.sha256(), 0

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._pass(data)
        return data

    def write(self, data: bytes) -> int:
        self._stream.write(data)
        self._pass(data)
        return len(data)

    def flush(self) -> None:
        self._stream.flush()

    def _pass(self, data: bytes) -> None:
        self._digest.update(data)
        self.size += len(data)


class Nowhere:
    """Takes everything and keeps nothing."""

    def write(self, data: bytes) -> int:
        return len(data)

    def flush(self) -> None:
        pass


def encrypt(source: Counted, target: Counted, recipients: Sequence[str]) -> None:
    """Encrypt for everybody who is named; each can read it alone."""
    if not recipients:
        raise NoRecipient(
            "Set PLUMBLINE_BACKUP_RECIPIENTS to the public keys (age1...) of those who may open a backup."
        )
    try:
        known = [pyrage.x25519.Recipient.from_str(recipient) for recipient in recipients]
    except pyrage.RecipientError as error:
        raise NoRecipient(f"PLUMBLINE_BACKUP_RECIPIENTS holds what is no public key of age: {error}.") from None
    pyrage.encrypt_io(source, target, known)


def decrypt(source: Counted, target: Counted | Nowhere, identity: Path) -> None:
    """Decrypt with the identities in a file, as age-keygen writes it."""
    lines = identity.read_text().splitlines()
    known = [pyrage.x25519.Identity.from_str(line.strip()) for line in lines if line.startswith("AGE-SECRET-KEY-")]
    if not known:
        raise WrongIdentity(f"{identity} holds no identity of age.")
    try:
        pyrage.decrypt_io(source, target, known)
    except pyrage.DecryptError as error:
        raise WrongIdentity(f"It cannot be decrypted: {error}.") from None
