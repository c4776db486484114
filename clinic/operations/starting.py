"""What a web process does before it answers: whoever comes first waits no longer than whoever comes next."""

import gc

from django.dispatch import Signal
from django.urls import get_resolver

about_to_serve = Signal()
"""Sent once in a web process, before its first request: whoever reads long files reads them now."""


def get_ready() -> None:
    """Load the pages, let every app read what it needs, and tell Python's collector that all of it stays."""
    _ = get_resolver().url_patterns
    about_to_serve.send(sender=None)
    gc.collect()
    gc.freeze()
