"""Emergency access: a reason, one patient, a proof, an hour, pages that only read, and admins who are told."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from clinic import clock
from clinic.models import AccessEvent, BreakGlass, BreakGlassReview, Membership
from clinic.requests.deeds import new_key
from clinic.roles import Role
from tests.conftest import PASSWORD
from tests.database.asking import DENIED, ask, refused
from tests.world import send, undone

FACT = "A hospital or an emergency crew asks what was done"


@pytest.fixture
def world(world: SimpleNamespace) -> Iterator[SimpleNamespace]:
    with undone():
        yield world


def break_it(world: SimpleNamespace, person: str = "frances", **changed: Any) -> Any:
    pat = world.cases["adams"].patient
    body = {
        "who": f"{pat.first_name} {pat.last_name}", "born": "3/4/1984", "fact": FACT, "words": "Memorial, Dr. Ng",
        "password": PASSWORD, "key": str(new_key()),
    }  # fmt: skip
    return send("POST", "/riverside/emergency/", world.sessions[person], body | changed)


def open_of(world: SimpleNamespace, person: str = "frances") -> BreakGlass:
    return BreakGlass.objects.get(member=world.people[person], reason__startswith=FACT)


def read(world: SimpleNamespace, glass: BreakGlass, person: str = "frances", note: Any = None) -> Any:
    return send("GET", f"/emergency/{glass.pk}/" + (f"notes/{note.pk}/" if note else ""), world.sessions[person])


@contextmanager
def an_hour_later(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    then = timezone.now() + timedelta(minutes=61)
    with monkeypatch.context() as patched:
        patched.setattr(clock, "now", lambda: then)
        yield


@pytest.mark.parametrize("person", ["frances", "bill", "olga", "rita"])
def test_who_has_no_access_reads_one_patients_notes_drafts_too(world: SimpleNamespace, person: str) -> None:
    case, other = world.cases["adams"], world.cases["baker"]
    answer, glass = break_it(world, person), open_of(world, person)
    assert (answer.status_code, answer.url) == (302, f"/emergency/{glass.pk}/")
    assert "signed" in read(world, glass, person).text
    for note, word in ((case.draft, "qadamsdraftplan"), (case.signed, "qadamssignedplan")):
        page = read(world, glass, person, note)
        assert word in page.text and "Emergency access" in page.text and "End now" in page.text
    assert read(world, glass, person, other.signed).status_code == 404


def test_what_is_read_has_kinds_of_its_own_and_names_the_access(world: SimpleNamespace) -> None:
    break_it(world)
    glass, case = open_of(world), world.cases["adams"]
    read(world, glass)
    read(world, glass, note=case.draft)
    rows = AccessEvent.objects.filter(kind__startswith="glass-", user_id=world.people["frances"].user_id).order_by("id")
    assert [row.kind for row in rows] == ["glass-broken", "glass-opened", "glass-note-read"]
    assert {tuple(row.patient_ids) for row in rows} == {(case.patient.pk,)}
    assert rows[0].detail["reason"] == f"{FACT}: Memorial, Dr. Ng" and rows[2].detail["glass"] == str(glass.pk)


def test_no_other_page_shows_more_because_of_it(world: SimpleNamespace) -> None:
    break_it(world)
    case, frances = world.cases["adams"], world.sessions["frances"]
    assert send("GET", f"/notes/{case.signed.pk}/", frances).status_code == 403
    assert "qadamsdraft" not in send("GET", f"/patients/{case.patient.pk}/", frances).text


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"password": "wrong"}, "not your password"),
        ({"password": ""}, "Show that it is you"),
        ({"born": "3/5/1984"}, "No patient has this"),
        ({"who": "Nobody"}, "No patient has this"),
        ({"fact": ""}, "Pick why"),
        ({"fact": "other", "words": ""}, "Say in a few words"),
    ],
)
def test_without_proof_reason_or_the_right_patient_nothing_opens(
    world: SimpleNamespace, changed: dict[str, str], says: str
) -> None:
    answer = break_it(world, **changed)
    assert answer.status_code == 422 and says in answer.text
    assert "Memorial, Dr. Ng" in answer.text or not changed.get("words", "x")
    assert not BreakGlass.objects.filter(member=world.people["frances"]).exists()


def test_who_looks_for_somebody_by_this_page_is_written_down(world: SimpleNamespace) -> None:
    break_it(world, who="Nobody")
    [row] = AccessEvent.objects.filter(kind="glass-not-found")
    assert (row.user_id, row.patient_ids, row.detail) == (world.people["frances"].user_id, [], {})


@pytest.mark.parametrize("changed", [{"password": ""}, {"password": "wrong"}, {"fact": ""}])
def test_who_is_found_without_being_opened_is_written_down(world: SimpleNamespace, changed: dict[str, str]) -> None:
    """The answer tells that there is such a patient, so the log tells who asked."""
    break_it(world, "olga", **changed)
    [row] = AccessEvent.objects.filter(kind="patients-searched", user_id=world.people["olga"].user_id)
    assert row.patient_ids == [world.cases["adams"].patient.pk]


def test_nobody_finds_a_patient_of_another_practice(world: SimpleNamespace) -> None:
    theirs = world.cases["stranger"].patient
    assert break_it(world, who=theirs.chart_number).status_code == 422


def test_it_is_over_after_an_hour(world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    break_it(world)
    glass, case = open_of(world), world.cases["adams"]
    assert glass.ends_at - glass.created_at <= timedelta(minutes=60, seconds=5)
    with an_hour_later(monkeypatch):
        for note in (None, case.draft):
            answer = read(world, glass, note=note)
            assert answer.status_code == 409 and "is over" in answer.text
            assert not [word for word in case.known if word in answer.text]


def test_it_is_ended_before(world: SimpleNamespace) -> None:
    break_it(world)
    glass, frances = open_of(world), world.sessions["frances"]
    assert send("POST", f"/emergency/{glass.pk}/end/", frances).status_code == 302
    assert read(world, glass).status_code == 409
    send("POST", f"/emergency/{glass.pk}/end/", frances)
    assert AccessEvent.objects.filter(kind="glass-ended").count() == 1


def test_who_loses_their_place_loses_it_at_once(world: SimpleNamespace) -> None:
    break_it(world)
    glass = open_of(world)
    Membership.objects.filter(pk=world.people["frances"].pk).update(is_active=False)
    assert read(world, glass).status_code == 403


def test_one_key_breaks_one_glass(world: SimpleNamespace) -> None:
    key = str(new_key())
    assert break_it(world, key=key).url == break_it(world, key=key).url


# The admins


def end(world: SimpleNamespace, glass: BreakGlass, person: str = "frances") -> None:
    assert send("POST", f"/emergency/{glass.pk}/end/", world.sessions[person]).status_code == 302


def test_admins_are_told_until_one_has_looked_into_it(world: SimpleNamespace) -> None:
    break_it(world)
    glass, olga = open_of(world), world.sessions["olga"]
    read(world, glass, note=world.cases["adams"].signed)
    assert "Look into it" in send("GET", "/riverside/people/", olga).text
    page = send("GET", "/riverside/setup/", olga).text
    assert "Frances Field" in page and "Memorial, Dr. Ng" in page and "1 note opened" in page
    end(world, glass)
    send("POST", f"/emergency/{glass.pk}/review/", olga, {"words": "called Memorial, all right"})
    assert "Frances Field" not in send("GET", "/riverside/setup/", olga).text.split("<ol")[0]
    assert AccessEvent.objects.get(kind="glass-reviewed").detail["words"] == "called Memorial, all right"


def test_nobody_has_looked_into_what_is_still_open(world: SimpleNamespace) -> None:
    """More may be read in it, of which no notice would tell."""
    break_it(world)
    glass, olga = open_of(world), world.sessions["olga"]
    page = send("GET", "/riverside/setup/", olga).text
    assert "still open" in page and f"/emergency/{glass.pk}/review/" not in page
    send("POST", f"/emergency/{glass.pk}/review/", olga)
    assert not BreakGlassReview.objects.filter(glass=glass).exists()
    end(world, glass)
    assert f"/emergency/{glass.pk}/review/" in send("GET", "/riverside/setup/", olga).text


def test_nobody_looks_into_their_own_while_there_is_another_admin(world: SimpleNamespace) -> None:
    break_it(world, "olga")
    glass = open_of(world, "olga")
    Membership.objects.filter(pk=world.people["baker"].pk).update(roles=[Role.CLINICIAN, Role.ADMIN])
    end(world, glass, "olga")
    send("POST", f"/emergency/{glass.pk}/review/", world.sessions["olga"])
    assert not BreakGlassReview.objects.filter(glass=glass).exists()
    send("POST", f"/emergency/{glass.pk}/review/", world.sessions["baker"])
    assert BreakGlassReview.objects.filter(glass=glass, by=world.people["baker"]).exists()


# The database


@pytest.mark.parametrize(
    "statement",
    ["UPDATE clinic_breakglass SET reason = 'x'", "UPDATE clinic_breakglass SET ends_at = now() + '9 days'",
     "DELETE FROM clinic_breakglass", "DELETE FROM clinic_breakglassreview", "UPDATE clinic_breakglassreview SET words = ''"],
)  # fmt: skip
def test_what_was_taken_for_an_emergency_stays_written(world: SimpleNamespace, statement: str) -> None:
    with refused(DENIED):
        ask(statement)


def test_an_end_is_final(world: SimpleNamespace) -> None:
    break_it(world)
    pk = open_of(world).pk
    ask("UPDATE clinic_breakglass SET ended_at = now() WHERE id = %s", pk)
    with refused("glass_ends_once"), connection.cursor() as cursor:
        cursor.execute("UPDATE clinic_breakglass SET ended_at = NULL WHERE id = %s", [pk])
