"""A person's sessions and signing PIN. They belong to the person, who may work at several practices, and to no practice."""

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


class SigningPin(models.Model):
    """Proves presence within a session that began with a full proof. It opens no door by itself."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="signing_pin")
    secret = models.CharField(max_length=128)
    set_at = models.DateTimeField(db_default=Now())
