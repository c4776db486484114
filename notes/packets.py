"""A note in an audit packet, with all that proves its signature; and the check of a packet, which needs no database.

A packet is JSON. Each signature in it says what its link covers (`said`), and beside it stands the content that the digests in
`said` were made of. Whoever has the packet alone can check contents against digests and links against each other. Whether the
links themselves are genuine is known only with the practice's key, and so is whether something was left out: the packet's own
seal is made with that key.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from django.conf import settings

from notes import attested, chain
from notes.chain import Entry, MissingKey, key_of
from notes.digests import canonical, canonical_digest, content
from notes.models import Note
from notes.verifying import Fault, Unchecked

VERSION = 1
SEALED = ("digest", "seal")  # what is made of the rest

type Packet = Mapping[str, Any]


def plain(value: Any) -> Any:
    """Return a value as canonical JSON says it."""
    return json.loads(canonical(value))


# Making


def proof_of(note: Note) -> dict[str, Any]:
    """Return what a note's signature covers and the signature itself, and the same for all that was signed after it."""
    signature = note.signature
    later = note.attestations.select_related("addendum").order_by("sequence")
    return {
        "id": str(note.pk),
        "content": plain(content(note, signature.digest_version)),
        "signature": _link(signature),
        "attestations": [_link(each) | {"content": plain(attested.READERS[each.meaning](each))} for each in later],
    }


def _link(entry: Entry) -> dict[str, Any]:
    return {"said": plain(chain.said(entry)), "key_id": entry.key_id, "link": entry.link}


def sealed(packet: dict[str, Any]) -> dict[str, Any]:
    """Return a packet with its digest, and with the seal that the practice's key makes of that."""
    digest = canonical_digest(packet)
    key = settings.CHAIN_KEY_ID
    return packet | {"digest": digest, "seal": {"key_id": key, "code": _code(key, digest)}}


def _code(key_id: str, digest: str) -> str:
    """Raises MissingKey. A seal is no link: what it is made of begins with another word."""
    return hmac.new(key_of(key_id), f"packet {digest}".encode(), hashlib.sha256).hexdigest()


# Checking


def faults_of(packet: Any) -> Iterator[Fault]:
    """Yield what in a packet is not as it was signed or sealed, and what cannot be told without the key."""
    if not isinstance(packet, dict) or packet.get("version") != VERSION or not isinstance(packet.get("notes"), list):
        yield Unchecked("packet", "file", "", "it is no packet that this Plumbline knows")
        return
    try:
        yield from Check(packet).faults()
    except (KeyError, TypeError, AttributeError) as problem:
        yield Fault("packet", "file", "", f"a part of it is missing or is not what it should be: {problem}")


class Check:
    def __init__(self, packet: Packet) -> None:
        self.packet = packet
        self.where = str(packet["practice"]["name"])
        self.is_our_key = self._seal_fits()

    def faults(self) -> Iterator[Fault]:
        yield from self._whole()
        entries = [entry for note in self.packet["notes"] for entry in (note["signature"], *note["attestations"])]
        for note in self.packet["notes"]:
            yield from self._note(note)
        for entry in entries:
            yield from self._genuine(entry)
        yield from self._order(sorted(entries, key=lambda entry: entry["said"]["sequence"]))

    # The packet as a whole

    def _seal_fits(self) -> bool | None:
        """Say whether our key made the seal; None where we have no such key, or only the one that everybody has."""
        seal = self.packet["seal"]
        try:
            fits = hmac.compare_digest(_code(seal["key_id"], str(self.packet["digest"])), str(seal["code"]))
        except MissingKey:
            return None
        return fits or (None if settings.CHAIN_KEY == settings.DEVELOPMENT_KEY else False)

    def _whole(self) -> Iterator[Fault]:
        if (
            canonical_digest({name: part for name, part in self.packet.items() if name not in SEALED})
            != self.packet["digest"]
        ):
            yield Fault(self.where, "packet", "", "it was changed after it was made: its digest does not fit")
        if self.is_our_key is False:
            yield Fault(self.where, "packet", "", "its seal is not what the key makes of it")
        if self.is_our_key is None:
            why = "without the practice's key (PLUMBLINE_CHAIN_KEY) nobody can tell whether links and seal are genuine"
            yield Unchecked(self.where, "packet", "", why)

    # A note

    def _note(self, note: Packet) -> Iterator[Fault]:
        said = note["signature"]["said"]
        if said["note"] != note["id"] or note["content"]["note"]["id"] != note["id"]:
            yield self._fault(note, "its signature belongs to another note")
        if canonical_digest(note["content"]) != said["note_digest"]:
            yield self._fault(note, "it is not what was signed: its content does not fit the digest")
        if "lines" in note and canonical_digest(note["lines"]) != said["line_digest"]:
            yield self._fault(note, "its lines, or what the signer decided about them, are not what was signed")
        for each in note["attestations"]:
            if (
                each["said"]["note"] != note["id"]
                or canonical_digest(each["content"]) != each["said"]["content_digest"]
            ):
                yield self._fault(note, f"the {each['said']['meaning']} to it is not what was signed")

    def _fault(self, note: Packet, why: str) -> Fault:
        return Fault(self.where, "note", str(note["id"]), why, note["signature"]["said"]["sequence"])

    # Links

    def _genuine(self, entry: Packet) -> Iterator[Fault]:
        said = entry["said"]
        about = (self.where, "link", str(said["note"]))
        try:
            fits = hmac.compare_digest(_link_of(entry), str(entry["link"]))
        except MissingKey as missing:
            yield Unchecked(*about, f"it was made with the key {missing}, which is not among ours", said["sequence"])
            return
        if not fits and self.is_our_key is not None:
            yield Fault(
                *about,
                "the link is not what the key makes of it: signer, time or a digest was changed",
                said["sequence"],
            )

    def _order(self, entries: list[Packet]) -> Iterator[Fault]:
        """Links that follow each other must name each other; of a part of a chain no more can be asked."""
        for before, after in pairwise(entries):
            step = after["said"]["sequence"] - before["said"]["sequence"]
            if step == 0 or (step == 1 and after["said"]["previous"] != before["link"]):
                why = "two links stand in one place" if step == 0 else "it does not name the link before it"
                yield Fault(self.where, "link", str(after["said"]["note"]), why, after["said"]["sequence"])


def _link_of(entry: Packet) -> str:
    return hmac.new(key_of(entry["key_id"]), canonical_digest(entry["said"]).encode(), hashlib.sha256).hexdigest()


def links_in(packet: Any) -> int:
    """Return how many links a packet holds, for what is told of its check."""
    notes = packet.get("notes", []) if isinstance(packet, dict) else []
    return sum(1 + len(note.get("attestations", ())) for note in notes if isinstance(note, dict))
