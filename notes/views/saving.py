"""How the note page answers a save: with its own region, the new version, and the event `note-changed`."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django_htmx.http import trigger_client_event

from notes.drafts import Changed, Repeated, Signed
from notes.forms.note import SaveForm
from notes.models import Note

View = Callable[..., HttpResponse]
LISTS = ("activities", "adjustments", "findings", "services")


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
            return render(request, "notes/refused.html#stale", status=422)
        try:
            return view(request, *args, **kwargs)
        except Signed:
            return render(request, "notes/refused.html#signed", status=409)
        except Repeated as repeated:
            return _again(request, repeated.note)
        except Changed as changed:
            return render(request, "notes/refused.html#changed", {"note": changed.note}, status=409)

    return answer


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
