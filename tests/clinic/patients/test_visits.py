"""Visits at the desk: planned, walked in, moved, paid for."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from django.db import connection
from django.urls import reverse

from clinic.models import AccessEvent, Location, Payment, SignIn, Visit
from clinic.patients.reception import STEPS
from clinic.requests.deeds import new_key
from tests.day import TODAY

# half past eleven in the evening in Los Angeles; in UTC the next day has begun
LATE = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)


@pytest.fixture
def add_url(pat):
    return reverse("clinic:visit-add", kwargs={"pk": pat.pk})


@pytest.fixture
def new(cast, main_street, coverage):
    return {
        "when": "later", "on": str(TODAY), "at": "10:30", "clinician": str(cast.adams.pk),
        "location": str(main_street.pk), "coverage": str(coverage.pk), "key": str(new_key()),
    }  # fmt: skip


def url(name, visit):
    return reverse(f"clinic:{name}", kwargs={"pk": visit.pk})


def test_a_visit_is_planned(as_, cast, pat, new, add_url, coverage):
    assert as_(cast.frances).post(add_url, new).status_code == 302
    visit = Visit.objects.get()
    assert (visit.state, visit.at, visit.arrived_at, visit.coverage) == ("expected", time(10, 30), None, coverage)
    assert AccessEvent.objects.get(kind="visit-added").patient_ids == [pat.pk]


def test_a_walk_in_is_here_on_the_practices_day(as_, cast, practice, new, add_url, monkeypatch):
    practice.time_zone = "America/Los_Angeles"
    practice.save()
    monkeypatch.setattr("django.utils.timezone.now", lambda: LATE)
    monkeypatch.setattr("clinic.requests.deeds.read_key", lambda text: new_key())
    frances = as_(cast.frances)
    SignIn.objects.update(began_at=LATE, seen_at=LATE)  # by the database's clock it is another hour
    frances.post(add_url, new | {"when": "now", "on": "", "at": ""})
    visit = Visit.objects.get()
    assert (visit.on, visit.at, visit.state, visit.arrived_at) == (date(2026, 11, 20), time(23, 30), "arrived", LATE)


def test_a_walk_in_is_preselected_for_a_walk_in(as_, cast, main_street, add_url):
    form = as_(cast.adams).get(add_url + "?now").context["form"]
    assert (form["when"].value(), form["clinician"].value()) == ("now", cast.adams.pk)


def test_two_clicks_plan_one_visit(as_, cast, new, add_url):
    client = as_(cast.frances)
    assert [client.post(add_url, new).status_code for _ in range(2)] == [302, 302]
    assert Visit.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("on", ""),
        ("on", "3/4/1984"),
        ("on", "x"),
        ("at", "25:00"),
        ("clinician", ""),
        ("location", ""),
        ("when", "never"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(as_, cast, new, add_url, field, value):
    answer = as_(cast.frances).post(add_url, new | {field: value})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors


def test_an_assistant_is_no_clinician_to_visit(as_, cast, new, add_url):
    answer = as_(cast.frances).post(add_url, new | {"clinician": str(cast.tess.pk)})
    assert "clinician" in answer.context["form"].errors


def test_a_clinician_sees_a_patient_once_a_day(as_, cast, new, add_url):
    client = as_(cast.frances)
    client.post(add_url, new)
    answer = client.post(add_url, new | {"key": str(new_key()), "at": "15:00"})
    assert "down for Dr. Adams that day already at 10:30" in answer.content.decode()
    Visit.objects.update(state="cancelled")
    assert client.post(add_url, new | {"key": str(new_key())}).status_code == 302


def test_a_practice_without_clinicians_says_so(as_, cast, pat, add_url):
    assert b"A visit needs a clinician and a location" in as_(cast.frances).get(add_url).content


@pytest.mark.parametrize(("before", "after"), [(a, b) for a in STEPS for b in STEPS if a != b])
def test_only_legal_steps_are_taken(as_, cast, visit, before, after):
    Visit.objects.update(state=before)
    answer = as_(cast.frances).post(url("visit-state", visit), {"state": after})
    visit.refresh_from_db()
    is_legal = after in STEPS[before]
    assert (answer.status_code, visit.state) == ((200, after) if is_legal else (409, before))


def test_arriving_keeps_the_moment_and_is_written_down(as_, cast, visit):
    Visit.objects.update(state="expected")
    as_(cast.frances).post(url("visit-state", visit), {"state": "arrived"})
    visit.refresh_from_db()
    assert visit.arrived_at
    assert AccessEvent.objects.get(kind="visit-moved").detail == {"changed": {"state": ["expected", "arrived"]}}


def test_expected_again_forgets_the_arrival(as_, cast, visit):
    Visit.objects.update(arrived_at=LATE)
    as_(cast.frances).post(url("visit-state", visit), {"state": "expected"})
    visit.refresh_from_db()
    assert visit.arrived_at is None


def test_the_same_step_twice_is_one_step(as_, cast, visit):
    client = as_(cast.frances)
    assert [client.post(url("visit-state", visit), {"state": "done"}).status_code for _ in range(2)] == [200, 200]
    assert AccessEvent.objects.filter(kind="visit-moved").count() == 1


@pytest.mark.parametrize("state", ["", "gone", "\x00"])
def test_a_state_that_is_none(as_, cast, visit, state):
    assert as_(cast.frances).post(url("visit-state", visit), {"state": state}).status_code == 409


@pytest.mark.parametrize(("who", "status"), [("stranger", 404), ("rita", 403), ("olga", 403)])
def test_who_may_not_move_a_visit(as_, cast, visit, who, status):
    assert as_(getattr(cast, who)).post(url("visit-state", visit), {"state": "done"}).status_code == status


def test_reading_moves_nothing(as_, cast, visit):
    assert as_(cast.frances).get(url("visit-state", visit)).status_code == 405


def test_money_is_taken(as_, cast, visit):
    sent = {"amount": "25", "method": "card", "key": str(new_key())}
    page = as_(cast.frances).post(url("payment-add", visit), sent)
    assert b"$25.00 card" in page.content
    payment = Payment.objects.get()
    assert (payment.amount, payment.taken_by) == (Decimal(25), cast.frances)
    assert AccessEvent.objects.get(kind="payment-taken").patient_ids == [visit.patient_id]


def test_the_copay_is_offered(as_, cast, visit, coverage):
    coverage.copay = Decimal("30.00")
    coverage.save()
    assert b'value="30.00"' in as_(cast.frances).get(url("payment-add", visit)).content


@pytest.mark.django_db(transaction=True)
def test_twenty_clicks_at_once_take_money_once(as_, cast, visit):
    sent, client = {"amount": "25", "method": "card", "key": str(new_key())}, as_(cast.frances)

    def send(_):
        try:
            return client.post(url("payment-add", visit), sent).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as threads:
        assert set(threads.map(send, range(20))) == {200}
    assert Payment.objects.count() == 1


@pytest.mark.parametrize("amount", ["", "0", "-1", "x", "1e3", "٢٥", "25.001", "9999999999", "Infinity"])
def test_a_wrong_amount_is_said(as_, cast, visit, amount):
    answer = as_(cast.frances).post(
        url("payment-add", visit), {"amount": amount, "method": "card", "key": str(new_key())}
    )
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["amount"]


def test_a_clinician_takes_no_money(as_, cast, visit):
    assert as_(cast.adams).get(url("payment-add", visit)).status_code == 403


def test_the_visits_of_a_patient_are_shown_by_the_page(as_, cast, visit):
    page = as_(cast.frances).get(reverse("clinic:visits", kwargs={"pk": visit.patient_id}))
    assert "Main Street · Blue Ridge PPO" in page.content.decode()


def test_who_is_expected_today_is_not_entered_twice(as_, cast, visit, add_url, practice):
    Visit.objects.update(state="expected", on=practice.today(), at=time(14, 40))
    page = as_(cast.frances).get(add_url + "?now").content.decode()
    assert "Pat Rivera is expected at 14:40 with Dr. Adams." in page
    arrived = as_(cast.frances).post(url("visit-state", visit), {"state": "arrived", "then": "patient"})
    assert arrived["HX-Redirect"] == reverse("clinic:patient", args=[visit.patient_id])
    page = as_(cast.frances).get(add_url + "?now").content.decode()
    assert "Pat Rivera is here since" in page and url("visit-state", visit) not in page


@pytest.mark.parametrize("state", ["done", "no_show", "cancelled"])
def test_a_visit_that_is_over_is_not_mentioned(as_, cast, visit, add_url, practice, state):
    Visit.objects.update(state=state, on=practice.today())
    assert not as_(cast.frances).get(add_url + "?now").context["known"]


def test_who_is_expected_with_one_clinician_may_also_see_another(as_, cast, visit, new, add_url, practice):
    Visit.objects.update(state="expected", on=practice.today())
    assert as_(cast.frances).post(add_url, new | {"clinician": str(cast.baker.pk)}).status_code == 302
    assert Visit.objects.count() == 2


def test_a_clinician_is_where_they_were_last(as_, cast, visit, practice, main_street, add_url):
    Location.objects.create(practice=practice, name="Another place")
    where = {who: as_(getattr(cast, who)).get(add_url).context["form"]["location"].value() for who in ("adams", "tess")}
    assert where == {"adams": main_street.pk, "tess": None}


def test_what_is_owed_is_offered_where_there_is_no_copay(as_, cast, visit):
    owed = as_(cast.frances).get(url("payments", visit), {"owed": "67.00"}).content.decode()
    assert url("payment-add", visit) + "?owed=67.00" in owed
    assert b'value="67.00"' in as_(cast.frances).get(url("payment-add", visit), {"owed": "67.00"}).content
