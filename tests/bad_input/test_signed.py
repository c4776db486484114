"""Every save of a note that was signed meanwhile."""

import re
from types import SimpleNamespace

import pytest
from django.urls import reverse

from clinic.requests.deeds import new_key
from tests.bad_input.forms import FORMS, Sent, address, whole
from tests.urls.table import ROWS
from tests.world import everything, send

SIGNED: list[tuple[str, str, dict[str, str]]] = [
    *((form.url, form.of, form.body) for form in FORMS if form.url.startswith("notes:") and form.of.startswith("draft")),
    *((form.url, form.of, form.body) for form in FORMS if form.of in ("activity", "adjustment", "finding")),
    *((f"notes:{kind}-{deed}", kind, {}) for kind in ("finding", "adjustment", "activity") for deed in ("remove", "up", "down")),
    *((f"notes:{kind}-confirm", kind, {}) for kind in ("adjustment", "activity")),
    *((f"notes:{kinds}-{deed}", "draft", {}) for kinds in ("adjustments", "activities") for deed in ("confirm", "decline")),
    ("notes:episode-serve", "draft", {"episode": "@episode"}),
    ("notes:column-press", "draft", {"pressed": "C5"}),
    ("coding:service-add", "draft", {"fee": "@fee", "units": "1"}),
    ("coding:service-remove", "picked", {}),
    ("coding:record-only", "draft", {"row": "@activity"}),
    ("coding:bill-again", "draft", {"row": "@activity"}),
    ("coding:last-unit", "draft", {"payer": "@coverage", "code": "97530"}),
    ("coding:acknowledge", "draft", {"slug": "goal-is-measurable", "reason": "so"}),
    ("coding:take-back", "draft", {"slug": "goal-is-measurable"}),
]  # fmt: skip


@pytest.fixture
def signed(case: SimpleNamespace) -> SimpleNamespace:
    """The case with the signed note and its rows in the place of the draft's."""
    note = case.signed
    rows = {"finding": note.findings, "adjustment": note.adjustments, "activity": note.activities}
    first = {name: found.first() for name, found in rows.items()} | {"picked": note.picked_services.get()}
    return SimpleNamespace(**vars(case) | first | {"draft": note})


@pytest.mark.parametrize(("url", "of", "body"), SIGNED, ids=lambda value: value if isinstance(value, str) else "")
def test_a_signed_note_answers_every_save_with_409_and_stays(
    signed: SimpleNamespace, url: str, of: str, body: dict[str, str]
) -> None:
    form, before = Sent(url, of, body), everything()
    answer = send("POST", address(form, signed), signed.sessions["adams"], whole(form, signed))
    assert (answer.status_code, everything() == before) == (409, True)
    assert re.search("signed", answer.text)


def test_a_signed_note_is_not_signed_again(signed: SimpleNamespace) -> None:
    body = {"password": "plumb-line-and-level", "key": new_key(), "note": "0" * 64, "lines": "0" * 64, "edition": "x"}
    before = everything()
    answer = send("POST", reverse("coding:sign", args=[signed.draft.pk]), signed.sessions["adams"], body)
    assert (answer.status_code, everything() == before) == (409, True)


def test_the_list_of_saves_is_whole() -> None:
    """Every URL of the note's page that writes is in the list above."""
    kinds = ("draft", "draft+goal", "draft+alert", "finding", "adjustment", "activity", "picked")
    writes = {row.url for row in ROWS if "POST" in row.answers and row.of in kinds}
    assert writes - {url for url, _, _ in SIGNED} == {"coding:sign", "notes:take"}  # neither saves anything of the note
