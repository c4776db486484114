"""A superbill as PDF, by typst. The compiler sees its template and nothing else: no other file, no network, no system font.

The file is PDF/UA, which a screen reader can read; that standard also makes a letter that no font has an error, so that no
name is ever printed with holes.
"""

import json
from dataclasses import asdict
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import typst

from coding.superbill_sheet import Sheet

TEMPLATES = Path(__file__).parent / "print"
FONT_PACKAGES = ("manimgx_fonts", "manimgx_fonts_cjk")
FIRST = ("Noto Sans", "Noto Sans CJK SC")


class CannotBePrinted(Exception):
    """A name holds a letter that none of the fonts has."""


def superbill_pdf(sheet: Sheet) -> bytes:
    """Return the PDF. Raises CannotBePrinted."""
    data = {"sheet": json.dumps(asdict(sheet)), "fonts": json.dumps(families())}
    try:
        pdf = typst.compile(
            TEMPLATES / "superbill.typ",
            root=TEMPLATES,
            font_paths=fonts(),
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs=data,
            pdf_standards="ua-1",
        )
    except typst.TypstError as error:
        if "could not be displayed" in str(error):
            raise CannotBePrinted from error
        raise
    return pdf


@cache
def fonts() -> typst.Fonts:
    """Read the fonts once; the wheels bring Latin, Greek, Cyrillic, Chinese, Japanese, Korean and some twenty scripts more."""
    folders = [place for name in FONT_PACKAGES for place in (find_spec(name).submodule_search_locations or [])]  # type: ignore[union-attr]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


@cache
def families() -> list[str]:
    rest = [name for name in fonts().families() if name not in FIRST]
    return [*FIRST, *rest]
