"""Each check is raised beside the note, and goes as soon as its cause is put right through the pages of the app."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.models import Coverage, Payer, Visit
from clinic.requests.deeds import new_key
from coding.models import Fee
from notes.models import Episode, Note
from tests.coding.forms import fill_in
from tests.notes.conftest import diagnosis_list as diagnosis_list
from tests.signed import put_a_signature_under


@pytest.fixture
def chart(ready: Note, cast: SimpleNamespace, as_: Callable[..., Client], diagnosis_list: None) -> "Chart":
    return Chart(ready, as_(cast.adams), as_(cast.olga), as_(cast.frances))


class Chart:
    """A note's page under the hands of its author, and the pages of the office beside it."""

    def __init__(self, note: Note, adams: Client, olga: Client, frances: Client) -> None:
        self.note, self.adams, self.olga, self.frances = note, adams, olga, frances
        self.episode: Episode = note.note_episodes.get().episode
        self.exercise, self.adjusted = note.activities.get(), note.adjustments.get()

    @property
    def flags(self) -> set[str]:
        answer = self.adams.get(reverse("coding:suggestions", args=[self.note.pk]))
        return set(re.findall(r'data-flag="([^"]+)"', answer.content.decode()))

    def at_medicare(self, **coverage: Any) -> None:
        Payer.objects.update(kind="medicare", unit_method="total_time")
        Coverage.objects.update(**coverage)

    def picks(self, code: str) -> None:
        """Pick a service as the page does: the fee, and why it was done."""
        fee = Fee.objects.create(practice=self.note.practice, code=code, title=f"Our {code}", amount=90, is_picked=True)
        self.post("coding:service-add", self.note, fee=fee.pk, units=1, reason="New complaint, decision on care")

    def drops(self, code: str) -> None:
        self.post("coding:service-remove", self.note.picked_services.get(code=code))

    def changes(self, kind: str, row: Any, **fields: Any) -> None:
        save = reverse(f"notes:{kind}-save", args=[row.pk])
        fill_in(self.adams, reverse(f"notes:{kind}-edit", args=[row.pk]), to=save, **self.key, **fields)

    def saves(self, **fields: Any) -> None:
        self.post("notes:note-save", self.note, **fields)

    def finds(self, **fields: Any) -> None:
        self.post("notes:finding-add", self.note)
        self.changes("finding", self.note.findings.last(), **fields) if fields else None

    def post(self, name: str, about: Any, **sent: Any) -> Any:
        answer = self.adams.post(reverse(name, args=[about.pk]), {**self.key, **sent})
        assert answer.status_code < 400, answer.content.decode()[:2000]
        return answer

    @property
    def key(self) -> dict[str, Any]:
        return {"version": Note.objects.get(pk=self.note.pk).version, "key": new_key()}


# Each case: what makes the check speak, and what is done on the page about it.


def given_by_tess(chart: Chart) -> None:
    tess = chart.note.practice.memberships.get(user__username="tess")
    chart.changes("activity", chart.exercise, performer=tess.pk)


def the_payer_pays_for_assistants(chart: Chart) -> None:
    at = reverse("clinic:payer-edit", args=[Payer.objects.get().pk])
    fill_in(chart.olga, at, to=at, assistants_treat="on", holds_from=chart.note.visit.on.isoformat())


def somebody_else_at_the_time(chart: Chart) -> None:
    """Another patient, forty minutes one-on-one with Dr. Adams within the same half hour, signed."""
    visit, note = chart.note.visit, chart.note
    other = type(note.patient).objects.create(
        practice=note.practice, chart_number="1", first_name="Sam", last_name="Sills", birth_date=date(1990, 1, 1)
    )
    theirs = Visit.objects.create(
        practice=note.practice, patient=other, clinician=note.author, location=visit.location, on=visit.on, at=visit.at
    )
    second = Note.objects.create(
        practice=note.practice, visit=theirs, patient=other, author=note.author, total_minutes=30
    )
    episode = Episode.objects.create(practice=note.practice, patient=other, complaint="Neck pain")
    second.note_episodes.create(practice=note.practice, patient=other, episode=episode)
    second.activities.create(
        practice=note.practice, written_by=note.author, episode=episode, description="Chin tucks", minutes=40,
        delivery="one_on_one",
    )  # fmt: skip
    put_a_signature_under(second)


def nothing_skilled_is_said(chart: Chart) -> None:
    chart.changes("activity", chart.exercise, why="", description="Box lifts floor to waist for the totes at work",
                 response="12 done")  # fmt: skip


def only_tender(chart: Chart) -> None:
    chart.at_medicare()
    chart.note.findings.filter(kind="asymmetry").delete()


def the_neck_too(chart: Chart) -> None:
    both = {"practice": chart.note.practice, "written_by": chart.note.author, "episode": chart.episode}
    chart.note.findings.create(**both, kind="motion", region="cervical", words="C5 restricted, tender")
    chart.note.adjustments.create(**both, region="cervical", segment="C5")


def one_sciatica(chart: Chart) -> None:
    the_neck_too(chart)
    chart.note.adjustments.filter(region="cervical").update(region="pelvic")
    chart.note.findings.filter(region="cervical").update(region="pelvic")
    chart.episode.diagnoses.filter(code="M54.50").update(ended_on=chart.note.visit.on)
    chart.episode.diagnoses.update(code="M54.31", title="Sciatica, right side")


def an_exam_of_the_back_alone(chart: Chart) -> None:
    chart.episode.diagnoses.create(practice=chart.note.practice, position=5, code="M54.2", title="Cervicalgia")
    chart.picks("99213")


def a_knee_of_no_side(chart: Chart) -> None:
    both = {"practice": chart.note.practice, "written_by": chart.note.author, "episode": chart.episode}
    title = "Pain in unspecified knee"
    chart.episode.diagnoses.create(practice=chart.note.practice, position=5, code="M25.569", title=title)
    chart.note.findings.create(**both, kind="pain", region="knee", side="left", words="joint line tender")
    chart.picks("99213")


def no_duration(chart: Chart) -> None:
    Episode.objects.update(duration="")


def the_duration_is_planned(chart: Chart) -> None:
    at = reverse("notes:plan-edit", args=[chart.episode.pk])
    fill_in(chart.adams, at, to=at, duration="6 weeks")


def only_adjustments_planned(chart: Chart) -> None:
    chart.episode.planned_services.create(practice=chart.note.practice, kind="adjustment")


def medicare_maintenance(chart: Chart) -> None:
    chart.at_medicare()
    chart.saves(care_phase="maintenance")


def the_notice_is_entered(chart: Chart) -> None:
    at = reverse("clinic:coverage-edit", args=[Coverage.objects.get().pk])
    signed = chart.note.visit.on - timedelta(days=20)
    fill_in(chart.frances, at, to=at, notice_signed_on=signed.isoformat())


def active_in_name(chart: Chart) -> None:
    chart.at_medicare()
    chart.saves(assessment="Stable. Maintenance care continues.")


def known_since_last_month(chart: Chart) -> None:
    visit = chart.note.visit
    Visit.objects.create(
        practice=visit.practice, patient=visit.patient, clinician=visit.clinician, location=visit.location,
        on=visit.on - timedelta(days=30), state=Visit.State.DONE,
    )  # fmt: skip
    chart.picks("99203")


def an_hour_of_three_things(chart: Chart) -> None:
    both = {"practice": chart.note.practice, "written_by": chart.note.author, "episode": chart.episode}
    goal = chart.episode.goals.get(unit="h")
    chart.note.activities.create(
        **both, description="Bridges and side planks 3 x 10 to strengthen the trunk", intents=["strength"], goal=goal,
        minutes=30, delivery="one_on_one", regions=["lumbar"], response="held", why="pelvis cued",
    )  # fmt: skip
    chart.note.activities.create(
        **both, description="Myofascial release of the shoulder capsule for joint mobility", intents=["tissue"],
        minutes=20, delivery="one_on_one", regions=["shoulder"], response="freer",
    )  # fmt: skip
    Note.objects.update(total_minutes=90)


def a_diagnosis(code: str) -> Callable[[Chart], None]:
    def add(chart: Chart) -> None:
        chart.post("notes:diagnosis-add", chart.episode, code=code)

    return add


def its_last_diagnosis_is_ended(chart: Chart) -> None:
    chart.post("notes:diagnosis-end", chart.episode.diagnoses.filter(ended_on=None).last())


def authorisations_are_wanted(chart: Chart) -> None:
    Payer.objects.update(wants_authorisation=True)


def the_authorisation_is_entered(chart: Chart) -> None:
    at = reverse("clinic:coverage-edit", args=[Coverage.objects.get().pk])
    fill_in(chart.frances, at, to=at, authorisation="A-9", authorised_visits="12")


def the_limit_is_one_line(chart: Chart) -> None:
    at = reverse("clinic:payer-edit", args=[Payer.objects.get().pk])
    fill_in(chart.olga, at, to=at, most_lines="1", holds_from=chart.note.visit.on.isoformat())


def the_clock_is_wanted(chart: Chart) -> None:
    at = reverse("clinic:payer-edit", args=[Payer.objects.get().pk])
    fill_in(chart.olga, at, to=at, wants_times="on", holds_from=chart.note.visit.on.isoformat())


CASES: dict[str, tuple[Callable[[Chart], None], Callable[[Chart], None]]] = {
    "performer-may-deliver-it": (given_by_tess, the_payer_pays_for_assistants),
    "time-is-counted-once": (
        somebody_else_at_the_time,
        lambda chart: chart.changes("activity", chart.exercise, delivery="by_turns", group_size=2),
    ),
    "skilled-input-is-described": (
        nothing_skilled_is_said,
        lambda chart: chart.changes("activity", chart.exercise, why="hinge cued by touch"),
    ),
    "adjusted-region-shows-part": (
        only_tender,
        lambda chart: chart.saves(objective="L4 restricted in right rotation."),
    ),
    "segment-is-named": (
        lambda chart: chart.changes("adjustment", chart.adjusted, segment=""),
        lambda chart: chart.changes("adjustment", chart.adjusted, segment="L4"),
    ),
    "adjusted-region-has-a-diagnosis": (the_neck_too, a_diagnosis("M54.2")),
    "regions-do-not-share-one-diagnosis": (one_sciatica, a_diagnosis("M99.05")),
    "diagnosis-rests-on-a-finding": (an_exam_of_the_back_alone, its_last_diagnosis_is_ended),
    "diagnosis-is-as-specific-as-the-findings": (a_knee_of_no_side, its_last_diagnosis_is_ended),
    "plan-of-care-is-complete": (no_duration, the_duration_is_planned),
    "service-is-in-the-plan": (
        only_adjustments_planned,
        lambda chart: chart.post("notes:service-add", chart.episode, kind="task", aim="lifting for work"),
    ),
    "notice-is-on-file": (medicare_maintenance, the_notice_is_entered),
    "active-care-is-not-maintenance": (
        active_in_name,
        lambda chart: chart.saves(assessment="Lifts 5 lb more than last week."),
    ),
    "new-patient-is-new": (known_since_last_month, lambda chart: chart.drops("99203")),
    "level-is-borne-out": (lambda chart: chart.picks("99215"), lambda chart: chart.drops("99215")),
    "visit-is-authorised": (authorisations_are_wanted, the_authorisation_is_entered),
    "visit-keeps-to-the-payers-limit": (
        the_limit_is_one_line,
        lambda chart: chart.post("coding:record-only", chart.note, row=chart.exercise.pk),
    ),
    "times-of-day-are-stated": (
        the_clock_is_wanted,
        lambda chart: chart.changes("activity", chart.exercise, began_at="10:05", ended_at="10:20"),
    ),
    "timed-services-are-few": (
        an_hour_of_three_things,
        lambda chart: chart.post("notes:activity-remove", chart.note.activities.last()),
    ),
}


@pytest.mark.parametrize("slug", CASES)
def test_a_check_is_raised_beside_the_note_and_goes_when_its_cause_does(chart: Chart, slug: str) -> None:
    spoil, mend = CASES[slug]
    assert slug not in chart.flags
    spoil(chart)
    assert slug in chart.flags
    mend(chart)
    assert slug not in chart.flags
