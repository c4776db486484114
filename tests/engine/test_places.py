"""Which regions a text speaks of."""

import time

import pytest

from coding.engine.reading.places import places_in
from coding.engine.vocabulary import EXTRASPINAL_REGIONS, SPINAL_REGIONS, Region


@pytest.mark.parametrize("region", sorted(SPINAL_REGIONS | EXTRASPINAL_REGIONS))
def test_every_region_that_can_be_adjusted_is_known_by_its_name(region):
    assert region in places_in(f"{region.label.capitalize()}: no change")


@pytest.mark.parametrize(
    ("text", "regions"),
    [
        ("C0, C7, T12, L5", {Region.CERVICAL, Region.THORACIC, Region.LUMBAR}),
        ("L5/S1 tender", {Region.LUMBAR, Region.SACRAL}),
        ("C8, T13, L9 and S6 do not exist", set()),
        ("S13.4, T14.8, M54.5, 3T4x", {Region.THORACIC}),
        ("CT2 and MT5", set()),
        ("si duele", set()),
        ("SI joint stiff", {Region.SACRAL, Region.PELVIC}),
        ("Radial head moves", {Region.ELBOW}),
        ("Neck not examined. Low back tender", {Region.LUMBAR}),
        ("No tenderness at L4", {Region.LUMBAR}),
        ("Hip deferred but knee full", {Region.KNEE}),
        ("", set()),
    ],
)
def test_places_are_read_from_names_vertebrae_and_landmarks(text, regions):
    assert places_in(text) == regions


@pytest.mark.parametrize("piece", ["C4-", "not ", "SI", "L5 ", ". ", "t", "1."])
def test_a_long_paste_is_read_quickly(piece):
    began = time.perf_counter()
    places_in(piece * 50_000)
    assert time.perf_counter() - began < 1
