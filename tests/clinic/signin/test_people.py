"""The people of a practice: added, changed, let out; links and passwords."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.urls import reverse

from clinic.forms.people import MemberForm
from clinic.models import AccessEvent, Membership, User
from clinic.requests.deeds import new_key
from clinic.roles import Role
from clinic.signin.people import invited, make_link
from tests.conftest import PASSWORD as PRESENT
from tests.day import TODAY

PASSWORD = "a plumb line hangs true"
PROOF = {"password": PRESENT}


def url(name, member):
    return reverse(f"clinic:{name}", kwargs={"pk": member.pk})


@pytest.fixture
def people_url(practice):
    return reverse("clinic:people", kwargs={"practice": practice.slug})


@pytest.fixture
def add_url(practice):
    return reverse("clinic:member-add", kwargs={"practice": practice.slug})


def new(**fields):
    return {
        "first_name": "Nora", "last_name": "Nye", "username": "nora", "roles": ["clinician", "admin"], "title": "Dr. Nye",
        "credential": "DC", "npi": "1234567893", "key": str(new_key()), **PROOF,
    } | fields  # fmt: skip


def opened(member, **fields):
    form = MemberForm(instance=member)
    sent = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in sent.items()} | PROOF | fields


def test_people_are_listed_with_roles_and_that_no_mail_is_sent(as_, cast, people_url):
    page = as_(cast.olga).get(people_url).content.decode()
    assert "Alex Adams" in page
    assert "Plumbline sends no email" in page


def test_people_are_listed_with_what_they_have_beside_a_password(as_, cast, people_url, settings):
    settings.SECOND_FACTOR_ROLES = ["clinician"]
    Authenticator.objects.create(user=cast.baker.user, type=Authenticator.Type.TOTP, data={})
    page = as_(cast.olga).get(people_url).content.decode()
    rows = {name: page.split(f"{name}</a>")[1].split("</tr>")[0] for name in ("Alex Adams", "Blair Baker", "Bill Byrd")}
    assert ("none yet" in rows["Alex Adams"], "app" in rows["Blair Baker"]) == (True, True)
    assert ("none yet" in rows["Bill Byrd"], "In use" in rows["Bill Byrd"]) == (False, True)


@pytest.mark.parametrize("who", ["adams", "frances", "bill", "rita", "tess"])
def test_only_admins_keep_people(as_, cast, people_url, who):
    assert as_(getattr(cast, who)).get(people_url).status_code == 403


def test_another_practices_admin_sees_nobody(as_, cast, people_url):
    Membership.objects.filter(pk=cast.stranger.pk).update(roles=["admin"])
    assert as_(cast.stranger).get(people_url).status_code == 404
    for name in ("member-edit", "member-link", "member-end", "member-return"):
        assert as_(cast.stranger).post(url(name, cast.adams)).status_code == 404


def test_a_person_is_added_with_several_roles_and_a_link(as_, cast, add_url):
    page = as_(cast.olga).post(add_url, new()).content.decode()
    nora = Membership.objects.get(user__username="nora")
    assert (nora.roles, nora.signature) == (["clinician", "admin"], "Nora Nye, DC")
    assert not nora.user.has_usable_password()
    assert "/welcome/" in page
    assert AccessEvent.objects.filter(kind__in=("member-added", "link-made"), object_id=nora.pk).count() == 2


def test_two_clicks_add_one_person(as_, cast, add_url):
    sent, client = new(), as_(cast.olga)
    assert [client.post(add_url, sent).status_code for _ in range(2)] == [200, 200]
    assert User.objects.filter(username="nora").count() == 1


@pytest.mark.parametrize(
    ("fields", "beside"),
    [
        ({"npi": "1234567890"}, "npi"),
        ({"username": "ADAMS"}, "username"),
        ({"username": "two words"}, "username"),
        ({"roles": []}, "roles"),
        ({"roles": ["king"]}, "roles"),
        ({"roles": ["auditor"]}, "ends_on"),
        ({"ends_on": "2020-01-01"}, "ends_on"),
        ({"first_name": " "}, "first_name"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(as_, cast, add_url, fields, beside):
    answer = as_(cast.olga).post(add_url, new(**fields))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [beside]


def test_a_person_is_changed(as_, cast):
    answer = as_(cast.olga).post(
        url("member-edit", cast.tess), opened(cast.tess, last_name="Tran-Lee", roles=["assistant", "desk"])
    )
    assert answer.status_code == 302
    cast.tess.refresh_from_db()
    assert (cast.tess.roles, cast.tess.full_name) == (["assistant", "desk"], "Tess Tran-Lee")
    changed = AccessEvent.objects.get(kind="member-changed").detail["changed"]
    assert changed["roles"] == [["assistant"], ["assistant", "desk"]]


@pytest.mark.parametrize(
    "fields",
    [{"roles": ["admin"]}, {"username": "tess2"}, {"first_name": "Theresa"}, {"last_name": "Tran-Lee"},
     {"credential": "DC"}, {"npi": "1234567893"}, {"supervised_by": "adams"}],
)  # fmt: skip
def test_without_a_proof_neither_access_nor_what_stands_under_a_signature_is_changed(as_, cast, fields):
    """Who sits down at an admin's open session makes nobody a doctor, and frees nobody of a co-signature."""
    sent = {name: cast.adams.pk if value == "adams" else value for name, value in fields.items()}
    for password in ("", "guessed"):
        answer = as_(cast.olga).post(url("member-edit", cast.tess), opened(cast.tess, **sent, password=password))
        assert (answer.status_code, list(answer.context["proof"].errors)) == (422, ["password"])
    assert not AccessEvent.objects.filter(kind="member-changed").exists()
    assert as_(cast.olga).post(url("member-edit", cast.tess), opened(cast.tess, **sent)).status_code == 302


@pytest.mark.parametrize("fields", [{"roles": ["desk"]}, {"ends_on": str(TODAY + timedelta(days=9))}])
def test_the_last_admin_stays_admin(as_, cast, fields):
    answer = as_(cast.olga).post(url("member-edit", cast.olga), opened(cast.olga, **fields))
    assert "Nobody else could let people in" in answer.content.decode()


def test_the_last_admin_cannot_be_let_out(as_, cast, people_url):
    as_(cast.olga).post(url("member-end", cast.olga), PROOF)
    cast.olga.refresh_from_db()
    assert cast.olga.is_active


def test_an_admin_who_never_signed_in_does_not_count(as_, cast):
    Membership.objects.filter(pk=cast.bill.pk).update(roles=["admin"])
    User.objects.filter(pk=cast.bill.user_id).update(password="!x")
    assert as_(cast.olga).post(url("member-edit", cast.olga), opened(cast.olga, roles=["desk"])).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_two_admins_who_let_each_other_out_leave_one(as_, cast):
    Membership.objects.filter(pk=cast.bill.pk).update(roles=["admin"])
    pairs = [(as_(cast.olga), cast.bill), (as_(cast.bill), cast.olga)]

    def let_out(pair):
        try:
            return pair[0].post(url("member-end", pair[1]), PROOF).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(let_out, pairs))
    assert Membership.objects.active().filter(roles__contains=[Role.ADMIN]).count() == 1


def test_whoever_is_let_out_is_out_at_once(as_, cast):
    frances = as_(cast.frances)
    as_(cast.olga).post(url("member-end", cast.frances), PROOF)
    assert frances.get(reverse("clinic:patients", kwargs={"practice": "riverside"})).status_code in (403, 404)
    as_(cast.olga).post(url("member-return", cast.frances), PROOF)
    assert frances.get(reverse("clinic:patients", kwargs={"practice": "riverside"})).status_code == 200


@pytest.mark.parametrize(("name", "was"), [("member-end", True), ("member-return", False)])
def test_access_ends_and_comes_again_only_by_a_proof(as_, cast, name, was):
    Membership.objects.filter(pk=cast.frances.pk).update(is_active=was)
    for sent in ({"password": ""}, {"password": "guessed"}):
        assert as_(cast.olga).post(url(name, cast.frances), sent).status_code == 422
    cast.frances.refresh_from_db()
    assert cast.frances.is_active is was


def test_whoever_works_elsewhere_too_keeps_their_names(as_, cast):
    """Their name stands under notes that they sign at the other practice."""
    Membership.objects.create(practice=cast.stranger.practice, user=cast.tess.user, roles=["clinician"])
    for name in ("first_name", "last_name", "username"):
        answer = as_(cast.olga).post(url("member-edit", cast.tess), opened(cast.tess, **{name: "Another"}))
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, [name])
    answer = as_(cast.olga).post(url("member-edit", cast.tess), opened(cast.tess, roles=["assistant", "desk"]))
    assert answer.status_code == 302


def test_who_is_changed_while_they_set_a_password_keeps_the_new_one(cast):
    form = MemberForm(opened(cast.tess, last_name="Tran-Lee"), instance=cast.tess)
    assert form.is_valid()
    User.objects.filter(pk=cast.tess.user_id).update(password="set meanwhile")
    form.save()
    assert User.objects.get(pk=cast.tess.user_id).password == "set meanwhile"


# Links


@pytest.fixture
def link(cast):
    return make_link(cast.tess, by=cast.olga)


def test_a_link_sets_a_password_once(client, cast, link):
    sent = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    assert client.get(link).status_code == 200
    assert client.post(link, sent).url == reverse("clinic:login")
    assert client.login(username="tess", password=PASSWORD)
    assert Client().post(link, sent).status_code == 410
    assert AccessEvent.objects.get(kind="password-set").user_id == cast.tess.user_id


def test_a_new_link_ends_the_one_before_and_the_password(client, cast, link):
    make_link(cast.tess, by=cast.olga)
    assert client.get(link).status_code == 410
    assert not client.login(username="tess", password="plumb-line-and-level")


def test_a_link_ends_after_three_days(client, link, settings):
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert client.get(link).status_code == 410


def test_a_link_of_somebody_let_out_is_over(client, cast, link):
    Membership.objects.filter(pk=cast.tess.pk).update(is_active=False)
    assert client.get(link).status_code == 410


@pytest.mark.parametrize("uid", ["x", "AAAA", "////", "MDE4Y2MyNTEtZjQwMC03MDAwLTgwMDAtMDAwMDAwMDAwMDAw", "é"])
def test_a_made_up_link_is_over(db, uid):
    assert invited(uid, "c0ffee-0123456789abcdef0123456789abcdef") is None


def test_a_poor_password_is_refused_with_the_reason(client, link):
    answer = client.post(link, {"new_password1": "password", "new_password2": "password"})
    assert answer.status_code == 422
    assert b"at least 12 characters" in answer.content


@pytest.mark.django_db(transaction=True)
def test_a_link_used_by_two_at_once_works_for_one(link):
    def use(_):
        try:
            return Client().post(link, {"new_password1": PASSWORD, "new_password2": PASSWORD}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(use, range(2))) == [302, 410]


def test_an_admin_makes_a_reset_link_that_is_shown_once(as_, cast):
    page = as_(cast.olga).post(url("member-link", cast.adams), PROOF).content.decode()
    assert "http://testserver/welcome/" in page
    assert "works once" in page


def test_whoever_works_elsewhere_too_gets_no_link_here(as_, cast):
    Membership.objects.create(practice=cast.stranger.practice, user=cast.adams.user, roles=["clinician"])
    assert as_(cast.olga).post(url("member-link", cast.adams), PROOF).status_code == 302
    assert cast.adams.user.has_usable_password()


def test_ones_own_password_is_changed_and_other_devices_leave(as_, cast):
    here, there = as_(cast.adams), as_(cast.adams)
    sent = {**PROOF, "new_password1": PASSWORD, "new_password2": PASSWORD}
    assert here.post(reverse("clinic:password"), sent).status_code == 302
    assert here.get(reverse("clinic:password")).status_code == 200
    assert there.get(reverse("clinic:password")).status_code == 302


def test_the_present_password_is_asked_for(as_, cast):
    sent = {"password": "x", "new_password1": PASSWORD, "new_password2": PASSWORD}
    assert as_(cast.adams).post(reverse("clinic:password"), sent).status_code == 422


# Access


def test_the_last_day_is_a_day_of_the_practice(as_, cast, practice, monkeypatch):
    from datetime import UTC, datetime

    practice.time_zone = "America/Los_Angeles"
    practice.save()
    Membership.objects.filter(pk=cast.rita.pk).update(ends_on=date(2026, 11, 20))
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2026, 11, 21, 7, 30, tzinfo=UTC))
    assert Membership.objects.of(cast.rita.user).exists()
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2026, 11, 21, 8, 30, tzinfo=UTC))
    assert not Membership.objects.of(cast.rita.user).exists()


def test_a_role_held_elsewhere_does_not_count_here(as_, cast, visit):
    Membership.objects.create(practice=cast.stranger.practice, user=cast.adams.user, roles=["desk"])
    assert as_(cast.adams).get(reverse("clinic:payment-add", kwargs={"pk": visit.pk})).status_code == 403


def test_an_inactive_user_is_out(as_, cast):
    client = as_(cast.frances)
    User.objects.filter(pk=cast.frances.user_id).update(is_active=False)
    assert client.get(reverse("clinic:patients", kwargs={"practice": "riverside"})).status_code == 302
