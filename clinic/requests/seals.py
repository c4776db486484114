"""What a page shows and a browser brings back: sealed, so that nobody else's words pass for it.

The one who shows it says what it is beside; whoever keeps it needs to know nothing else about it.
"""

from uuid import UUID

from django.core.signing import BadSignature, Signer


def sealed(words: str, *, beside: UUID | str) -> str:
    """Seal what is shown beside a row."""
    return Signer(salt=f"shown beside {beside}").sign(words)


def unsealed(token: str, *, beside: UUID | str) -> str:
    """Return what was shown beside the row, or nothing where it was not."""
    try:
        return Signer(salt=f"shown beside {beside}").unsign(token)
    except BadSignature:
        return ""
