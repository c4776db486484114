"""Proof of presence: which ways count, that wrong ones are limited, and that five wrong PINs end the session."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.hashers import make_password
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path
from django.views.decorators.http import require_POST

from clinic.models import AccessEvent, Membership, SignIn, SigningPin
from clinic.requests.access import PracticeRequest, for_roles
from clinic.roles import EVERYONE
from clinic.signin.proofs import ProofForm, SignatureProofForm, peppered
from coding.forms.addenda import AddendumForm, CosignForm, RetractionForm
from coding.forms.review import SignForm
from tests.conftest import PASSWORD
from tests.device import SECRET, code_for

# A deed and a signature that want a proof, and their pages


@require_POST
@for_roles(*EVERYONE)
def deed(request: PracticeRequest) -> HttpResponse:
    return done(ProofForm(request.POST, request=request))


@require_POST
@for_roles(*EVERYONE)
def signature(request: PracticeRequest) -> HttpResponse:
    return done(SignatureProofForm(request.POST, request=request))


def done(form: ProofForm) -> HttpResponse:
    proof = form.prove() if form.is_valid() else None
    return HttpResponse(proof or str(form.errors.as_text()), status=200 if proof else 422)


urlpatterns = [
    path("", include("clinic.pages")),
    path("deed/", deed, name="deed"),
    path("signature/", signature, name="signature"),
]


@pytest.fixture(autouse=True)
def with_a_deed(settings: Any) -> None:
    settings.ROOT_URLCONF = __name__


@pytest.fixture
def adams(cast: SimpleNamespace, as_: Callable[[Membership], Client]) -> Client:
    return as_(cast.adams)


def prove(client: Client, page: str = "/deed/", **given: str) -> str:
    answer = client.post(page, given)
    return f"{answer.status_code} {answer.content.decode()}"


def sign(client: Client, pin: str) -> str:
    return prove(client, "/signature/", pin=pin)


# Ways


@pytest.fixture
def app(cast: SimpleNamespace) -> Iterator[TOTP]:
    yield TOTP.activate(cast.adams.user, SECRET)


@pytest.fixture
def pin(cast: SimpleNamespace) -> SigningPin:
    return SigningPin.objects.create(user=cast.adams.user, secret=make_password(peppered("274950")))


def test_the_password_proves(adams: Client) -> None:
    assert prove(adams, password=PASSWORD) == "200 password"


def test_nothing_proves_nothing(adams: Client) -> None:
    assert prove(adams).startswith("422 * password")


def test_a_colleagues_password_is_no_proof(adams: Client, cast: SimpleNamespace) -> None:
    cast.baker.user.set_password("quite another one")
    cast.baker.user.save()
    assert "not your password" in prove(adams, password="quite another one")


def test_a_code_proves_once(adams: Client, app: TOTP) -> None:
    assert prove(adams, code=code_for(SECRET)) == "200 code"
    assert "does not fit" in prove(adams, code=code_for(SECRET))


def test_a_code_is_not_good_again_while_the_clock_is_given_some_leave(adams: Client, app: TOTP) -> None:
    assert prove(adams, code=code_for(SECRET, ahead=1)) == "200 code"
    app.instance.refresh_from_db()
    assert "does not fit" in prove(adams, code=code_for(SECRET, ahead=1))


def test_a_recovery_code_proves_once(adams: Client, app: TOTP, cast: SimpleNamespace) -> None:
    one, *_ = RecoveryCodes.activate(cast.adams.user).generate_codes()
    assert prove(adams, code=one) == "200 recovery"
    assert "does not fit" in prove(adams, code=one)


def test_what_lies_in_the_database_alone_makes_no_code(app: TOTP) -> None:
    assert SECRET not in str(Authenticator.objects.get().data)


def test_with_a_new_key_of_the_app_factors_of_before_count_while_the_old_key_is_kept(
    adams: Client, app: TOTP, pin: SigningPin, settings: Any
) -> None:
    SignIn.objects.update(is_full=True)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "a new key"
    assert prove(adams, code=code_for(SECRET)) == "200 code"
    assert sign(adams, "274950") == "200 pin"


def test_without_the_old_key_a_factor_of_before_fits_nothing_and_breaks_nothing(
    app: TOTP, cast: SimpleNamespace, as_: Any, settings: Any
) -> None:
    RecoveryCodes.activate(cast.adams.user)
    settings.SECRET_KEY = "a new key"
    adams = as_(cast.adams)
    assert "does not fit" in prove(adams, code=code_for(SECRET))
    assert "does not fit" in prove(adams, code="ABCDE-12345")
    assert prove(adams, password=PASSWORD) == "200 password"


@pytest.mark.parametrize(
    "junk", ["5", "[]", "{", '{"response": 5}', '{"response": {}}', '{"id": "AA", "response": {"a": 1}}']
)
def test_junk_is_no_passkey(adams: Client, junk: str) -> None:
    assert "passkey was not taken" in prove(adams, passkey=junk)


# The PIN


def test_the_pin_proves_for_a_signature(adams: Client, pin: SigningPin) -> None:
    assert sign(adams, "274950") == "200 pin"


def test_the_pin_proves_for_nothing_else(adams: Client, pin: SigningPin) -> None:
    """Whoever saw it typed opens the locked session with it; roles and records they do not get by it."""
    assert prove(adams, pin="274950").startswith("422 * password")


@pytest.mark.parametrize("page", ["people/add/", "emergency/", "audit/export/"])
def test_where_nothing_is_signed_no_page_asks_for_the_pin(page: str, cast: SimpleNamespace, as_: Any) -> None:
    SigningPin.objects.create(user=cast.olga.user, secret=make_password(peppered("274950")))
    text = as_(cast.olga).get(f"/riverside/{page}").content.decode()
    assert 'name="password"' in text and 'name="pin"' not in text


def test_the_forms_that_take_the_pin_are_those_that_sign() -> None:
    assert set(SignatureProofForm.__subclasses__()) == {SignForm, AddendumForm, RetractionForm, CosignForm}


def test_who_has_a_second_factor_uses_the_pin_only_after_it(adams: Client, pin: SigningPin, app: TOTP) -> None:
    assert "only after a full sign-in" in sign(adams, "274950")
    SignIn.objects.update(is_full=True)
    assert sign(adams, "274950") == "200 pin"


@pytest.mark.parametrize(("roles", "said"), [(["admin"], "200 pin"), (["clinician"], "302 ")])
def test_who_needs_a_second_factor_has_no_pin_without_it(
    roles: list[str], said: str, adams: Client, pin: SigningPin, settings: Any
) -> None:
    settings.SECOND_FACTOR_ROLES = roles
    assert sign(adams, "274950").startswith(said)


def test_five_wrong_pins_end_the_session(adams: Client, pin: SigningPin) -> None:
    said = [adams.post("/signature/", {"pin": "111111"}).status_code for _ in range(5)]
    assert said == [422, 422, 422, 422, 302]
    assert adams.post("/deed/", {"pin": "274950"}, headers={"HX-Request": "true"}).status_code == 401
    assert not SignIn.objects.exists()
    assert AccessEvent.objects.get(kind="session-ended").detail == {"why": "wrong PINs"}


def test_a_fragment_learns_by_401_that_the_session_ended(adams: Client, pin: SigningPin) -> None:
    for _ in range(5):
        answer = adams.post("/signature/", {"pin": "111111"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (401, b"")


def test_a_right_pin_forgives_the_wrong_ones_before(adams: Client, pin: SigningPin) -> None:
    for _ in range(3):
        for wrong in ("111111", "222222"):
            sign(adams, wrong)
        assert sign(adams, "274950") == "200 pin"


def test_the_pin_of_another_opens_nothing(adams: Client, cast: SimpleNamespace) -> None:
    SigningPin.objects.create(user=cast.baker.user, secret=make_password(peppered("274950")))
    assert "only after a full sign-in" in sign(adams, "274950")


# Limits


@pytest.mark.parametrize("means", ["password", "code"])
def test_sixty_wrong_proofs_are_stopped_and_a_colleague_goes_on(
    means: str, adams: Client, app: TOTP, cast: SimpleNamespace, as_: Callable[[Membership], Client]
) -> None:
    said = [prove(adams, **{means: f"{number:06}"}) for number in range(60)]
    assert sum("Too many wrong tries" in one for one in said) == 55
    assert "You can try again in 15 minutes" in said[-1]
    assert "Too many" in prove(adams, password=PASSWORD)
    assert prove(as_(cast.baker), password=PASSWORD) == "200 password"


def test_a_failed_proof_is_written_down_without_what_was_typed(adams: Client, cast: SimpleNamespace) -> None:
    prove(adams, password="my-other-password")
    event = AccessEvent.objects.get(kind="proof-refused")
    assert (event.user_id, event.detail) == (cast.adams.user_id, {"by_means_of": "password"})


def test_right_proofs_are_not_counted(adams: Client) -> None:
    assert {prove(adams, password=PASSWORD) for _ in range(12)} == {"200 password"}
