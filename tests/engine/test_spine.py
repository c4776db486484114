"""Which adjustment: counting regions."""

from itertools import combinations

import pytest

from coding.engine.spine import SPINAL_CODES, extraspinal_code, extraspinal_regions, spinal_code, spinal_regions
from coding.engine.vocabulary import SPINAL_REGIONS, Region


@pytest.mark.parametrize(
    ("number", "code"), [(0, ""), (1, "98940"), (2, "98940"), (3, "98941"), (4, "98941"), (5, "98942")]
)
def test_any_choice_of_spinal_regions_is_counted_by_their_number(number, code):
    assert {spinal_code(regions) for regions in combinations(SPINAL_REGIONS, number)} == {code}


def test_several_segments_of_a_region_are_one_region():
    assert spinal_code([Region.CERVICAL] * 3 + [Region.LUMBAR]) == "98940"


def test_the_jaw_is_outside_the_spine_and_counts_once_with_the_limbs():
    assert spinal_code([Region.HEAD]) == ""
    assert extraspinal_code([Region.HEAD, Region.KNEE, Region.UPPER_LIMB]) == "98943"
    assert extraspinal_regions([Region.KNEE, Region.HEAD]) == (Region.HEAD, Region.KNEE)


def test_no_region_and_the_whole_body_are_no_place():
    assert spinal_code([None, Region.FULL_BODY]) == extraspinal_code([None, Region.FULL_BODY, Region.TRUNK]) == ""
    assert spinal_regions([None, Region.PELVIC]) == (Region.PELVIC,)


def test_every_level_is_a_spinal_code():
    assert {spinal_code(list(SPINAL_REGIONS)[:number]) for number in range(1, 6)} == SPINAL_CODES
