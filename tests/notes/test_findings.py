"""Findings: a unit follows from the kind, is said once, and is nobody's to type by hand."""

from uuid import uuid4

import pytest
from django.urls import reverse

from notes.forms.objective import FindingForm
from notes.models import ExamFinding, Note


@pytest.fixture
def adams(as_, cast):
    return as_(cast.adams)


def add(client, note, **typed):
    version = Note.objects.get(pk=note.pk).version
    sent = {"version": version, "key": uuid4(), "kind": "pain", "region": "lumbar", **typed}
    return client.post(reverse("notes:finding-add", args=[note.pk]), sent)


@pytest.mark.parametrize(
    ("kind", "value", "unit", "measure"),
    [
        ("motion", "45", "°", "45°"),
        ("motion", "45°", "°", "45°"),
        ("pain", "6/10", "/10", "6/10"),
        ("pain", "6", "/10", "6/10"),
        ("pain", "mild", "/10", "mild"),
        ("strength", "4+", "/5", "4+/5"),
        ("endurance", "38", "s", "38 s"),
        ("function", "12", "reps", "12 reps"),
    ],
)
def test_a_measure_says_its_unit_once(adams, draft, kind, value, unit, measure):
    add(adams, draft, kind=kind, value=value, unit=unit)
    assert ExamFinding.objects.get().measure == measure


def test_words_without_a_value_have_no_unit(adams, draft):
    add(adams, draft, words="tender", unit="/10")
    assert (ExamFinding.objects.get().unit, str(ExamFinding.objects.get())) == ("", "Lumbar: tender")


def test_each_kind_brings_its_unit_to_the_page(draft):
    page = str(FindingForm(note=draft)["kind"])
    assert 'value="motion" data-unit="°"' in page and 'value="gait" data-unit=""' in page
    assert FindingForm(note=draft)["unit"].value() == "/10"


def test_a_finding_that_says_nothing_is_answered_with_its_message_alone(adams, draft):
    answer = add(adams, draft)
    assert answer.status_code == 422 and b"Give a value" in answer.content and b"<form" not in answer.content


def test_a_chip_says_where_it_is_so_that_the_map_can_show_it(adams, draft):
    answer = add(adams, draft, words="tender", side="right")
    assert b'data-found data-region="lumbar" data-side="right"' in answer.content
