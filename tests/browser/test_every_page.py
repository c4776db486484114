"""Every page that somebody may have, as the permission table names them, is fit to be looked at.

The pages come from tests/urls/table.py, so that a new page cannot be forgotten. Each is opened for everybody that it looks
different to, with the names and texts that are hardest to place, and then held against the same promises at three widths.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from notes.starting import start
from tests.urls.table import ROWS, Row
from tests.world import PEOPLE, build, send

pytestmark = pytest.mark.django_db(transaction=True)

WIDTHS = (1280, 768, 320)
# Barriers are looked for in both schemes. The same page in the dark differs in its colours alone, so it is measured in the light.
SCHEMES = {
    "light": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "dark": {"type": "rule", "values": ["color-contrast"]},
}

# What is wrong with the page as it stands, in the words of a reviewer.
MEASURE = """() => {
  const faults = [], said = element => (element.innerText || element.name || element.id || element.outerHTML).trim().slice(0, 40);
  const seen = element => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
  if (document.documentElement.scrollWidth > innerWidth) {
    const widest = [...document.body.querySelectorAll("*")].filter(one => one.getBoundingClientRect().right > innerWidth + 1);
    faults.push(`scrolls sideways by ${document.documentElement.scrollWidth - innerWidth} px: ${widest.slice(-1).map(said)}`);
  }
  const filled = [...document.querySelectorAll(".btn:not(.quiet, .btn-secondary)")].filter(seen);
  if (filled.length > 1) faults.push(`has ${filled.length} filled buttons: ${filled.map(said).join(", ")}`);
  for (const one of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
    if (!seen(one) || one.closest(".visually-hidden, .skip") || one.disabled) continue;
    // a tick is pressed by its words too, and a link within a sentence is as tall as the sentence
    const target = one.matches("[type=checkbox], [type=radio]") ? one.closest(".form-check, label, .pick") ?? one : one;
    const inSentence = one.matches("a") && getComputedStyle(one).display === "inline" &&
      [...one.parentElement.childNodes].some(near => near.nodeType === 3 && near.data.trim().length > 3);
    const { width, height } = target.getBoundingClientRect();
    if (width > 1 && !inSentence && (height < 39.5 || width < 24)) {
      faults.push(`“${said(one)}” is a target of ${Math.round(width)} × ${Math.round(height)} px`);
    }
  }
  return faults;
}"""


@dataclass(frozen=True)
class Visit:
    """A page with whoever opens it."""

    row: Row
    person: str
    path: str

    def __str__(self) -> str:
        return f"{self.row.url} of {self.row.of}, as {self.person or 'nobody'}"


@dataclass(frozen=True)
class EmptyNote:
    """A draft in which nothing is written yet."""

    path: str

    def __str__(self) -> str:
        return "an empty note"


@pytest.fixture
def world() -> SimpleNamespace:
    """Both practices, and what is hardest to place in them."""
    made = build()
    case = made.cases["adams"]
    case.patient.first_name, case.patient.last_name = "Maximiliane-Friederike Charlotte", "von Hohenstaufen-Wittelsbach"
    case.patient.street = "Donaudampfschifffahrtsgesellschaftskapitänsgasse 12"
    case.patient.save()
    case.payer.name = "Überlandkrankenversicher"
    case.payer.save()
    case.alert.text = "Osteopenia and long-standing corticosteroid therapy: no high-velocity thrust from T6 to T12"
    case.alert.save()
    stretch(made, case)
    made.empty = start(case.planned, by=case.doctor, episodes=[case.episode])
    return made


def stretch(made: SimpleNamespace, case: SimpleNamespace) -> None:
    """Give the episode eight diagnoses, a goal of ninety letters and goals that can and cannot be drawn."""
    own = {"practice": case.practice}
    for position, code in enumerate(("M99.04", "M99.05", "M53.3", "M62.830", "M79.18", "M25.551"), 2):
        case.episode.diagnoses.create(**own, position=position, code=code, title="Segmental and somatic dysfunction")
    due = {"baseline": "0", "target": "3", "unit": "flights", "due_on": made.day + timedelta(days=30)}
    words = "carry both grandchildren, 12 kg each, up three flights of stairs without stopping for pain"
    case.episode.goals.create(**own, text=words, measure="flights of stairs with load", **due)
    case.episode.goals.create(**own, text="walk 2 miles", **(due | {"met_on": made.day}))
    case.episode.goals.create(**own, text="get better", dropped_on=made.day)
    case.episode.first_treated_on = made.day - timedelta(days=50)
    case.episode.save()


def visits(world: SimpleNamespace) -> Iterator[Visit]:
    """Every page of the table, but not fragments and files, for each of those who may have it that it looks different to."""
    case = world.cases["adams"]
    for row in {row.url + row.of: row for row in ROWS}.values():
        shapes: set[str] = set()
        for person in PEOPLE if row.answers.get("GET") == 200 else ():
            path = row.address(case)
            answer = send("GET", path, world.sessions[person]) if row.cells[person] == "ok" else None
            if answer and is_a_page(answer) and (shape := shape_of(answer.text)) not in shapes:
                shapes.add(shape)
                yield Visit(row, person, path)


def is_a_page(answer: Any) -> bool:
    return bool(answer.headers["Content-Type"].startswith("text/html") and "<main" in answer.text)


def shape_of(text: str) -> str:
    """Return a page's elements with what decides their looks, without what differs from one request to the next."""
    elements = re.findall(r"<[a-z][^>]*>", text.split("<main", 1)[1])
    return re.sub(r' value="[^"]*"|[0-9a-f-]{32,}', "", "".join(elements))


@pytest.fixture
def faults(context: BrowserContext, live_server: Any) -> Iterator[list[str]]:
    """What is found, with what the browser complains about by itself."""
    found: list[str] = []
    context.on("console", lambda said: found.append(f"console: {said.text}") if said.type in LOUD else None)
    yield found


LOUD = ("error", "warning", "assert")


def enter(page: Page, session: str, base_url: str) -> None:
    page.context.clear_cookies()
    if session:
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": base_url}])


def look(page: Page, visit: Any, found: list[str], *, closely: bool) -> None:
    """Hold a page against the promises at every width and, looked at closely, in both schemes, without loading it again."""
    page.goto(visit.path)
    expect(page.locator(".htmx-request")).to_have_count(0)  # what the page fetches by itself is there
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{visit}, {width} px: {fault}" for fault in page.evaluate(MEASURE)]
    for scheme, rules in SCHEMES.items() if closely else ():
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # colours change at once
        barriers = Axe().run(page, options={"runOnly": rules, "resultTypes": ["violations"]})
        found += [f"{visit}, {scheme}: {barriers.generate_report()}"] if barriers.violations_count else []


def test_every_page_is_fit_to_be_looked_at(
    page: Page, world: SimpleNamespace, faults: list[str], base_url: str
) -> None:
    looked_at: set[str] = set()
    for visit in visits(world):
        enter(page, world.sessions[visit.person], base_url)
        before = len(faults)
        look(page, visit, faults, closely=visit.row.url not in looked_at)
        looked_at.add(visit.row.url)
        faults[before:] = [fault if str(visit) in fault else f"{visit}: {fault}" for fault in faults[before:]]
    enter(page, world.sessions["adams"], base_url)
    look(page, EmptyNote(reverse("notes:note", args=[world.empty.pk])), faults, closely=True)
    assert {"notes:note", "coding:superbill", "clinic:people", "coding:guidance-edit"} <= looked_at
    assert not faults, "\n".join(sorted(set(faults)))


@pytest.mark.parametrize("path", ["/login/", "/welcome/used/up/", "/nowhere/", "/riverside/people/"])
def test_the_doors_and_refusals_too(
    page: Page, world: SimpleNamespace, faults: list[str], base_url: str, path: str
) -> None:
    enter(page, world.sessions["adams"] if path.startswith(("/nowhere", "/riverside")) else "", base_url)
    look(page, SimpleNamespace(path=path), faults, closely=True)
    expected = "Failed to load resource: the server responded with a status of"
    assert [fault for fault in faults if expected not in fault] == []
    assert urlsplit(page.url).path == path
