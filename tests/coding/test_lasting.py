"""Reasons that hold for the rest of a complaint: until when, for what, and what signed notes keep of them."""

import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.models import AccessEvent, Coverage, Patient, Payer, Visit
from clinic.requests.deeds import new_key
from coding.models import Acknowledgement, EndedReason
from coding.packets import PRACTICE, Wanted, notes_of, packet_of
from coding.retraction import retract
from coding.review import Review, acknowledge, review, take_back
from notes.drafts import Changed, Repeated
from notes.models import Episode, Note
from notes.packets import faults_of
from notes.verifying import Fault
from tests.coding.conftest import at, form_of, sign_it

PLAN, GOAL, SEGMENT = "plan-of-care-is-complete", "goal-is-measurable", "segment-is-named"
WHY = "planned from visit to visit while it is acute"


@pytest.fixture
def first(ready: Note, back_pain: Episode) -> Note:
    """Pat's visit of a week ago, in an episode whose plan does not say how often."""
    Visit.objects.filter(pk=ready.visit_id).update(on=ready.visit.on - timedelta(days=7))
    Episode.objects.filter(pk=back_pain.pk).update(frequency="")
    return Note.objects.get(pk=ready.pk)


def later(note: Note, days: int = 1, *, episode: Episode | None = None, **visited: Any) -> Note:
    """Write the same at a later visit, of the same complaint or of another one."""
    old = Visit.objects.get(pk=note.visit_id)
    both = {"practice": note.practice, "patient": note.patient}
    of = {"clinician": note.author, "location": old.location, "coverage": old.coverage} | visited
    visit = Visit.objects.create(**both, on=old.on + timedelta(days=days), state=Visit.State.ARRIVED, **of)
    new = Note.objects.create(
        **both, visit=visit, author=visit.clinician, total_minutes=30, subjective=f"Better, day {days}.",
        assessment="Improves.", plan="Twice a week.",
    )  # fmt: skip
    served = episode or note.note_episodes.get().episode
    new.note_episodes.create(**both, episode=served)
    for rows in (note.findings, note.adjustments, note.activities):
        for row in rows.all():
            row.pk, row._state.adding, row.note, row.episode, row.written_by = None, True, new, served, visit.clinician
            if episode and hasattr(row, "goal_id"):
                row.goal, row.goal_text = None, "lift 30 lb totes from floor to bench"
            row.save()
    return Note.objects.get(pk=new.pk)


def lets_stand(note: Note, slug: str = PLAN, *, lasts: bool = True, **given: Any) -> Note:
    flag = flag_of(review(note), slug)
    asked = {"slug": slug, "about": flag.about, "reason": WHY, "by": note.author, "version": note.version} | given
    return acknowledge(note, lasts=lasts, **asked)


def takes_back(note: Note, slug: str = PLAN) -> Note:
    flag = flag_of(review(note), slug)
    return take_back(note, slug=slug, about=flag.about, by=note.author, version=note.version)


def flag_of(current: Review, slug: str) -> Any:
    return next(flag for flag in current.suggestion.flags if flag.slug == slug)


def asked(note: Note) -> set[str]:
    """Return what a note wants a reason for, or tells."""
    current = review(note)
    return {flag.slug for flag in (*current.warnings, *current.tips)}


def settled(note: Note) -> dict[str, Acknowledgement]:
    return {flag.slug: reason for flag, reason in review(note).settled}


def signed(note: Note) -> Note:
    for flag in review(note).warnings:
        given = {"slug": flag.slug, "about": flag.about, "reason": "so it was"}
        note = acknowledge(note, **given, by=note.author, version=note.version)
    return sign_it(note, note.author)


# For how long


def test_a_reason_for_one_note_is_asked_again_at_the_next(first: Note) -> None:
    signed(lets_stand(first, lasts=False))
    assert PLAN in asked(later(first))


def test_a_reason_for_the_complaint_holds_in_later_notes_once_it_is_signed(first: Note) -> None:
    held, new = lets_stand(first), later(first)
    assert PLAN in settled(held) and PLAN in asked(new)
    signed(held)
    reason = settled(new)[PLAN]
    assert PLAN not in asked(new)
    assert (reason.note, reason.reason, reason.given_by) == (first, WHY, first.author)


def test_it_holds_however_many_visits_later(first: Note) -> None:
    signed(lets_stand(first))
    for days in range(1, 5):
        signed(later(first, days))
    last = later(first, 6)
    assert settled(last)[PLAN].note == first
    assert review(last).is_ready


def test_it_does_not_hold_in_a_note_of_an_earlier_day(first: Note) -> None:
    signed(lets_stand(first))
    assert PLAN in asked(later(first, -1))


def test_it_goes_with_a_note_that_is_retracted(first: Note) -> None:
    note = signed(lets_stand(first))
    new = later(first)
    assert PLAN in settled(new)
    retract(note, by=note.author, reason="wrong patient", meant_for=None, proof="password", key=new_key())
    assert PLAN in asked(new)


# For what


def test_another_complaint_is_asked_of_its_own(first: Note) -> None:
    signed(lets_stand(first))
    both = {"practice": first.practice, "patient": first.patient}
    neck = Episode.objects.create(**both, complaint="Another one", duration="6 weeks")
    neck.goals.create(practice=first.practice, text="lift 30 lb totes from floor to bench", baseline="10", target="30")
    assert PLAN in asked(later(first, episode=neck))


def test_another_cause_is_asked_for_anew(first: Note) -> None:
    signed(lets_stand(first))
    new = later(first)
    Episode.objects.update(duration="")
    assert PLAN in asked(new)
    Episode.objects.update(duration="6 weeks")
    assert PLAN not in asked(new)


def test_another_weight_is_another_cause(first: Note) -> None:
    slug = "re-examination-is-not-overdue"
    Episode.objects.update(first_treated_on=first.visit.on - timedelta(days=26), frequency="twice a week")
    signed(lets_stand(first, slug))
    assert slug in settled(later(first))  # a tip still
    assert slug in asked(later(first, 5))  # a warning by now


def test_a_goal_that_is_written_anew_is_another_cause(first: Note) -> None:
    goal = first.activities.get().goal
    type(goal).objects.filter(pk=goal.pk).update(text="lift totes from floor to bench", target="")
    signed(lets_stand(first, GOAL))
    new = later(first)
    assert GOAL in settled(new)
    type(goal).objects.filter(pk=goal.pk).update(text="carry totes to the bench")
    assert GOAL in asked(new)


def test_a_tip_is_left_out_for_the_rest_of_the_complaint_and_only_so(first: Note) -> None:
    first.adjustments.update(segment="")
    with pytest.raises(Changed):
        lets_stand(first, SEGMENT, lasts=False)
    held = lets_stand(first, SEGMENT)
    assert SEGMENT in settled(held) and SEGMENT not in asked(held)
    signed(held)
    assert SEGMENT not in asked(later(first))


def test_what_is_of_the_day_and_what_stops_does_not_last(first: Note) -> None:
    first.activities.update(response="", delivery="")
    for slug in ("response-is-described", "delivery-is-stated"):
        flags = [flag for flag in review(first).suggestion.flags if flag.slug == slug]
        assert flags and not any(flag.may_last for flag in flags)
        with pytest.raises(Changed):
            lets_stand(first, slug)


def test_what_medicare_stops_is_no_more_settled_by_a_reason_for_an_insurer(first: Note) -> None:
    signed(lets_stand(first))
    new = later(first)
    Payer.objects.update(kind="medicare")
    assert PLAN in {flag.slug for flag in review(new).stops}


def test_a_reason_is_given_anew_for_this_note_alone(first: Note) -> None:
    note = lets_stand(lets_stand(first), lasts=False)
    row = note.acknowledgements.get()
    assert (row.episode, row.causes) == (None, None)


# Taking it back


def test_a_colleague_takes_it_back_in_a_note_of_their_own(first: Note, cast: SimpleNamespace) -> None:
    signed(lets_stand(first))
    new = takes_back(later(first, clinician=cast.baker))
    assert PLAN in asked(new)
    assert PLAN in settled(later(first, 2))  # as long as that one is a draft
    signed(new)
    assert PLAN in asked(later(first, 3))
    assert EndedReason.objects.get().ended_by == cast.baker


def test_once_taken_back_it_may_be_given_again(first: Note) -> None:
    signed(lets_stand(first))
    new = lets_stand(takes_back(later(first)))
    assert settled(new)[PLAN].note == new
    signed(new)
    assert settled(later(first, 2))[PLAN].note == new


def test_before_the_signature_it_is_simply_gone(first: Note) -> None:
    note = takes_back(lets_stand(first))
    assert PLAN in asked(note)
    assert not Acknowledgement.objects.exists() and not EndedReason.objects.exists()


def test_the_same_press_twice_is_one_deed(first: Note) -> None:
    key = new_key()
    lets_stand(first, key=key)
    with pytest.raises(Repeated):
        lets_stand(first, key=key)
    assert Acknowledgement.objects.count() == 1


# What signed notes keep


def test_a_later_note_keeps_with_which_reason_it_was_signed(first: Note, cast: SimpleNamespace, as_: Any) -> None:
    old = signed(lets_stand(first))
    new = signed(later(first))
    row = new.acknowledgements.get(slug=PLAN)
    assert (row.earlier, row.reason, row.given_by, row.causes) == (old.acknowledgements.get(), WHY, old.author, None)
    signed(takes_back(later(first, 2)))
    assert settled(new)[PLAN] == row
    page = " ".join(as_(cast.adams).get(reverse("coding:signed-lines", args=[new.pk])).text.split())
    assert (
        f"{WHY}</q>, given for the rest of the complaint at the visit of {old.visit.on:%-d %B %Y} by Dr. Adams" in page
    )
    assert new.superbills.get().flags


def test_all_of_it_is_signed(first: Note, capsys: Any) -> None:
    signed(lets_stand(first))
    signed(later(first))
    signed(takes_back(later(first, 2)))
    assert EndedReason.objects.exists()
    with pytest.raises(SystemExit) as ended:
        call_command("verify")
    assert ended.value.code == 0, capsys.readouterr().out


def test_what_the_signer_read_includes_the_reasons_of_before(first: Note) -> None:
    held, new = lets_stand(first), later(first)
    shown = review(new).shown
    signed(held)
    assert review(new).shown.changes(shown) == ["what would be billed changed"]


def test_the_practices_packet_tells_it(first: Note, cast: SimpleNamespace) -> None:
    old = signed(lets_stand(first))
    signed(later(first))
    signed(takes_back(later(first, 2)))
    wanted = Wanted(first.patient, cast.adams, form=PRACTICE)
    packet = packet_of(wanted, notes_of(wanted).iterator(50))
    told = [note["lasting"] for note in packet["notes"]]
    assert [fault for fault in faults_of(packet) if isinstance(fault, Fault)] == []
    about, on = str(first.note_episodes.get().episode_id), str(old.visit.on)
    nothing: dict[str, Any] = {"given": [], "earlier": [], "ended": []}
    assert told == [
        nothing | {"given": [[PLAN, about, "Low back pain, lifting injury"]]},
        nothing | {"earlier": [[PLAN, about, on, "Alex Adams"]]},
        nothing | {"ended": [[PLAN, on, "Alex Adams"]]},
    ]


def test_the_log_says_how_long_a_reason_holds(first: Note) -> None:
    lets_stand(lets_stand(first, lasts=False))
    events = AccessEvent.objects.filter(kind="warning-acknowledged").order_by("at")
    assert [event.detail.get("for_the_complaint") for event in events] == [None, True]


# The page


def sent(note: Note, slug: str = PLAN, **more: Any) -> dict[str, Any]:
    flag = flag_of(review(note), slug)
    return {"slug": slug, "about": flag.about, "version": note.version, "key": str(new_key()), **more}


def test_a_tick_lets_a_reason_hold_and_a_button_at_the_next_visit_ends_it(
    first: Note, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    adams = as_(cast.adams)
    page = adams.get(at("review", first)).text
    assert "For the rest of this complaint" in page
    page = adams.post(at("acknowledge", first), sent(first, reason=WHY, lasts="on")).text
    assert f"Stands: {WHY}. For the rest of this complaint." in page
    adams.post(at("sign", first), form_of(Note.objects.get(pk=first.pk)))
    new = later(first)
    page = adams.get(at("review", new)).text
    assert (
        f"Stands since the visit of {first.visit.on:%-d %B %Y}: {WHY}. Dr. Adams, for the rest of this complaint."
        in page
    )
    assert f'id="flag-{PLAN}' not in page
    page = adams.post(at("take-back", new), sent(new)).text
    assert f'id="flag-{PLAN}' in page and "Stands since" not in page


def test_the_margin_of_the_note_is_quiet_as_well(first: Note, cast: SimpleNamespace, as_: Any) -> None:
    signed(lets_stand(first))
    new = later(first)
    assert PLAN not in re.findall(r'data-flag="([^"]+)"', as_(cast.adams).get(at("suggestions", new)).text)


def test_who_reads_and_does_not_sign_has_no_button(first: Note, cast: SimpleNamespace, as_: Any) -> None:
    signed(lets_stand(first))
    new = later(first)
    page = as_(cast.tess).get(at("review", new)).text
    assert "Stands since the visit" in page and "Take it back" not in page
    assert as_(cast.tess).post(at("take-back", new), sent(new)).status_code == 403
    assert as_(cast.stranger).post(at("take-back", new), sent(new)).status_code == 404


def test_a_tick_is_kept_where_the_reason_was_forgotten(first: Note, cast: SimpleNamespace, as_: Any) -> None:
    answer = as_(cast.adams).post(at("acknowledge", first), sent(first, reason=" ", lasts="on"))
    assert answer.status_code == 422
    assert len(re.findall(r'name="lasts" checked', answer.text)) == 1


def test_what_is_of_the_day_offers_no_tick(first: Note, cast: SimpleNamespace, as_: Any) -> None:
    first.activities.update(response="")
    Episode.objects.update(frequency="twice a week")
    assert [flag.slug for flag in review(first).warnings] == ["response-is-described"]
    assert "For the rest of this complaint" not in as_(cast.adams).get(at("review", first)).text


def test_an_old_page_lets_nothing_hold(first: Note, cast: SimpleNamespace, as_: Any) -> None:
    old = sent(first, reason=WHY, lasts="on", version=first.version + 3)
    assert as_(cast.adams).post(at("acknowledge", first), old).status_code == 409
    assert not Acknowledgement.objects.exists()


def test_another_patient_is_asked_of_their_own(first: Note, cast: SimpleNamespace, blue_ridge: Payer) -> None:
    signed(lets_stand(first))
    sam = Patient.objects.create(
        practice=first.practice, chart_number="2", first_name="S", last_name="T", birth_date="1980-01-01"
    )
    covered = Coverage.objects.create(practice=first.practice, patient=sam, payer=blue_ridge, member_id="2")
    theirs = Episode.objects.create(practice=first.practice, patient=sam, complaint="Low back pain", duration="6 weeks")
    theirs.goals.create(
        practice=first.practice, text="lift 30 lb totes from floor to bench", baseline="10", target="30"
    )
    other = Note.objects.get(pk=first.pk)
    other.patient = sam
    assert PLAN in asked(later(other, episode=theirs, coverage=covered))


def test_reasons_of_many_visits_take_no_more_queries(first: Note) -> None:
    signed(lets_stand(first))
    signed(lets_stand(takes_back(later(first))))
    last = later(first, 6)
    with CaptureQueriesContext(connection) as one:
        assert settled(last)
    for days in (2, 3, 4):
        signed(lets_stand(takes_back(later(first, days))))
    with CaptureQueriesContext(connection) as many:
        assert settled(last)
    assert len(many) == len(one)
