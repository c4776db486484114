"""Which part of the body a diagnosis is of: by its code where that says it, else by the words of its title.

Segmental dysfunctions carry the level in their last character; for the rest a table of beginnings of codes (ICD-10-CM)
comes first, because "Cervicalgia" or "Sciatica" name no place in plain words.
"""

from typing import Final

from coding.engine.facts import DiagnosisFacts
from coding.engine.reading.places import places_in
from coding.engine.rows import LEVELS
from coding.engine.vocabulary import Region

# The longest beginning that fits decides.
PLACES: Final[dict[str, frozenset[Region]]] = {
    "M26": frozenset({Region.HEAD}),
    "M50": frozenset({Region.CERVICAL}),
    "M530": frozenset({Region.CERVICAL, Region.HEAD}),
    "M531": frozenset({Region.CERVICAL}),
    "M533": frozenset({Region.SACRAL, Region.PELVIC}),
    "M542": frozenset({Region.CERVICAL}),
    "M543": frozenset({Region.LUMBAR, Region.SACRAL, Region.PELVIC}),
    "M544": frozenset({Region.LUMBAR}),
    "M545": frozenset({Region.LUMBAR}),
    "M546": frozenset({Region.THORACIC}),
    "M5481": frozenset({Region.CERVICAL, Region.HEAD}),
    "M62830": frozenset({Region.THORACIC, Region.LUMBAR}),
    "S13": frozenset({Region.CERVICAL}),
    "S16": frozenset({Region.CERVICAL}),
    "S23": frozenset({Region.THORACIC, Region.RIB_CAGE}),
    "S335": frozenset({Region.LUMBAR}),
    "S336": frozenset({Region.SACRAL, Region.PELVIC}),
    "S338": frozenset({Region.LUMBAR, Region.SACRAL, Region.PELVIC}),
    "S339": frozenset({Region.LUMBAR, Region.SACRAL, Region.PELVIC}),
    "G448": frozenset({Region.CERVICAL, Region.HEAD}),
    "R51": frozenset({Region.CERVICAL, Region.HEAD}),
}
LONGEST: Final = max(map(len, PLACES))
# Diseases of the nervous and the musculoskeletal system, malformations and injuries: without a place they may be anywhere.
ANYWHERE: Final = ("G", "M", "Q", "S", "T")


def places_of(diagnosis: DiagnosisFacts) -> frozenset[Region]:
    """Return where a diagnosis is, empty when neither its code nor its title says.

    >>> sorted(places_of(DiagnosisFacts("d", "M99.05")))
    [<Region.PELVIC: 'pelvic'>]
    >>> sorted(places_of(DiagnosisFacts("d", "M25.511", "Pain in right shoulder")))
    [<Region.SHOULDER: 'shoulder'>]
    """
    code = diagnosis.code.replace(".", "").upper()
    if code.startswith("M99") and code[4:5] in LEVELS:
        return frozenset({LEVELS[code[4:5]]})
    beginnings = (code[:length] for length in range(LONGEST, 2, -1))
    return next((PLACES[part] for part in beginnings if part in PLACES), None) or places_in(diagnosis.title)


def may_be_in(diagnosis: DiagnosisFacts, region: Region) -> bool:
    """Say whether a diagnosis may be of a region. One of no place may, if it is of joints, muscles, nerves or an injury.

    >>> may_be_in(DiagnosisFacts("d", "M54.2"), Region.LUMBAR), may_be_in(DiagnosisFacts("d", "M79.18", "Myalgia"), Region.LUMBAR)
    (False, True)
    """
    places = places_of(diagnosis)
    if not places:
        return diagnosis.code.upper().startswith(ANYWHERE)
    return any(region.overlaps(place) for place in places)
