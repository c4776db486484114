"""An audit packet as PDF: an index with page references, each note beginning on a page, page numbers on all."""

import json
from collections.abc import Mapping
from typing import Any

import typst

from coding.superbill_pdf import TEMPLATES, CannotBePrinted, families, fonts

TEMPLATE = TEMPLATES / "packet.typ"


def given(packet: Mapping[str, Any]) -> dict[str, Any]:
    """Return all that the template may know."""
    known = {"packet": json.dumps(packet), "fonts": json.dumps(families())}
    return {"root": TEMPLATES, "font_paths": fonts(), "ignore_system_fonts": True, "sys_inputs": known}


def packet_pdf(packet: Mapping[str, Any]) -> bytes:
    """Return the PDF. Raises CannotBePrinted."""
    try:
        pdf = typst.compile(TEMPLATE, **given(packet), format="pdf", pdf_standards="ua-1")
    except typst.TypstError as error:
        if "could not be displayed" in str(error):
            raise CannotBePrinted from error
        raise
    return bytes(pdf)
