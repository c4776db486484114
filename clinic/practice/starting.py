"""Starting a practice: the practice, its first admin, and the link with which they come in."""

from django.db import transaction

from clinic.models import Membership, Practice, User
from clinic.roles import Role
from clinic.signin.people import make_link


@transaction.atomic(durable=True)
def start_practice(practice: Practice, admin: User) -> Membership:
    """Make a practice with its first admin, who has no password yet."""
    practice.full_clean()
    practice.save()
    admin.set_unusable_password()
    admin.full_clean()
    admin.save()
    return Membership.objects.create(practice=practice, user=admin, roles=[Role.ADMIN])


def first_link(admin: Membership) -> str:
    """Return the path of the admin's one-time link."""
    return make_link(admin, by=admin)
