"""Letting people in and out: one-time links, first and later passwords, and the end of access."""

from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from clinic.audit.log import record, record_of
from clinic.models import Membership, Practice, SigningPin, User
from clinic.requests.access import PracticeRequest
from clinic.roles import Role
from clinic.signin.sessions import end_all, keep_own


class LastAdmin(Exception):
    """Nobody else could let people in."""


class NotOurs(Exception):
    """The person works at another practice too, whose doors this link would open as well."""


@transaction.atomic(durable=True)
def end_access(member: Membership, *, request: PracticeRequest) -> None:
    """Close the doors at once: memberships are looked up with every request."""
    Practice.objects.select_for_update(no_key=True).get(pk=member.practice_id)
    if is_last_admin(member, member.roles):
        raise LastAdmin
    _switch(member, is_active=False, request=request)


def is_last_admin(member: Membership, roles: list[str]) -> bool:
    """Whether nobody else could let people in: the others are no admins, have ended or end, or never had a password."""
    if Role.ADMIN not in roles:
        return False
    others = Membership.objects.active().filter(practice=member.practice_id, ends_on=None).exclude(pk=member.pk)
    admins = others.filter(roles__contains=[Role.ADMIN]).exclude(user__password__startswith=UNUSABLE_PASSWORD_PREFIX)
    return not admins.exists()


@transaction.atomic(durable=True)
def give_access_again(member: Membership, *, request: PracticeRequest) -> None:
    _switch(member, is_active=True, request=request)


def _switch(member: Membership, *, is_active: bool, request: PracticeRequest) -> None:
    if member.is_active == is_active:
        return
    member.is_active = is_active
    member.save(update_fields=["is_active"])
    kind = "access-given-again" if is_active else "access-ended"
    record(kind, by=request.member, about=member.pk, request=request)


@transaction.atomic(durable=True)
def make_link(
    member: Membership, *, by: Membership, takes_factors: bool = False, request: PracticeRequest | None = None
) -> str:
    """Return the path of a link with which a person sets a password, once.

    The present password and earlier links stop working, and whoever is signed in under this name is signed out. Of somebody who
    lost their second factor it takes that away too; where their role needs one, they set up another when they come in.
    """
    user = User.objects.select_for_update().get(pk=member.user_id)
    if user.memberships.exclude(practice=member.practice_id).exists():
        raise NotOurs
    user.set_unusable_password()
    user.save(update_fields=["password"])
    if takes_factors:
        Authenticator.objects.filter(user=user).delete()
        SigningPin.objects.filter(user=user).delete()
    end_all(user)
    record("link-made", by=by, about=member.pk, request=request, takes_factors=takes_factors)
    names = {"uidb64": urlsafe_base64_encode(force_bytes(user.pk)), "token": default_token_generator.make_token(user)}
    return reverse("clinic:welcome", kwargs=names)


def invited(uidb64: str, token: str) -> User | None:
    """Return whom a link was made for, if it is the last one made, was not used, is not too old, and they still belong."""
    try:
        pk = UUID(urlsafe_base64_decode(uidb64).decode())
    except ValueError:
        return None
    user = User.objects.filter(pk=pk).first()
    if user is None or not default_token_generator.check_token(user, token):
        return None
    return user if Membership.objects.of(user).exists() else None


@transaction.atomic(durable=True)
def set_first_password(user: User, token: str, password: str) -> bool:
    """Use a link up. Of two who use it at the same moment, the second is told that it was used."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if not default_token_generator.check_token(user, token):
        return False
    keep_password(user, password, kind="password-set")
    return True


@transaction.atomic(durable=True)
def change_password(request: PracticeRequest, password: str) -> None:
    """Keep a new password; of its person's sessions the one that changed it stays."""
    keep_password(request.user, password, kind="password-changed", request=request)
    keep_own(request, request.user)


def keep_password(user: User, password: str, *, kind: str, request: PracticeRequest | None = None) -> None:
    user.set_password(password)
    user.save(update_fields=["password"])
    end_all(user, but=request.sign_in if request else None)
    record_of(user, kind, request=request)
