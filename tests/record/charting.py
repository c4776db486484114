"""What people do with notes, one deed after the other, and what they expect of it: the first half of a history."""

import html
import re
from collections import Counter
from dataclasses import replace
from typing import Any

from django.core.cache import cache
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from clinic.requests.deeds import new_key
from coding.review import review
from notes.models import Diagnosis, Note
from tests.conftest import PASSWORD
from tests.record.office import DOCTORS, Office
from tests.record.told import TEXTS, Bill, Row, Told
from tests.world import PEOPLE

LIFTS = "Floor-to-waist box lifts 15 lb x 12 with hip hinge cueing, as for the totes at work"

number = st.integers(0, 7)  # which of those that are there
minutes = st.integers(8, 25)
a_note = precondition(lambda self: self.office.notes)
a_draft = precondition(lambda self: any(note.is_draft for note in self.office.notes))
a_signed_note = precondition(lambda self: any(note.is_signed for note in self.office.notes))
a_row = precondition(lambda self: any(note.is_draft and note.activities for note in self.office.notes))


def pick(rows: list[Any], which: int) -> Any:
    return rows[which % len(rows)]


class Charting(RuleBasedStateMachine):
    tries = (len(PEOPLE), len(PEOPLE))

    def __init__(self) -> None:
        super().__init__()
        cache.clear()  # wrong passwords of the history before
        self.office = Office(self.tries)
        self.wrong: Counter[str] = Counter()
        self.last_number = 1000

    @property
    def bills(self) -> list[tuple[Told, Bill]]:
        return [(note, bill) for note in self.office.notes for bill in note.bills]

    def some_note(self, which: int, *, draft: bool = False) -> Any:
        """One of the notes; of those that were discarded, only the last one is tried."""
        return pick([note for note in self.office.notes if note.is_draft or not draft], which)

    # Beginning and writing

    @initialize(which=number, by=number, long=minutes, chance=number)
    def first_visit(self, which: int, by: int, long: int, chance: int) -> None:
        """So that something is there from the start: mostly a signed note and its superbill."""
        self.begin(which, by)
        self.find_and_adjust(0, by)
        self.add_activity(0, by, long)
        if chance < 7:
            self.sign(0)

    @rule(which=number, by=number)
    def begin(self, which: int, by: int) -> None:
        visit = pick(self.office.visits, which)
        there = [note for note in self.office.notes if note.visit is visit and note.state in ("draft", "signed")]
        body = {"episodes": visit.patient.episode.pk}
        name, answer = self.office.attempt(
            "begin a note",
            lambda who: self.office.ask(who, "POST", "notes:note-begin", visit.pk, **body),
            by=by,
            writes=[] if there else ["note-started"],
        )
        if name and not there:
            visit.doctor = name if name in DOCTORS else visit.doctor
            note = Told(answer.headers["Location"].split("/")[2], visit, author=visit.doctor)
            self.carry_over(note)
            self.office.notes.append(note)

    def carry_over(self, note: Told) -> None:
        """What was done at the last signed visit comes along, without its minutes, to be confirmed."""
        earlier = [
            other for other in self.office.notes
            if other.state == "signed" and other.visit.patient is note.visit.patient and other.visit.on < note.visit.on
        ]  # fmt: skip
        for last in sorted(earlier, key=lambda other: other.visit.on)[-1:]:
            stored = Note.objects.get(pk=note.pk)
            for rows, told in (("adjustments", last.adjustments), ("activities", last.corrected)):
                pks = getattr(stored, rows).values_list("pk", flat=True)
                carried = [Row(pk, row.words, row.by, is_carried=True) for pk, row in zip(pks, told, strict=True)]
                getattr(note, rows).extend(carried)

    def save(self, url: str, note: Told, by: int, *, row: Any = None, is_stale: bool = False, **body: Any) -> str:
        """Send what the page of a draft sends. Return who saved it, or nothing where nobody did."""
        version = Note.objects.filter(pk=note.pk).values_list("version", flat=True).first() or 1
        rightly = 404 if note.state == "gone" else 409 if note.is_signed or is_stale else 200
        sent = {"version": max(version - is_stale, 1), "patient": note.visit.patient.pk, **body}
        name, _ = self.office.attempt(
            "write",
            lambda who: self.office.ask(who, "POST", url, row or note.pk, **sent, key=new_key()),
            by=by,
            of=note.author,
            rightly=rightly,
            is_there=note.state != "gone",
        )
        if name and rightly == 200:
            assert Note.objects.get(pk=note.pk).version == version + 1
            return name
        return ""

    @a_note
    @rule(which=number, by=number, text=st.sampled_from(TEXTS), is_stale=st.booleans())
    def write(self, which: int, by: int, text: str, is_stale: bool) -> None:
        note, words = self.some_note(which), f"Better with care {self.word_of(which)}"
        # a draft of one version was seen by nobody before
        is_stale = is_stale and note.is_draft and Note.objects.get(pk=note.pk).version > 1
        if self.save("notes:note-save", note, by, is_stale=is_stale, **{text: words}):
            note.texts[text] = words

    def word_of(self, which: int) -> str:
        word = self.office.word()
        self.some_note(which).words.add(word)
        return word

    @a_note
    @rule(which=number, by=number, long=minutes)
    def add_activity(self, which: int, by: int, long: int) -> None:
        note, words = self.some_note(which), f"{LIFTS} {self.word_of(which)}"
        if len(note.activities) < 3:  # more units of one code a day are asked about
            name = self.save("notes:activity-add", note, by, **self.activity(note, words, long))
            self.added(note, "activities", words, name, long)

    def activity(self, note: Told, words: str, long: int) -> dict[str, Any]:
        return {
            "description": words, "intents": "task", "regions": "lumbar", "minutes": long, "delivery": "one_on_one",
            "goal": note.visit.patient.goal.pk, "dose": "15 lb x 12", "response": "Form held to rep 12",
            "why": "cueing for the hip hinge",
        }  # fmt: skip

    def added(self, note: Told, rows: str, words: str, name: str, long: int | None = None) -> None:
        if name:
            pk = getattr(Note.objects.get(pk=note.pk), rows).order_by("position").last().pk
            getattr(note, rows).append(Row(pk, words, name, long))

    @a_row
    @rule(which=number, row=number, by=number, long=minutes)
    def change_activity(self, which: int, row: int, by: int, long: int) -> None:
        note, told = self.some_row(which, row)
        name = self.save("notes:activity-save", note, by, row=told.pk, **self.activity(note, told.words, long))
        told.minutes, told.by = (long, name) if name else (told.minutes, told.by)

    @a_row
    @rule(which=number, row=number, by=number)
    def remove_activity(self, which: int, row: int, by: int) -> None:
        note, told = self.some_row(which, row)
        if self.save("notes:activity-remove", note, by, row=told.pk):
            note.activities.remove(told)

    def some_row(self, which: int, row: int) -> tuple[Told, Row]:
        note = pick([note for note in self.office.notes if note.activities and note.is_draft], which)
        return note, pick(note.activities, row)

    @a_note
    @rule(which=number, by=number)
    def find_and_adjust(self, which: int, by: int) -> None:
        note, found = self.some_note(which), f"L4-5 right tender {self.word_of(which)}"
        if len(note.adjustments) < 2:
            name = self.save("notes:finding-add", note, by, kind="pain", region="lumbar", words=found)
            self.added(note, "findings", found, name)
            segment = f"L4 right {self.word_of(which)}"
            body = {"region": "lumbar", "segment": segment, "technique": "side posture"}
            self.added(note, "adjustments", segment, self.save("notes:adjustment-add", note, by, **body))

    @a_draft
    @rule(which=number, by=number)
    def confirm(self, which: int, by: int) -> None:
        """What was carried over is done today as well."""
        note = self.some_note(which, draft=True)
        for rows in ("adjustments", "activities"):
            if name := self.save(f"notes:{rows}-confirm", note, by):
                for row in getattr(note, rows):
                    row.by, row.is_carried = (name, False) if row.is_carried else (row.by, False)

    @a_draft
    @rule(which=number, by=number)
    def discard(self, which: int, by: int) -> None:
        note = self.some_note(which, draft=True)
        body = {"reason": "Begun twice", "version": Note.objects.get(pk=note.pk).version}
        name, _ = self.office.attempt(
            "write",
            lambda who: self.office.ask(who, "POST", "notes:note-discard", note.pk, **body),
            by=by,
            of=note.author,
            writes=["note-discarded"],
        )
        note.state = "gone" if name else note.state

    @rule(which=number, by=number)
    def order_diagnoses(self, which: int, by: int) -> None:
        patient = pick(self.office.patients, which)
        first = Diagnosis.objects.get(episode=patient.episode, code=patient.codes[0])
        name, _ = self.office.attempt(
            "order diagnoses",
            lambda who: self.office.ask(who, "POST", "notes:diagnosis-down", first.pk, key=new_key()),
            by=by,
            rightly=200,
            writes=["diagnoses-ordered"],
        )
        if name:
            patient.codes.reverse()

    # Signing

    @a_draft
    @rule(which=number)
    def read_for_signature(self, which: int) -> None:
        note = self.some_note(which, draft=True)
        if note.author not in self.office.away:
            fields, is_ready = self.reviewed(note)
            note.read = fields, is_ready, note.stands(), note.visit.patient.signings

    def reviewed(self, note: Told) -> tuple[dict[str, str], bool]:
        """Give each warning a reason; return what the page then sends with a signature, and whether it lets one sign."""
        page = self.office.ask(note.author, "GET", "coding:review", note.pk).text
        self.office.expect_logged("review", [(note.author, "note-reviewed")])
        warnings = re.findall(r'name="slug" value="([^"]+)"><input type="hidden" name="about" value="([^"]*)"', page)
        for slug, about in dict.fromkeys(warnings):
            page = self.let_stand(note, slug, about)
        names = ("note", "lines", "edition", "key")
        fields = {name: field[1] for name in names if (field := re.search(rf'name="{name}" value="(\w[^"]*)"', page))}
        if len(fields) == len(names):
            return fields, True
        stored = review(Note.objects.get(pk=note.pk))
        assert not stored.is_ready
        return {**vars(stored.shown), "key": str(new_key())}, False

    def let_stand(self, note: Told, slug: str, about: str) -> str:
        body = {"slug": slug, "about": about, "reason": "patient declined"}
        body["version"] = Note.objects.get(pk=note.pk).version
        answer = self.office.ask(note.author, "POST", "coding:acknowledge", note.pk, **body, key=new_key())
        assert answer.status_code == 200
        self.office.expect_logged("acknowledge", [(note.author, "warning-acknowledged")])
        self.office.stood, note.reasons = {}, note.reasons + 1
        return str(answer.text)

    @a_note
    @rule(which=number)
    def sign(self, which: int) -> None:
        note, fields, is_ready = self.some_note(which), self.made_up(), False
        if note.is_draft and note.author not in self.office.away:
            fields, is_ready = self.reviewed(note)
        self.send_signature(note, fields, rightly=404 if note.state == "gone" else 200 if is_ready else 409)

    def made_up(self) -> dict[str, str]:
        return {"note": "0" * 64, "lines": "0" * 64, "edition": "none", "key": str(new_key())}

    @a_draft
    @rule(which=number)
    def sign_as_it_was_read(self, which: int) -> None:
        """Sign what was on the page a while ago: nothing is signed unless it still stands so."""
        note = self.some_note(which, draft=True)
        if note.read and note.author not in self.office.away:
            fields, is_ready, stood, signings = note.read
            if stood != note.stands():
                self.send_signature(note, fields, rightly=409)
            elif signings == note.visit.patient.signings:  # another note may change what is asked of this one
                self.send_signature(note, fields, rightly=200 if is_ready else 409)

    def send_signature(self, note: Told, fields: dict[str, str], *, rightly: int) -> None:
        def send(who: str) -> Any:
            return self.office.ask(who, "POST", "coding:sign", note.pk, **fields, password=PASSWORD)

        given: dict[str, Any] = {"by": 0, "of": note.author, "rightly": rightly, "is_there": note.state != "gone"}
        name, _ = self.office.attempt("sign", send, **given, writes=["note-signed"] if rightly == 200 else [])
        if name and rightly == 200:
            note.sign(fields["note"])
            note.issue(self.next_number(note.lines(self.office.fees)), self.office.fees)
            given["is_there"] = True
            self.office.attempt("sign", send, **given, changes=False)  # the same press once more

    def next_number(self, is_issued: Any = True) -> int:
        self.last_number += bool(is_issued)
        return self.last_number

    @a_note
    @rule(which=number)
    def sign_with_a_wrong_password(self, which: int) -> None:
        note = self.some_note(which)
        if self.wrong[note.author] < 3 and note.state != "gone":
            self.wrong[note.author] += note.author not in self.office.away
            self.office.attempt(
                "sign",
                lambda who: self.office.ask(who, "POST", "coding:sign", note.pk, **self.made_up(), password="guessed"),
                by=0,
                of=note.author,
                rightly=422,
                writes=["proof-refused"],
            )

    # What follows a signature

    @a_signed_note
    @rule(which=number)
    def add_words(self, which: int) -> None:
        note, word = self.some_note(which), self.word_of(which)
        self.send_addendum(note, {"text": f"Called the patient {word}"}, ["addendum-added"])

    def send_addendum(self, note: Told, body: dict[str, Any], writes: list[str], *, is_stopped: bool = False) -> bool:
        rightly = 302 if note.state == "signed" and not is_stopped else 409 if note.is_signed else 404
        sent = {"key": new_key(), **body, "do": "sign", "password": PASSWORD}
        name, _ = self.office.attempt(
            "add to a note",
            lambda who: self.office.ask(who, "POST", "coding:addendum", note.pk, **sent),
            by=0,
            of=note.author,
            rightly=rightly,
            writes=writes if rightly == 302 else [],
            is_there=note.state != "gone",
        )
        return bool(name) and rightly == 302

    @a_signed_note
    @rule(which=number, row=number, long=minutes, is_withdrawn=st.booleans())
    def correct(self, which: int, row: int, long: int, is_withdrawn: bool) -> None:
        """Correct the minutes of an activity, or say that it did not happen: the superbill follows."""
        note = pick([note for note in self.office.notes if note.is_signed], which)
        told = pick(note.corrected, row) if note.corrected else None
        if told is None or (told.minutes == long and not is_withdrawn):
            return
        sent, is_stopped = self.kept(note, told, long, is_withdrawn)
        after = replace(note, corrected=[replace(each) for each in note.corrected])
        now = pick(after.corrected, row)
        now.minutes = long
        if is_withdrawn:
            after.corrected.remove(now)
        old, is_issued = note.standing_bill, bool(after.lines(self.office.fees))
        writes = ["note-corrected", *["superbill-voided"] * bool(old), *["superbill-issued"] * is_issued]
        if self.send_addendum(note, sent, writes, is_stopped=is_stopped):
            note.corrected = after.corrected
            agreed = {code: fee for code, (_, fee) in old.lines.items()} if old else {}
            if old:
                old.void("The note was corrected by an addendum")
            note.issue(self.next_number(is_issued), self.office.fees | agreed, replaces=old)

    def kept(self, note: Told, told: Row, long: int, is_withdrawn: bool) -> tuple[dict[str, Any], bool]:
        """Fill in the correction on its page; return what that page sends with the signature, and whether it stops it."""
        name = self.office.who("add to a note", by=0, of=note.author)
        if not name or note.state == "retracted":
            return {"text": "Misread the clock"}, False
        facts = {"reason": "Misread the clock", **({} if is_withdrawn else self.activity(note, told.words, long))}
        body = {"opened": f"{'withdrawn' if is_withdrawn else 'changed'} activity {told.pk}", "text": "", "do": "keep"}
        filled = {f"fact-{name}": value for name, value in facts.items()}
        page = self.office.ask(name, "POST", "coding:addendum", note.pk, **body, **filled)
        assert page.status_code == 200, "the page takes the correction"
        names = ("carried", "shown")
        sent = {name: html.unescape(re.findall(rf'name="{name}" value="([^"]+)"', page.text)[0]) for name in names}
        return {**sent, "text": ""}, "something stops the note" in page.text

    @a_signed_note
    @rule(which=number, is_known=st.booleans())
    def retract(self, which: int, is_known: bool) -> None:
        note = pick([note for note in self.office.notes if note.is_signed], which)
        chart = "12".replace(note.visit.patient.chart, "") if is_known else ""
        body = {"reason": "Written in the wrong chart", "chart": chart, "key": new_key(), "password": PASSWORD}
        stood = note.standing_bill
        name, _ = self.office.attempt(
            "add to a note",
            lambda who: self.office.ask(who, "POST", "coding:retract", note.pk, **body),
            by=0,
            of=note.author,
            rightly=302 if note.state == "signed" else 409,
            writes=["note-retracted", *["superbill-voided"] * bool(stood)] if note.state == "signed" else [],
        )
        if name and note.state == "signed":
            note.state = "retracted"
            note.visit.patient.signings += 1
            if stood:
                stood.void("The note was retracted")
