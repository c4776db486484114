"""Second factors: set up, used at the door, removed; who needs one; and nothing without a proof."""

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from clinic.models import AccessEvent, Membership, SignIn, SigningPin
from clinic.signin.people import make_link
from clinic.signin.pins import weakness
from tests.conftest import PASSWORD
from tests.device import Device, code_for

PROOF = {"password": PASSWORD}
HOME = "/riverside/patients/"


@pytest.fixture
def adams(cast: SimpleNamespace, as_: Callable[[Membership], Client]) -> Client:
    return as_(cast.adams)


def door(client: Client, **sent: str) -> Any:
    return client.post("/login/", {"username": "adams", "password": PASSWORD, **sent})


def set_up_app(client: Client) -> tuple[str, list[str]]:
    """Set an authenticator app up through the page; return its secret and the recovery codes that came with it."""
    shown = client.get("/your-sign-in/app/").content.decode()
    secret = re.findall(r'class="secret">([A-Z2-7 ]+)<', shown)[0].replace(" ", "")
    answer = client.post("/your-sign-in/app/", {**PROOF, "app_code": code_for(secret)}).content.decode()
    return secret, re.findall(r'class="secret">(\d{8})<', answer)


def add_passkey(client: Client, device: Device, **proof: str) -> Any:
    made = device.make(client.post("/passkey/to-add/").json())
    return client.post("/your-sign-in/passkeys/add/", {"name": "My phone", "new_passkey": made, **(proof or PROOF)})


def enter(client: Client, device: Device) -> Any:
    return client.post("/login/passkey/", {"passkey": device.answer(client.post("/passkey/to-enter/").json())})


# An app


def test_an_app_is_set_up_and_asked_for_at_the_door(adams: Client, client: Client) -> None:
    secret, codes = set_up_app(adams)
    assert len(codes) == 10
    assert door(client).headers["Location"] == "/login/second/"
    assert client.get(HOME).status_code == 302
    assert client.post("/login/second/", {"code": code_for(secret, ahead=1)}).headers["Location"] == "/"
    assert client.get(HOME).status_code == 200


def test_without_the_code_nobody_is_in(adams: Client, client: Client) -> None:
    set_up_app(adams)
    door(client)
    assert client.post("/login/second/", {"code": "000000"}).status_code == 422
    assert client.get(HOME).status_code == 302
    assert AccessEvent.objects.get(kind="sign-in-refused").detail == {"by_means_of": "code"}


def test_the_picture_of_the_secret_is_an_image_of_our_own(adams: Client) -> None:
    assert 'src="data:image/svg+xml;base64,' in adams.get("/your-sign-in/app/").content.decode()


def test_a_wrong_first_code_sets_nothing_up_and_the_secret_stays(adams: Client) -> None:
    secret = re.compile(r'class="secret">([A-Z2-7 ]+)<')
    shown = secret.findall(adams.get("/your-sign-in/app/").content.decode())
    answer = adams.post("/your-sign-in/app/", {**PROOF, "app_code": "12"})
    assert (answer.status_code, secret.findall(answer.content.decode())) == (422, shown)
    assert not Authenticator.objects.exists()


def test_a_recovery_code_opens_the_door_once(adams: Client, client: Client) -> None:
    _, codes = set_up_app(adams)
    for status in (302, 422):
        client.logout()
        door(client)
        assert client.post("/login/second/", {"code": codes[0]}).status_code == status


def test_new_recovery_codes_are_shown_once_and_void_the_old(adams: Client, client: Client) -> None:
    _, old = set_up_app(adams)
    new = re.findall(r'class="secret">(\d{8})<', adams.post("/your-sign-in/codes/", PROOF).content.decode())
    assert len(new) == 10 and not set(new) & set(old)
    assert "10 left" in adams.get("/your-sign-in/").content.decode()
    door(client)
    assert client.post("/login/second/", {"code": old[0]}).status_code == 422


def test_who_has_no_second_factor_has_no_recovery_codes(adams: Client) -> None:
    assert b"Set up an app or a passkey first" in adams.post("/your-sign-in/codes/", PROOF).content


def test_after_a_quarter_of_an_hour_the_password_is_asked_for_again(
    adams: Client, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, _ = set_up_app(adams)
    door(client)
    now = __import__("time").time()
    monkeypatch.setattr("allauth.account.internal.stagekit.time.time", lambda: now + 1000)
    assert client.post("/login/second/", {"code": code_for(secret, ahead=1)}).headers["Location"] == "/login/"


# A passkey


def test_a_passkey_opens_the_door_alone(adams: Client, client: Client) -> None:
    device = Device()
    assert len(re.findall(r'class="secret">\d{8}<', add_passkey(adams, device).content.decode())) == 10
    assert enter(client, device).headers["Location"] == "/"
    assert SignIn.objects.get(pk=client.session["sign_in"]).is_full
    assert AccessEvent.objects.get(kind="signed-in").detail == {"proofs": ["webauthn"]}


def test_a_passkey_is_the_second_factor_after_a_password(adams: Client, client: Client) -> None:
    device = Device()
    add_passkey(adams, device)
    assert door(client, next=HOME).headers["Location"] == "/login/second/"
    answer = device.answer(client.post("/passkey/to-enter/").json())
    assert client.post("/login/second/", {"passkey": answer}).headers["Location"] == HOME


def test_a_passkey_proves_and_a_used_answer_does_not(adams: Client) -> None:
    device = Device()
    add_passkey(adams, device)
    answer = device.answer(adams.post("/passkey/to-prove/").json())
    assert adams.post("/your-sign-in/codes/", {"passkey": answer}).status_code == 200
    assert adams.post("/your-sign-in/codes/", {"passkey": answer}).status_code == 422


def test_a_passkey_may_prove_while_another_is_added(adams: Client) -> None:
    first, second = Device(), Device()
    add_passkey(adams, first)
    proof = first.answer(adams.post("/passkey/to-prove/").json())
    assert add_passkey(adams, second, passkey=proof).status_code == 302
    assert Authenticator.objects.filter(type="webauthn").count() == 2


@pytest.mark.parametrize("device", [Device(sees=False), Device()])
def test_an_unknown_passkey_or_one_that_did_not_see_its_person_opens_nothing(
    device: Device, adams: Client, client: Client
) -> None:
    device.user = str(Membership.objects.get(user__username="adams").user_id)
    assert enter(client, device).status_code == 422


def test_a_passkey_that_does_not_see_its_person_is_not_taken(adams: Client) -> None:
    assert add_passkey(adams, Device(sees=False)).status_code == 422
    assert not Authenticator.objects.exists()


def test_the_passkey_of_somebody_who_left_opens_nothing(adams: Client, client: Client, cast: SimpleNamespace) -> None:
    device = Device()
    add_passkey(adams, device)
    cast.adams.user.is_active = False
    cast.adams.user.save()
    assert enter(client, device).status_code == 422


@pytest.mark.parametrize(
    "junk", ["5", "{", '{"response": {}}', '{"id": "AA", "rawId": "AA", "response": {"attestationObject": "AA"}}']
)
def test_junk_is_no_passkey_at_any_door(junk: str, adams: Client, client: Client) -> None:
    adams.post("/passkey/to-add/")
    client.post("/passkey/to-enter/")
    assert client.post("/login/passkey/", {"passkey": junk}).status_code == 422
    sent = {"name": "My phone", "new_passkey": junk, **PROOF}
    assert adams.post("/your-sign-in/passkeys/add/", sent).status_code == 422


def test_a_passkey_is_renamed_and_removed(adams: Client) -> None:
    add_passkey(adams, Device())
    own = Authenticator.objects.get(type="webauthn")
    adams.post(f"/your-sign-in/passkeys/{own.pk}/", {"name": "Old phone", **PROOF})
    assert "Old phone" in adams.get("/your-sign-in/").content.decode()
    adams.post(f"/your-sign-in/{own.pk}/remove/", PROOF)
    assert not Authenticator.objects.exists()  # the recovery codes went with it
    assert set(AccessEvent.objects.values_list("kind", flat=True)) == {
        "factor-added",
        "factor-renamed",
        "factor-removed",
    }


# Proof, and whose it is


@pytest.mark.parametrize("page", ["app/", "passkeys/add/", "codes/", "pin/", "pin/remove/", "others/"])
def test_nothing_changes_without_a_proof(page: str, adams: Client) -> None:
    assert (
        adams.post(
            f"/your-sign-in/{page}", {"password": "guess", "name": "x", "new_pin": "274950", "again": "274950"}
        ).status_code
        == 422
    )
    assert not Authenticator.objects.exists() and not SigningPin.objects.exists()


def test_the_pin_changes_nothing_of_the_sign_in(adams: Client) -> None:
    adams.post("/your-sign-in/pin/", {**PROOF, "new_pin": "274950", "again": "274950"})
    assert adams.post("/your-sign-in/pin/remove/", {"pin": "274950"}).status_code == 422
    assert SigningPin.objects.exists()


def test_a_changed_sign_in_ends_ones_other_sessions_alone(adams: Client, cast: SimpleNamespace, as_: Any) -> None:
    elsewhere, colleague = as_(cast.adams), as_(cast.baker)
    set_up_app(adams)
    assert [each.get(HOME).status_code for each in (adams, elsewhere, colleague)] == [200, 302, 200]


# The PIN


@pytest.mark.parametrize(
    "pin", ["123456", "987654", "777777", "121212", "123123", "030484", "12345", "27495a", "1234567890123"]
)
def test_a_weak_pin_is_refused_with_the_reason(pin: str, adams: Client) -> None:
    answer = adams.post("/your-sign-in/pin/", {**PROOF, "new_pin": pin, "again": pin})
    assert (answer.status_code, SigningPin.objects.exists()) == (422, False)
    assert weakness(pin)[:20] in answer.content.decode()


def test_a_pin_is_set_twice_alike_and_kept_as_a_hash(adams: Client) -> None:
    assert adams.post("/your-sign-in/pin/", {**PROOF, "new_pin": "274950", "again": "274951"}).status_code == 422
    assert adams.post("/your-sign-in/pin/", {**PROOF, "new_pin": "274950", "again": "274950"}).status_code == 302
    assert "274950" not in SigningPin.objects.get().secret


# Who needs one


@pytest.fixture
def required(settings: Any) -> None:
    settings.SECOND_FACTOR_ROLES = ["clinician", "biller", "admin", "auditor"]


@pytest.mark.parametrize(
    ("who", "status"), [("adams", 302), ("bill", 302), ("rita", 302), ("tess", 200), ("frances", 200)]
)
def test_some_roles_get_no_further_without_a_second_factor(
    who: str, status: int, required: None, cast: SimpleNamespace, as_: Any
) -> None:
    person = as_(getattr(cast, who))
    assert person.get(HOME).status_code == status
    assert person.get("/your-sign-in/").status_code == 200
    assert person.get(HOME, headers={"HX-Request": "true"}).status_code == (403 if status == 302 else 200)


def test_who_has_still_to_set_one_up_can_send_the_form_that_does(
    required: None, cast: SimpleNamespace, as_: Any
) -> None:
    """A page asks for its token before a form takes it along; were it refused, the page would lock."""
    asked = as_(cast.adams).get("/token/", headers={"HX-Request": "true"})
    assert (asked.status_code, asked.headers["Plumbline-User"]) == (200, str(cast.adams.user_id))


def test_whoever_sets_one_up_goes_on(required: None, adams: Client) -> None:
    assert adams.get(HOME).headers["Location"] == "/your-sign-in/"
    set_up_app(adams)
    assert adams.get(HOME).status_code == 200


def test_the_last_factor_stays_where_one_is_needed(required: None, adams: Client) -> None:
    set_up_app(adams)
    own = Authenticator.objects.get(type="totp")
    answer = adams.post(f"/your-sign-in/{own.pk}/remove/", PROOF, follow=True)
    assert b"Set up another one first" in answer.content
    assert Authenticator.objects.filter(type="totp").exists()


def test_a_role_given_today_needs_one_today(required: None, cast: SimpleNamespace, as_: Any) -> None:
    frances = as_(cast.frances)
    assert frances.get(HOME).status_code == 200
    Membership.objects.filter(pk=cast.frances.pk).update(roles=["desk", "biller"])
    assert frances.get(HOME).status_code == 302


# Somebody who lost it


def test_an_admins_link_takes_a_lost_factor_away(adams: Client, cast: SimpleNamespace, as_: Any) -> None:
    set_up_app(adams)
    page = f"/people/{cast.adams.pk}/link/"
    assert as_(cast.olga).post(page, {"takes_factors": "on", "password": "guess"}).status_code == 422
    assert as_(cast.olga).post(page, {"takes_factors": "on", **PROOF}).status_code == 200
    assert not Authenticator.objects.exists()
    assert AccessEvent.objects.get(kind="link-made").detail == {"takes_factors": True}


def test_a_link_by_itself_leaves_the_factor(adams: Client, cast: SimpleNamespace) -> None:
    set_up_app(adams)
    make_link(cast.adams, by=cast.olga)
    assert Authenticator.objects.filter(type="totp").exists()


def test_an_admin_gives_no_role_without_a_proof(cast: SimpleNamespace, as_: Any) -> None:
    page = f"/people/{cast.tess.pk}/"
    opened = as_(cast.olga).get(page).context["form"]
    sent = {name: opened[name].value() or "" for name in opened.fields} | {"roles": ["admin"]}
    assert as_(cast.olga).post(page, sent).status_code == 422
    cast.tess.refresh_from_db()
    assert cast.tess.roles == ["assistant"]
