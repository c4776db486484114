"""Adjustments as they are made: a line that says several at once, and keys pressed on the spine column."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from clinic.requests.access import PracticeRequest, for_roles
from clinic.roles import CARE
from notes.column import NoComplaint, adjust, adjusted_by
from notes.forms.objective import AdjustedForm, ColumnForm
from notes.models import Note
from notes.segments import Adjusted
from notes.views.rows import rows_region
from notes.views.saving import draft_of, part, refusals_keep_what_was_typed, save_of, saved

# Verbs


@require_POST
@for_roles(*CARE)
@refusals_keep_what_was_typed
def adjustment_said(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Add what a line says, such as `C5 T4-6 L5 right`."""
    note = draft_of(request, pk)
    form = AdjustedForm(request.POST)
    if not form.is_valid():
        return saved(request, note, part(request, "adjustments#adder", note, form=form), status=422)
    return _adjusted(request, note, put=form.cleaned_data["line"])


@require_POST
@for_roles(*CARE)
@refusals_keep_what_was_typed
def column_press(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Save what was pressed and let go on the spine column since the page last knew it."""
    note = draft_of(request, pk)
    form = ColumnForm(request.POST)
    if not form.is_valid():
        return saved(request, note, part(request, "adjustments#adder", note, form=form), status=422)
    return _adjusted(request, note, put=[adjusted_by(key) for key in form.put], taken=form.taken)


def _adjusted(
    request: PracticeRequest, note: Note, *, put: Sequence[Adjusted], taken: Iterable[str] = ()
) -> HttpResponse:
    try:
        current = adjust(note, by=request.member, put=put, taken=taken, **save_of(request))
    except NoComplaint:
        return saved(request, note, part(request, "adjustments#no-complaint", note), status=422)
    return saved(request, current, rows_region(request, current, "adjustment"))
