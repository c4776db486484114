"""The lock of a shared device: what it keeps shut, who opens it and how, whom it lists and until when."""

import json
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from clinic.models import AccessEvent, DeviceUser, Membership, Practice, SignIn, SigningPin
from clinic.signin.factors import hashed
from clinic.signin.locking import COOKIE, end_of_day
from clinic.signin.sessions import SessionEnded, SessionEndMiddleware
from notes.models import Note
from tests.conftest import PASSWORD
from tests.device import SECRET, Device, code_for

PIN = "274950"
FRAGMENT = {"HX-Request": "true"}

Come = Callable[[Membership], None]


@pytest.fixture
def tablet() -> Client:
    """The device of a treatment room."""
    return Client()


@pytest.fixture
def come(tablet: Client) -> Come:
    """Sign in on the tablet, with a PIN to return by: `come(cast.adams)`."""

    def come(who: Membership) -> None:
        SigningPin.objects.get_or_create(user=who.user, defaults={"secret": hashed(PIN)})
        tablet.post("/login/", {"username": who.user.username, "password": PASSWORD})
        tablet.get("/riverside/patients/")

    return come


def door(who: Membership) -> str:
    return f"/lock/{DeviceUser.objects.get(user=who.user).pk}/"


def lock(tablet: Client) -> Any:
    return tablet.post("/lock/now/", headers=FRAGMENT)


@pytest.fixture
def locked(tablet: Client, come: Come, cast: SimpleNamespace, draft: Note) -> Client:
    """The tablet, on which Dr. Baker was and then Dr. Adams, who locked it over Pat's note."""
    come(cast.baker)
    lock(tablet)
    come(cast.adams)
    tablet.get(f"/notes/{draft.pk}/")
    lock(tablet)
    return tablet


# What it keeps shut


def test_a_locked_session_answers_nothing_even_to_who_kept_its_cookie(locked: Client, draft: Note) -> None:
    stolen = Client()
    stolen.cookies["sessionid"] = SignIn.objects.latest("locked_at").session_key
    fragment = stolen.get(f"/notes/{draft.pk}/", headers=FRAGMENT)
    assert (fragment.status_code, fragment.content) == (401, b"")
    assert stolen.post(f"/notes/{draft.pk}/save/", headers=FRAGMENT).status_code == 401
    assert stolen.get("/").headers["Location"].startswith("/login/")


def test_the_browser_forgets_the_session_and_pages_lead_to_the_lock(locked: Client, draft: Note) -> None:
    assert "sessionid" not in locked.cookies or not locked.cookies["sessionid"].value
    assert locked.get(f"/notes/{draft.pk}/").headers["Location"] == "/lock/"
    page = locked.get("/lock/").content.decode()
    assert "Dr. Adams" in page
    assert "Rivera" not in page


def test_the_clock_of_the_lock_is_the_practices(locked: Client) -> None:
    assert 'data-zone="America/New_York"' in locked.get("/lock/").content.decode()


def test_locking_and_opening_are_in_the_log(locked: Client, cast: SimpleNamespace) -> None:
    locked.post(door(cast.adams), {"pin": PIN})
    kinds = AccessEvent.objects.filter(user_id=cast.adams.user_id).values_list("kind", flat=True)
    assert {"session-locked", "session-opened"} <= set(kinds)


def test_a_locked_session_outlasts_the_idle_limit_and_not_the_whole_one(locked: Client, cast: SimpleNamespace) -> None:
    SignIn.objects.update(seen_at=timezone.now() - timedelta(hours=2))
    assert "Your PIN" in locked.get(door(cast.adams)).content.decode()
    SignIn.objects.update(began_at=timezone.now() - timedelta(hours=13))
    assert "Your PIN" not in locked.get(door(cast.adams)).content.decode()
    assert locked.post(door(cast.adams), {"pin": PIN}).status_code == 422


# Opening


def test_a_pin_opens_where_its_person_was(locked: Client, cast: SimpleNamespace, draft: Note) -> None:
    assert locked.post(door(cast.adams), {"pin": PIN}).headers["Location"] == f"/notes/{draft.pk}/"
    assert b"Rivera" in locked.get(f"/notes/{draft.pk}/").content


def test_a_colleague_opens_at_their_own_place(locked: Client, cast: SimpleNamespace) -> None:
    answer = locked.post(door(cast.baker), {"pin": PIN}, headers=FRAGMENT)
    opened = json.loads(answer.headers["HX-Trigger"])["opened"]
    assert (answer.status_code, answer.content) == (204, b"")
    assert opened == {"user": str(cast.baker.user_id), "place": "/riverside/patients/"}


def test_who_opens_takes_the_device_from_who_had_it(locked: Client, cast: SimpleNamespace) -> None:
    locked.post(door(cast.adams), {"pin": PIN})
    locked.post(door(cast.baker), {"pin": PIN})
    assert locked.get("/token/").headers["Plumbline-User"] == str(cast.baker.user_id)
    assert SignIn.objects.get(user=cast.adams.user).locked_at


def test_a_token_from_before_the_lock_saves_nothing_for_the_next_person(locked: Client, cast: SimpleNamespace) -> None:
    locked.handler.enforce_csrf_checks = True
    page = locked.get("/lock/")
    old = locked.cookies["csrftoken"].value
    locked.post(door(cast.baker), {"pin": PIN, "csrfmiddlewaretoken": page.context["csrf_token"]})
    answer = locked.post("/still-here/", headers={"X-CSRFToken": old})
    assert (answer.status_code, answer.headers["Plumbline-Token"]) == (403, "stale")


def test_a_pin_opens_nothing_from_another_device(locked: Client, cast: SimpleNamespace) -> None:
    assert Client().post(door(cast.adams), {"pin": PIN}).status_code == 404
    forged = Client()
    forged.cookies[COOKIE] = DeviceUser.objects.get(user=cast.adams.user).device
    assert forged.post(door(cast.adams), {"pin": PIN}).status_code == 404


def test_five_wrong_pins_end_the_session_and_a_password_begins_another(locked: Client, cast: SimpleNamespace) -> None:
    for _ in range(5):
        answer = locked.post(door(cast.adams), {"pin": "111222"})
    assert b"Five wrong PINs" in answer.content
    assert not SignIn.objects.filter(user=cast.adams.user).exists()
    assert locked.post(door(cast.adams), {"pin": PIN}).status_code == 422
    assert locked.post(door(cast.adams), {"password": PASSWORD}).status_code == 302


def test_a_password_begins_a_session_in_place_of_the_locked_one(locked: Client, cast: SimpleNamespace) -> None:
    before = SignIn.objects.get(user=cast.adams.user).pk
    assert locked.post(door(cast.adams), {"password": "wrong"}).status_code == 422
    assert locked.post(door(cast.adams), {"password": PASSWORD}).status_code == 302
    assert SignIn.objects.get(user=cast.adams.user).pk != before


def test_without_a_full_proof_before_no_pin_opens(locked: Client, cast: SimpleNamespace, settings: Any) -> None:
    settings.SECOND_FACTOR_ROLES = ["clinician"]
    assert "Your PIN" not in locked.get(door(cast.adams)).content.decode()
    assert locked.post(door(cast.adams), {"pin": PIN}).status_code == 422


def test_a_changed_password_shuts_the_pin_out(locked: Client, cast: SimpleNamespace) -> None:
    cast.adams.user.set_password("another-long-password")
    cast.adams.user.save()
    assert locked.post(door(cast.adams), {"pin": PIN}).status_code == 422


def test_a_place_that_a_role_lost_leads_home(locked: Client, cast: SimpleNamespace) -> None:
    Membership.objects.filter(pk=cast.adams.pk).update(roles=["desk"])
    assert locked.post(door(cast.adams), {"pin": PIN}).headers["Location"] == "/"


def test_after_the_password_a_code_is_asked_for(locked: Client, cast: SimpleNamespace) -> None:
    TOTP.activate(cast.adams.user, SECRET)
    asked = locked.post(door(cast.adams), {"password": PASSWORD}, headers=FRAGMENT)
    assert b"Code of your authenticator app" in asked.content
    assert locked.post(door(cast.adams), {"code": "000000"}).status_code == 422
    assert locked.post(door(cast.baker), {"code": code_for(SECRET)}).status_code == 422  # not for somebody else
    assert locked.post(door(cast.adams), {"code": code_for(SECRET)}).status_code == 302
    assert SignIn.objects.get(user=cast.adams.user).is_full


def test_a_passkey_opens_for_whoever_it_belongs_to(locked: Client, cast: SimpleNamespace, draft: Note) -> None:
    device = Device()
    locked.post(door(cast.adams), {"pin": PIN})
    made = device.make(locked.post("/passkey/to-add/").json())
    locked.post("/your-sign-in/passkeys/add/", {"name": "Mine", "new_passkey": made, "password": PASSWORD})
    locked.get(f"/notes/{draft.pk}/")
    lock(locked)
    shown = device.answer(locked.post("/passkey/to-enter/").json())
    assert locked.post("/lock/passkey/", {"passkey": shown}).headers["Location"] == f"/notes/{draft.pk}/"
    assert SignIn.objects.get(user=cast.adams.user).is_full


def test_who_ended_their_own_session_is_told_why() -> None:
    request = RequestFactory().post("/", headers=FRAGMENT)
    layer = SessionEndMiddleware(lambda request: HttpResponse())
    answer = layer.process_exception(request, SessionEnded("Five wrong PINs."))
    assert answer is not None
    assert (answer.status_code, answer.content, answer.headers["Plumbline-Ended"]) == (401, b"", "Five wrong PINs.")


# Whom it lists


def test_a_stranger_to_the_device_sees_no_name(locked: Client) -> None:
    assert Client().get("/lock/").headers["Location"] == "/login/"
    assert b"Adams" not in Client().get("/lock/", headers=FRAGMENT).content


def test_the_list_empties_with_the_practices_day(locked: Client, cast: SimpleNamespace) -> None:
    address = door(cast.adams)
    assert DeviceUser.objects.get(user=cast.adams.user).until == end_of_day(Practice.objects.get(slug="riverside"))
    DeviceUser.objects.update(until=timezone.now())
    assert locked.get("/lock/").headers["Location"] == "/login/"
    assert locked.post(address, {"pin": PIN}).status_code == 404


def test_somebody_whose_access_ended_is_not_listed(locked: Client, cast: SimpleNamespace) -> None:
    address = door(cast.baker)
    Membership.objects.filter(pk=cast.baker.pk).update(is_active=False)
    assert "Dr. Baker" not in locked.get("/lock/").content.decode()
    assert locked.get(address).status_code == 404


def test_signing_everybody_out_empties_the_list_and_ends_each_session(locked: Client, cast: SimpleNamespace) -> None:
    address = door(cast.adams)
    assert locked.post("/lock/empty/").headers["Location"] == "/login/"
    assert not SignIn.objects.exists()
    assert not DeviceUser.objects.exists()
    assert locked.post(address, {"pin": PIN}).status_code == 404


def test_the_device_is_given_a_random_name_and_nothing_else(locked: Client, cast: SimpleNamespace) -> None:
    cookie = locked.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert len(cookie.value.split(":")[0]) == 43
    assert not DeviceUser.objects.filter(device__contains=cookie.value[:43]).exists()


# Hands on the page


def test_hands_on_the_page_prolong_the_session_and_polling_does_not(
    tablet: Client, come: Come, cast: SimpleNamespace
) -> None:
    come(cast.adams)
    long_ago = timezone.now() - timedelta(minutes=20)
    SignIn.objects.update(seen_at=long_ago)
    tablet.get("/token/", headers={"Plumbline-Unasked": "1", **FRAGMENT})
    assert SignIn.objects.get().seen_at == long_ago
    assert tablet.post("/still-here/", headers=FRAGMENT).status_code == 204
    assert SignIn.objects.get().seen_at > long_ago
