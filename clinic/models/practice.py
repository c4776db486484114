"""The practice: owner of every row, and the places where it works."""

from datetime import date
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models.functions import UUID7, Now

from clinic import clock
from clinic.entry.identifiers import validate_npi, validate_tax_id, validate_time_zone
from clinic.querysets import LocationQuerySet, PracticeQuerySet


class Row(models.Model):
    """Anything with a UUIDv7 key and a birth time, both given by the database."""

    id = models.UUIDField(primary_key=True, db_default=UUID7(), editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        abstract = True


class Practice(Row):
    """The business: owner of every row."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    time_zone = models.CharField(max_length=60, default="America/New_York", validators=[validate_time_zone])
    npi = models.CharField("group NPI", max_length=10, blank=True, validators=[validate_npi])
    tax_id = models.CharField("tax ID", max_length=10, blank=True, validators=[validate_tax_id])
    street = models.CharField(max_length=120, blank=True)
    city = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=2, blank=True)
    postal_code = models.CharField("ZIP", max_length=10, blank=True)
    phone = models.CharField(max_length=30, blank=True)

    objects = PracticeQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    def today(self) -> date:
        """Return the date on the practice's own calendar."""
        return clock.now().astimezone(ZoneInfo(self.time_zone)).date()


class Owned(Row):
    """A row of one practice."""

    practice = models.ForeignKey(Practice, models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class Location(Owned):
    """A place where the practice works."""

    name = models.CharField(max_length=80)
    street = models.CharField(max_length=120, blank=True)
    city = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=2, blank=True)
    postal_code = models.CharField("ZIP", max_length=10, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    place_of_service = models.CharField(max_length=2, default="11", help_text="11 is an office.")
    is_active = models.BooleanField(default=True)

    objects = LocationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


def address_of(place: Any) -> str:
    """Return an address on one line, without its empty parts."""
    town = " ".join(filter(None, [place.city and f"{place.city},", place.state, place.postal_code]))
    return ", ".join(filter(None, [place.street, town]))
