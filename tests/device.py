"""What a person carries: an authenticator app, and a device that makes passkeys and answers as a browser would send it."""

import json
import os
import time
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
FLAG = AuthenticatorData.FLAG


def code_for(secret: str, ahead: int = 0) -> str:
    """Return what an app shows now, or that many half minutes later."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + ahead)))


class Device:
    """Holds one passkey, for whom it was made, and says whether it saw its person."""

    def __init__(self, origin: str = "http://testserver", *, sees: bool = True) -> None:
        self.origin = origin
        self.seen = FLAG.UP | FLAG.UV if sees else FLAG.UP
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = os.urandom(16)
        self.user = ""

    def make(self, options: Mapping[str, Any]) -> str:
        asked = options["publicKey"]
        self.user = asked["user"]["id"]
        public = AttestedCredentialData.create(Aaguid.NONE, self.id, ES256.from_cryptography_key(self.key.public_key()))
        data = AuthenticatorData.create(_about(asked["rp"]["id"]), self.seen | FLAG.AT, 0, public)
        client = self._said("create", asked)
        return self._sent(clientDataJSON=client, attestationObject=AttestationObject.create("none", data, {}))

    def answer(self, options: Mapping[str, Any]) -> str:
        asked = options["publicKey"]
        data, client = AuthenticatorData.create(_about(asked["rpId"]), self.seen, 1), self._said("get", asked)
        signature = self.key.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        user = {"userHandle": self.user} if self.user else {}
        return self._sent(clientDataJSON=client, authenticatorData=data, signature=signature, **user)

    def _said(self, deed: str, asked: Mapping[str, Any]) -> CollectedClientData:
        return CollectedClientData.create(f"webauthn.{deed}", asked["challenge"], self.origin)

    def _sent(self, **response: Any) -> str:
        written = {name: part if isinstance(part, str) else websafe_encode(part) for name, part in response.items()}
        own = websafe_encode(self.id)
        return json.dumps(
            {"id": own, "rawId": own, "type": "public-key", "response": written, "clientExtensionResults": {}}
        )


def _about(name: str) -> bytes:
    return sha256(name.encode()).digest()


def made_for(user: str, name: str = "testserver") -> dict[str, Any]:
    """Return a passkey as it is kept, of a device that nobody has."""
    asked = {"challenge": b"0" * 32, "user": {"id": user}, "rp": {"id": name}}
    kept: dict[str, Any] = json.loads(Device().make({"publicKey": asked}))
    return kept
