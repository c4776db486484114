"""The cast, the builders, and a database that tests meet as the web process does: through its role, not the owner's."""

import gc
import os
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date, time, timedelta
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import Client, TransactionTestCase
from django.test.utils import setup_databases
from hypothesis import settings as hypothesis_settings

from clinic import clock
from clinic.database import embedded
from clinic.models import Coverage, Location, Membership, Patient, Payer, Practice, User, Visit
from clinic.roles import Role
from notes.models import Diagnosis, Episode, Goal, Note
from tests import databases
from tests.day import TODAY, move_the_apps_clock, move_the_databases_clock

PASSWORD = "plumb-line-and-level"

move_the_apps_clock()
# Other work on the machine makes an example slow; what is slow by itself, the benchmark measures.
hypothesis_settings.register_profile("plumbline", deadline=None)
hypothesis_settings.load_profile("plumbline")


# A file stays on one worker, with what its module keeps. These take longest, so the others are done beside them.
FIRST = ("browser/checks/test_every_check.py", "browser/test_every_page.py", "browser/", "engine/", "record/")


@pytest.hookimpl(trylast=True)  # after the order was made a random one
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {path: at for at, path in enumerate(FIRST)}

    def turn(item: pytest.Item) -> int:
        return next((at for path, at in places.items() if f"tests/{path}" in item.path.as_posix()), len(FIRST))

    items.sort(key=turn)


def pytest_collection_finish() -> None:
    """Let the collector leave alone what was loaded by now; looking through it again and again took an eighth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


@pytest.fixture(autouse=True)
def a_worker_gives_up_other_times_for_its_own_test_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_serving", [])


# The database


def _become(url: str) -> None:
    """Let the default connection speak with the role of this URL, keeping the database's name."""
    from clinic.settings import _database

    database = _database(url, is_owner=False)
    connection.close()
    connection.settings_dict.update({key: database[key] for key in ("USER", "PASSWORD", "HOST", "PORT")})


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: Any, django_db_modify_db_settings: None
) -> Iterator[None]:
    """Create the test database as the owner, let it be the day of the tests, then run as the web role."""
    with django_db_blocker.unblock():
        _create(OWN)
        _speak_with(OWN)
        yield
        connections.close_all()
        databases.drop(_owner_url(), OWN)


# names of their own for each process, so that two runs on one machine do not meet
OWN = f"test_plumbline_{os.getpid()}"
OF_THE_WORLD = f"{OWN}_world"


def _create(name: str) -> None:
    databases.clone(_owner_url(), name, _migrate)
    with psycopg.connect(_owner_url().rsplit("/", 1)[0] + "/" + name, autocommit=True) as owner:
        move_the_databases_clock(owner)


def _migrate(name: str) -> None:
    """Make a database of this name as the owner, and apply every migration."""
    connection.settings_dict["TEST"]["NAME"] = name
    _become(_owner_url())
    setup_databases(verbosity=0, interactive=False)
    connection.close()


def _speak_with(name: str) -> None:
    """Let the default connection, and those that a test's threads open, speak with this database as the web role."""
    _become(settings.DATABASE_URL)
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


def _owner_url() -> str:
    return os.environ.get("OWNER_DATABASE_URL") or embedded.addresses()["owner"]


def _owner() -> psycopg.Connection[Any]:
    """Connect to the test database as the tables' owner."""
    url = _owner_url().rsplit("/", 1)[0] + "/" + str(connection.settings_dict["NAME"])
    return psycopg.connect(url, autocommit=True)


@pytest.fixture
def owner_speaks(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Let the default connection be the owner's. Ask for it before `db`."""
    with django_db_blocker.unblock():
        _become(_owner_url())
    yield
    with django_db_blocker.unblock():
        _become(settings.DATABASE_URL)


@pytest.fixture
def as_owner(transactional_db: None) -> Iterator[psycopg.Connection[Any]]:
    """A connection of the tables' owner, for what the web role must not be able to do."""
    with _owner() as owner:
        yield owner


def _empty_every_table(self: TransactionTestCase) -> None:
    """Remove all rows after a test that commits. The usual TRUNCATE needs rights that the web role does not have."""
    connections.close_all()
    kept = ("django_migrations", "django_content_type", "auth_permission", "notes_diagnosiscode")
    with _owner() as owner:
        owner.execute("SET session_replication_role = replica")
        tables = owner.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') "
            "AND NOT relispartition AND relname <> ALL(%s)",
            [list(kept)],
        ).fetchall()
        owner.execute("; ".join(f'DELETE FROM "{table}"' for (table,) in tables))


TransactionTestCase._fixture_teardown = _empty_every_table  # type: ignore[method-assign]


# The cast


@pytest.fixture(autouse=True)
def fast_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def practice(db: None) -> Practice:
    return Practice.objects.create(
        name="Riverside Chiropractic", slug="riverside", npi="1234567893", tax_id="12-3456789", street="1 Main Street",
        city="Asheville", state="NC", postal_code="28801", phone="828 555 0100",
    )  # fmt: skip


@pytest.fixture
def cast(practice: Practice) -> SimpleNamespace:
    """Everybody by name. Stranger is a clinician of another practice."""
    other = Practice.objects.create(name="Elsewhere Chiropractic", slug="elsewhere")
    return SimpleNamespace(
        adams=member(
            practice, "adams", "Alex", "Adams", Role.CLINICIAN, title="Dr. Adams", credential="DC", npi="1234567893"
        ),
        baker=member(
            practice, "baker", "Blair", "Baker", Role.CLINICIAN, title="Dr. Baker", credential="DC", npi="1679576722"
        ),
        tess=member(practice, "tess", "Tess", "Tran", Role.ASSISTANT),
        frances=member(practice, "frances", "Frances", "Field", Role.DESK),
        bill=member(practice, "bill", "Bill", "Byrd", Role.BILLER),
        olga=member(practice, "olga", "Olga", "Ortiz", Role.ADMIN),
        rita=member(practice, "rita", "Rita", "Rowe", Role.AUDITOR),
        stranger=member(other, "stranger", "Sam", "Stranger", Role.CLINICIAN, title="Dr. Stranger", credential="DC"),
    )


def member(practice: Practice, username: str, first: str, last: str, *roles: Role, **fields: str) -> Membership:
    user = User.objects.create_user(username, password=PASSWORD, first_name=first, last_name=last)
    last_day = {"ends_on": TODAY + timedelta(days=90)} if Role.AUDITOR in roles else {}
    return Membership.objects.create(practice=practice, user=user, roles=list(roles), **{**last_day, **fields})


@pytest.fixture
def as_(client: Client) -> Callable[[Membership], Client]:
    """Sign in as one of the cast: `as_(cast.adams).get(...)`."""

    def sign_in(who: Membership) -> Client:
        signed_in = Client()
        signed_in.force_login(who.user)
        return signed_in

    return sign_in


# Builders


@pytest.fixture(scope="session")
def _world(django_db_setup: None, django_db_blocker: Any) -> Iterator[SimpleNamespace]:
    """The world, built once into a database of its own."""
    from tests.world import build, kept

    with django_db_blocker.unblock():
        _create(OF_THE_WORLD)
        _speak_with(OF_THE_WORLD)
        with kept():
            built = build()
        _speak_with(OWN)
        yield built
        databases.drop(_owner_url(), OF_THE_WORLD)


@pytest.fixture(scope="module")
def world(_world: SimpleNamespace, django_db_blocker: Any) -> Iterator[SimpleNamespace]:
    """Two practices with everything in them and everybody signed in; see tests/world.py. What a file does to them is undone."""
    from tests.world import undone

    with django_db_blocker.unblock():
        _speak_with(OF_THE_WORLD)
        with undone():
            yield deepcopy(_world)
        _speak_with(OWN)


@pytest.fixture
def main_street(practice: Practice) -> Location:
    return Location.objects.create(
        practice=practice, name="Main Street", street="1 Main Street", city="Asheville", state="NC"
    )


@pytest.fixture
def blue_ridge(practice: Practice) -> Payer:
    return Payer.objects.create(practice=practice, name="Blue Ridge PPO", unit_method="per_code")


@pytest.fixture
def pat(practice: Practice) -> Patient:
    return Patient.objects.create(
        practice=practice, chart_number="10482", first_name="Pat", last_name="Rivera", birth_date=date(1984, 3, 4)
    )


@pytest.fixture
def coverage(pat: Patient, blue_ridge: Payer) -> Coverage:
    return Coverage.objects.create(practice=pat.practice, patient=pat, payer=blue_ridge, member_id="BR-1001")


@pytest.fixture
def back_pain(pat: Patient) -> Episode:
    """Low back pain with two diagnoses and two goals: to lift (functional) and to stand."""
    episode = Episode.objects.create(
        practice=pat.practice, patient=pat, complaint="Low back pain, lifting injury", onset_on=date(2026, 11, 2),
        first_treated_on=date(2026, 11, 4), frequency="twice a week", duration="6 weeks",
    )  # fmt: skip
    for position, (code, title) in enumerate(DIAGNOSES):
        Diagnosis.objects.create(practice=pat.practice, episode=episode, position=position, code=code, title=title)
    Goal.objects.create(
        practice=pat.practice, episode=episode, text="lift 30 lb totes from floor to bench", measure="load", unit="lb",
        baseline="10", target="30", due_on=date(2026, 12, 18),
    )  # fmt: skip
    Goal.objects.create(
        practice=pat.practice, episode=episode, text="stand through an 8 h shift", measure="time", unit="h",
        baseline="3", target="8", due_on=date(2026, 12, 18),
    )  # fmt: skip
    return episode


DIAGNOSES = (
    ("M99.03", "Segmental and somatic dysfunction of lumbar region"),
    ("M54.50", "Low back pain, unspecified"),
)


@pytest.fixture
def visit(pat: Patient, cast: SimpleNamespace, main_street: Location, coverage: Coverage) -> Visit:
    return Visit.objects.create(
        practice=pat.practice, patient=pat, clinician=cast.adams, location=main_street, coverage=coverage, on=TODAY,
        at=time(10), state=Visit.State.ARRIVED,
    )  # fmt: skip


@pytest.fixture
def draft(visit: Visit, back_pain: Episode) -> Note:
    """Dr. Adams's empty draft for Pat's visit, serving the back pain."""
    note = Note.objects.create(practice=visit.practice, visit=visit, patient=visit.patient, author=visit.clinician)
    note.note_episodes.create(practice=note.practice, patient=note.patient, episode=back_pain)
    return note
