"""Which adjustment was done: spinal regions are counted, everything outside the spine is one.

Several segments of a region are one region; the joint of skull and neck belongs to the neck, the jaw to the head.
Source: CPT Assistant February 1997 as told by findacode.com; Blue Cross Blue Shield of North Dakota; CMS LCD L37254.
"""

from collections.abc import Iterable

from coding.engine.vocabulary import SPINAL_REGIONS, Region

TOO_WIDE = frozenset({Region.TRUNK, Region.FULL_BODY})
SPINAL_CODES = frozenset({"98940", "98941", "98942"})
EXTRASPINAL_CODE = "98943"


def spinal_regions(regions: Iterable[Region | None]) -> tuple[Region, ...]:
    """Return the distinct spinal regions in the order in which an adjustment counts them.

    >>> [str(region) for region in spinal_regions([Region.LUMBAR, Region.KNEE, Region.CERVICAL, Region.LUMBAR])]
    ['cervical', 'lumbar']
    """
    given = set(regions)
    return tuple(region for region in Region if region in given and region in SPINAL_REGIONS)


def extraspinal_regions(regions: Iterable[Region | None]) -> tuple[Region, ...]:
    """Return the distinct regions outside the spine; trunk and full body name no place that can be adjusted.

    >>> extraspinal_regions([Region.FULL_BODY, Region.CERVICAL])
    ()
    """
    given = set(regions)
    return tuple(region for region in Region if region in given and region not in SPINAL_REGIONS | TOO_WIDE)


def spinal_code(regions: Iterable[Region | None]) -> str:
    """Return the code for the number of spinal regions, "" for none.

    >>> spinal_code([Region.CERVICAL, Region.THORACIC]), spinal_code([Region.CERVICAL, Region.LUMBAR, Region.PELVIC])
    ('98940', '98941')
    >>> spinal_code(Region), spinal_code([Region.SHOULDER])
    ('98942', '')
    """
    number = len(spinal_regions(regions))
    if not number:
        return ""
    return "98940" if number <= 2 else "98941" if number <= 4 else "98942"


def extraspinal_code(regions: Iterable[Region | None]) -> str:
    """Return the code for adjustments outside the spine, once whatever their number, "" for none.

    >>> extraspinal_code([Region.SHOULDER, Region.HEAD]), extraspinal_code([Region.LUMBAR])
    ('98943', '')
    """
    return EXTRASPINAL_CODE if extraspinal_regions(regions) else ""
