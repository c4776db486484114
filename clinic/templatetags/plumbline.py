"""Small template helpers, available in every template."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def money(amount: Any) -> str:
    """Write an amount in dollars.

    >>> money(1234.5)
    '$1,234.50'
    """
    return f"${amount:,.2f}"


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon of the sprite. It is an ornament; words stand beside it."""
    from django.templatetags.static import static

    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', static("icons.svg"), name)
