"""Rows that the database holds together: what was issued is whole, what follows a signature follows one, one patient's rows
stay theirs."""

from types import SimpleNamespace

import pytest

from coding.models import Acknowledgement
from notes.addenda import seal, write
from notes.models import Correction
from tests.database.asking import ask, copy_of, refused, triggers
from tests.world import build

# What was issued


def test_an_issued_superbill_gets_no_further_line(ours: SimpleNamespace) -> None:
    with refused("coding_superbill_is_whole"):
        copy_of("coding_serviceline", "superbill_id", ours.bill.pk, position="position + 10")


def test_a_change_of_a_superbill_does_not_open_it_for_lines(ours: SimpleNamespace) -> None:
    with refused("coding_superbill_is_whole"):
        ask("UPDATE coding_superbill SET question = 'x' WHERE id = %s", ours.bill.pk)
        copy_of("coding_serviceline", "superbill_id", ours.bill.pk, position="position + 10")


@pytest.fixture
def issued(transactional_db: None) -> SimpleNamespace:
    """Dr. Adams's case in a database in which transactions end: within its own one a superbill still gets its lines."""
    case: SimpleNamespace = build().cases["adams"]
    return case


def test_no_superbill_is_made_for_lines_of_a_later_transaction(issued: SimpleNamespace) -> None:
    """Whatever the web role says, a superbill is born in the transaction that makes it."""
    copy_of("coding_superbill", "id", issued.bill.pk, number="number + 100", coverage_id="NULL", born_in="'for ever'")
    [(pk, born)] = ask("SELECT id, born_in FROM coding_superbill WHERE coverage_id IS NULL")
    assert born != "for ever"
    with refused("coding_superbill_is_whole"):
        copy_of("coding_serviceline", "superbill_id", issued.bill.pk, superbill_id=f"'{pk}'")


def test_the_transaction_of_a_superbill_is_not_rewritten(ours: SimpleNamespace) -> None:
    with refused("InsufficientPrivilege"):
        ask("UPDATE coding_superbill SET born_in = '' WHERE id = %s", ours.bill.pk)


# What follows the signature


def test_a_correction_joins_no_addendum_that_is_there(ours: SimpleNamespace) -> None:
    addendum, row = ours.signed.addenda.get(), ours.signed.activities.get()
    with refused("notes_addendum_is_whole"):
        Correction.objects.create(
            practice=ours.practice, note=ours.signed, addendum=addendum, position=0, kind="activity", row_id=row.pk,
            deed="changed", field="minutes", old="15", new="25", reason="Late.",
        )  # fmt: skip


def test_a_correction_is_of_the_note_of_its_addendum(ours: SimpleNamespace) -> None:
    with refused("notes_correction_addendum_id_same_note_id"):
        addendum = write(ours.signed, by=ours.doctor, text="Called.")
        seal(addendum, by=ours.doctor, proof="password")
        Correction.objects.create(
            practice=ours.practice, note=ours.supervised, addendum=addendum, position=0, kind="note", row_id=ours.supervised.pk,
            deed="changed", field="total_minutes", old="30", new="25", reason="Elsewhere.",
        )  # fmt: skip


def test_what_follows_the_signature_is_on_the_list(world: SimpleNamespace) -> None:
    assert triggers("note_is_signed") == {
        "notes_signature", "notes_addendum", "notes_attestation", "notes_correction", "notes_retraction",
    }  # fmt: skip


@pytest.mark.parametrize("table", ["notes_signature", "notes_addendum"])
def test_a_draft_is_neither_signed_for_nor_added_to(ours: SimpleNamespace, table: str) -> None:
    with refused("note_is_signed"):
        copy_of(table, "note_id", ours.signed.pk, note_id=f"'{ours.draft.pk}'")


@pytest.mark.parametrize("change", ["signed_at = now()", "signed_by_id = '{baker}'"])
def test_a_note_takes_no_signature_of_another_moment_or_by_another(
    ours: SimpleNamespace, world: SimpleNamespace, change: str
) -> None:
    signed = {"signed_at": f"'{ours.signed.signed_at}'", "signed_by_id": f"'{ours.doctor.pk}'"}
    column, value = change.format(baker=world.people["baker"].pk).split(" = ")
    sets = ", ".join(f"{name} = {given}" for name, given in (signed | {column: value}).items())
    ask(f"UPDATE notes_note SET {sets} WHERE id = %s", ours.draft.pk)
    with refused("signature_is_the_notes"):
        copy_of("notes_signature", "note_id", ours.signed.pk, note_id=f"'{ours.draft.pk}'", sequence="sequence + 100")


# One patient's rows


@pytest.mark.parametrize("change", ["alert_id = '{alert}'", "alert_id = '{alert}', patient_id = '{patient}'"])
def test_an_answer_is_to_no_other_patients_alert(ours: SimpleNamespace, world: SimpleNamespace, change: str) -> None:
    theirs = world.cases["baker"]
    with refused("ForeignKeyViolation"):
        ask(
            f"UPDATE notes_alertanswer SET {change.format(alert=theirs.alert.pk, patient=theirs.patient.pk)} WHERE note_id = %s",
            ours.draft.pk,
        )


def test_an_answered_alert_does_not_move_to_another_patient(ours: SimpleNamespace, world: SimpleNamespace) -> None:
    with refused("ForeignKeyViolation"):
        ask("UPDATE clinic_alert SET patient_id = %s WHERE id = %s", world.cases["baker"].patient.pk, ours.alert.pk)


@pytest.mark.parametrize("column", ["coverage_id", "visit_id", "note_id"])
@pytest.mark.parametrize("also", ["", "patient"])
def test_a_superbill_is_for_the_coverage_and_the_note_of_its_visit(
    ours: SimpleNamespace, world: SimpleNamespace, column: str, also: str
) -> None:
    """Tried with a void one, of which there may be several."""
    ask("UPDATE coding_superbill SET voided_at = now(), voided_by_id = issued_by_id WHERE id = %s", ours.bill.pk)
    theirs = world.cases["baker"]
    other = {"coverage_id": theirs.coverage.pk, "visit_id": theirs.visit.pk, "note_id": theirs.draft.pk}[column]
    changed = {column: f"'{other}'", "number": "number + 100"} | (
        {"patient_id": f"'{theirs.patient.pk}'"} if also else {}
    )
    with refused("ForeignKeyViolation"):
        copy_of("coding_superbill", "id", ours.bill.pk, **changed)


def lasting(ours: SimpleNamespace) -> Acknowledgement:
    both = {"practice": ours.practice, "given_by": ours.doctor, "slug": "a-check", "reason": "so"}
    made: Acknowledgement = ours.draft.acknowledgements.create(**both, episode=ours.episode, causes=["warn"])
    return made


def test_a_reason_holds_for_a_complaint_of_its_note(ours: SimpleNamespace, world: SimpleNamespace) -> None:
    theirs = world.cases["baker"]
    reason = lasting(ours)
    with refused("coding_acknowledgement_of_a_served_episode"):
        ask("UPDATE coding_acknowledgement SET episode_id = %s WHERE id = %s", theirs.episode.pk, reason.pk)
    for change in ("episode_id = NULL", "causes = NULL", "causes = '{}'", "earlier_id = id"):
        with refused("lasting_reason_is_whole"):
            ask(f"UPDATE coding_acknowledgement SET {change} WHERE id = %s", reason.pk)


def test_a_reason_is_repeated_and_taken_back_in_notes_of_its_complaint(
    ours: SimpleNamespace, world: SimpleNamespace
) -> None:
    reason, theirs = lasting(ours), world.cases["baker"]
    both = {"practice": theirs.practice, "episode": theirs.episode}
    with refused("ForeignKeyViolation"):
        theirs.draft.ended_reasons.create(**both, acknowledgement=reason, ended_by=theirs.doctor)
    with refused("ForeignKeyViolation"):
        theirs.draft.acknowledgements.create(**both, slug="a", reason="so", given_by=theirs.doctor, earlier=reason)


def test_the_last_unit_is_settled_for_a_payer_of_the_notes_patient(
    ours: SimpleNamespace, world: SimpleNamespace
) -> None:
    with refused("ForeignKeyViolation"):
        ask(
            "INSERT INTO coding_lastunit (practice_id, note_id, coverage_id, codes, chosen_by_id) VALUES (%s, %s, %s, %s, %s)",
            ours.practice.pk,
            ours.draft.pk,
            world.cases["baker"].coverage.pk,
            ["97110"],
            ours.doctor.pk,
        )
