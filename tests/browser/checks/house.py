"""The practice in which every check is raised: everybody signed in, and for each check a patient of its own.

All of it stays for the whole file, since what takes time is emptying the database and signing in.
"""

from datetime import timedelta
from typing import Any

from django.db import connections
from playwright.sync_api import Browser, BrowserContext, Page

from clinic.models import Coverage, Location, Patient, Payer, Practice, Visit
from coding.models import Fee
from notes.models import Episode, Note
from tests.browser.conftest import complaints_of
from tests.conftest import DIAGNOSES
from tests.world import people, session_of

PAYERS = {
    "insurer": {"name": "Blue Ridge PPO", "kind": "insurer", "unit_method": "per_code"},
    "medicare": {"name": "Medicare Part B", "kind": "medicare", "unit_method": "total_time"},
}
FEES = (
    ("98940", "Adjustment", False), ("97110", "Exercise", False), ("97530", "Task practice", False),
    ("99203", "Exam, new patient", True), ("99213", "Re-examination", True), ("99215", "Exam, highest level", True),
)  # fmt: skip
LIFTING = "Floor-to-waist box lifts 15 lb x 12 with hip hinge cueing, as for the totes at work"
LIFT, STAND = "lift 30 lb totes from floor to bench", "stand through an 8 h shift"


class House:
    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.practice = Practice.objects.create(name="Riverside Chiropractic", slug="riverside", npi="1234567893")
        elsewhere = Practice.objects.create(name="Elsewhere Chiropractic", slug="elsewhere")
        self.people = people(self.practice, elsewhere)
        self.today = self.practice.today()
        own = {"practice": self.practice}
        self.location = Location.objects.create(**own, name="Main Street")
        self.payers = {kind: Payer.objects.create(**own, **fields) for kind, fields in PAYERS.items()}
        for code, title, is_picked in FEES:
            Fee.objects.create(**own, code=code, title=title, amount=40, is_picked=is_picked)
        self.pages: dict[str, Page] = {}
        self.complaints: list[str] = []

    # Who is at work

    def page_of(self, name: str) -> Page:
        """Return the browser of one of the people, signed in once for all."""
        if name not in self.pages:
            context = self.browser.new_context(base_url=self.address)
            self.complaints = complaints_of(context, self.complaints)
            session = {"name": "sessionid", "value": session_of(self.people[name]), "url": self.address}
            context.add_cookies([session])
            self.pages[name] = self._opened(context)
        return self.pages[name]

    def _opened(self, context: BrowserContext) -> Page:
        page = context.new_page()
        page.set_default_timeout(8_000)
        page.on("dialog", lambda dialog: dialog.accept())
        return page

    def close(self) -> None:
        for page in self.pages.values():
            page.context.close()
        connections.close_all()

    # Who comes

    def patient(self, payer: str, name: str = "Pat") -> tuple[Patient, Coverage | None]:
        """Return a new patient, covered by this kind of payer; by none, they pay for themselves."""
        patient = Patient.objects.create(
            practice=self.practice, chart_number=str(Patient.objects.count() + 1), first_name=name,
            last_name="Rivera", birth_date="1984-03-04",
        )  # fmt: skip
        if payer not in self.payers:
            return patient, None
        return patient, Coverage.objects.create(practice=self.practice, patient=patient, payer=self.payers[payer])

    def visit(self, patient: Patient, **fields: Any) -> Visit:
        usual: dict[str, Any] = {
            "clinician": self.people["adams"], "location": self.location, "on": self.today, "state": Visit.State.ARRIVED,
        }  # fmt: skip
        return Visit.objects.create(**{"practice": self.practice, "patient": patient, **usual, **fields})

    def back_pain(self, patient: Patient) -> Episode:
        """Low back pain, lately begun, with a whole plan, its diagnoses, and two goals: to lift and to stand."""
        own = {"practice": self.practice}
        episode = Episode.objects.create(
            **own, patient=patient, complaint="Low back pain, lifting injury", frequency="twice a week",
            duration="6 weeks", onset_on=self.before(18), first_treated_on=self.before(16),
        )  # fmt: skip
        for position, (code, title) in enumerate(DIAGNOSES):
            episode.diagnoses.create(**own, position=position, code=code, title=title)
        due = {"due_on": self.before(-28)}
        episode.goals.create(**own, **due, text=LIFT, measure="load", unit="lb", baseline="10", target="30")
        episode.goals.create(**own, **due, text=STAND, measure="time", unit="h", baseline="3", target="8")
        return episode

    def note(self, visit: Visit, episode: Episode) -> Note:
        """Return a draft in which everything is said: lifting for a task, and an adjustment of an examined region."""
        note = Note.objects.create(
            practice=self.practice, visit=visit, patient=visit.patient, author=visit.clinician, total_minutes=30,
            subjective="Better.", assessment="Improves with care.", plan="Twice a week for two weeks.",
        )  # fmt: skip
        note.note_episodes.create(practice=self.practice, patient=visit.patient, episode=episode)
        both = {"practice": self.practice, "written_by": visit.clinician, "episode": episode}
        note.findings.create(**both, kind="pain", region="lumbar", words="L4-5 right tender")
        note.findings.create(**both, kind="asymmetry", region="lumbar", words="L4 right posterior")
        note.adjustments.create(**both, region="lumbar", segment="L4", side="right", technique="side posture")
        note.activities.create(
            **both, description=LIFTING, intents=["task"], goal=episode.goals.get(unit="lb"), regions=["lumbar"],
            minutes=15, delivery="one_on_one", dose="15 lb x 12", response="Form held to rep 12",
            performer=visit.clinician, why="cueing for the hip hinge",
        )  # fmt: skip
        return note

    def before(self, days: int) -> Any:
        return self.today - timedelta(days=days)
