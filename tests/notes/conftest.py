"""The diagnosis list of the notes' tests: 31 real codes, loaded once by the real command's verbs."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from notes import icd10
from tests.coding.conftest import bill as bill
from tests.coding.conftest import ready as ready
from tests.coding.conftest import settled as settled
from tests.coding.conftest import signed as signed
from tests.conftest import _become, _owner_url

DIAGNOSES = Path(__file__).with_name("diagnoses.csv")


@pytest.fixture(scope="session")
def diagnosis_list(django_db_setup: None, django_db_blocker: Any) -> None:
    """The 31 codes. Emptying the tables after a test that commits leaves them in place."""
    with django_db_blocker.unblock():
        _become(_owner_url())
        icd10.load(icd10.read(DIAGNOSES))
        _become(settings.DATABASE_URL)


@pytest.fixture
def lift(back_pain):
    """The goal of the back pain to lift again."""
    return back_pain.goals.get(measure="load")
