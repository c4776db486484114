"""Signing in with a passkey in a real browser, whose device is a made-up one that always sees its person."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page, expect

from clinic.models import AccessEvent, Membership
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)

DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


def test_a_passkey_is_made_opens_the_door_alone_and_proves_presence(
    page: Page, sign_in: Callable[[Membership], Page], cast: SimpleNamespace
) -> None:
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    sign_in(cast.adams, by_hand=True)
    page.goto("/your-sign-in/")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("What do you call it?").fill("My phone")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()

    page.context.clear_cookies()
    page.goto("/login/?next=/your-sign-in/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("My phone", exact=True).first).to_be_visible()

    page.get_by_role("link", name="Remove My phone").click()
    page.get_by_role("button", name="Use your passkey").click()
    expect(page.get_by_text("Removed.")).to_be_visible()
    assert not Authenticator.objects.exists()
    assert AccessEvent.objects.get(kind="signed-in", detail__proofs=["webauthn"])
