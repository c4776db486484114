"""What a browser needs to ask for a passkey: a challenge each, kept in the session until it is answered."""

from allauth.mfa.webauthn.internal import auth
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from clinic.requests.access import PracticeRequest, for_roles
from clinic.roles import EVERYONE
from clinic.signin.factor_forms import challenge_to_prove
from clinic.signin.second_factor import sets_up

# Fragments


@require_POST
@login_not_required
def to_enter(request: HttpRequest) -> JsonResponse:
    """Ask for a passkey of whoever signs in; the passkey says who that is."""
    return JsonResponse(auth.begin_authentication())


@require_POST
@sets_up
@for_roles(*EVERYONE)
def to_prove(request: PracticeRequest) -> JsonResponse:
    return JsonResponse(challenge_to_prove(request))


@require_POST
@sets_up
@for_roles(*EVERYONE)
def to_add(request: PracticeRequest) -> JsonResponse:
    """Ask for a new passkey that can also open the door by itself."""
    return JsonResponse(auth.begin_registration(request.user, passwordless=True))
