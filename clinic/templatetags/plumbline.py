"""Small template helpers, available in every template."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from clinic.models import BreakGlass, Patient, Visit, address_of
from clinic.navigation import Place
from clinic.navigation import places as places_of
from clinic.patients import reception
from clinic.requests.access import roles_of
from clinic.roles import Role

register = template.Library()


@register.filter
def money(amount: Any) -> str:
    """Write an amount in dollars.

    >>> money(1234.5), money(-25)
    ('$1,234.50', '-$25.00')
    """
    return f"-${-amount:,.2f}" if amount < 0 else f"${amount:,.2f}"


@register.filter
def grouped(number: int) -> str:
    """Write a count so that its size is seen.

    >>> grouped(10000)
    '10,000'
    """
    return f"{number:,}"


@register.filter
def age(patient: Patient) -> int:
    """Return the patient's age today, on the practice's calendar."""
    return patient.age_on(patient.practice.today())


@register.filter
def address(place: Any) -> str:
    """Return the address of a patient, practice, location or payer on one line."""
    return address_of(place)


@register.filter
def steps(visit: Visit) -> list[tuple[str, str]]:
    """Return (state, what the button says) for the steps that a visit may take next."""
    return reception.steps(visit)


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon of the sprite. It is an ornament; words stand beside it."""
    from django.templatetags.static import static

    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', static("icons.svg"), name)


@register.simple_tag(takes_context=True)
def reach(context: Context, view: str, *args: Any) -> str:
    """Return the address of a view if there is one and whoever is signed in has its roles; otherwise nothing.

    This is how a page leads up to an app that it does not know.
    """
    try:
        address = reverse(view, args=args)
    except NoReverseMatch:
        return ""
    return address if context["request"].member.has_role(*roles_of(view, address)) else ""


@register.simple_tag(takes_context=True)
def places(context: Context) -> Iterable[tuple[Place, str, bool]]:
    """Return the places of the header bar for whoever is signed in."""
    request = context.get("request")
    member = getattr(request, "member", None)
    return places_of(request, member) if request and member else ()


@register.simple_tag(takes_context=True)
def broken_glass(context: Context) -> int:
    """Return how many emergency accesses wait for an admin to look into them; on the page that lists them, none."""
    request = context.get("request")
    member = getattr(request, "member", None)
    if member is None or "glasses" in context or not member.has_role(Role.ADMIN):
        return 0
    return BreakGlass.objects.filter(practice=member.practice_id, review=None).count()


@register.simple_tag
def idle_seconds() -> int:
    """Return after how long without a hand on it a page locks: a little before the server, which knows hands to a minute."""
    whole = settings.IDLE_MINUTES * 60
    return round(whole - min(60, whole / 10))


@register.simple_tag
def saves(url: str) -> SafeString:
    """Write what every saving element of the note page carries: where to, the version, the patient, and one queue for all.

    One queue, because a tab that sends two saves at once would conflict with itself.
    """
    return format_html('hx-post="{}" hx-include="#version, #patient" hx-sync="#note:queue all"', url)


@register.simple_tag
def adds(url: str) -> SafeString:
    """Write what a form carries that makes something: as above, and its button rests until the answer is there."""
    return format_html('{} hx-disabled-elt="find button"', saves(url))


@register.filter
def sentence(words: Any) -> str:
    """Begin with a capital letter and leave the rest as it is.

    >>> sentence("lumbar, hip")
    'Lumbar, hip'
    """
    text = str(words)
    return text[:1].upper() + text[1:]
