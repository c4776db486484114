"""Coverage and alerts on a patient's page."""

from decimal import Decimal

import pytest
from django.urls import reverse

from clinic.forms.coverage import CoverageForm
from clinic.models import AccessEvent, Alert, Coverage, Payer, Practice
from clinic.requests.deeds import new_key


@pytest.fixture
def add_url(pat):
    return reverse("clinic:coverage-add", kwargs={"pk": pat.pk})


def new(payer, /, **fields):
    return {"payer": str(payer.pk), "order": "1", "subscriber": "self", "cause": "", "key": str(new_key())} | fields


def opened(coverage, **fields):
    form = CoverageForm(instance=coverage)
    sent = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else str(value) for name, value in sent.items()} | fields


def test_a_coverage_is_added_with_everything(as_, cast, pat, blue_ridge, add_url):
    sent = new(
        blue_ridge, member_id="M1", group_id="G1", claim_number="7731", copay="$25", subscriber="spouse",
        subscriber_name="Sam Rivera", subscriber_birth_date="1980-01-01", cause="auto", accident_on="11/2/2024",
        accident_state="nc", employer="Depot", contact="A. Juster", authorisation="A-9", authorised_visits="12",
        authorised_from="2026-11-02", authorised_to="2027-01-31",
    )  # fmt: skip
    assert as_(cast.frances).post(add_url, sent).status_code == 200
    kept = Coverage.objects.get()
    assert (kept.patient, kept.copay, kept.accident_state, kept.authorised_visits) == (pat, Decimal(25), "NC", 12)


def test_accident_fields_of_what_is_no_accident_are_not_kept(as_, cast, blue_ridge, add_url):
    as_(cast.frances).post(add_url, new(blue_ridge, accident_on="11/2/2024", employer="Depot"))
    kept = Coverage.objects.get()
    assert (kept.accident_on, kept.employer) == (None, "")


@pytest.mark.parametrize(
    ("fields", "beside"),
    [
        ({"payer": ""}, "payer"),
        ({"cause": "auto", "accident_state": "NC"}, "accident_on"),
        ({"cause": "auto", "accident_on": "11/2/2024"}, "accident_state"),
        ({"cause": "work", "accident_on": "11/2/2099"}, "accident_on"),
        ({"subscriber": "spouse"}, "subscriber_name"),
        ({"authorised_from": "2026-11-02", "authorised_to": "2026-11-01"}, "authorised_to"),
        ({"authorised_visits": "١٢"}, "authorised_visits"),
        ({"authorised_visits": "-1"}, "authorised_visits"),
        ({"notice_signed_on": "11/2/2099"}, "notice_signed_on"),
        ({"voluntary_notice_signed_on": "11/2/2099"}, "voluntary_notice_signed_on"),
        ({"copay": "-5"}, "copay"),
        ({"copay": "1e5"}, "copay"),
        ({"copay": "12.345"}, "copay"),
        ({"copay": "NaN"}, "copay"),
        ({"order": "0"}, "order"),
        ({"cause": "meteor"}, "cause"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(as_, cast, blue_ridge, add_url, fields, beside):
    answer = as_(cast.frances).post(add_url, new(blue_ridge, **fields))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [beside]


def test_another_practices_payer_is_no_choice(as_, cast, add_url):
    theirs = Payer.objects.create(practice=Practice.objects.get(slug="elsewhere"), name="Theirs")
    answer = as_(cast.frances).post(add_url, new(theirs))
    assert "payer" in answer.context["form"].errors


def test_without_payers_it_says_who_adds_them(as_, cast, add_url):
    assert b"There are no payers yet" in as_(cast.frances).get(add_url).content


def test_a_coverage_is_changed(as_, cast, coverage):
    url = reverse("clinic:coverage-edit", kwargs={"pk": coverage.pk})
    assert as_(cast.bill).post(url, opened(coverage, member_id="BR-2")).status_code == 200
    assert AccessEvent.objects.get(kind="coverage-changed").detail == {"changed": {"member_id": ["BR-1001", "BR-2"]}}


def test_a_retired_payer_stays_on_its_coverage(as_, cast, coverage, blue_ridge):
    blue_ridge.is_active = False
    blue_ridge.save()
    url = reverse("clinic:coverage-edit", kwargs={"pk": coverage.pk})
    assert as_(cast.bill).post(url, opened(coverage, member_id="BR-2")).status_code == 200


def test_a_coverage_is_retired_not_deleted(as_, cast, coverage):
    url = reverse("clinic:coverage-retire", kwargs={"pk": coverage.pk})
    page = as_(cast.frances).post(url).content.decode()
    coverage.refresh_from_db()
    assert not coverage.is_active
    assert "Retired: 1" in page


@pytest.mark.parametrize(("who", "status"), [("stranger", 404), ("rita", 403), ("olga", 403)])
def test_who_may_not_change_coverage(as_, cast, coverage, who, status):
    for name in ("coverage-edit", "coverage-retire"):
        url = reverse(f"clinic:{name}", kwargs={"pk": coverage.pk})
        assert as_(getattr(cast, who)).post(url).status_code == status


# Alerts


@pytest.fixture
def osteopenia(pat):
    return Alert.objects.create(
        practice=pat.practice, patient=pat, kind="contraindication", text="Osteopenia: no thrust"
    )


def test_an_alert_is_added_and_the_banner_follows(as_, cast, pat):
    sent = {"kind": "precaution", "text": "Pacemaker", "regions": ["thoracic", "rib_cage"], "key": str(new_key())}
    answer = as_(cast.adams).post(reverse("clinic:alert-add", kwargs={"pk": pat.pk}), sent)
    assert "patient-changed" in answer.headers["HX-Trigger"]
    assert b"thoracic, rib cage" in answer.content
    assert b"Pacemaker" in as_(cast.adams).get(reverse("clinic:banner", kwargs={"pk": pat.pk})).content


def test_the_log_does_not_say_what_an_alert_is_about(as_, cast, pat):
    sent = {"kind": "precaution", "text": "Pacemaker", "key": str(new_key())}
    as_(cast.adams).post(reverse("clinic:alert-add", kwargs={"pk": pat.pk}), sent)
    assert "Pacemaker" not in str(AccessEvent.objects.get(kind="alert-added").detail)


@pytest.mark.parametrize("fields", [{"kind": ""}, {"text": ""}, {"text": "x" * 201}, {"regions": ["tail"]}])
def test_a_wrong_alert_is_said(as_, cast, pat, fields):
    sent = {"kind": "precaution", "text": "Pacemaker", "key": str(new_key())} | fields
    assert as_(cast.adams).post(reverse("clinic:alert-add", kwargs={"pk": pat.pk}), sent).status_code == 422


def test_a_retired_alert_leaves_the_banner_once(as_, cast, osteopenia):
    url = reverse("clinic:alert-retire", kwargs={"pk": osteopenia.pk})
    for _ in range(2):
        assert b"Osteopenia" not in as_(cast.adams).post(url).content
    assert AccessEvent.objects.filter(kind="alert-retired").count() == 1


def test_a_stranger_retires_nothing(as_, cast, osteopenia):
    assert as_(cast.stranger).post(reverse("clinic:alert-retire", kwargs={"pk": osteopenia.pk})).status_code == 404
