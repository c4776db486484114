"""Audit packets: what goes into each form, that they can be checked without the database, and that giving one out is told."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import typst
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic.models import Membership
from clinic.requests.deeds import new_key
from clinic.roles import Role
from coding.models import Superbill
from coding.packet_pdf import TEMPLATE, given, packet_pdf
from coding.packets import OUTSIDE, PRACTICE, Wanted, notes_of, packet_of
from coding.retraction import retract
from notes.amendments import take
from notes.models import AmendmentRequest, ExamFinding, Note
from notes.packets import faults_of, links_in
from notes.rows import remove_row
from notes.verifying import Unchecked
from tests.notes.test_corrections import add, correction
from tests.world import note as written
from tests.world import sign, undone


@pytest.fixture
def case(world: SimpleNamespace) -> Iterator[SimpleNamespace]:
    with undone():
        yield world.cases["adams"]


@pytest.fixture
def keyed(settings: Any) -> None:
    """A key of the practice's own, under which the world's links are known too."""
    settings.CHAIN_KEYS = {settings.CHAIN_KEY_ID: settings.CHAIN_KEY}
    settings.CHAIN_KEY_ID, settings.CHAIN_KEY = "2", "the practice's own key"


def made(case: SimpleNamespace, by: Any = None, **asked: Any) -> dict[str, Any]:
    wanted = Wanted(case.patient, by or case.doctor, **({"recipient": "Blue Ridge", "purpose": "payment"} | asked))
    return json.loads(json.dumps(packet_of(wanted, notes_of(wanted).iterator(50))))  # type: ignore[no-any-return]


def words_in(packet: dict[str, Any]) -> str:
    return json.dumps(packet, ensure_ascii=False).lower()


# What is in it


@pytest.mark.parametrize("form", [OUTSIDE, PRACTICE])
def test_a_packet_holds_the_signed_record_and_nothing_of_a_draft(form: str, case: SimpleNamespace) -> None:
    text = words_in(made(case, form=form))
    spoken = case.signed_words.given - {word for word in case.signed_words.given if word.endswith("picked")}
    assert {word for word in spoken if word not in text} == set()
    assert {word for word in case.draft_words.given if word in text} == set()
    assert str(case.bill.number) in text and "qadamsplangoal" in text


def test_outsiders_learn_nothing_of_flags_reasons_edits_and_disclosures(case: SimpleNamespace) -> None:
    outside, inside = made(case), made(case, form=PRACTICE)
    assert "patient declined" in words_in(inside) and "patient declined" not in words_in(outside)
    note = outside["notes"][0]
    assert not {"lines", "flags", "decisions", "edits"} & set(note) and "disclosures" not in outside
    assert {"lines", "flags", "decisions", "edits"} <= set(inside["notes"][0]) and "disclosures" in inside


def test_a_retracted_note_is_not_for_outsiders(case: SimpleNamespace) -> None:
    retract(case.signed, by=case.doctor, reason="wrong patient", meant_for=None, proof="password", key=new_key())
    assert made(case, note=case.signed.pk)["notes"] == []
    [note] = made(case, note=case.signed.pk, form=PRACTICE)["notes"]
    assert note["retracted"]["why"] == "wrong patient"


@pytest.fixture
def flexion(case: SimpleNamespace) -> Any:
    """A measure of a signed note."""
    draft = written(case, time(13), case.signed_words)
    both = {"practice": case.practice, "written_by": case.doctor, "episode": case.episode}
    found = draft.findings.create(
        **both, kind="motion", region="lumbar", words="flexion", value="35", unit="°", position=9
    )
    sign(draft, case.doctor)
    return ExamFinding.objects.select_related("note").get(pk=found.pk)


def measures_in(packet: dict[str, Any]) -> list[list[str]]:
    return [each for episode in packet["episodes"] for each in episode["measures"]]


@pytest.mark.parametrize("form", [OUTSIDE, PRACTICE])
def test_a_measure_that_was_corrected_is_told_as_it_stands_and_says_so(
    form: str, case: SimpleNamespace, flexion: Any
) -> None:
    day = str(case.day)
    assert measures_in(made(case, form=form)) == [[day, "Lumbar: flexion 35°", "35 °", ""]]
    add(flexion.note, case.doctor, correction(flexion, "value", '"35"', '"53"'))
    packet = made(case, form=form)
    assert measures_in(packet) == [[day, "Lumbar: flexion 53°", "53 °", "corrected later"]]
    assert f"{day} Lumbar: flexion 53° (corrected later)" in said_in(packet, "par")


def test_what_was_withdrawn_is_no_measure(case: SimpleNamespace, flexion: Any) -> None:
    add(flexion.note, case.doctor, correction(flexion, "", '"Flexion"', "null", deed="withdrawn"))
    assert measures_in(made(case)) == []


def test_a_retracted_note_is_no_part_of_the_course(case: SimpleNamespace, flexion: Any) -> None:
    both = {"by": case.doctor, "meant_for": None, "proof": "password"}
    retract(flexion.note, reason="wrong patient", key=new_key(), **both)
    packet = made(case, form=PRACTICE, note=flexion.note_id)
    assert measures_in(packet) == [] and packet["episodes"][0]["goals"][0]["reached"] == []


def test_the_practice_is_told_of_a_row_that_was_taken_out(case: SimpleNamespace) -> None:
    draft = written(case, time(13), case.signed_words)
    row, tess = draft.activities.get(), Membership.objects.get(practice=case.practice, roles=[Role.ASSISTANT])
    both = {"practice": case.practice, "written_by": case.doctor, "episode": case.episode}
    draft.activities.create(**both, description="Box lifts x 12 with cueing", intents=row.intents,
        goal=row.goal, regions=row.regions, minutes=15, delivery="one_on_one", dose="15 lb x 12", response="Held",
        performer=case.doctor, why="cueing")  # fmt: skip
    remove_row(row, by=tess, version=draft.version, key=None, base=None, fields=[])
    sign(Note.objects.get(pk=draft.pk), case.doctor)
    [note] = made(case, note=draft.pk, form=PRACTICE)["notes"]
    told = [(each["by"], each["what"]) for each in note["edits"] if each["row"] == str(row.pk)]
    assert told[0] == (tess.full_name, "activity taken out") and (tess.full_name, "minutes: 15 → nothing") in told
    assert "taken out" not in words_in(made(case, note=draft.pk))


def test_one_note_one_complaint_or_the_days_between_two_dates(case: SimpleNamespace) -> None:
    own = notes_of(Wanted(case.patient, case.doctor)).count()
    assert len(made(case, note=case.signed.pk)["notes"]) == 1
    assert len(made(case, episode=case.episode.pk)["notes"]) == own
    assert made(case, until=case.day.replace(year=case.day.year - 1))["notes"] == []
    assert len(made(case, since=case.day, until=case.day)["notes"]) == own


def test_nobody_gets_more_than_they_may_read(case: SimpleNamespace, world: SimpleNamespace) -> None:
    billed = {str(pk) for pk in Superbill.objects.filter(note__patient=case.patient).values_list("note", flat=True)}
    assert {note["id"] for note in made(case, by=world.people["bill"])["notes"]} == billed
    assert "episodes" not in made(case, by=world.people["bill"])
    assert made(case, by=world.people["stranger"])["notes"] == []


def test_with_a_billed_note_goes_what_was_asked_about_it_and_what_a_biller_leaves_out_is_said(
    case: SimpleNamespace, world: SimpleNamespace
) -> None:
    """What a patient asks for and disagrees with goes along with the note that it is about, to whomever that goes."""
    at_large = AmendmentRequest.objects.create(
        practice=case.practice,
        patient=case.patient,
        received_on=case.day,
        entered_by=case.doctor,
        asked="About it all.",
    )
    packet = made(case, by=world.people["bill"])
    assert [each["asked"] for each in packet["amendment_requests"]] == [case.amendment.asked]
    assert packet["left_out"] in said_in(packet, "par") and check(packet) == []
    clinicians = made(case)
    assert {each["asked"] for each in clinicians["amendment_requests"]} == {case.amendment.asked, at_large.asked}
    assert "left_out" not in clinicians


# Checking it


def check(packet: Any) -> list[str]:
    return [each.why for each in faults_of(packet) if not isinstance(each, Unchecked)]


@pytest.mark.parametrize("form", [OUTSIDE, PRACTICE])
def test_a_packet_that_is_as_it_was_made_has_no_fault(form: str, case: SimpleNamespace, keyed: None) -> None:
    assert list(faults_of(made(case, form=form))) == []


def change(packet: Any, path: str, value: Any) -> None:
    *ways, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    for step in ways:
        packet = packet[step]
    packet[last] = value


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("notes/0/content/note/subjective", "Feels fine.", "does not fit the digest"),
        ("notes/0/content/note/id", "0", "belongs to another note"),
        ("notes/0/lines/edition", "none", "its lines"),
        ("notes/0/attestations/0/content/text", "Nothing.", "the addendum to it"),
        ("notes/0/signature/said/name", "Somebody Else", "not what the key makes of it"),
        ("notes/0/signature/said/signed_at", "2020-01-01T00:00:00.000000+00:00", "not what the key makes of it"),
        ("notes/0/signature/link", "0" * 64, "not what the key makes of it"),
        ("notes/0/reads/subjective", "Feels fine.", "changed after it was made"),
        ("notes/0/superbills/0/total", "$1.00", "changed after it was made"),
        ("patient/name", "Somebody Else", "changed after it was made"),
        ("seal/code", "0" * 64, "its seal"),
        ("notes/0/attestations/0/said/sequence", 1, "two links stand in one place"),
        ("notes/0/signature", {}, "a part of it is missing"),
    ],
)
def test_a_change_is_found(path: str, value: Any, says: str, case: SimpleNamespace, keyed: None) -> None:
    packet = made(case, form=PRACTICE)
    sequence = packet["notes"][0]["signature"]["said"]["sequence"]
    change(packet, path, sequence if path.endswith("sequence") else value)
    assert any(says in why for why in check(packet)), check(packet)


def test_a_note_that_was_taken_out_is_missed_by_the_digest(case: SimpleNamespace, keyed: None) -> None:
    packet = made(case)
    packet["notes"] = []
    assert check(packet) == ["it was changed after it was made: its digest does not fit"]


def test_without_the_key_contents_are_checked_and_the_rest_is_told_to_be_open(
    case: SimpleNamespace, keyed: None, settings: Any
) -> None:
    packet = made(case)
    settings.CHAIN_KEYS, settings.CHAIN_KEY_ID, settings.CHAIN_KEY = {}, "1", settings.DEVELOPMENT_KEY
    assert check(packet) == [] and all(isinstance(each, Unchecked) for each in faults_of(packet))
    changed = deepcopy(packet)
    changed["notes"][0]["content"]["note"]["plan"] = "Other."
    assert any("does not fit the digest" in why for why in check(changed))


def run(capsys: Any, file: Path) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended, CaptureQueriesContext(connection) as asked:
        call_command("verify", "--json", "--packet", str(file))
    assert len(asked) == 0
    return int(ended.value.code or 0), json.loads(capsys.readouterr().out)


def test_the_command_checks_a_file_and_asks_no_database(
    case: SimpleNamespace, keyed: None, settings: Any, tmp_path: Path, capsys: Any
) -> None:
    file = tmp_path / "packet.json"
    packet = made(case)
    file.write_text(json.dumps(packet))
    status, told = run(capsys, file)
    assert (status, told["links"]) == (0, links_in(packet))
    change(packet, "notes/0/content/note/plan", "Other.")
    file.write_text(json.dumps(packet))
    assert run(capsys, file)[0] == 1
    for nonsense in ("{", "[]", '{"version": 99}'):
        file.write_text(nonsense)
        assert run(capsys, file)[0] == 2
    assert run(capsys, tmp_path / "nowhere.json")[0] == 2


# As PDF


@pytest.mark.parametrize("form", [OUTSIDE, PRACTICE])
def test_the_pdf_begins_each_note_on_a_page(form: str, case: SimpleNamespace) -> None:
    pdf = packet_pdf(made(case, form=form))
    [pages] = re.findall(rb"/Type/Pages/Count (\d+)", pdf)
    assert int(pages) >= 2 + len(made(case, form=form)["notes"])


def said_in(packet: dict[str, Any], element: str) -> list[str]:
    """Return the words of each heading or paragraph of the PDF."""

    def words(found: Any) -> str:
        if isinstance(found, list):
            return "".join(map(words, found))
        if not isinstance(found, dict):
            return ""
        if found.get("func") in ("space", "linebreak"):
            return " "
        return str(found.get("text") or "") or words([found.get(name) for name in ("children", "child", "body")])

    return [words(each) for each in json.loads(typst.query(TEMPLATE, element, **given(packet)))]


def test_the_pdf_has_no_heading_over_nothing(case: SimpleNamespace) -> None:
    packet = made(case, form=PRACTICE)
    assert "What the signer was told and decided" in said_in(packet, "heading")
    for note in packet["notes"]:
        note["flags"], note["decisions"], note["edits"] = [], [], []
        note["reads"] |= {"findings": [], "objective": ""}
    empty = {"What the signer was told and decided", "How the note came about", "Objective"}
    assert not empty & set(said_in(packet, "heading"))


def test_the_pdf_says_of_a_goal_only_what_is_known(case: SimpleNamespace) -> None:
    packet = made(case)
    [goal, *_] = packet["episodes"][0]["goals"]
    for known, says in (
        ({"baseline": "", "target": ""}, ""),
        ({"target": "30"}, ", to 30 lb"),
        ({"baseline": "10"}, ", from 10 to 30 lb"),
    ):
        goal |= {"text": "lift totes", "unit": "lb", **known}
        assert f"Goal: lift totes{says}" in said_in(packet, "par")


def test_a_request_to_amend_names_its_note_and_the_addendum(case: SimpleNamespace) -> None:
    take(case.amendment, kind="accepted", words="Right.", by=case.doctor, addendum=case.signed.addenda.first())
    packet = made(case)
    day = case.signed.visit.on
    assert f"Received {case.amendment.received_on}, about the note of {day}" in said_in(packet, "heading")
    assert any("Amended by the addendum of" in words for words in said_in(packet, "par"))
