"""The margin of the note: where each remark leads."""

import re
from collections.abc import Callable
from types import SimpleNamespace

from django.test import Client
from django.urls import reverse

from clinic.models import Alert
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


def test_remarks_to_explain_are_counted_with_their_noun(
    ready: Note, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    ready.activities.update(response="")
    page = as_(cast.adams).get(reverse("coding:suggestions", args=[ready.pk])).content.decode()
    assert re.search(r'id="open-questions"[^>]*>1 remark to explain or fix<', page)
