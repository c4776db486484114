"""What follows a signature on the side of the bills still verifies: corrections, retractions, what the desk issues anew."""

import json
from typing import Any

import pytest
from django.core.management import call_command

from coding.models import Superbill
from coding.superbills import void
from notes.models import Note, Signature
from tests.coding.test_reissue import Adding, adding, lifts  # noqa: F401


def verified(capsys: Any) -> tuple[int, list[str]]:
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        call_command("verify", "--json")
    return int(ended.value.code or 0), [each["why"] for each in json.loads(capsys.readouterr().out)["faults"]]


def test_a_corrected_note_and_its_new_superbill_verify(
    adding: Adding,  # noqa: F811
    lifts: Any,  # noqa: F811
    capsys: Any,
) -> None:
    adding.correct(lifts, "activity", minutes="30")
    adding.sign()
    assert Superbill.objects.count() == 2
    assert verified(capsys) == (0, [])


def test_what_the_desk_issues_anew_verifies(bill: Superbill, cast: Any, capsys: Any) -> None:
    void(bill, by=cast.frances, reason="Fee was corrected", reissue=True)
    assert verified(capsys) == (0, [])


def test_a_signature_that_names_a_supervisor_verifies(settled: Note, cast: Any, capsys: Any) -> None:
    from tests.coding.conftest import sign_it

    type(cast.adams).objects.filter(pk=cast.adams.pk).update(supervised_by=cast.baker)
    cast.adams.refresh_from_db()
    sign_it(settled, cast.adams)
    assert Signature.objects.get().supervisor == cast.baker
    assert verified(capsys) == (0, [])
