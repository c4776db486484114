"""What the views of the note page share: the draft, and the answer to a save, with its own region, the new version and the
event `note-changed`."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django_htmx.http import trigger_client_event

from clinic.access import PracticeRequest, fetch
from notes.drafts import Changed, Repeated, Signed
from notes.forms.note import SaveForm
from notes.models import Note

View = Callable[..., HttpResponse]
WHOLE = ("visit__coverage__payer", "visit__location", "patient", "author__user", "practice")
LISTS = ("activities", "adjustments", "findings", "services")


def draft_of(request: PracticeRequest, pk: UUID) -> Any:
    """Return a note that the user may write, with what its page shows of the visit; someone else's is not found."""
    return fetch(request, Note.objects.editable_by(request.user).select_related(*WHOLE), pk=pk)


def saved(request: HttpRequest, note: Note, *regions: str, status: int = 200) -> HttpResponse:
    """Answer a save: the regions given as markup, then the version and the saved state out of band."""
    state = render_to_string("notes/note.html#saved", {"note": note}, request)
    response = HttpResponse("".join([*regions, state]), status=status)
    return trigger_client_event(response, "note-changed")  # also of a 422: its good fields were kept


def part(request: HttpRequest, name: str, note: Note, **context: Any) -> str:
    """Render a partial of one of the note's templates, such as "activities#row"."""
    return render_to_string(f"notes/{name.replace('#', '.html#')}", {"note": note, **context}, request)


def refusals_keep_what_was_typed(view: View) -> View:
    """Answer a save that lost: 409 for a signed note or a conflict, and a repeated one as if it were the first."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not SaveForm(request.POST).is_valid():
            return _refused(request, "stale", status=422)
        try:
            return view(request, *args, **kwargs)
        except Signed:
            return _refused(request, "signed", status=409)
        except Repeated as repeated:
            return _again(request, repeated.note)
        except Changed as changed:
            return _refused(request, "changed", status=409, note=changed.note)

    return answer


def _refused(request: HttpRequest, why: str, *, status: int, **context: Any) -> HttpResponse:
    """Say why, and leave on the page what it holds: a list that was to be shown anew stays as it is."""
    response = render(request, f"notes/refused.html#{why}", context, status=status)
    response["HX-Reswap"] = "none"
    return response


def _again(request: HttpRequest, note: Note) -> HttpResponse:
    """Answer a save that had arrived before. Where it would fill a list, the page is read anew: its rows are not at hand."""
    response = saved(request, note)
    response["HX-Reswap"] = "none"
    if request.headers.get("HX-Target") in LISTS:
        response["HX-Refresh"] = "true"
    return response


def save_of(request: HttpRequest) -> dict[str, Any]:
    """Return the version and key that a save carries."""
    form = SaveForm(request.POST)
    form.is_valid()
    return {"version": form.cleaned_data["version"], "key": form.cleaned_data["key"]}
