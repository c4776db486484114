"""The note's page through its URLs: every save answers with what it changed, and a refusal keeps what was typed."""

import re
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from clinic.entry.fingerprints import fingerprint
from clinic.models import Alert
from notes.models import Activity, Adjustment, AlertAnswer, Episode, ExamFinding, Goal, GoalProgress, Note
from notes.starting import start
from tests.signed import put_a_signature_under


def save(client, name, *args, note, **typed):
    """Post what the page posts: the version on screen, a key, and what was typed."""
    version = typed.pop("version", Note.objects.get(pk=note.pk).version)
    return client.post(reverse(f"notes:{name}", args=args), {"version": version, "key": uuid4(), **typed})


@pytest.fixture
def adams(as_, cast):
    return as_(cast.adams)


@pytest.fixture
def bridges(draft, cast, back_pain) -> Activity:
    return Activity.objects.create(
        practice=draft.practice, note=draft, written_by=cast.adams, performer=cast.adams, episode=back_pain,
        description="Bridges 3 x 12", minutes=10,
    )  # fmt: skip


ACTIVITY_FIELDS = (
    "description", "intents", "regions", "minutes", "delivery", "group_size", "goal", "goal_text", "dose", "response", "why",
    "performer", "diagnosis_ids", "episode",
)  # fmt: skip


def test_the_page_shows_the_patient_and_the_complaint(adams, draft):
    answer = adams.get(reverse("notes:note", args=[draft.pk]))
    assert answer.status_code == 200
    assert b"Pat Rivera" in answer.content and b"Low back pain, lifting injury" in answer.content


def test_a_colleague_reads_a_draft_but_does_not_write_it(as_, cast, draft):
    page = as_(cast.baker).get(reverse("notes:note", args=[draft.pk]))
    assert b"Draft of Dr. Adams" in page.content and b"data-save" not in page.content
    assert save(as_(cast.baker), "note-save", draft.pk, note=draft, plan="Mine now").status_code == 404


def test_an_assistant_drafts_for_the_clinician(as_, cast, draft):
    answer = save(
        as_(cast.tess), "note-save", draft.pk, note=draft, subjective="Better", base=base_of(draft, "subjective")
    )
    assert answer.status_code == 200
    assert Note.objects.get().author == cast.adams


def base_of(note, *fields):
    return fingerprint(Note.objects.get(pk=note.pk), fields)


def test_each_text_is_saved_by_itself(adams, draft):
    save(adams, "note-save", draft.pk, note=draft, plan="Twice a week", base=base_of(draft, "plan"))
    note = Note.objects.get()
    assert (note.plan, note.subjective, note.version) == ("Twice a week", "", 2)


def test_a_save_says_that_the_note_changed(adams, draft):
    answer = save(adams, "note-save", draft.pk, note=draft, plan="Twice a week", base=base_of(draft, "plan"))
    assert "note-changed" in answer.headers["HX-Trigger"]
    assert b'id="version" name="version" value="2"' in answer.content


def test_wrong_total_minutes_are_told_beside_the_field(adams, draft):
    answer = save(adams, "note-save", draft.pk, note=draft, total_minutes="7.5", base=base_of(draft, "total_minutes"))
    assert answer.status_code == 422
    assert b'id="problem-total_minutes"' in answer.content and b"whole number" in answer.content


def test_a_conflict_shows_both_texts(adams, draft):
    before = base_of(draft, "plan")
    save(adams, "note-save", draft.pk, note=draft, plan="Discharge next week", base=before)
    answer = save(adams, "note-save", draft.pk, note=draft, plan="Continue", base=before, version=1)
    assert answer.status_code == 409
    assert b"Discharge next week" in answer.content and b"Put both together" in answer.content


def test_a_signed_note_refuses_and_says_so(adams, draft):
    put_a_signature_under(draft)
    answer = save(adams, "note-save", draft.pk, note=draft, plan="Too late", base="")
    assert answer.status_code == 409 and b"was signed" in answer.content


def test_the_good_fields_of_a_row_are_kept_when_another_is_wrong(adams, bridges, draft):
    base = fingerprint(bridges, ACTIVITY_FIELDS)
    typed = {"description": "Bridges 3 x 15", "minutes": "٣", "performer": bridges.performer_id, "base": base}
    answer = save(adams, "activity-save", bridges.pk, note=draft, **typed)
    assert answer.status_code == 422 and b"Minutes are a whole number" in answer.content
    assert Activity.objects.get().description == "Bridges 3 x 15"


def test_picking_a_goal_drops_the_written_words(adams, bridges, draft, back_pain):
    goal = back_pain.goals.first()
    base = fingerprint(bridges, ACTIVITY_FIELDS)
    save(adams, "activity-save", bridges.pk, note=draft, description="Lifts", goal=goal.pk, goal_text="lift", base=base)
    row = Activity.objects.get()
    assert (row.goal, row.goal_text) == (goal, "")


def test_a_goal_of_another_patient_is_refused_beside_the_field(adams, bridges, draft, cast):
    other = Episode.objects.create(practice=draft.practice, patient=other_patient(draft), complaint="Neck pain")
    goal = other.goals.create(practice=draft.practice, text="drive an hour")
    base = fingerprint(bridges, ACTIVITY_FIELDS)
    answer = save(adams, "activity-save", bridges.pk, note=draft, description="Lifts", goal=goal.pk, base=base)
    assert answer.status_code == 422 and b"not an open goal" in answer.content
    assert Activity.objects.get().goal is None


def other_patient(draft):
    patient = draft.patient
    return type(patient).objects.create(
        practice=draft.practice, chart_number="2", first_name="Ana", last_name="Petrova", birth_date="1990-01-01"
    )


def test_a_line_in_own_words_becomes_an_activity(adams, draft):
    save(adams, "activity-quick", draft.pk, note=draft, line="TB rows 3x10, scap strength, 8 min -> reach top shelf")
    row = Activity.objects.get()
    assert (row.description, row.minutes, row.goal_text) == ("TB rows 3x10, scap strength", 8, "reach top shelf")


def test_what_a_line_says_fills_the_row_and_is_told(adams, draft):
    line = "Bike 12 min, group of 4, knee, for endurance"
    answer = save(adams, "activity-quick", draft.pk, note=draft, line=line).content.decode()
    row = Activity.objects.get()
    assert (row.delivery, row.group_size, row.regions, row.intents) == ("group", 4, ["knee"], ["endurance"])
    assert "Read from your line: <b>12 min, group of 4, knee, for endurance</b>" in answer
    assert f'id="activity-{row.pk}"' in answer and "data-open-row" in answer
    assert f'name="base" value="{fingerprint(row, ACTIVITY_FIELDS)}"' in answer, "what is changed now is no conflict"


def test_a_line_that_states_no_fact_chooses_none(adams, draft):
    answer = save(adams, "activity-quick", draft.pk, note=draft, line="knee to chest").content.decode()
    row = Activity.objects.get()
    assert (row.delivery, row.group_size, row.regions, row.intents, row.minutes) == ("", None, [], [], None)
    assert "Read from your line" not in answer and not re.search(r'name="delivery"[^>]* checked', answer)


def test_a_line_that_says_all_leaves_the_cursor_at_the_foot(adams, draft):
    def opened_at(line):
        answer = save(adams, "activity-quick", draft.pk, note=draft, line=line).content.decode()
        return re.search(r'data-fresh="(\w*)"', answer)[1]

    assert opened_at("Bike 12 min, group of 4, knee, for endurance") == "nothing"
    assert opened_at("Bike, group of 4, knee, for endurance") == "minutes"
    assert opened_at("Bike 12 min, knee, for endurance") == "delivery"
    assert opened_at("Bike 12 min") == "intents"


def test_a_line_names_a_goal_that_is_there(adams, draft):
    served = draft.note_episodes.get()
    goal = Goal.objects.create(practice=draft.practice, episode=served.episode, text="Lift her child (30 lb)")
    save(adams, "activity-quick", draft.pk, note=draft, line="Box lifts, 8 min -> lift her  child (30 LB)")
    row = Activity.objects.get()
    assert (row.goal, row.goal_text) == (goal, "")


def test_an_empty_line_is_asked_for(adams, draft):
    answer = save(adams, "activity-quick", draft.pk, note=draft, line="  ")
    assert answer.status_code == 422 and b"Say what was done" in answer.content


def test_a_finding_needs_a_value_or_words(adams, draft):
    answer = save(adams, "finding-add", draft.pk, note=draft, kind="motion", region="lumbar")
    assert answer.status_code == 422 and not ExamFinding.objects.exists()


def test_a_finding_is_shown_as_a_chip(adams, draft):
    answer = save(
        adams, "finding-add", draft.pk, note=draft, kind="motion", region="lumbar", words="flexion", value="45"
    )
    assert answer.status_code == 200 and b"flexion" in answer.content


def test_an_adjustment_asks_for_the_contraindication_that_it_touches(adams, draft):
    Alert.objects.create(
        practice=draft.practice, patient=draft.patient, kind="contraindication", text="Osteopenia", regions=["thoracic"]
    )
    lumbar = save(adams, "adjustment-add", draft.pk, note=draft, region="lumbar")
    thoracic = save(adams, "adjustment-add", draft.pk, note=draft, region="thoracic")
    assert b"How was this heeded" not in lumbar.content and b"How was this heeded" in thoracic.content


def test_an_answer_to_a_contraindication_can_be_taken_back(adams, draft):
    alert = Alert.objects.create(
        practice=draft.practice, patient=draft.patient, kind="contraindication", text="Osteopenia"
    )
    save(adams, "alert-answer", draft.pk, alert.pk, note=draft, text="drop table only")
    assert AlertAnswer.objects.get().text == "drop table only"
    save(adams, "alert-answer", draft.pk, alert.pk, note=draft, text="")
    assert not AlertAnswer.objects.exists()


def test_where_a_goal_stands_is_noted_once(adams, draft, back_pain):
    goal = back_pain.goals.first()
    for value in ("12", "15"):
        save(adams, "goal-progress", draft.pk, goal.pk, note=draft, value=value)
    assert GoalProgress.objects.get().value == "15"


def test_rows_move_and_go(adams, draft, bridges, cast, back_pain):
    second = Activity.objects.create(
        practice=draft.practice, note=draft, written_by=cast.adams, episode=back_pain, description="Planks", position=1
    )
    save(adams, "activity-up", second.pk, note=draft)
    assert [row.description for row in draft.activities.all()] == ["Planks", "Bridges 3 x 12"]
    save(adams, "activity-remove", second.pk, note=draft)
    assert Activity.objects.get() == bridges


def test_a_stranger_s_row_is_not_found(as_, cast, bridges, draft):
    for name in ("activity", "activity-edit"):
        assert as_(cast.stranger).get(reverse(f"notes:{name}", args=[bridges.pk])).status_code == 404
    assert save(as_(cast.stranger), "activity-save", bridges.pk, note=draft, description="Mine").status_code == 404


def test_a_note_starts_from_the_last_one(visit, draft, bridges, cast, back_pain, adams):
    Adjustment.objects.create(
        practice=draft.practice, note=draft, written_by=cast.adams, episode=back_pain, region="lumbar", segment="L4",
        response="released",
    )  # fmt: skip
    put_a_signature_under(draft)
    next_visit = next_visit_of(visit)
    adams.post(reverse("notes:note-start", args=[next_visit.pk]))
    note = Note.objects.get(visit=next_visit)
    activity, adjustment = note.activities.get(), note.adjustments.get()
    assert (activity.is_carried, activity.description, activity.minutes) == (True, "Bridges 3 x 12", None)
    assert (adjustment.is_carried, adjustment.segment, adjustment.response) == (True, "L4", "")


def next_visit_of(visit):
    old = visit.pk
    visit.pk, visit.on = None, "2026-11-24"
    visit._state.adding = True
    visit.save()
    assert visit.pk != old
    return visit


def test_two_starts_give_one_note(visit, back_pain, cast):
    first = start(visit, by=cast.adams, episodes=[back_pain])
    assert start(visit, by=cast.tess, episodes=[back_pain]) == first


def test_a_first_visit_asks_what_it_is_about(adams, visit):
    answer = adams.post(reverse("notes:note-start", args=[visit.pk]), follow=True)
    assert b"What is the complaint?" in answer.content
    adams.post(reverse("notes:note-begin", args=[visit.pk]), {"complaint": "Neck pain after a fall"})
    assert Note.objects.get().note_episodes.get().episode.complaint == "Neck pain after a fall"


def test_who_starts_a_note_that_a_colleague_starts_about_something_else_is_told(as_, cast, adams, visit):
    begin = reverse("notes:note-begin", args=[visit.pk])
    for _ in range(2):  # the same form sent twice is no conflict
        assert adams.post(begin, {"complaint": "Neck pain after a fall"}).status_code == 302
    answer = as_(cast.baker).post(begin, {"complaint": "Headaches since spring"})
    assert answer.status_code == 409
    assert b"what you chose is not in it" in answer.content and b"Headaches since spring</textarea>" in answer.content
    assert Note.objects.get().note_episodes.get().episode.complaint == "Neck pain after a fall"


def test_no_complaint_is_asked_for_again(adams, visit):
    answer = adams.post(reverse("notes:note-begin", args=[visit.pk]), {"complaint": " "})
    assert answer.status_code == 422 and b"Say what the visit is about" in answer.content


def test_reading_a_note_is_recorded(adams, draft, cast):
    from clinic.models import AccessEvent

    adams.get(reverse("notes:note", args=[draft.pk]))
    event = AccessEvent.objects.get(kind="note-read")
    assert (event.user_id, event.patient_ids) == (cast.adams.user_id, [draft.patient_id])


def test_an_empty_draft_goes_without_a_word(adams, draft):
    answer = adams.post(reverse("notes:note-discard", args=[draft.pk]), {"version": draft.version})
    assert answer.status_code == 302 and not Note.objects.exists()


def test_a_draft_with_words_goes_only_with_a_reason(adams, draft, bridges):
    seen = {"version": draft.version}
    refused = adams.post(reverse("notes:note-discard", args=[draft.pk]), seen)
    assert refused.status_code == 422 and b"Say why" in refused.content and Activity.objects.exists()
    adams.post(reverse("notes:note-discard", args=[draft.pk]), {**seen, "reason": "started twice"})
    assert not Note.objects.exists() and not Activity.objects.exists()


@pytest.mark.parametrize("seen", [{"version": 1}, {"version": "soon"}, {}])
def test_a_draft_in_which_somebody_wrote_meanwhile_stays(as_, adams, cast, draft, seen):
    save(as_(cast.tess), "note-save", draft.pk, note=draft, plan="Tess wrote this", base=base_of(draft, "plan"))
    answer = adams.post(reverse("notes:note-discard", args=[draft.pk]), {**seen, "reason": "started twice"})
    assert answer.status_code == 409 and b"was not discarded" in answer.content
    assert Note.objects.get().plan == "Tess wrote this"


def test_a_colleagues_visit_is_not_taken_over_by_one_press(as_, cast, visit, back_pain):
    begin = reverse("notes:note-begin", args=[visit.pk])
    assert as_(cast.baker).post(reverse("notes:note-start", args=[visit.pk])).url == begin
    assert not Note.objects.exists()
    page = as_(cast.baker).get(begin)
    assert b"This is Dr. Adams's visit." in page.content
    assert page.context["form"]["episodes"].value() == [back_pain.pk] and b"checked" in page.content


@pytest.mark.parametrize("who", ["adams", "tess"])
def test_who_starts_ones_own_visit_or_assists_is_not_asked(as_, cast, visit, back_pain, who):
    assert b"becomes yours" not in as_(getattr(cast, who)).get(reverse("notes:note-begin", args=[visit.pk])).content
    as_(getattr(cast, who)).post(reverse("notes:note-start", args=[visit.pk]))
    assert Note.objects.get().author == cast.adams


def test_a_colleague_who_starts_a_note_writes_it_under_their_own_name(as_, cast, visit, back_pain):
    as_(cast.baker).post(reverse("notes:note-begin", args=[visit.pk]), {"episodes": [str(back_pain.pk)]})
    visit.refresh_from_db()
    assert Note.objects.get().author == visit.clinician == cast.baker


def test_the_day_of_a_signed_visit_stays(draft, visit):
    put_a_signature_under(draft)
    with pytest.raises(IntegrityError), transaction.atomic():
        type(visit).objects.filter(pk=visit.pk).update(on="2026-11-01")
    type(visit).objects.filter(pk=visit.pk).update(state="done")
