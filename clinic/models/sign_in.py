"""A person's sessions, signing PIN, and the devices they were on today. They belong to the person and to no practice."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import UUID7, Now

from clinic.models.people import User


class SignIn(models.Model):
    """One session: a person signed in on one device. Without its row here a session is over, whatever its cookie says."""

    id = models.UUIDField(primary_key=True, db_default=UUID7(), editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="sign_ins")
    session_key = models.CharField(max_length=40, unique=True)
    device = models.CharField(max_length=80)
    is_full = models.BooleanField(
        default=False, help_text="Proved by two factors: a passkey, or a password and a code."
    )
    wrong_pins = models.PositiveSmallIntegerField(default=0)
    began_at = models.DateTimeField(db_default=Now(), editable=False)
    seen_at = models.DateTimeField(db_default=Now(), help_text="When the person last did something, not the page.")
    locked_at = models.DateTimeField(null=True, help_text="Since when it answers nothing but to its person's proof.")


class SigningPin(models.Model):
    """Proves presence within a session that began with a full proof. It signs and unlocks; nobody signs in with it."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="signing_pin")
    secret = models.CharField(max_length=128)
    set_at = models.DateTimeField(db_default=Now())


class DeviceUser(models.Model):
    """Somebody who was signed in on a device today, and where they were. Of the device we know a hash of what it was given."""

    id = models.UUIDField(primary_key=True, db_default=UUID7(), editable=False)
    device = models.CharField(max_length=64)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    sign_in = models.ForeignKey(SignIn, models.SET_NULL, null=True, related_name="+")
    path = models.CharField(max_length=400, blank=True, help_text="The page that they had open last: a route and ids.")
    seen_at = models.DateTimeField()
    until = models.DateTimeField(
        help_text="The end of the practice's day, after which the device knows them no longer."
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["device", "user"], name="a_device_knows_somebody_once")
        ]
        indexes: ClassVar = [models.Index(fields=["until"], name="device_users_by_end")]
