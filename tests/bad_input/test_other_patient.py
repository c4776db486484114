"""A form that was filled in on another patient's page; and what stays in a browser."""

import re
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.urls import reverse

from tests.bad_input.forms import FORMS, Sent, address, whole
from tests.bad_input.test_signed import SIGNED
from tests.world import everything, send

OWNED = (
    "patient", "coverage", "visit", "planned", "payment", "episode", "goal", "bill", "signed", "draft", "draft+goal",
    "draft+alert", "activity", "adjustment", "finding",
)  # fmt: skip
OF_A_PATIENT = [
    *(form for form in FORMS if form.of in OWNED),
    *(Sent(url, of, body) for url, of, body in SIGNED if not any(form.url == url for form in FORMS)),
]


@pytest.mark.parametrize("form", OF_A_PATIENT, ids=lambda form: form.url)
def test_a_form_of_another_patients_page_is_refused_and_changes_nothing(case: SimpleNamespace, form: Sent) -> None:
    before, body = everything(), whole(form, case) | {"patient": case.doctor.pk}
    headers = {"HX-Request": "true"}
    answer = send("POST", address(form, case), case.sessions[form.by], body, **headers)
    assert (answer.status_code, everything() == before) == (409, True)
    assert "of another patient" in answer.text


def test_the_scripts_keep_nothing_in_the_browser() -> None:
    """Only the search box's words come back after a step back, and the server keeps those."""
    stores = re.compile(r"localStorage|sessionStorage(?!\.clear\(\))|indexedDB|caches\b|serviceWorker|document\.cookie")
    for script in (settings.BASE_DIR / "static").glob("*.js"):
        code = re.sub(r"^\s*//.*$", "", script.read_text(), flags=re.MULTILINE)
        assert not stores.search(code), script.name


def test_every_answer_to_somebody_signed_in_is_kept_nowhere(case: SimpleNamespace) -> None:
    """Pages, fragments, refusals, downloads."""
    pages = [
        ("notes:note", "draft"),
        ("notes:here", "draft"),
        ("coding:suggestions", "draft"),
        ("coding:superbill-pdf", "bill"),
    ]
    addresses = [reverse(url, args=[getattr(case, of).pk]) for url, of in pages]
    for asked in (*addresses, "/nowhere/", reverse("notes:note", args=[case.doctor.pk])):
        answer = send("GET", asked, case.sessions["adams"])
        assert "no-store" in answer.headers["Cache-Control"], asked
