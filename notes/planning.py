"""What people do to an episode: open it, change it, order its diagnoses, set its goals and plan its services.

Whoever saves says what they saw (`base`, a fingerprint); if somebody saved something else meanwhile, neither is lost.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.db.models import Q

from clinic.audit.log import record
from clinic.entry.fingerprints import fingerprint
from clinic.models import Membership
from clinic.requests.deeds import once
from notes.models import Diagnosis, DiagnosisCode, Episode, Goal, PlannedService
from notes.ordering import move, next_position


class ChangedMeanwhile(Exception):
    """Somebody else saved other values first. `now` is the row as it stands."""

    def __init__(self, now: Episode | Goal) -> None:
        super().__init__("changed meanwhile")
        self.now = now


@transaction.atomic(durable=True)
def add[Row: (Episode, Goal, PlannedService)](row: Row, *, by: Membership, key: UUID) -> Row:
    """Keep a new episode, goal or planned service; a repeated request finds the one that the first one made."""
    kind = row._meta.model_name or ""
    typed = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if field.editable}
    attempt = once(by, key, kind=f"{kind}-add", body=typed)
    if attempt.is_repeat:
        return type(row).objects.get(pk=attempt.object_id)  # type: ignore[misc]
    row.save(force_insert=True)
    attempt.made(row.pk)
    record(f"{kind}-added", by=by, patients=[_episode_of(row).patient_id], about=row.pk)
    return row


@transaction.atomic(durable=True)
def save(row: Episode | Goal, *, by: Membership, fields: list[str], base: str) -> None:
    """Save what was typed into some fields of a row, unless somebody changed the same fields since they were read."""
    model = type(row)
    now = model.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if fingerprint(now, fields) != base:
        if fingerprint(now, fields) == fingerprint(row, fields):
            return
        raise ChangedMeanwhile(now)
    row.save(update_fields=fields)
    given = {name: getattr(row, name) for name in fields if fingerprint(now, [name]) != fingerprint(row, [name])}
    patient, changed = _episode_of(row).patient_id, _changes(now, given)
    record(f"{model._meta.model_name}-changed", by=by, patients=[patient], about=row.pk, changed=changed)


# Diagnoses


@transaction.atomic(durable=True)
def add_diagnosis(episode: Episode, code: DiagnosisCode, *, by: Membership) -> Diagnosis:
    """Put a diagnosis at the end of the list; one that is there stays where it is."""
    open_ones = _locked_diagnoses(episode)
    existing = open_ones.filter(code=code.code).first()
    if existing:
        return existing
    added = Diagnosis.objects.create(
        practice_id=episode.practice_id, episode=episode, position=next_position(open_ones), code=code.code,
        title=code.title, edition=code.edition,
    )  # fmt: skip
    record("diagnosis-added", by=by, patients=[episode.patient_id], about=added.pk, code=code.code)
    return added


@transaction.atomic(durable=True)
def move_diagnosis(diagnosis: Diagnosis, *, up: bool, by: Membership, key: UUID | None = None) -> None:
    """Move a diagnosis one place up or down, once for each key: the first is the primary reason for care, and claims keep
    this order.
    """
    if key and once(by, key, kind="diagnosis-move", body={"diagnosis": diagnosis.pk, "up": up}).is_repeat:
        return
    ordered = move(_locked_diagnoses(diagnosis.episode), diagnosis.pk, up=up)
    if ordered:
        patient, order = diagnosis.episode.patient_id, [row.code for row in ordered]
        record("diagnoses-ordered", by=by, patients=[patient], about=diagnosis.episode_id, order=order)


@transaction.atomic(durable=True)
def end_diagnosis(diagnosis: Diagnosis, *, by: Membership, on: date) -> None:
    """End a diagnosis that no longer applies. Notes that were signed keep it."""
    if _locked_diagnoses(diagnosis.episode).filter(pk=diagnosis.pk).update(ended_on=on):
        patient = diagnosis.episode.patient_id
        record("diagnosis-ended", by=by, patients=[patient], about=diagnosis.pk, code=diagnosis.code)


def _locked_diagnoses(episode: Episode) -> "models.QuerySet[Diagnosis]":
    """Two people who order the same list take turns."""
    Episode.objects.select_for_update(of=("self",)).get(pk=episode.pk)
    return Diagnosis.objects.filter(episode=episode, ended_on=None)


# Goals, services, reviews


@transaction.atomic(durable=True)
def close_goal(goal: Goal, *, by: Membership, met_on: date | None = None, dropped_on: date | None = None) -> None:
    """Mark a goal as met or dropped, or open again when neither is given.

    A repeat finds it done, and changes no day. Raises ChangedMeanwhile where somebody else closed it the other way.
    """
    is_open = Q(met_on=None, dropped_on=None)
    closes = bool(met_on or dropped_on)
    standing = Goal.objects.filter(is_open if closes else ~is_open, pk=goal.pk)
    now = standing.select_for_update(of=("self",)).first()
    if now is None:
        _see_that_it_is_so(Goal.objects.get(pk=goal.pk), met_on=met_on, dropped_on=dropped_on)
    else:
        days = {"met_on": met_on, "dropped_on": dropped_on}
        Goal.objects.filter(pk=now.pk).update(**days)
        outcome = "met" if met_on else "dropped" if dropped_on else "open"
        kind = "goal-closed" if closes else "goal-reopened"
        patient, changed = goal.episode.patient_id, _changes(now, days)
        record(kind, by=by, patients=[patient], about=goal.pk, outcome=outcome, changed=changed)


def _see_that_it_is_so(now: Goal, **wanted: date | None) -> None:
    if any(day and getattr(now, name) is None for name, day in wanted.items()):
        raise ChangedMeanwhile(now)


@transaction.atomic(durable=True)
def end_service(service: PlannedService, *, by: Membership, on: date) -> None:
    """Take a service off the plan; what was planned before stays on record."""
    if PlannedService.objects.filter(pk=service.pk, ended_on=None).update(ended_on=on):
        record("plannedservice-ended", by=by, patients=[service.episode.patient_id], about=service.pk)


@transaction.atomic(durable=True)
def review_plan(episode: Episode, *, by: Membership, on: date) -> None:
    """Note that the plan of care was looked at again on a day; once a day is enough."""
    not_yet = Episode.objects.filter(pk=episode.pk).exclude(plan_reviewed_on=on)
    if now := not_yet.select_for_update(of=("self",)).first():
        Episode.objects.filter(pk=now.pk).update(plan_reviewed_on=on)
        changed = _changes(now, {"plan_reviewed_on": on})
        record("plan-reviewed", by=by, patients=[episode.patient_id], about=episode.pk, changed=changed)


# What the log says of a change


FIGURES = ("baseline", "target", "frequency", "duration")  # typed as text; a number with its unit is one, words are not
FIGURE = re.compile(r"[<>~+-]? ?\d[\d.,:/-]* ?[%°]? ?[A-Za-z]{0,12}", re.ASCII)


def _changes(now: Episode | Goal, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return {field: [before, after]} of what changes. Of words on somebody's health the log says only that they changed."""
    before = {name: getattr(now, name) for name in given}
    return {
        name: [_plain(before[name]), _plain(value)] if _may_stand(now, name, before[name], value) else "changed"
        for name, value in given.items()
        if before[name] != value
    }


def _may_stand(row: Episode | Goal, name: str, *values: Any) -> bool:
    """Whether the log may say what stood in a field: days, choices, units, payers, and figures where they are no words."""
    field: Any = row._meta.get_field(name)
    if name == "unit" or field.choices or not isinstance(field, models.CharField | models.TextField):
        return True
    return name in FIGURES and all(not value or FIGURE.fullmatch(value) for value in values)


def _plain(value: Any) -> str | None:
    return None if value is None else str(value)


def _episode_of(row: Episode | Goal | PlannedService) -> Episode:
    return row if isinstance(row, Episode) else row.episode
