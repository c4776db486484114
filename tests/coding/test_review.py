"""Review and sign: what stops, what wants a reason, and the one transaction that signs and bills."""

import re
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import close_old_connections, connection
from django.test import Client
from django.urls import reverse

from clinic.models import AccessEvent, Coverage, Payer
from clinic.requests.deeds import new_key
from coding.models import Fee, Superbill
from coding.review import (
    NotAsShown,
    NotReady,
    acknowledge,
    bill_again,
    complete,
    mark_record_only,
    review,
    take_back,
)
from coding.review_sheet import groups
from notes.drafts import Changed, Signed, save_fields
from notes.models import Episode, Note
from tests.coding.conftest import at, form_of, sign_it


def test_lines_come_with_letters_and_pointers(ready: Note) -> None:
    [statement] = review(ready).statements
    assert [(row.line.code, row.pointers) for row in statement.lines] == [("98940", ("A", "B")), ("97530", ("A", "B"))]
    assert [(row.letter, row.code) for row in statement.diagnoses] == [("A", "M99.03"), ("B", "M54.50")]


def test_signing_freezes_the_note_and_issues_a_superbill(settled: Note, cast: SimpleNamespace) -> None:
    Fee.objects.create(practice=settled.practice, code="97530", title="Task practice", amount=42)
    signed = sign_it(settled, cast.adams)
    bill = Superbill.objects.get()
    assert signed.is_signed
    assert (bill.number, bill.payer_name, bill.note_id) == (1001, "Blue Ridge PPO", settled.pk)
    assert [(line.code, line.units, line.charge) for line in bill.lines.all()] == [("98940", 1, 0), ("97530", 1, 42)]
    assert signed.visit.state == "done"
    assert AccessEvent.objects.filter(kind="note-signed", object_id=settled.pk).count() == 1


def test_a_stop_refuses_the_signature(stopped: Note, cast: SimpleNamespace) -> None:
    with pytest.raises(NotReady):
        sign_it(stopped, cast.adams)
    assert not Note.objects.get().is_signed
    assert not Superbill.objects.exists()


def test_a_row_that_is_record_only_stops_nothing(stopped: Note, cast: SimpleNamespace) -> None:
    row = stopped.activities.get(minutes=8)
    assert row.pk in {flag.about and type(row.pk)(flag.about) for flag in review(stopped).stops}
    note = mark_record_only(stopped, row=row.pk, by=cast.adams, version=stopped.version)
    assert not review(note).stops
    bill_again(note, row=row.pk, by=cast.adams, version=note.version)
    assert review(note).stops


def test_a_warning_wants_a_reason(ready: Note, cast: SimpleNamespace) -> None:
    Note.objects.filter(pk=ready.pk).update(total_minutes=None)
    ready.activities.update(response="")
    [flag, *_] = review(ready).warnings
    with pytest.raises(NotReady):
        sign_it(ready, cast.adams)
    note = acknowledge(
        ready, slug=flag.slug, about=flag.about, reason="plateau expected", by=cast.adams, version=ready.version
    )
    assert flag in [settled for settled, _ in review(note).settled]
    take_back(note, slug=flag.slug, about=flag.about, by=cast.adams, version=note.version)
    assert flag in review(note).warnings


def test_a_decision_over_a_newer_version_conflicts(ready: Note, cast: SimpleNamespace) -> None:
    with pytest.raises(Changed):
        acknowledge(ready, slug="x", about="", reason="y", by=cast.adams, version=ready.version - 1)


def test_what_changed_since_it_was_read_is_not_signed(settled: Note, cast: SimpleNamespace) -> None:
    shown = review(settled).shown
    Note.objects.filter(pk=settled.pk).update(plan="Something else.")
    with pytest.raises(NotAsShown) as refused:
        sign_it(settled, cast.adams, shown=shown)
    assert refused.value.changes == ("the note changed",)
    assert not Note.objects.get().is_signed


def test_lines_that_changed_since_are_not_signed(settled: Note, cast: SimpleNamespace) -> None:
    shown = review(settled).shown
    Payer.objects.update(unit_method="total_time")
    with pytest.raises(NotAsShown):
        sign_it(settled, cast.adams, shown=shown)


def test_the_same_key_signs_once(settled: Note, cast: SimpleNamespace) -> None:
    given = {"shown": review(settled).shown, "key": new_key()}
    sign_it(settled, cast.adams, **given)
    sign_it(settled, cast.adams, **given)
    assert Superbill.objects.count() == 1


def test_a_second_signature_finds_the_note_signed(settled: Note, cast: SimpleNamespace) -> None:
    shown = review(settled).shown
    sign_it(settled, cast.adams)
    with pytest.raises(Signed):
        sign_it(settled, cast.adams, shown=shown)


def test_two_payers_get_a_superbill_each(settled: Note, cast: SimpleNamespace, blue_ridge: Payer) -> None:
    auto = Payer.objects.create(practice=settled.practice, name="Carolina Auto", kind="auto", unit_method="total_time")
    claim = Coverage.objects.create(
        practice=settled.practice, patient=settled.patient, payer=auto, claim_number="7731", order=2
    )
    neck = Episode.objects.create(
        practice=settled.practice, patient=settled.patient, complaint="Neck pain, collision", coverage=claim
    )
    neck.diagnoses.create(practice=settled.practice, code="M99.01", title="Segmental dysfunction, cervical")
    neck.goals.create(practice=settled.practice, text="drive 45 min without stopping", baseline="10", target="45")
    settled.note_episodes.create(practice=settled.practice, patient=settled.patient, episode=neck)
    both = {"practice": settled.practice, "written_by": cast.adams, "episode": neck}
    settled.adjustments.create(**both, region="cervical", segment="C5")
    settled.findings.create(**both, kind="pain", region="cervical", words="C5 tender")
    settled.findings.create(**both, kind="motion", region="cervical", words="rotation short")
    for flag in review(settled).warnings:
        settled = acknowledge(
            settled, slug=flag.slug, about=flag.about, reason="ok", by=cast.adams, version=settled.version
        )
    sign_it(settled, cast.adams)
    bills = {bill.payer_name: [line.code for line in bill.lines.all()] for bill in Superbill.objects.all()}
    assert bills == {"Blue Ridge PPO": ["98940", "97530"], "Carolina Auto, claim 7731": ["98940"]}
    assert sorted(Superbill.objects.values_list("number", flat=True)) == [1001, 1002]


# The right side of the page


def test_by_total_time_there_is_one_rule_for_the_day(ready: Note) -> None:
    Payer.objects.update(unit_method="total_time")
    [group] = groups(review(ready))
    assert group.day_rule
    assert (group.day_rule.minutes, [view.rule for view in group.lines]) == (15, [None, None])
    assert "This payer counts all timed minutes of the day together." in group.sentences


def test_by_code_each_timed_code_has_its_own_rule(ready: Note) -> None:
    [group] = groups(review(ready))
    assert [view.rule.minutes if view.rule else None for view in group.lines] == [None, 15]
    assert group.day_rule is None


def test_a_tie_says_that_either_may_take_the_last_unit(ready: Note, cast: SimpleNamespace) -> None:
    Payer.objects.update(unit_method="total_time")
    ready.activities.update(minutes=10)
    ready.activities.create(
        practice=ready.practice, written_by=cast.adams, episode=ready.note_episodes.get().episode, minutes=10,
        description="Dead bug and side plank for lumbar stabilisation strength, 3 x 30 s", intents=["strength"],
        regions=["lumbar"], delivery="one_on_one", performer=cast.adams, response="Held form",
    )  # fmt: skip
    [group] = groups(review(ready))
    [tie] = group.ties
    assert "Either may take the last unit" in tie.words and (tie.has, tie.may_have) == (("97530",), ("97110",))


def test_what_is_not_billed_says_why(stopped: Note, cast: SimpleNamespace) -> None:
    row = stopped.activities.get(minutes=8)
    mark_record_only(stopped, row=row.pk, by=cast.adams, version=stopped.version)
    [group] = groups(review(stopped))
    [kept] = group.not_billed
    assert (kept.words, kept.why) == ("Board balance 2 x 1 min, 8 min", "record only, not billed")


# At the same moment


def together(*deeds: Callable[[], Any]) -> list[Any]:
    """Run deeds in threads of their own, all starting at once; return what each returned or raised."""
    start, results = threading.Barrier(len(deeds)), [None] * len(deeds)

    def run(place: int) -> None:
        start.wait()
        try:
            results[place] = deeds[place]()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(deeds))]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    close_old_connections()
    return results


@pytest.mark.django_db(transaction=True)
def test_two_signatures_at_once_make_one(settled: Note, cast: SimpleNamespace) -> None:
    shown = review(settled).shown
    results = together(*[lambda: complete(settled, by=cast.adams, shown=shown, key=new_key())] * 4)
    assert sorted(type(result).__name__ for result in results) == ["Note", "Signed", "Signed", "Signed"]
    assert Superbill.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_edit_at_the_moment_of_signing_is_either_refused_or_stops_the_signature(
    settled: Note, cast: SimpleNamespace
) -> None:
    shown = review(settled).shown
    edit, signature = together(
        lambda: save_fields(settled, version=settled.version, key=None, base="", plan="Another plan."),
        lambda: complete(settled, by=cast.adams, shown=shown, key=new_key()),
    )
    note = Note.objects.get()
    if note.is_signed:
        assert isinstance(edit, Signed | Changed)
        assert note.plan == settled.plan
    else:
        assert isinstance(signature, NotAsShown)
        assert note.plan == "Another plan."


# The page


def test_the_page_shows_the_whole_note_and_its_lines_and_no_money(
    ready: Note, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    page = as_(cast.adams).get(at("review", ready)).content.decode()
    assert "Floor-to-waist box lifts" in page
    assert "97530" in page
    assert "Diagnoses A B" in page
    assert "$" not in page.split("</header>")[-1]


def test_a_colleague_reads_the_page_and_cannot_sign(
    settled: Note, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    baker = as_(cast.baker)
    page = baker.get(at("review", settled))
    assert b"Dr. Adams signs this note" in page.content
    assert baker.post(at("sign", settled), form_of(settled)).status_code == 404


def test_strangers_find_no_page_and_the_desk_has_none(
    settled: Note, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    assert as_(cast.stranger).get(at("review", settled)).status_code == 404
    assert as_(cast.frances).get(at("review", settled)).status_code == 403
    assert as_(cast.tess).post(at("sign", settled), form_of(settled)).status_code == 403
    assert as_(cast.stranger).post(at("acknowledge", settled)).status_code == 404


def test_the_right_password_signs(settled: Note, cast: SimpleNamespace, as_: Callable[..., Client]) -> None:
    answer = as_(cast.adams).post(at("sign", settled), form_of(settled))
    assert (answer.status_code, answer["HX-Redirect"]) == (200, reverse("notes:note", args=[settled.pk]))
    assert Note.objects.get().is_signed


def test_a_wrong_password_signs_nothing_and_says_so(
    settled: Note, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    answer = as_(cast.adams).post(at("sign", settled), form_of(settled, password="guess"))
    assert answer.status_code == 422
    assert b"not your password" in answer.content
    assert not Note.objects.get().is_signed
    assert AccessEvent.objects.filter(kind="proof-refused", user_id=cast.adams.user_id).count() == 1


def test_after_five_wrong_passwords_the_right_one_waits(
    settled: Note, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    adams = as_(cast.adams)
    for _ in range(5):
        adams.post(at("sign", settled), form_of(settled, password="guess"))
    answer = adams.post(at("sign", settled), form_of(settled))
    assert (answer.status_code, b"Too many" in answer.content) == (422, True)
    assert not Note.objects.get().is_signed


def test_a_page_that_is_out_of_date_shows_how_it_stands(
    settled: Note, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    sent = form_of(settled)
    Note.objects.filter(pk=settled.pk).update(plan="Another plan.")
    answer = as_(cast.adams).post(at("sign", settled), sent)
    assert answer.status_code == 409
    assert b"Another plan." in answer.content


def test_a_stopped_note_is_not_signed_through_the_page_either(
    stopped: Note, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    answer = as_(cast.adams).post(at("sign", stopped), form_of(stopped))
    assert (answer.status_code, Note.objects.get().is_signed) == (409, False)


def test_an_old_key_is_refused_beside_the_form(
    settled: Note, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    answer = as_(cast.adams).post(at("sign", settled), form_of(settled, key="nonsense"))
    assert answer.status_code == 422
    assert not Note.objects.get().is_signed


def test_record_only_and_back_through_the_page(
    stopped: Note, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    adams, row = as_(cast.adams), stopped.activities.get(minutes=8)
    page = adams.post(at("record-only", stopped), {"row": row.pk, "version": stopped.version})
    assert b"record only, not billed" in page.content
    adams.post(at("bill-again", stopped), {"row": row.pk, "version": stopped.version + 1})
    assert not stopped.record_only.exists()


def test_a_reason_is_asked_for_and_kept(ready: Note, cast: SimpleNamespace, as_: Callable[..., Client]) -> None:
    ready.activities.update(response="")
    adams, flag = as_(cast.adams), review(ready).warnings[0]
    sent = {"slug": flag.slug, "about": flag.about, "version": ready.version, "reason": " "}
    empty = adams.post(at("acknowledge", ready), sent)
    assert (empty.status_code, b"Say why" in empty.content) == (422, True)
    page = adams.post(at("acknowledge", ready), {**sent, "reason": "patient declined"})
    assert b"Stands: patient declined" in page.content


def test_the_reasons_offered_are_those_of_the_remark(
    ready: Note, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    ready.activities.update(response="")
    page = as_(cast.adams).get(at("review", ready)).content.decode()
    offered = set(re.findall(r'name="reason" value="([^"]+)"', page))
    assert "no change during or after it" in offered
    assert {flag.slug for flag in review(ready).warnings} == {"response-is-described"}
    assert "the patient declined to set one" not in offered


def test_a_decision_on_an_old_page_conflicts(ready: Note, cast: SimpleNamespace, as_: Callable[..., Client]) -> None:
    row = ready.activities.first()
    answer = as_(cast.adams).post(at("record-only", ready), {"row": row.pk, "version": ready.version + 7})
    assert answer.status_code == 409


@pytest.mark.parametrize("version", ["", "1_0", "１", "-1", "9" * 30, "\x00"])
def test_versions_that_are_none_are_refused(
    ready: Note, cast: SimpleNamespace, as_: Callable[..., Client], version: str
) -> None:
    sent = {"row": ready.activities.first().pk, "version": version}
    assert as_(cast.adams).post(at("record-only", ready), sent).status_code == 422


def test_a_signed_note_answers_409_to_deeds_and_leads_to_its_page(
    signed: Note, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    adams = as_(cast.adams)
    row = signed.activities.first()
    assert adams.post(at("record-only", signed), {"row": row.pk, "version": signed.version}).status_code == 409
    assert adams.get(at("review", signed)).status_code == 302


def test_opening_the_page_takes_a_constant_number_of_queries(
    ready: Note, cast: SimpleNamespace, as_: Callable[..., Client], django_assert_max_num_queries: Any
) -> None:
    episode = ready.note_episodes.get().episode
    for number in range(12):
        ready.activities.create(
            practice=ready.practice, written_by=cast.adams, episode=episode, description=f"Bridge {number}",
            intents=["strength"], minutes=3, regions=["lumbar"], delivery="one_on_one",
        )  # fmt: skip
    adams = as_(cast.adams)
    with django_assert_max_num_queries(50):
        adams.get(at("review", ready))


def test_only_a_warning_that_stands_is_acknowledged(ready: Note, cast: SimpleNamespace) -> None:
    with pytest.raises(Changed):
        acknowledge(ready, slug="no-such-check", about="", reason="x", by=cast.adams, version=ready.version)


def test_only_a_row_of_the_note_is_marked(ready: Note, cast: SimpleNamespace) -> None:
    with pytest.raises(Changed):
        mark_record_only(ready, row=ready.pk, by=cast.adams, version=ready.version)
