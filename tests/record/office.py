"""A practice in which everybody tries everything: its people, who may do what, who may read what, and what a deed leaves behind.

Each history has an office of its own. What it wrote stays until the test's end: signed rows are nobody's to delete.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, time, timedelta
from functools import cache
from itertools import count
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.urls import reverse

from clinic.models import AccessEvent, Coverage, Location, Membership, Patient, Payer, Practice, Visit
from clinic.roles import Role
from coding.models import Fee
from notes.models import Episode
from tests.conftest import DIAGNOSES, member
from tests.record.told import Told
from tests.world import PEOPLE, send, session_of, stock

WHO_MAY = """
# deed               author  colleague  tess  frances  bill  olga  rita  stranger
begin a note         ok      ok         ok    403      403   403   403   404
write                ok      404        ok    403      403   403   403   404
order diagnoses      ok      ok         ok    403      403   403   403   404
sign                 ok      404        403   403      403   403   403   404
add to a note        ok      404        403   403      403   403   403   404
read a draft         ok      ok         ok    403      403   403   404   404
read a note          ok      ok         ok    403      403   403   ok    404
read a superbill     ok      ok         403   ok       ok    403   ok    404
read the day         ok      ok         403   ok       ok    403   ok    404
review a superbill   403     403        403   ok       ok    403   403   403
answer a question    ok      404        403   ok       ok    403   403   404
export               ok      ok         403   ok       ok    403   403   404
ask to amend         ok      ok         ok    ok       ok    403   403   404
read requests        ok      ok         ok    ok       ok    403   ok    404
decide a request     ok      ok         403   403      403   403   403   404
set a fee            403     403        403   403      ok    ok    403   403
end access           403     403        403   403      403   ok    403   403
"""
OF_THE_PRACTICE = ("export", "read the day")  # the practice stands in the address, and is not there for others
FOLLOWS = "add to a note"  # where the author is gone, the colleague may
OF_A_PATIENT = ("note-", "superbill-", "addendum-", "amendment-", "diagnoses-", "warning-", "patient-", "day-")
DOCTORS = ("adams", "baker")
ROLES = {
    "adams": Role.CLINICIAN, "baker": Role.CLINICIAN, "tess": Role.ASSISTANT, "frances": Role.DESK, "bill": Role.BILLER,
    "olga": Role.ADMIN, "rita": Role.AUDITOR, "stranger": Role.CLINICIAN,
}  # fmt: skip
NUMBERS = count(1)

type Send = Callable[[str], Any]


@cache
def table() -> dict[str, dict[str, str]]:
    head, *rows = [line.split() for line in WHO_MAY.strip().splitlines()]
    places = head[2:]
    return {" ".join(row[: -len(places)]): dict(zip(places, row[-len(places) :], strict=True)) for row in rows}


class Office:
    """One practice with its people, two patients and three visits, and another practice with a stranger."""

    def __init__(self, tries: tuple[int, int]) -> None:
        self.number = next(NUMBERS)
        self.practice = Practice.objects.create(name="Riverside Chiropractic", slug=f"riverside-{self.number}")
        self.elsewhere = Practice.objects.create(name="Elsewhere Chiropractic", slug=f"elsewhere-{self.number}")
        self.people = {name: self._person(name) for name in PEOPLE}
        stock(self.practice)
        self.fees = {"97530": 42, "98940": 48}
        Fee.objects.create(practice=self.practice, code="98940", title="Adjustment", amount=48)
        self.sessions = {name: session_of(who) for name, who in self.people.items()}
        self.away: set[str] = set()
        self.words: list[str] = []  # every word that a refusal must not tell
        self.names: set[str] = set()  # those of them that say who a patient is
        self.notes: list[Told] = []
        self.done: Counter[tuple[str, str]] = Counter()
        self.tries = tries  # how many try in vain the first time, and how many later
        self.stood: dict[str, str] = {}  # the tables' fingerprint, where nothing was done since it was taken
        self._logged: set[Any] = set()
        today = self.practice.today()
        anna, boris = self._patient("1"), self._patient("2")
        self.patients = (anna, boris)
        self.visits = [
            self._visit(anna, "adams", today - timedelta(days=7)),
            self._visit(anna, "baker", today),
            self._visit(boris, "adams", today),
        ]

    # Who and what is there

    def _person(self, name: str) -> Membership:
        doctor = {"title": "Dr.", "credential": "DC", "npi": "1234567893"} if ROLES[name] == Role.CLINICIAN else {}
        practice = self.elsewhere if name == "stranger" else self.practice
        return member(practice, f"{name}{self.number}", name.title(), "Doe", ROLES[name], **doctor)

    def _patient(self, number: str) -> SimpleNamespace:
        own = {"practice": self.practice}
        patient = Patient.objects.create(
            **own, chart_number=number, first_name=self.name(), last_name=self.name(), birth_date=date(1984, 3, 4)
        )
        payer = Payer.objects.get(**own)
        coverage = Coverage.objects.create(**own, patient=patient, payer=payer, member_id=self.name())
        episode = Episode.objects.create(
            **own, patient=patient, complaint=f"Low back pain {self.word()}", prior_function="Lifted totes",
            limitation="Cannot lift totes", frequency="twice a week", duration="6 weeks",
        )  # fmt: skip
        for position, (code, title) in enumerate(DIAGNOSES):
            episode.diagnoses.create(**own, position=position, code=code, title=title)
        goal = episode.goals.create(
            **own, text="lift 30 lb totes from floor to bench", measure="load", unit="lb", baseline="10", target="30"
        )
        codes = [code for code, _ in DIAGNOSES]
        return SimpleNamespace(
            pk=patient.pk, chart=number, episode=episode, goal=goal, coverage=coverage, codes=codes, signings=0
        )

    def _visit(self, patient: SimpleNamespace, doctor: str, on: date) -> SimpleNamespace:
        visit = Visit.objects.create(
            practice=self.practice, patient_id=patient.pk, clinician=self.people[doctor], on=on, at=time(9),
            location=Location.objects.get(practice=self.practice), coverage=patient.coverage, state="arrived",
        )  # fmt: skip
        return SimpleNamespace(pk=visit.pk, patient=patient, doctor=doctor, on=on)

    def word(self) -> str:
        """Return a word that stands nowhere else."""
        number, letters = len(self.words), ""
        for _ in range(4):
            number, letter = divmod(number, 26)
            letters = chr(ord("a") + letter) + letters
        self.words.append(f"zq{letters}q")
        return self.words[-1]

    def name(self) -> str:
        self.names.add(word := self.word())
        return word

    # Who may

    def refusals(self, deed: str, author: str = "") -> dict[str, int]:
        """Return who may not do this to what is the author's, and with which answer."""
        answers = {name: self._answer(deed, name, author) for name in PEOPLE}
        return {name: int(answer) for name, answer in answers.items() if answer != "ok"}

    def _answer(self, deed: str, name: str, author: str) -> str:
        if name in self.away:
            return "404" if deed in OF_THE_PRACTICE else "403"
        is_theirs = name == author or (deed == FOLLOWS and author in self.away)
        return table()[deed][name if name not in DOCTORS else "author" if is_theirs else "colleague"]

    def who(self, deed: str, *, by: int, of: str = "") -> str:
        """Return who of those who may does it, if there is anybody."""
        refusals = self.refusals(deed, of)
        right = [name for name in PEOPLE if name not in refusals]
        return right[by % len(right)] if right else ""

    # Asking

    def ask(self, name: str, method: str, url: str, *args: Any, **body: Any) -> Any:
        """Send a request as somebody; whatever is answered holds no word that is not for them."""
        address = reverse(url, args=args) + (f"?{urlencode(body)}" if body and method == "GET" else "")
        answer = send(method, address, self.sessions[name], body if method == "POST" else None)
        told = (answer.text + str(dict(answer.headers))).lower()
        hidden = self.words if answer.status_code in (403, 404) else self.sealed_from(name)
        assert not (found := [word for word in hidden if word in told]), f"{method} {url} told {name} {found}"
        return answer

    def sealed_from(self, name: str) -> Iterable[str]:
        """Return the words that somebody must never read, whatever page they open."""
        if name == "stranger" or name in self.away:
            return self.words
        if name in ("frances", "bill", "olga"):
            return set(self.words) - self.names
        if name == "rita":
            return [word for note in self.notes if note.state in ("draft", "gone") for word in note.words]
        return ()

    def attempt(
        self,
        deed: str,
        send: Send,
        *,
        by: int,
        of: str = "",
        rightly: int = 302,
        writes: Iterable[str] = (),
        changes: bool = True,
        is_there: bool = True,
    ) -> tuple[str, Any]:
        """Let people try: those who may not, in vain, then one of those who may. Return who that was, and the answer.

        `of` is whose it is, `rightly` what the one who may is answered, `writes` what the log says of them then. A deed that
        `changes` nothing, or is refused to the one who may as well, leaves every row as it was.
        """
        self.stood = self.stood or self.fingerprint()
        refusals = self.refusals(deed, of)
        self._in_vain(deed, send, {name: refusals[name] for name in self._turns(deed, refusals)}, is_there)
        name = self.who(deed, by=by, of=of)
        if not name:
            return "", None
        answer = send(name)
        assert answer.status_code == rightly, f"{deed}: {name} was answered {answer.status_code}, not {rightly}"
        self.expect_logged(deed, [(name, kind) for kind in (writes if rightly != 404 else ["refused"] * is_there)])
        if rightly >= 400 or not changes:
            self.expect_unchanged(deed)
        else:
            self.stood = {}
        self.done[deed, name] += 1
        return name, answer

    def _in_vain(self, deed: str, send: Send, refusals: dict[str, int], is_there: bool) -> None:
        for name, status in refusals.items():
            answer = send(name)
            assert answer.status_code == status, f"{deed}: {name} was answered {answer.status_code}, not {status}"
            self.done[deed, name] += 1
        told = [(name, "refused") for name, status in refusals.items() if status == 403 or is_there]
        self.expect_logged(deed, told)
        self.expect_unchanged(deed)

    def _turns(self, deed: str, names: Iterable[str]) -> list[str]:
        """Return who of the many tries this time; where not all of them do, they take turns."""
        several = list(names)
        done = sum(count for (each, _), count in self.done.items() if each == deed)
        start = sum(self.done.values()) % max(len(several), 1)
        return [*several[start:], *several[:start]][: self.tries[bool(done)]]

    # What a deed leaves behind

    def expect_unchanged(self, deed: str) -> None:
        now = self.fingerprint()
        changed = [table for table, digest in now.items() if self.stood.get(table) != digest]
        assert not changed, f"{deed} was refused, or does nothing, and changed {changed}"

    def expect_logged(self, deed: str, told: Iterable[tuple[str, str]]) -> None:
        names = {who.user_id: name for name, who in self.people.items()}
        patients, rows = {patient.pk for patient in self.patients}, self.logged()
        said = [(names[row.user_id], row.kind) for row in rows]
        assert sorted(said) == sorted(told), f"{deed}: the log says {said}, not {told}"
        for row in rows:
            if row.kind.startswith(OF_A_PATIENT):
                assert row.practice_id == self.practice.pk and patients.intersection(row.patient_ids), row.kind

    def logged(self) -> list[AccessEvent]:
        """Return what the log says since it was last asked."""
        users = [who.user_id for who in self.people.values()]
        rows = list(AccessEvent.objects.filter(user_id__in=users).exclude(id__in=self._logged).order_by("at", "id"))
        self._logged.update(row.id for row in rows)
        return rows

    def fingerprint(self) -> dict[str, str]:
        """Return a digest of each table's rows of this practice, but for the log and who has a draft open."""
        with connection.cursor() as cursor:
            cursor.execute(_fingerprints(), {"practice": self.practice.pk})
            return dict(cursor.fetchall())


@cache
def _fingerprints() -> str:
    with connection.cursor() as cursor:
        cursor.execute(OWNED)
        each = (
            f"SELECT '{name}', md5(string_agg(row::text, '' ORDER BY row::text)) FROM {name} row "
            "WHERE practice_id = %(practice)s"
            for (name,) in cursor.fetchall()
        )
        return " UNION ALL ".join(each)


OWNED = """
SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attname = 'practice_id' AND NOT attisdropped
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND NOT relispartition AND relname <> 'notes_holder'
ORDER BY relname
"""
