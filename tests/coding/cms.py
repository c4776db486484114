"""Files of the shapes in which CMS ships its tables. The rows are made up for the tests."""

NOTICE = '"CPT codes are copyrighted. A notice\nof several lines, with commas, and HCPCS in it.",,,'
ABOVE_PAIRS = [
    "A notice about copyright, with a comma",
    "",
    "Column1/Column2 Edits\t\t\t\t\t\t",
    "Column 1\tColumn 2\t* = in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale",
    "\t\tprior to 1996\tDate\tDate\t0=not allowed\t",
    "\t\t\t\t*=no data\t1=allowed\t",
    "\t\t\t\t\t9=not applicable\t",
]
HEADER_OF_MAXIMA = '"HCPCS/\nCPT Code",Practitioner Services MUE Values,MUE Adjudication Indicator,MUE Rationale'
ADJUSTED = "98941\t97140\t\t20200101\t*\t1\tStandards of practice"
DELETED = "97530\t97116\t\t20200101\t20201001\t1\tStandards of practice"
TAKEN_BACK = "97530\t97113\t\t20261001\t20261001\t0\tStandards of practice"
NOT_APPLICABLE = "98942\t98940\t*\t19960101\t19960101\t9\tStandards of practice"


def pairs(*rows, above=ABOVE_PAIRS):
    return "\r\n".join([*above, *rows, ""])


def maxima(*rows):
    return "\r\n".join([NOTICE, HEADER_OF_MAXIMA, *rows, ""])


def of_clinical(code, units, mai="3 Date of Service Edit: Clinical"):
    return f"{code},{units},{mai},Clinical: Data"


def written(folder, name, text):
    path = folder / name
    path.write_bytes(text.encode("latin-1"))
    return path


def all_parts(folder, *rows, version="v323r0"):
    """The four files of a quarter's pairs, all rows in the last one: adjustments begin with 9."""
    first = "00100\t01996\t\t20200101\t*\t1\tStandards of practice"
    texts = [pairs(first), pairs("2" + first[1:]), pairs("7" + first[1:]), pairs(*rows)]
    return [written(folder, f"ccipra-{version}-f{part}.TXT", text) for part, text in enumerate(texts, start=1)]
