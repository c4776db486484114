"""All tests take place on one day, for the app and for the database, so that they pass on every other."""

from datetime import timedelta

from django.utils import timezone

from clinic import clock
from clinic.models import Alert, Practice
from tests.day import START, TODAY


def test_it_is_the_day_of_the_tests(practice: Practice) -> None:
    assert practice.today() == TODAY
    assert clock.now() - START < timedelta(hours=4)


def test_the_database_dates_its_rows_by_the_same_clock(pat) -> None:
    alert = Alert.objects.create(practice=pat.practice, patient=pat, kind="precaution", text="Osteoporosis")
    alert.refresh_from_db()
    assert abs(timezone.now() - alert.created_at) < timedelta(seconds=5)
