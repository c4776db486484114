"""What the desk makes of superbills, what patients ask for, who leaves, and who reads what: the second half of a history."""

import csv
import html
import io
import re
from typing import Any

from django.core.management import call_command
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from clinic.models import BackgroundJob
from clinic.requests.deeds import new_key
from coding.models import Fee
from notes.models import AmendmentRequest
from tests.conftest import PASSWORD
from tests.record.charting import Charting, number, pick
from tests.record.told import Bill
from tests.world import PEOPLE

a_bill = precondition(lambda self: self.bills)
LEAVE = ("adams", "baker", "tess", "frances", "bill", "rita", "olga")


class Desk(Charting):
    def __init__(self) -> None:
        super().__init__()
        self.requests: list[tuple[Any, set[str]]] = []

    # The desk

    @a_bill
    @rule(which=number, by=number)
    def review_a_bill(self, which: int, by: int) -> None:
        bill, name = pick(self.bills, which)[1], self.office.who("review a superbill", by=by)
        if bill.state == "reviewed" and bill.reviewed_by == name:
            self.with_a_bill("review a superbill", "coding:superbill-review", bill, by, changes=False)
        elif self.with_a_bill(
            "review a superbill", "coding:superbill-review", bill, by, "superbill-reviewed", bill.state == "issued"
        ):
            bill.state, bill.reviewed_by = "reviewed", name

    @a_bill
    @rule(which=number, by=number)
    def hold_a_bill(self, which: int, by: int) -> None:
        bill = pick(self.bills, which)[1]
        may, body = bill.state in ("issued", "reviewed"), {"question": "Which knee?"}
        if self.with_a_bill("review a superbill", "coding:superbill-hold", bill, by, "superbill-held", may, **body):
            bill.state, bill.reviewed_by = "held", ""

    @a_bill
    @rule(which=number, by=number)
    def answer_a_question(self, which: int, by: int) -> None:
        bill, body = pick(self.bills, which)[1], {"answer": "The right one."}
        may = bill.state == "held"
        if self.with_a_bill(
            "answer a question", "coding:superbill-release", bill, by, "superbill-released", may, **body
        ):
            bill.state = "issued"

    @a_bill
    @rule(which=number, by=number, is_reissued=st.booleans())
    def void_a_bill(self, which: int, by: int, is_reissued: bool) -> None:
        note, bill = pick(self.bills, which)
        body = {"reason": "Wrong payer", **({"reissue": "on"} if is_reissued else {})}
        writes = f"superbill-voided {'superbill-issued' * is_reissued}"
        if self.with_a_bill(
            "review a superbill", "coding:superbill-void", bill, by, writes, bill.state != "void", **body
        ):
            bill.void("Wrong payer")
            if is_reissued:
                lines = {code: (units, self.office.fees[code]) for code, (units, _) in bill.lines.items()}
                note.bills.append(Bill(self.next_number(), lines, bill.codes, replaces=bill.number))

    def with_a_bill(
        self,
        deed: str,
        url: str,
        bill: Bill,
        by: int,
        writes: str = "",
        may: bool = True,
        changes: bool = True,
        **body: Any,
    ) -> bool:
        """Do something with a superbill; say whether it was done. Where its state does not allow it, it stays as it is."""
        name, _ = self.office.attempt(
            deed,
            lambda who: self.office.ask(who, "POST", url, bill.pk, **body),
            by=by,
            of=next(note.author for note, each in self.bills if each is bill),
            rightly=302 if may else 409,
            writes=writes.split() if may else [],
            changes=changes,
        )
        return bool(name) and may

    @rule(which=number, by=number, amount=st.integers(30, 60))
    def set_a_fee(self, which: int, by: int, amount: int) -> None:
        """What was issued keeps its price."""
        code = pick(list(self.office.fees), which)
        fee = Fee.objects.get(practice=self.office.practice, code=code)
        keeper = self.office.who("set a fee", by=by)
        page = self.office.ask(keeper, "GET", "coding:fee-edit", fee.pk).text
        seen = html.unescape(re.findall(r'name="seen" value="([^"]*)"', page)[0])
        body = {"code": code, "title": fee.title, "amount": amount, "is_active": "on", "seen": seen}
        name, _ = self.office.attempt(
            "set a fee",
            lambda who: self.office.ask(who, "POST", "coding:fee-edit", fee.pk, **body, key=new_key()),
            by=by,
            writes=["fee-changed"],
        )
        if name:
            self.office.fees[code] = amount

    @a_bill
    @rule(by=number)
    def export(self, by: int) -> None:
        """The month as a sheet holds each line of each superbill, and is its owner's alone."""
        slug = self.office.practice.slug
        body = {"month": str(self.office.practice.today().replace(day=1)), "password": PASSWORD}
        name, _ = self.office.attempt(
            "export",
            lambda who: self.office.ask(who, "POST", "coding:superbills-export", slug, **body, key=new_key()),
            by=by,
            writes=["export-asked"],
        )
        if name:
            call_command("worker", batch=True)
            job = BackgroundJob.objects.filter(practice=self.office.practice).latest("created_at")
            others = [who for who in PEOPLE if who != name]
            found = {who: self.office.ask(who, "GET", "clinic:export-file", job.pk) for who in [name, *others]}
            assert [found[who].status_code for who in others] == [
                403 if who in self.office.away else 404 for who in others
            ]
            told = [(who, "refused") for who in others] + [(name, "export-downloaded")]
            self.office.expect_logged("fetch an export", told)
            assert self.exported(found[name].text) == sorted(
                (str(bill.number), bill.state, code, str(units), f"{fee}.00")
                for _, bill in self.bills
                for code, (units, fee) in bill.lines.items()
            )

    def exported(self, text: str) -> list[tuple[str, ...]]:
        rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
        return sorted(tuple(row[name] for name in ("Superbill", "State", "Code", "Units", "Fee")) for row in rows)

    # What patients ask for

    @rule(which=number, by=number)
    def ask_to_amend(self, which: int, by: int) -> None:
        patient, asked = pick(self.office.patients, which), f"I said {self.office.word()}"
        about = [note.pk for note in self.office.notes if note.visit.patient is patient and note.state == "signed"]
        body = {
            "received_on": f"{self.office.practice.today():%m/%d/%Y}",
            "asked": asked,
            "note": pick(["", *about], which),
        }
        name, _ = self.office.attempt(
            "ask to amend",
            lambda who: self.office.ask(who, "POST", "notes:amendment-add", patient.pk, **body, key=new_key()),
            by=by,
            writes=["amendment-requested"],
        )
        if name:
            self.requests.append((AmendmentRequest.objects.get(practice=self.office.practice, asked=asked).pk, set()))

    @precondition(lambda self: self.requests)
    @rule(which=number, by=number, step=st.sampled_from(["accepted", "refused", "extended", "disagrees"]))
    def decide(self, which: int, by: int, step: str) -> None:
        pk, steps = pick(self.requests, which)
        is_decided = bool(steps & {"accepted", "refused"})
        may = step not in steps and ("refused" in steps if step == "disagrees" else not is_decided)
        body = {"kind": step, "words": f"Because {self.office.word()}"}
        name, _ = self.office.attempt(
            "decide a request",
            lambda who: self.office.ask(who, "POST", "notes:amendment-step", pk, **body),
            by=by,
            rightly=302 if may else 409,
            writes=["amendment-answered"] if may else [],
        )
        if name and may:
            steps.add(step)

    # People who leave and come back

    @rule(name=st.sampled_from(LEAVE))
    def let_go_or_take_back(self, name: str) -> None:
        """The last admin stays."""
        is_away, stays = name in self.office.away, name == "olga"
        url, kind = ("member-return", "access-given-again") if is_away else ("member-end", "access-ended")
        member = self.office.people[name]
        self.office.attempt(
            "end access",
            lambda who: self.office.ask(who, "POST", f"clinic:{url}", member.pk, password=PASSWORD),
            by=0,
            writes=[] if stays else [kind],
            changes=not stays,
        )
        if not stays:
            self.office.away ^= {name}

    # Reading

    @rule(which=number, page=st.sampled_from(["note", "superbill", "superbill-pdf", "day", "amendments"]))
    def look(self, which: int, page: str) -> None:
        """Everybody opens a page; who may read a note finds its words, and nobody else one of them."""
        for deed, url, args, of, kind, words in self.pages(which, page):
            refusals = self.office.refusals(deed, of)
            for who in PEOPLE:
                answer = self.office.ask(who, "GET", url, *args)
                assert answer.status_code == refusals.get(who, 200), f"{who} opened {url}: {answer.status_code}"
                self.office.done[deed, who] += 1
                assert who in refusals or not (missing := [each for each in words if each not in answer.text]), missing
                self.office.expect_logged(deed, [(who, "refused" if who in refusals else kind)])

    def pages(self, which: int, page: str) -> Any:
        """Yield how a page is asked for, if there is one."""
        notes = [note for note in self.office.notes if note.state != "gone"]
        if page == "note" and notes:
            note = pick(notes, which)
            yield (
                f"read a {'draft' if note.is_draft else 'note'}",
                "notes:note",
                [note.pk],
                note.author,
                "note-read",
                note.shows,
            )
        if page.startswith("superbill") and self.bills:
            kind = "superbill-printed" if page.endswith("pdf") else "superbill-read"
            note, bill = pick(self.bills, which)
            yield "read a superbill", f"coding:{page}", [bill.pk], note.author, kind, ()
        if page == "day":
            on = str(pick(self.office.visits, which).on)
            yield "read the day", "coding:day", [self.office.practice.slug, on], "", "day-read", ()
        if page == "amendments":
            yield "read requests", "notes:amendments", [pick(self.office.patients, which).pk], "", "patient-read", ()
