"""The margin of the note: where each remark leads."""

import re
from collections.abc import Callable
from types import SimpleNamespace

from django.test import Client
from django.urls import reverse

from clinic.models import Alert, Payer
from coding.models import Acknowledgement
from notes.models import Note


def remarks(client: Client, note: Note) -> dict[str, str]:
    """Return where each flag of the margin leads."""
    page = client.get(reverse("coding:suggestions", args=[note.pk])).content.decode()
    return dict(re.findall(r'data-flag="([^"]+)".*?data-goto="([^"]+)"', page, re.DOTALL))


def test_a_remark_leads_to_its_row_or_its_part(ready: Note, cast: SimpleNamespace, as_: Callable[..., Client]) -> None:
    adjusted, done = ready.adjustments.first(), ready.activities.first()
    Alert.objects.create(practice=ready.practice, patient=ready.patient, kind="contraindication", text="Osteopenia")
    ready.adjustments.update(region="")
    ready.activities.update(minutes=None)
    Note.objects.filter(pk=ready.pk).update(total_minutes=None, plan="")
    led = remarks(as_(cast.adams), ready)
    assert led["adjustment-has-a-region"] == f"adjustment-{adjusted.pk}"
    assert led["timed-service-has-minutes"] == f"activity-{done.pk}"
    assert led["note-says-how-it-went"] == "plan"


def test_the_foot_counts_what_the_margin_shows(ready: Note, cast: SimpleNamespace, as_: Callable[..., Client]) -> None:
    ready.activities.update(response="", intents=[], description="Worked on the shoulder")
    page = as_(cast.adams).get(reverse("coding:suggestions", args=[ready.pk])).content.decode()
    shown = len(re.findall(r'data-flag="|class="gloss ask"', page))
    assert shown > 1
    assert re.search(rf'id="open-questions"[^>]*>{shown} to look at, \d+ before signing<', page)


def test_what_is_let_stand_for_a_reason_is_told_no_more(
    ready: Note, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    row = ready.activities.first()
    ready.activities.update(response="")
    address = reverse("coding:suggestions", args=[ready.pk])
    assert "response-is-described" in as_(cast.adams).get(address).content.decode()
    Acknowledgement.objects.create(
        practice=ready.practice,
        note=ready,
        slug="response-is-described",
        about=str(row.pk),
        reason="as before",
        given_by=cast.adams,
    )
    assert "response-is-described" not in as_(cast.adams).get(address).content.decode()


def test_the_policy_that_decided_is_named(ready: Note, cast: SimpleNamespace, as_: Callable[..., Client]) -> None:
    ready.activities.update(intents=["strength", "balance"], description="Wobble board drills", goal=None)
    at = reverse("coding:suggestions", args=[ready.pk])
    assert "Blue Ridge PPO: a named task is needed." in as_(cast.adams).get(at).content.decode()
    Payer.objects.update(outcome_policy="outcomes")
    assert "Blue Ridge PPO: more than one outcome is enough." in as_(cast.adams).get(at).content.decode()
    review = as_(cast.adams).get(reverse("coding:review", args=[ready.pk])).content.decode()
    assert "more than one outcome is enough" in review


def test_no_policy_is_named_where_none_decided(ready: Note, cast: SimpleNamespace, as_: Callable[..., Client]) -> None:
    page = as_(cast.adams).get(reverse("coding:suggestions", args=[ready.pk])).content.decode()
    assert "sources disagree" not in page
