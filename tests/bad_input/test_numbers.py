"""Numbers and choices that are none."""

import re
from types import SimpleNamespace

import pytest
from django.urls import reverse

from clinic.entry.fingerprints import fingerprint
from notes.models import Activity, Note
from tests.bad_input.forms import FORMS, NOBODYS, NOTE, SAVE, Sent, address, each_new_form, holds, post, whole
from tests.world import everything, send

# Numbers


REFUSED_MINUTES = [
    "0", "-5", "481", "480.5", "12.5", "12,5", "1e2", "+5", "0x10", "１５", "١٥", "1５", "1_5", "½", "②", "12 min",
    "twelve", "NaN", "9" * 100_000,
]  # fmt: skip
TAKEN_MINUTES = [("", None), ("   ", None), (" 12 ", 12), ("1", 1), ("480", 480), ("\u00a012", 12), ("007", 7)]


@pytest.mark.parametrize("typed", REFUSED_MINUTES, ids=lambda typed: typed[:8])
@pytest.mark.parametrize("field", ["minutes", "group_size"])
def test_minutes_are_whole_and_fit_a_visit(case: SimpleNamespace, typed: str, field: str) -> None:
    body = whole(SAVE, case) | {field: typed, "delivery": "group", "base": activity_base(case), "dose": "qkept"}
    answer = send("POST", address(SAVE, case), case.sessions["adams"], body)
    stored = Activity.objects.get(pk=case.activity.pk)
    assert answer.status_code == 422
    assert re.search("Minutes|number|group", answer.text)
    assert (stored.minutes, stored.group_size) in ((15, None), (12, None))
    assert stored.dose == "qkept"  # what was right is kept


@pytest.mark.parametrize(("typed", "minutes"), TAKEN_MINUTES)
def test_minutes_may_be_left_out(case: SimpleNamespace, typed: str, minutes: int | None) -> None:
    body = whole(SAVE, case) | {"minutes": typed, "base": activity_base(case)}
    assert send("POST", address(SAVE, case), case.sessions["adams"], body).status_code == 200
    assert Activity.objects.get(pk=case.activity.pk).minutes == minutes


@pytest.mark.parametrize("typed", REFUSED_MINUTES, ids=lambda typed: typed[:8])
def test_total_minutes_are_whole_and_fit_a_visit(case: SimpleNamespace, typed: str) -> None:
    body = {"version": case.draft.version, "total_minutes": typed, "base": fingerprint(case.draft, ["total_minutes"])}
    answer = send("POST", address(NOTE, case), case.sessions["adams"], body)
    assert (answer.status_code, "Minutes" in answer.text) == (422, True)
    assert Note.objects.get(pk=case.draft.pk).total_minutes == 30


def activity_base(case: SimpleNamespace) -> str:
    """What an open activity was typed against."""
    text = send("GET", reverse("notes:activity-edit", kwargs={"pk": case.activity.pk}), case.sessions["adams"]).text
    found = re.search(r'name="base" value="(\w+)"|"base": "(\w+)"|&quot;base&quot;: ?&quot;(\w+)', text)
    assert found, text
    return next(filter(None, found.groups()))


@each_new_form
def test_a_number_of_100000_digits_is_no_error_of_ours(form: Sent, case: SimpleNamespace) -> None:
    for name in set(whole(form, case)) - set(form.texts):
        assert post(form, case, **{name: "9" * 100_000}).status_code in (200, 302, 404, 409, 422), name


def test_a_line_whose_goal_is_longer_than_a_goal_may_be_is_no_error_of_ours(case: SimpleNamespace) -> None:
    quick = next(form for form in FORMS if form.url == "notes:activity-quick")
    answer = post(quick, case, line="lifts -> " + "y" * 1500)
    assert answer.status_code == 422 or holds(answer.stored, "y" * 1500)


# Choices


@pytest.mark.parametrize(
    ("form", "field"),
    [
        *((FORMS[1], name) for name in ("intents", "regions", "delivery", "goal", "performer", "diagnosis_ids")),
        *((FORMS[2], name) for name in ("intents", "regions", "delivery", "goal", "performer", "diagnosis_ids")),
        *((FORMS[4], name) for name in ("region", "side", "diagnosis_ids", "episode")),
        *((FORMS[6], name) for name in ("kind", "region", "side", "episode")),
        (NOTE, "care_phase"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.url,
)
@pytest.mark.parametrize("typed", ["no-such-thing", NOBODYS, "é\x00"])
def test_what_is_no_choice_is_said(case: SimpleNamespace, form: Sent, field: str, typed: str) -> None:
    answer = post(form, case, **{field: typed})
    assert answer.status_code == 422
    assert not holds(answer.stored, "no-such-thing")


def test_an_unknown_diagnosis_code_is_said(case: SimpleNamespace) -> None:
    url = reverse("notes:diagnosis-add", kwargs={"pk": case.episode.pk})
    for typed in ("", "X00.00", "m54.50", "9" * 100_000, "M54\x00", "' OR 1=1"):
        before = everything()
        answer = send("POST", url, case.sessions["adams"], {"code": typed})
        assert (answer.status_code, "Search for it again" in answer.text) == (422, True)
        assert everything() == before


def test_an_unknown_step_of_a_visit_is_said(case: SimpleNamespace) -> None:
    url = reverse("clinic:visit-state", kwargs={"pk": case.visit.pk})
    for typed in ("", "gone", "\x00", "9" * 100_000):
        assert send("POST", url, case.sessions["frances"], {"state": typed}).status_code == 409
