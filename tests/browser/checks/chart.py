"""A chart under the hands of those who work on it: what they do on the note's page and on the pages beside it, in words."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from notes.digests import snapshot
from notes.models import Note
from tests.browser import charting
from tests.browser.checks.house import STAND, House
from tests.signed import put_a_signature_under

TONES = {"stop": "ask", "warn": "warn", "tip": "tip"}  # what a remark is called, and the class that colours it


class Chart:
    """Pat's visit of today, with a note in which everything is said, written by Dr. Adams."""

    def __init__(self, house: House, payer: str = "insurer", author: str = "adams") -> None:
        self.house, self.author = house, author
        self.page = house.page_of(author)
        self.patient, self.coverage = house.patient(payer)
        self.visit = house.visit(self.patient, coverage=self.coverage, clinician=house.people[author])
        self.episode = house.back_pain(self.patient)
        self.note = house.note(self.visit, self.episode)
        self.both = {"practice": house.practice, "written_by": house.people[author], "episode": self.episode}

    # What was there before

    def earlier(self, days: int, *parts: tuple[str, dict[str, Any]], **texts: str) -> Note:
        """Sign a note of this complaint, so many days before today."""
        visit = self.house.visit(self.patient, coverage=self.coverage, on=self.house.before(days), state="done")
        note = Note.objects.create(
            practice=self.house.practice, visit=visit, patient=self.patient, author=visit.clinician, **texts
        )
        note.note_episodes.create(
            practice=self.house.practice, patient=self.patient, episode=self.episode,
            as_signed=snapshot(self.episode, visit.on),
        )  # fmt: skip
        for name, fields in parts:
            getattr(note, name).create(**self.both, **fields)
        signed_by_its_author(note)
        return note

    # What is seen

    def opens(self) -> None:
        """Open the note, and wait for what stands in its margin."""
        self.page.goto(reverse("notes:note", args=[self.note.pk]))
        expect(self.page.locator("#open-questions")).not_to_be_empty()

    def remark(self, slug: str) -> Locator:
        """Return the remarks of a check; of the aim, the question that stands where the code would."""
        return self.page.locator(f'[data-flag="{slug}"]' if slug != "intent-is-stated" else ".gloss.ask")

    def sees(self, slug: str, beside: str, tone: str) -> None:
        """See a remark, once and where its cause is: beside a part of the note, or beside an activity ("row")."""
        margin = "section[data-row] + .margin" if beside == "row" else f"#margin-{beside}"
        remark = self.remark(slug)
        expect(self.page.locator(margin).filter(has=remark)).to_be_visible()
        expect(remark).to_contain_class(TONES[tone])
        expect(remark).to_have_count(1)

    def is_led_by(self, slug: str) -> None:
        """Press "Go there" on a remark, and land in a field of what it is about, or on the page of the complaint."""
        remark = self.remark(slug)
        if remark.get_by_role("link", name="Go there", include_hidden=True).count():
            self.is_led_to_the_complaint(remark)
            return
        there = remark.get_by_role("button", name="Go there", include_hidden=True)
        if there.count():
            charting.unfold(remark)
            there.click()
            expect(self.page.locator("#note :focus:not(.margin *)")).to_be_visible()
            self.puts_to_rest()

    def puts_to_rest(self) -> None:
        """Close what was opened, and leave the field."""
        row = self.page.locator("[data-open-row]")
        if row.count():
            charting.settled(row).get_by_role("button", name="Done").click()
        self.page.keyboard.press("Escape")
        expect(row).to_have_count(0)

    def is_led_to_the_complaint(self, remark: Locator) -> None:
        charting.unfold(remark)
        remark.get_by_role("link", name="Go there").click()
        self.page.wait_for_url(f"**{reverse('notes:episode', args=[self.episode.pk])}#*")
        expect(self.page.locator("#" + urlsplit(self.page.url).fragment)).to_be_in_viewport()
        self.comes_back()

    # What is written

    @property
    def exercise(self) -> Locator:
        return self.page.locator("article.act").first

    @property
    def last(self) -> Locator:
        return self.page.locator("article.act").last

    def writes(self, label: str, text: str) -> None:
        field = self.page.get_by_label(label, exact=True)
        field.fill(text)
        field.blur()
        charting.saved(self.page)

    def adds(self, what: str, *, minutes: str = "10", delivery: str = "1:1", goal: str = STAND, **said: Any) -> None:
        """Add an activity by the line at the foot of the page, say the rest in its row, and leave it."""
        done = ", ".join(filter(None, [what, delivery, f"{minutes} min" if minutes else ""]))
        self.page.locator("#quick-line").fill(f"{done} -> {goal}" if goal else done)
        self.page.locator("#quick-line").press("Enter")
        row = self.page.locator("[data-open-row]")
        expect(row.get_by_label("What was done")).to_have_value(what)
        charting.fill_in(row, **{"response": "no pain", **said})
        charting.leave(self.page, row)

    def changes(self, row: Locator | None = None, **said: Any) -> None:
        charting.change_activity(self.page, row or self.exercise, **said)

    def adjusts(self, line: str) -> None:
        field = self.page.locator("#said")
        field.fill(line)
        field.press("Enter")
        expect(field).to_have_value("")
        charting.saved(self.page)

    def corrects_the_adjustment(self, **fields: str) -> None:
        self.page.locator("#adjustments .chip .bare").first.click()
        row = charting.settled(self.page.locator("#adjustments [data-open-row]"))
        for name, value in fields.items():
            field = row.locator(f"[name={name}]")
            field.select_option(value) if name == "region" else field.fill(value)
        row.get_by_role("button", name="Done").click()
        expect(row).to_have_count(0)
        charting.saved(self.page)

    def finds(self, kind: str, region: str = "", **said: str) -> None:
        adder = self.page.locator("#finding-adder")
        if adder.get_attribute("open") is None:
            adder.locator("summary").first.click()
        adder.get_by_label("Finding").select_option(label=kind)
        adder.get_by_label("Region").select_option(label=region or "choose")
        for name, value in said.items():
            adder.locator(f"input[name={name}]").fill(value)
        findings = self.page.locator("#findings .chip")
        there = findings.count()
        adder.get_by_role("button", name="Add", exact=True).click()
        expect(findings).to_have_count(there + 1)

    def takes_out_the_finding(self, words: str) -> None:
        self.page.locator("#findings .chip", has_text=words).get_by_role("button").click()
        charting.settled(self.page.locator("#findings [data-open-row]")).get_by_role("button", name="Remove").click()
        expect(self.page.locator("#findings .chip", has_text=words)).to_have_count(0)

    def care_is(self, phase: str) -> None:
        self.page.locator("#closing").get_by_text(phase, exact=True).click()
        charting.saved(self.page)

    # Services and diagnoses

    def picks(self, code: str, reason: str = "new complaint, decision on care") -> None:
        adder = self.page.locator("#services details")
        adder.locator("summary").click()
        fee = adder.locator("option", has_text=code).get_attribute("value")
        adder.get_by_label("Service").select_option(fee)
        adder.get_by_label("Why it was done").fill(reason)
        adder.get_by_role("button", name="Add the service").click()
        expect(self.page.locator("#services .carried-row", has_text=code)).to_be_visible()

    def drops(self, code: str) -> None:
        row = self.page.locator("#services .carried-row", has_text=code)
        row.get_by_role("button", name="Remove").click()
        expect(row).to_have_count(0)

    def _diagnoses(self) -> Locator:
        adder = self.page.locator("#diagnoses details.diagnosing")
        charting.unfold(adder)
        expect(adder.get_by_label("Add a diagnosis")).to_be_visible()
        charting.wired(self.page)
        return adder

    def diagnoses(self, code: str) -> None:
        adder = self._diagnoses()
        adder.get_by_label("Add a diagnosis").press_sequentially(code)
        adder.locator(".found").get_by_role("button", name=code).click()
        expect(self.page.locator(f"#diagnosed-{self.episode.pk}")).to_contain_text(code)

    def ends(self, code: str) -> None:
        self._diagnoses().get_by_role("button", name=f"End {code}").click()
        expect(self.page.locator(f"#diagnosed-{self.episode.pk}")).not_to_contain_text(code)

    def moves(self, code: str, way: str) -> None:
        self._diagnoses().get_by_role("button", name=f"Move {code} {way}").click()

    # The pages beside it

    def at_the_complaint(self) -> Page:
        self.page.goto(reverse("notes:episode", args=[self.episode.pk]))
        return self.page

    def plans(self, **fields: str) -> None:
        """Change the plan of care on the complaint's page, and come back."""
        page = self.at_the_complaint()
        page.locator("#plan-change").click()
        for name, value in fields.items():
            page.locator(f"#frequency [name={name}]").fill(value)
        page.locator("#frequency").get_by_role("button", name="Save").click()
        expect(page.locator("#plan-change")).to_be_visible()
        self.comes_back()

    def plans_a_service(self, kind: str) -> None:
        page = self.at_the_complaint()
        page.locator("#service-add summary").click()
        page.locator("#service-add").get_by_label("Service").select_option(label=kind)
        page.get_by_role("button", name="Add to the plan").click()
        expect(page.locator("#plan")).to_contain_text(re.compile(f"{kind}.*End", re.IGNORECASE | re.DOTALL))
        self.comes_back()

    def comes_back(self) -> None:
        self.page.get_by_role("link", name="Back to the note").click()
        expect(self.page.locator("#open-questions")).not_to_be_empty()

    def keeps_for_the_record(self, slug: str) -> None:
        """Go to the review, keep what this remark is about for the record only, and come back."""
        self.page.get_by_role("link", name="Review and sign").click()
        flag = self.page.locator(f"[id^=flag-{slug}]")
        flag.locator("summary").click()
        flag.get_by_role("button", name="Record only").click()
        expect(flag).to_have_count(0)
        self.comes_back_from_the_review()

    def bills_after_all(self) -> None:
        self.page.get_by_role("link", name="Review and sign").click()
        self.page.get_by_role("button", name="Bill it after all").click()
        expect(self.page.get_by_role("button", name="Bill it after all")).to_have_count(0)
        self.comes_back_from_the_review()

    def comes_back_from_the_review(self) -> None:
        self.page.get_by_role("link", name="Back to the note").first.click()
        expect(self.page.locator("#open-questions")).not_to_be_empty()


def signed_by_its_author(note: Note) -> None:
    """Let a note be signed, without what a signature asks for."""
    put_a_signature_under(note)
