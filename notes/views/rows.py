"""Rows of the note page: findings, adjustments, activities. One set of views serves the three kinds."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from clinic.entry.fingerprints import fingerprint
from clinic.requests.access import PracticeRequest, fetch, for_roles
from clinic.requests.seals import unsealed
from clinic.roles import CARE
from notes.drafts import Changed, Repeated
from notes.forms.note import ActivityForm, QuickForm
from notes.forms.objective import AdjustmentForm, FindingForm
from notes.forms.rows import PartForm
from notes.models import Activity, Adjustment, ExamFinding, Note
from notes.quick import activity_of, read_activity
from notes.reading import alerts_of, rows_of, serves_several
from notes.rows import Row, add_row, confirm_rows, decline_rows, move_row, remove_row, save_row
from notes.views.conflicts import conflict
from notes.views.saving import (
    draft_of,
    part,
    refusals_keep_what_was_typed,
    save_of,
    saved,
    typed_of,
    written_here,
)


@dataclass(frozen=True)
class Kind:
    """What differs between the kinds of rows: the model, the form, and the template that shows them."""

    model: type[Row]
    form: type[PartForm]
    template: str


KINDS = {
    "finding": Kind(ExamFinding, FindingForm, "findings"),
    "adjustment": Kind(Adjustment, AdjustmentForm, "adjustments"),
    "activity": Kind(Activity, ActivityForm, "activities"),
}

NOTHING = "nothing"  # what an open row says that wants no field filled in: the cursor stays where it is

# Fragments


@require_safe
@for_roles(*CARE)
def row(request: PracticeRequest, pk: UUID, kind: str) -> HttpResponse:
    """Show a row at rest."""
    found = _row(request, pk, kind)
    context = {"note": found.note, "row": found, "several": serves_several(found.note)}
    return render(request, f"notes/{KINDS[kind].template}.html#row", context)


@require_safe
@for_roles(*CARE)
def row_edit(request: PracticeRequest, pk: UUID, kind: str) -> HttpResponse:
    """Open a row: its fields, and what it is typed against."""
    found = _row(request, pk, kind)
    form = KINDS[kind].form(instance=found, note=found.note)
    return HttpResponse(_open(request, found, form, kind, missing=_corrected(found)))


def _corrected(found: Row) -> str:
    """A finding is opened to correct what was found; any other row where something is missing."""
    return ("value" if found.value else "words") if isinstance(found, ExamFinding) else ""


# Verbs


@require_POST
@for_roles(*CARE)
@refusals_keep_what_was_typed
def row_add(request: PracticeRequest, pk: UUID, kind: str) -> HttpResponse:
    """Add a row. A finding says something at once; the others open empty."""
    note = draft_of(request, pk)
    form = KINDS[kind].form(request.POST, note=note, instance=KINDS[kind].model(note=note))
    if not form.is_valid():
        return saved(request, note, part(request, f"{KINDS[kind].template}#adder", note, form=form), status=422)
    new = form.save(commit=False)
    current = add_row(new, to=note, by=request.member, **save_of(request))
    return saved(request, current, rows_region(request, current, kind, opened=new if kind != "finding" else None))


@require_POST
@for_roles(*CARE)
@refusals_keep_what_was_typed
def activity_quick(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Add an activity from a line in the clinician's own words. It opens, so that what was read can be corrected."""
    note = draft_of(request, pk)
    form = QuickForm(request.POST)
    if not form.is_valid():
        return saved(request, note, part(request, "activities#adder", note, form=form), status=422)
    read = read_activity(form.cleaned_data["line"])
    new = activity_of(read, note)
    current = add_row(new, to=note, by=request.member, **save_of(request))
    told = part(request, "note#told", current, read=read)
    missing = read.missing or NOTHING
    return saved(request, current, rows_region(request, current, "activity", opened=new, missing=missing), told)


@require_POST
@for_roles(*CARE)
@refusals_keep_what_was_typed
def row_save(request: PracticeRequest, pk: UUID, kind: str) -> HttpResponse:
    """Save what was typed into a row; the good fields are kept even when another is wrong."""
    found = _row(request, pk, kind)
    form = KINDS[kind].form(request.POST, instance=found, note=found.note)
    form.is_valid()
    names = [name for name in form.fields if name in form.cleaned_data]
    told: dict[str, Any] = {
        "fields": list(form.fields),
        "shown": unsealed(request.POST.get("shown", ""), beside=found.pk),
    }
    try:
        note = save_row(found, by=request.member, **told, **typed_of(request))
    except Repeated as repeated:
        note = repeated.note
    except Changed as changed:
        return _conflict(request, changed.note, found, form, kind)
    context = {"form": form, "row": found, "base": fingerprint(found, form.fields), "names": names}
    regions = [part(request, "row#problems", note, **context)] + [_alerts(request, note)] * (kind == "adjustment")
    return saved(request, note, *regions, status=422 if form.errors else 200)


@require_POST
@for_roles(*CARE)
@refusals_keep_what_was_typed
def row_remove(request: PracticeRequest, pk: UUID, kind: str) -> HttpResponse:
    found = _row(request, pk, kind)
    fields, base = list(KINDS[kind].form(instance=found, note=found.note).fields), request.POST.get("base")
    note = remove_row(found, by=request.member, base=base, fields=fields, **save_of(request))
    return saved(request, note, rows_region(request, note, kind))


@require_POST
@for_roles(*CARE)
@refusals_keep_what_was_typed
def row_move(request: PracticeRequest, pk: UUID, kind: str, way: str) -> HttpResponse:
    found = _row(request, pk, kind)
    note = move_row(found, by=request.member, up=way == "up", **save_of(request))
    return saved(request, note, rows_region(request, note, kind))


@require_POST
@for_roles(*CARE)
@refusals_keep_what_was_typed
def row_confirm(request: PracticeRequest, pk: UUID, kind: str) -> HttpResponse:
    """Make one carried row today's. An activity opens, since its minutes and delivery are still to be said."""
    found = _row(request, pk, kind)
    note = confirm_rows(type(found).objects.filter(pk=found.pk), note=found.note, by=request.member, **save_of(request))
    found.is_carried = False
    return saved(request, note, rows_region(request, note, kind, opened=found if kind == "activity" else None))


@require_POST
@for_roles(*CARE)
@refusals_keep_what_was_typed
def rows_confirm(request: PracticeRequest, pk: UUID, kind: str) -> HttpResponse:
    """Make every carried row of a kind today's."""
    draft = draft_of(request, pk)
    note = confirm_rows(KINDS[kind].model.objects.all(), note=draft, by=request.member, **save_of(request))
    return saved(request, note, rows_region(request, note, kind))


@require_POST
@for_roles(*CARE)
@refusals_keep_what_was_typed
def rows_decline(request: PracticeRequest, pk: UUID, kind: str) -> HttpResponse:
    """Take out every row of a kind that was carried over and does not hold today."""
    draft = draft_of(request, pk)
    note = decline_rows(KINDS[kind].model.objects.all(), note=draft, by=request.member, **save_of(request))
    return saved(request, note, rows_region(request, note, kind))


def _row(request: PracticeRequest, pk: UUID, kind: str) -> Any:
    """Return a row of a note that the user may write; someone else's is not found."""
    notes = Note.objects.editable_by(request.user)
    rows = KINDS[kind].model.objects.filter(note__in=notes)
    row = fetch(request, rows.select_related("note__visit", "note__patient", "note__author__user", "episode"), pk=pk)
    written_here(request, row.note)
    return row


def rows_region(request: PracticeRequest, note: Note, kind: str, opened: Any = None, missing: str = "") -> str:
    """Render all rows of a kind, one of them open, at the field that is missing where that is known."""
    fields = ""
    if opened:
        fields = _open(request, opened, KINDS[kind].form(instance=opened, note=note), kind, missing)
    context = {**rows_of(note, kind), "opened": opened, "opened_fields": fields}
    rows = part(request, f"{KINDS[kind].template}#{KINDS[kind].template}", note, **context)
    return rows + (_alerts(request, note) if kind == "adjustment" else "")


def _alerts(request: PracticeRequest, note: Note) -> str:
    """Which contraindications want an answer depends on what is adjusted."""
    return part(request, "alerts#alerts", note, alerts=alerts_of(note))


def _open(request: PracticeRequest, row: Any, form: PartForm, kind: str, missing: str = "") -> str:
    context = {"row": row, "form": form, "kind": kind, "base": fingerprint(row, form.fields), "missing": missing}
    return part(request, "row#open", row.note, **context)


def _conflict(request: PracticeRequest, note: Note, row: Row, form: PartForm, kind: str) -> HttpResponse:
    """Show both sides of a row that somebody else changed or took out; what was typed stays in its fields."""
    stored = type(row).objects.select_related("written_by__user").filter(pk=row.pk).first()
    if stored is None:
        gone = part(request, "conflict#gone", note, place=row.pk, kind=kind)
        return HttpResponse(gone, status=409)
    return conflict(request, form, stored, note, place=str(row.pk), who=stored.written_by)
