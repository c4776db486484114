"""Two practices with everything in them, for tests that ask of every page who may have it.

Each case is one patient of one clinician: covered, warned about, with an episode, a draft, and a signed note with its superbill.
Every text field holds a word of its own, so that a test can see where it turns up.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, time, timedelta
from http.cookies import SimpleCookie
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.test.client import ClientHandler
from django.utils import timezone

from clinic.models import (
    Alert,
    BackgroundJob,
    BreakGlass,
    Coverage,
    Location,
    Membership,
    Patient,
    Payer,
    Payment,
    Practice,
    SignIn,
    Visit,
)
from clinic.requests.deeds import new_key
from clinic.roles import Role
from coding.models import Fee, GuidanceRevision
from coding.review import acknowledge, complete, review
from notes.addenda import add_addendum
from notes.models import AmendmentRequest, Episode, Note
from tests.conftest import DIAGNOSES, member
from tests.device import made_for

PEOPLE = ("adams", "baker", "tess", "frances", "bill", "olga", "rita", "stranger")


class Words:
    """Gives each text field a word of its own and remembers it."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.given: set[str] = set()

    def __call__(self, field: str) -> str:
        word = f"q{self.where}{field}".replace("_", "")
        self.given.add(word)
        return word


def build() -> SimpleNamespace:
    """Build both practices, everybody in them, and a case each of Dr. Adams, Dr. Baker and the stranger."""
    riverside = Practice.objects.create(name="Riverside Chiropractic", slug="riverside", npi="1234567893")
    elsewhere = Practice.objects.create(name="Elsewhere Chiropractic", slug="elsewhere")
    world = SimpleNamespace(riverside=riverside, elsewhere=elsewhere, day=riverside.today())
    world.people = people(riverside, elsewhere)
    for practice in (riverside, elsewhere):
        stock(practice)
    supervisors = {"adams": world.people["baker"], "baker": world.people["adams"]}
    world.cases = {
        name: case(world.people[name], name, world.day, supervisors.get(name))
        for name in ("adams", "baker", "stranger")
    }
    world.sessions = {name: session_of(who) for name, who in world.people.items()}
    SignIn.objects.update(is_full=True)  # as if with the second factor that some of them have
    return world


@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
def people(riverside: Practice, elsewhere: Practice) -> dict[str, Membership]:
    """The cast, and two more: Dana holds different roles in the two practices, Gil has left."""
    doctor = {"credential": "DC", "npi": "1234567893"}
    found = {
        "adams": member(riverside, "adams", "Alex", "Adams", Role.CLINICIAN, title="Dr. Adams", **doctor),
        "baker": member(riverside, "baker", "Blair", "Baker", Role.CLINICIAN, title="Dr. Baker", **doctor),
        "tess": member(riverside, "tess", "Tess", "Tran", Role.ASSISTANT),
        "frances": member(riverside, "frances", "Frances", "Field", Role.DESK),
        "bill": member(riverside, "bill", "Bill", "Byrd", Role.BILLER),
        "olga": member(riverside, "olga", "Olga", "Ortiz", Role.ADMIN),
        "rita": member(riverside, "rita", "Rita", "Rowe", Role.AUDITOR),
        "stranger": member(elsewhere, "stranger", "Sam", "Stranger", Role.CLINICIAN, title="Dr. Stranger", **doctor),
        "dana": member(riverside, "dana", "Dana", "Dual", Role.DESK),
        "gil": member(riverside, "gil", "Gil", "Gone", *Role),
    }
    every_other = [role for role in Role if role != Role.DESK]
    until = {"ends_on": found["gil"].ends_on}
    Membership.objects.create(practice=elsewhere, user=found["dana"].user, roles=every_other, **until)
    Membership.objects.filter(pk=found["gil"].pk).update(is_active=False)
    return found


def stock(practice: Practice) -> None:
    """What a practice has before its first patient."""
    Location.objects.create(practice=practice, name=f"Main Street {practice.slug}")
    Payer.objects.create(practice=practice, name=f"Blue Ridge {practice.slug}", unit_method="per_code")
    Fee.objects.create(practice=practice, code="97530", title="Task practice", amount=42)
    Fee.objects.create(practice=practice, code="99213", title="Re-examination", amount=90, is_picked=True)
    author = Membership.objects.filter(practice=practice).first()
    GuidanceRevision.objects.create(
        practice=practice, slug="97530", text=f"Our own page at {practice.slug}.", reason="first", author=author
    )


def case(doctor: Membership, name: str, day: date, supervisor: Membership | None) -> SimpleNamespace:
    """One patient of one clinician with all that may be there."""
    made = SimpleNamespace(doctor=doctor, practice=doctor.practice, day=day)
    made.name_words, made.draft_words, made.signed_words, made.plan_words = (
        Words(name + kind) for kind in ("who", "draft", "signed", "plan")
    )
    made.patient = patient(made, name)
    made.episode = episode(made)
    made.goal = made.episode.goals.get(unit="lb")
    made.diagnosis = made.episode.diagnoses.first()
    made.service = made.episode.planned_services.get()
    made.visit = visit(made, time(9))
    made.planned = visit(made, time(11))
    made.payment = made.planned.payments.get()
    made.draft = note(made, time(10), made.draft_words)
    made.finding, made.adjustment, made.activity = (
        getattr(made.draft, rows).first() for rows in ("findings", "adjustments", "activities")
    )
    made.signed = sign(note(made, time(8), made.signed_words), doctor)
    add_addendum(made.signed, by=doctor, text=made.signed_words("addendum"))
    doctor.supervised_by = supervisor  # at this one signature
    made.supervised = sign(note(made, time(7), made.signed_words), doctor)
    doctor.supervised_by = None
    made.known = set().union(*(getattr(made, f"{kind}_words").given for kind in ("name", "draft", "signed", "plan")))
    made.revision = GuidanceRevision.objects.written().get(practice=made.practice)
    made.picked = made.draft.picked_services.get()
    made.bill = made.signed.superbills.get()
    made.amendment = AmendmentRequest.objects.create(
        practice=made.practice, patient=made.patient, note=made.signed, received_on=day, entered_by=doctor,
        asked=made.signed_words("asked"),
    )  # fmt: skip
    made.passkey = Authenticator.objects.create(
        user=doctor.user,
        type="webauthn",
        data={"name": f"Phone of {name}", "credential": made_for(str(doctor.user_id))},
    )
    made.export = export(made)
    made.auditor = Membership.objects.holding(Role.AUDITOR).filter(practice=made.practice).first()
    made.glass = glass(made)
    return made


def patient(made: SimpleNamespace, name: str) -> Patient:
    own = made.name_words
    found = Patient.objects.create(
        practice=made.practice, chart_number=own("chart")[:20], first_name=own("first"), last_name=own("last"),
        birth_date=date(1984, 3, 4), phone=own("phone"), street=own("street"),
    )  # fmt: skip
    made.payer = Payer.objects.get(practice=made.practice)
    made.location = Location.objects.get(practice=made.practice)
    made.fee = Fee.objects.get(practice=made.practice, is_picked=True)
    made.coverage = Coverage.objects.create(
        practice=made.practice, patient=found, payer=made.payer, member_id=own("member"), claim_number=own("claim")
    )
    made.alert = Alert.objects.create(practice=made.practice, patient=found, kind="contraindication", text=own("alert"))
    return found


def episode(made: SimpleNamespace) -> Episode:
    own, both = made.plan_words, {"practice": made.practice}
    found = Episode.objects.create(
        **both, patient=made.patient, complaint=own("complaint"), prior_function=own("prior"), limitation=own("limit"),
        frequency=own("frequency"), duration=own("duration"),
    )  # fmt: skip
    for position, (code, title) in enumerate(DIAGNOSES):
        found.diagnoses.create(**both, position=position, code=code, title=title)
    goal = found.goals.create(
        **both, text=f"lift 30 lb totes from floor to bench {own('goal')}", measure="load", unit="lb", baseline="10",
        target="30",
    )  # fmt: skip
    found.planned_services.create(**both, kind="exercise", aim=own("aim"), goal=goal)
    return found


def visit(made: SimpleNamespace, at: time) -> Visit:
    found = Visit.objects.create(
        practice=made.practice, patient=made.patient, clinician=made.doctor, location=made.location,
        coverage=made.coverage, on=made.day, at=at, state=Visit.State.ARRIVED,
    )  # fmt: skip
    Payment.objects.create(practice=made.practice, visit=found, amount=25, method="cash", taken_by=made.doctor)
    return found


def note(made: SimpleNamespace, at: time, own: Words) -> Note:
    """A note in which everything is said: lifting for a task, and a lumbar adjustment of an examined region."""
    found = Note.objects.create(
        practice=made.practice, visit=visit(made, at), patient=made.patient, author=made.doctor, total_minutes=30,
        subjective=own("subjective"), objective=own("objective"), assessment=own("assessment"), plan=own("plan"),
    )  # fmt: skip
    found.note_episodes.create(practice=made.practice, patient=made.patient, episode=made.episode)
    both = {"practice": made.practice, "written_by": made.doctor, "episode": made.episode}
    found.findings.create(**both, kind="pain", region="lumbar", words=f"L4-5 right tender {own('finding')}")
    found.findings.create(**both, kind="asymmetry", region="lumbar", words="L4 right posterior", comparison=own("than"))
    found.adjustments.create(
        **both, region="lumbar", segment=f"L4 {own('segment')}", technique=own("technique"), response=own("answered")
    )
    found.activities.create(
        **both, description=f"Floor-to-waist box lifts 15 lb x 12 with cueing, as for the totes {own('description')}",
        intents=["task"], goal=made.goal, regions=["lumbar"], minutes=15, delivery="one_on_one", dose=own("dose"),
        response=own("response"), performer=made.doctor, why=own("why"),
    )  # fmt: skip
    found.goal_progress.create(**both, goal=made.goal, value=own("value"))
    alone = {"practice": made.practice, "written_by": made.doctor}
    found.alert_answers.create(**alone, alert=made.alert, text=own("heeded"))
    found.picked_services.create(**both, fee=made.fee, code=made.fee.code, title=made.fee.title, reason=own("picked"))
    return Note.objects.get(pk=found.pk)


def glass(made: SimpleNamespace) -> BreakGlass:
    """Emergency access to the patient, taken by the practice's admin."""
    admin = Membership.objects.holding(Role.ADMIN).filter(practice=made.practice).first()
    return BreakGlass.objects.create(
        practice=made.practice, member=admin, patient=made.patient, reason="unwell here", proof="password",
        ends_at=timezone.now() + timedelta(hours=1),
    )  # fmt: skip


def export(made: SimpleNamespace) -> BackgroundJob:
    """A file that the clinician had made, ready to be fetched."""
    now, both = timezone.now(), {"practice": made.practice}
    job = BackgroundJob.objects.create(
        **both, owner=made.doctor, kind="superbills-of-a-month", title="Superbills", asked={"month": str(made.day)},
        file_name="superbills.csv", content_type="text/csv", started_at=now, finished_at=now, size=4, digest="d" * 64,
        patient_ids=[made.patient.pk], expires_at=now + BackgroundJob.LASTS,
    )  # fmt: skip
    job.parts.create(**both, position=0, content=b"rows")
    return job


def sign(draft: Note, by: Membership) -> Note:
    """Give every warning a reason, and sign."""
    for flag in review(draft).warnings:
        reason = {"slug": flag.slug, "about": flag.about, "reason": "patient declined"}
        draft = acknowledge(draft, **reason, by=by, version=draft.version)
    return complete(draft, by=by, shown=review(draft).shown, key=new_key())


# Asking


def session_of(who: Membership) -> str:
    """Sign somebody in, and return the key of their session."""
    client = Client()
    client.force_login(who.user)
    return client.cookies["sessionid"].value


HANDLER, FACTORY, FORM = ClientHandler(enforce_csrf_checks=False), RequestFactory(), "application/x-www-form-urlencoded"


def send(
    method: str,
    address: str,
    session: str = "",
    body: Mapping[str, Any] | None = None,
    raw: bytes = b"",
    **headers: str,
) -> Any:
    """Send a request through the whole of the app, as Django's client does, but without keeping what was rendered."""
    FACTORY.cookies = SimpleCookie({"sessionid": session} if session else {})
    sent = {} if method == "GET" else {"data": raw or urlencode(body or {}, doseq=True), "content_type": FORM}
    answer = HANDLER(FACTORY.generic(method, address, headers=headers, **sent).environ)
    if answer.streaming:
        answer = HttpResponse(b"".join(answer.streaming_content), status=answer.status_code, headers=answer.headers)
    answer.text = answer.content.decode(errors="replace")
    return answer


@contextmanager
def kept() -> Iterator[None]:
    """Commit all that happens inside at once, as one deed; verbs that want a transaction of their own still run."""
    block = transaction.atomic()
    block._from_testcase = True
    with block:
        yield


@contextmanager
def undone() -> Iterator[None]:
    """Take back whatever happens inside, as a test case does."""
    with kept():
        yield
        transaction.set_rollback(True)


class Writes:
    """Collects what a request changes in the database, but for the log, sessions, keys, and who has a draft open."""

    BESIDE = (
        "clinic_accessevent",
        "django_session",
        "clinic_deed",
        "clinic_signin",
        "clinic_deviceuser",
        "clinic_cache",
        "notes_holder",
    )

    def __init__(self) -> None:
        self.seen: list[str] = []

    def would_be_committed(self) -> None:
        """Check at once what the database would check at the end of the transaction."""
        if self.seen:
            connection.check_constraints()

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        text = str(sql)
        if text.startswith(("INSERT", "UPDATE", "DELETE")) and not any(name in text[:60] for name in self.BESIDE):
            self.seen.append(text[:90])
        return execute(sql, params, many, context)


TABLES = """
SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND NOT relispartition
AND relname ~ '^(clinic|notes|coding)_'
AND relname NOT IN ('notes_diagnosiscode', 'clinic_signin', 'clinic_deviceuser', 'clinic_cache')
ORDER BY relname
"""


def everything() -> dict[str, str]:
    """Return a digest of each table's rows, but for the log and sessions, so that a test can say that nothing changed."""
    return of_each_table("md5(string_agg(row::text, '' ORDER BY row::text))")


def mentions(pk: UUID) -> dict[str, int]:
    """Return how many rows of each table hold an id."""
    return of_each_table(f"count(*) FILTER (WHERE row::text LIKE '%{pk}%')")


def of_each_table(what: str) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        each = (f"SELECT '{name}', {what} FROM {name} row" for (name,) in cursor.fetchall())
        cursor.execute(" UNION ALL ".join(each))
        return dict(cursor.fetchall())
