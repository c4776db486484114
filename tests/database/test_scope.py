"""No row points at a row of another practice, another patient or another episode."""

from types import SimpleNamespace

import pytest

from tests.database.asking import ask, refused


@pytest.mark.parametrize(
    ("table", "pk", "column", "other"),
    [
        ("clinic_alert", "alert", "patient_id", "patient"),
        ("clinic_coverage", "coverage", "patient_id", "patient"),
        ("clinic_coverage", "coverage", "payer_id", "payer"),
        ("clinic_visit", "visit", "patient_id", "patient"),
        ("clinic_visit", "visit", "clinician_id", "doctor"),
        ("clinic_visit", "visit", "location_id", "location"),
        ("clinic_visit", "visit", "coverage_id", "coverage"),
        ("notes_episode", "episode", "patient_id", "patient"),
        ("notes_episode", "episode", "coverage_id", "coverage"),
        ("notes_goal", "goal", "episode_id", "episode"),
        ("notes_diagnosis", "diagnosis", "episode_id", "episode"),
        ("notes_plannedservice", "service", "episode_id", "episode"),
        ("notes_plannedservice", "service", "goal_id", "goal"),
        ("notes_note", "draft", "visit_id", "planned"),
        ("notes_note", "draft", "patient_id", "patient"),
        ("notes_note", "draft", "author_id", "doctor"),
        ("notes_activity", "activity", "note_id", "draft"),
        ("notes_activity", "activity", "episode_id", "episode"),
        ("notes_activity", "activity", "goal_id", "goal"),
        ("notes_activity", "activity", "performer_id", "doctor"),
        ("notes_activity", "activity", "written_by_id", "doctor"),
        ("notes_adjustment", "adjustment", "episode_id", "episode"),
        ("notes_adjustment", "adjustment", "written_by_id", "doctor"),
        ("notes_examfinding", "finding", "episode_id", "episode"),
        ("notes_examfinding", "finding", "written_by_id", "doctor"),
        ("coding_pickedservice", "picked", "fee_id", "fee"),
        ("coding_pickedservice", "picked", "episode_id", "episode"),
        ("coding_superbill", "bill", "reviewed_by_id", "doctor"),
        ("coding_superbill", "bill", "held_by_id", "doctor"),
        ("coding_superbill", "bill", "voided_by_id", "doctor"),
    ],
)
def test_a_row_points_at_nothing_of_another_practice(
    ours: SimpleNamespace, world: SimpleNamespace, table: str, pk: str, column: str, other: str
) -> None:
    witness = {f"{name}_by_id": f", {name}_at = now()" for name in ("reviewed", "held", "voided")}
    also = ", ended_on = now()" if table == "notes_diagnosis" else witness.get(column, "")
    with refused("ForeignKeyViolation"):
        theirs = getattr(world.cases["stranger"], other).pk
        ask(f"UPDATE {table} SET {column} = %s{also} WHERE id = %s", theirs, getattr(ours, pk).pk)


@pytest.mark.parametrize(
    ("table", "pk", "column", "other"),
    [
        ("clinic_visit", "visit", "coverage_id", "coverage"),
        ("notes_episode", "episode", "coverage_id", "coverage"),
        ("notes_note", "draft", "visit_id", "planned"),
        ("notes_plannedservice", "service", "goal_id", "goal"),
        ("notes_activity", "activity", "goal_id", "goal"),
        ("notes_activity", "activity", "episode_id", "episode"),
        ("notes_activity", "activity", "note_id", "draft"),
        ("notes_adjustment", "adjustment", "episode_id", "episode"),
        ("notes_examfinding", "finding", "episode_id", "episode"),
        ("coding_pickedservice", "picked", "episode_id", "episode"),
    ],
)
def test_a_row_points_at_nothing_of_another_patient(
    ours: SimpleNamespace, world: SimpleNamespace, table: str, pk: str, column: str, other: str
) -> None:
    with refused("ForeignKeyViolation"):
        theirs = getattr(world.cases["baker"], other).pk
        ask(f"UPDATE {table} SET {column} = %s WHERE id = %s", theirs, getattr(ours, pk).pk)


def test_a_note_does_not_serve_another_patients_episode(ours: SimpleNamespace, world: SimpleNamespace) -> None:
    for whose in ("baker", "stranger"):
        with refused("ForeignKeyViolation"):
            ask(
                "INSERT INTO notes_noteepisode (note_id, episode_id, practice_id, patient_id) VALUES (%s, %s, %s, %s)",
                ours.draft.pk,
                world.cases[whose].episode.pk,
                ours.practice.pk,
                ours.patient.pk,
            )


def test_a_row_does_not_change_its_practice(ours: SimpleNamespace, world: SimpleNamespace) -> None:
    for table, row in (("notes_activity", ours.activity), ("notes_goal", ours.goal), ("clinic_visit", ours.visit)):
        with refused("ForeignKeyViolation"):
            ask(f"UPDATE {table} SET practice_id = %s WHERE id = %s", world.elsewhere.pk, row.pk)
