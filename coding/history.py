"""The visits before a note's, for the same complaints: what was said, found, measured and done there.

Two queries read them, however many notes ask and whatever the visits hold: one says which they are, one what they hold.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, Model, OuterRef, Q, Value
from django.db.models.functions import Coalesce, JSONObject

from coding.engine.facts import (
    ActivityFacts,
    EpisodeFacts,
    FindingFacts,
    GoalFacts,
    ServiceFacts,
    StandFacts,
    VisitFacts,
)
from coding.engine.vocabulary import FindingKind, Region, Side
from coding.models import Acknowledgement, Citation, PickedService
from notes.models import Activity, Correction, ExamFinding, GoalProgress, Note, NoteEpisode

VISITS = 16  # five weeks of three visits: what is looked for reaches back thirty days or ten visits
NOT_YET = datetime(9999, 1, 1, tzinfo=UTC)

type Row = Mapping[str, Any]


def history_of(pks: Collection[UUID]) -> dict[UUID, tuple[VisitFacts, ...]]:
    """Return for each note the last signed visits of its episodes before its day, the newest first."""
    asked = dict(Note.objects.filter(pk__in=pks).values_list("pk", ArraySubquery(_before())))
    read = _read({pk for earlier in asked.values() for pk in earlier})
    return {pk: tuple(read[each] for each in earlier) for pk, earlier in asked.items()}


def _before() -> Any:
    """Return which notes come before one: a signed note has those that were signed when it was."""
    shared = NoteEpisode.objects.filter(Q(episode__note_episodes__note=OuterRef(OuterRef("pk"))), note=OuterRef("pk"))
    earlier = Note.objects.filter(
        Exists(shared),
        patient=OuterRef("patient"),
        visit__on__lt=OuterRef("visit__on"),
        retracted_at=None,
        signed_at__lt=Coalesce(OuterRef("signed_at"), Value(NOT_YET)),
    )
    return earlier.order_by("-visit__on", "-signed_at").values("pk")[:VISITS]


def _read(pks: Collection[UUID]) -> dict[UUID, VisitFacts]:
    if not pks:
        return {}
    rows = Note.objects.filter(pk__in=pks).values(
        "pk", "visit__on", "subjective", "objective", "assessment",
        served=_rows(NoteEpisode, episode="episode_id", stood="as_signed"),
        found=_rows(
            ExamFinding, pk="pk", episode="episode_id", kind="kind", region="region", side="side", value="value",
            unit="unit", words="words",
        ),
        done=_rows(
            Activity, pk="pk", episode="episode_id", description="description", dose="dose", minutes="minutes"
        ),
        stands=_rows(GoalProgress, goal="goal_id", value="value"),
        picked=_rows(PickedService, pk="pk", episode="episode_id", code="code", title="title"),
        corrected=_rows(Correction, pk="row_id", kind="kind", deed="deed", field="field", new="new"),
        told=_rows(Citation, slug="revision__slug"),
        reasoned=_rows(Acknowledgement, slug="slug", about="about"),
    )  # fmt: skip
    return {row["pk"]: _visit(_with_corrections(row)) for row in rows}


def _rows(model: type[Model], **fields: str) -> ArraySubquery:
    """Return the rows of a note as a list of tables, each with these fields."""
    rows = model._default_manager.filter(note=OuterRef("pk"))
    return ArraySubquery(rows.values(row=JSONObject(**fields)))


def _with_corrections(row: Row) -> Row:
    """Return a note's rows with what was corrected since: changed, withdrawn, added."""
    lists = {"finding": dict(FOUND), "activity": dict(DONE)}
    tables = {kind: {each["pk"]: dict(each) for each in row[name]} for kind, name in TOLD_OF.items()}
    for each in row["corrected"]:
        table = tables.get(each["kind"], {})
        if each["deed"] == Correction.Deed.WITHDRAWN:
            table.pop(each["pk"], None)
        elif each["kind"] in lists:
            told = table.setdefault(each["pk"], {**lists[each["kind"]], "pk": each["pk"]})
            told[each["field"].removesuffix("_id")] = json.loads(each["new"])
    return {**row, **{name: list(tables[kind].values()) for kind, name in TOLD_OF.items()}}


# Which rows of a note are told of, and what one that was added later says where it says nothing.
TOLD_OF = {"finding": "found", "activity": "done"}
FOUND = {"episode": None, "kind": "", "region": "", "side": "", "value": "", "unit": "", "words": ""}
DONE = {"episode": None, "description": "", "dose": "", "minutes": None}

# What a row says


def _visit(row: Row) -> VisitFacts:
    return VisitFacts(
        on=row["visit__on"],
        today=row["visit__on"],
        episodes=tuple(_episode(each) for each in row["served"]),
        findings=tuple(map(_finding, row["found"])),
        activities=tuple(map(_activity, row["done"])),
        services=tuple(
            ServiceFacts(each["pk"], each["code"], each["title"], episode_id=each["episode"]) for each in row["picked"]
        ),
        subjective=row["subjective"],
        objective=row["objective"],
        assessment=row["assessment"],
        progress=tuple(StandFacts(each["goal"], each["value"]) for each in row["stands"]),
        told=frozenset(each["slug"] for each in row["told"]),
        reasoned=frozenset((each["slug"], each["about"]) for each in row["reasoned"]),
    )


def _episode(row: Row) -> EpisodeFacts:
    """Return an episode as it stood at the signature."""
    stood: Row = row["stood"] or {}
    return EpisodeFacts(
        id=row["episode"],
        complaint=stood.get("complaint", ""),
        frequency=stood.get("frequency", ""),
        duration=stood.get("duration", ""),
        began_on=day(stood.get("first_treated_on")),
        reviewed_on=day(stood.get("plan_reviewed_on")),
        goals=tuple(_goals(stood.get("goals", ()))),
    )


def _goals(rows: Iterable[Row]) -> Iterable[GoalFacts]:
    for row in rows:
        if row["dropped_on"] is None and row["met_on"] is None:
            yield GoalFacts(row["id"], row["text"], baseline=row["baseline"], target=row["target"])


def _finding(row: Row) -> FindingFacts:
    return FindingFacts(
        id=row["pk"],
        kind=FindingKind(row["kind"]),
        region=Region(row["region"]) if row["region"] else None,
        side=Side(row["side"]) if row["side"] else None,
        value=row["value"],
        unit=row["unit"],
        words=row["words"],
        episode_id=row["episode"] or "",
    )


def _activity(row: Row) -> ActivityFacts:
    return ActivityFacts(
        id=row["pk"],
        description=row["description"],
        dose=row["dose"],
        minutes=row["minutes"],
        episode_id=row["episode"] or "",
    )


def day(text: str | None) -> date | None:
    """Return the day that a signed snapshot tells.

    >>> day("2026-11-04"), day(None)
    (datetime.date(2026, 11, 4), None)
    """
    return date.fromisoformat(text) if text else None
