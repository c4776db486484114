"""Sessions: their two limits, what counts as being there, and ending them from elsewhere."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from clinic.models import AccessEvent, Membership, SignIn, User
from clinic.signin import sessions
from clinic.signin.people import make_link
from tests.conftest import PASSWORD

HOME, FRAGMENT = "/riverside/patients/", {"HX-Request": "true"}


@pytest.fixture
def adams(cast: SimpleNamespace, as_: Callable[[Membership], Client]) -> Client:
    return as_(cast.adams)


def ago(**moved: timedelta) -> None:
    SignIn.objects.update(**{name: timezone.now() - span for name, span in moved.items()})


# The two limits


@pytest.mark.parametrize(
    ("moved", "status"),
    [
        ({"seen_at": timedelta(minutes=29)}, 200),
        ({"seen_at": timedelta(minutes=31)}, 302),
        ({"began_at": timedelta(hours=11, minutes=59)}, 200),
        ({"began_at": timedelta(hours=12, minutes=1)}, 302),
    ],
)
def test_a_session_ends_after_rest_and_after_a_day(moved: dict[str, timedelta], status: int, adams: Client) -> None:
    ago(**moved)
    assert adams.get(HOME).status_code == status


def test_the_limits_are_set_by_the_practice(adams: Client, settings: Any) -> None:
    settings.IDLE_MINUTES = 5
    ago(seen_at=timedelta(minutes=6))
    assert adams.get(HOME).status_code == 302


def test_a_session_that_is_over_is_gone_for_good_and_says_so(adams: Client) -> None:
    ago(seen_at=timedelta(hours=1))
    page = adams.get(HOME, follow=True)
    assert "You were signed out" in page.content.decode()
    assert page.redirect_chain == [(f"/login/?next={HOME}", 302)]
    assert not SignIn.objects.exists() and not Session.objects.exists()


def test_a_fragment_of_a_dead_session_gets_401_without_a_body(adams: Client) -> None:
    ago(seen_at=timedelta(hours=1))
    answer = adams.post("/riverside/search/", {"words": "Pat"}, headers=FRAGMENT)
    assert (answer.status_code, answer.content) == (401, b"")


def test_a_form_whose_page_keeps_the_words_is_answered_with_nothing_so_that_they_stay(adams: Client) -> None:
    ago(seen_at=timedelta(hours=1))
    answer = adams.post("/riverside/patients/add/", {"last_name": "Rivera", "stays": "1"})
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_page_that_is_not_there_shows_nothing_of_who_was_signed_in(adams: Client) -> None:
    ago(seen_at=timedelta(hours=1))
    assert "Dr. Adams" not in adams.get("/nowhere/at/all/").content.decode()


# Being there


@pytest.mark.parametrize(("headers", "is_seen"), [({}, True), (FRAGMENT, True), ({"Plumbline-Unasked": "1"}, False)])
def test_what_a_person_does_prolongs_and_what_a_page_does_by_itself_does_not(
    headers: dict[str, str], is_seen: bool, adams: Client
) -> None:
    ago(seen_at=timedelta(minutes=20))
    adams.get(HOME, headers=headers)
    assert (timezone.now() - SignIn.objects.get().seen_at < timedelta(minutes=1)) is is_seen


def test_nothing_prolongs_a_session_beyond_its_day(adams: Client) -> None:
    ago(began_at=timedelta(hours=11, minutes=59))
    assert adams.get(HOME).status_code == 200
    ago(began_at=timedelta(hours=12, seconds=1))
    assert adams.get(HOME).status_code == 302


def test_a_request_seldom_writes_that_somebody_is_there(adams: Client, django_assert_max_num_queries: Any) -> None:
    adams.get(HOME)
    before = SignIn.objects.get().seen_at
    adams.get(HOME)
    assert SignIn.objects.get().seen_at == before


# Ended from elsewhere


def test_a_person_sees_where_they_are_signed_in_and_no_addresses(adams: Client, cast: SimpleNamespace) -> None:
    there = Client(headers={"user-agent": "Mozilla/5.0 (iPhone) Version/18 Mobile Safari/604.1"})
    there.post("/login/", {"username": "adams", "password": PASSWORD})
    page = adams.get("/your-sign-in/").content.decode()
    assert "Safari on an iPhone" in page and "this device" in page
    assert "127.0.0.1" not in page


def test_a_session_that_is_over_is_not_among_those_where_somebody_is_signed_in(
    adams: Client, cast: SimpleNamespace
) -> None:
    for agent, moved in (("iPad", {"seen_at": timedelta(hours=1)}), ("Windows", {"locked_at": timedelta(hours=1)})):
        Client(headers={"user-agent": agent}).post("/login/", {"username": "adams", "password": PASSWORD})
        row = SignIn.objects.filter(device__endswith=agent)
        row.update(**{name: timezone.now() - span for name, span in moved.items()})
    page = adams.get("/your-sign-in/").content.decode()
    assert ("iPad" in page, 'Windows</b> <span class="dot" data-tone="quiet">locked' in page) == (False, True)


def test_the_others_are_ended_and_this_one_stays(adams: Client, cast: SimpleNamespace, as_: Any) -> None:
    there, colleague = as_(cast.adams), as_(cast.baker)
    assert adams.post("/your-sign-in/others/", {"password": PASSWORD}).status_code == 302
    assert [each.get(HOME).status_code for each in (adams, there, colleague)] == [200, 302, 200]
    assert AccessEvent.objects.get(kind="sessions-ended").detail == {"ended": 1}


def test_a_session_without_its_row_is_over(adams: Client) -> None:
    SignIn.objects.all().delete()
    assert adams.get(HOME).status_code == 302


def test_the_row_of_a_colleague_is_no_row(adams: Client, cast: SimpleNamespace, as_: Any) -> None:
    as_(cast.baker)
    session = adams.session
    session["sign_in"] = str(SignIn.objects.get(user=cast.baker.user).pk)
    session.save()
    assert adams.get(HOME).status_code == 302


def test_signing_out_leaves_no_row_and_is_written_down(adams: Client) -> None:
    assert adams.post("/logout/").headers["Location"] == "/login/"
    assert not SignIn.objects.exists() and not Session.objects.exists()
    assert AccessEvent.objects.filter(kind="signed-out").count() == 1


def test_signing_in_again_on_one_device_leaves_one_row(adams: Client, cast: SimpleNamespace) -> None:
    ago(seen_at=timedelta(hours=1))
    adams.get(HOME)
    adams.post("/login/", {"username": "adams", "password": PASSWORD})
    assert SignIn.objects.filter(user=cast.adams.user).count() == 1


def test_a_new_password_ends_every_other_session(adams: Client, cast: SimpleNamespace, as_: Any) -> None:
    there = as_(cast.adams)
    new = "a plumb line hangs true"
    adams.post("/password/", {"password": PASSWORD, "new_password1": new, "new_password2": new})
    assert [each.get(HOME).status_code for each in (adams, there)] == [200, 302]
    assert SignIn.objects.get(user=cast.adams.user).session_key == adams.session.session_key


def test_a_link_for_a_new_password_ends_every_session(adams: Client, cast: SimpleNamespace) -> None:
    make_link(cast.adams, by=cast.olga)
    assert adams.get(HOME).status_code == 302
    assert not SignIn.objects.filter(user=cast.adams.user).exists()


def test_who_is_switched_off_is_out_with_the_next_request(adams: Client, cast: SimpleNamespace) -> None:
    User.objects.filter(pk=cast.adams.user_id).update(is_active=False)
    assert adams.get(HOME).status_code == 302


def test_a_role_taken_away_is_gone_with_the_next_request(adams: Client, cast: SimpleNamespace) -> None:
    assert adams.get("/riverside/today/").status_code == 200
    Membership.objects.filter(pk=cast.adams.pk).update(roles=["desk"])
    assert adams.get("/riverside/today/").status_code == 403


def test_what_is_over_is_swept_away(adams: Client, cast: SimpleNamespace, as_: Any) -> None:
    ago(seen_at=timedelta(hours=1))
    as_(cast.baker)
    assert sessions.forget_over() == 1
    assert SignIn.objects.get().user == cast.baker.user
    assert Session.objects.count() == 1
