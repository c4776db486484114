"""Asking for pages of the record, and reading them."""

from django.urls import reverse


def to(name, row):
    return reverse(f"notes:{name}", args=[row.pk])


def text_of(response):
    return " ".join(response.content.decode().split())


def base_of(page):
    """The fingerprint that a form carries in its page."""
    return page.content.decode().split('name="base" value="')[1].split('"')[0]
