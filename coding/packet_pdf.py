"""An audit packet as PDF: an index with page references, each note beginning on a page, page numbers on all."""

import json
from collections.abc import Mapping
from typing import Any

import typst

from coding.superbill_pdf import TEMPLATES, CannotBePrinted, families, fonts


def packet_pdf(packet: Mapping[str, Any]) -> bytes:
    """Return the PDF. Raises CannotBePrinted."""
    try:
        pdf = typst.compile(
            TEMPLATES / "packet.typ",
            root=TEMPLATES,
            font_paths=fonts(),
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"packet": json.dumps(packet), "fonts": json.dumps(families())},
            pdf_standards="ua-1",
        )
    except typst.TypstError as error:
        if "could not be displayed" in str(error):
            raise CannotBePrinted from error
        raise
    return bytes(pdf)
