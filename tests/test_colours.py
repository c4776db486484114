"""The colours of the style sheet: words can be read on every ground, in light and dark, and the edge of a field can be seen."""

import re

import pytest
from django.conf import settings


def tokens() -> dict[str, tuple[str, str]]:
    """Read the colours of the style sheet: name -> (light, dark)."""
    style = (settings.BASE_DIR / "static" / "plumbline.css").read_text()
    found = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", style)
    return {name: (light, dark) for name, light, dark in found}


def contrast(one: str, other: str) -> float:
    """Return the WCAG contrast ratio of two colours."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


WORDS = ("ink", "soft", "accent", "stop", "warn", "good")
FAMILIES = ("capacity", "control", "task", "hands", "agent", "adjust", "group")
GROUNDS = ("paper", "surface", "sunken", "stop-wash", "warn-wash", "good-wash", "tip-wash")


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("word", WORDS + FAMILIES)
def test_words_can_be_read_on_every_ground(word: str, scheme: int) -> None:
    colours = tokens()
    assert all(contrast(colours[word][scheme], colours[ground][scheme]) >= 4.5 for ground in GROUNDS)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "surface", "sunken"])
def test_the_edge_of_a_field_can_be_seen(ground: str, scheme: int) -> None:
    colours = tokens()
    assert contrast(colours["edge"][scheme], colours[ground][scheme]) >= 3
