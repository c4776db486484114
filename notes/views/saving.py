"""What the views of the note page share: the draft, and the answer to a save, with its own region, the new version and the
event `note-changed`."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django_htmx.http import trigger_client_event

from clinic.requests.access import PracticeRequest, fetch
from clinic.requests.deeds import object_of
from clinic.requests.right_patient import OtherPatient
from notes import holders
from notes.drafts import Changed, Repeated, Signed
from notes.forms.note import SaveForm
from notes.holders import Elsewhere
from notes.models import Note

View = Callable[..., HttpResponse]
WHOLE = ("visit__coverage__payer", "visit__location", "patient", "author__user", "practice")
LISTS = ("activities", "adjustments", "findings", "services")


def draft_of(request: PracticeRequest, pk: UUID) -> Any:
    """Return a note that the user may write, with what its page shows of the visit; someone else's is not found."""
    note = fetch(request, Note.objects.editable_by(request.user).select_related(*WHOLE), pk=pk)
    written_here(request, note)
    return note


def written_here(request: PracticeRequest, note: Note) -> None:
    """Refuse what is sent from a device that the draft has left. Reading is no matter of devices."""
    if request.method == "POST":
        holders.must_be_here(request.sign_in, note, by=request.member)


def saved(request: PracticeRequest, note: Note, *regions: str, status: int = 200) -> HttpResponse:
    """Answer a save: the regions given as markup, then the version and who else is there, out of band."""
    shown = {"note": note, "others": holders.others(note, by=request.member)}
    state = render_to_string("notes/note.html#saved", shown, request)
    response = HttpResponse("".join([*regions, state]), status=status)
    return trigger_client_event(response, "note-changed")  # also of a 422: its good fields were kept


def part(request: HttpRequest, name: str, note: Note, **context: Any) -> str:
    """Render a partial of one of the note's templates, such as "activities#row"."""
    return render_to_string(f"notes/{name.replace('#', '.html#')}", {"note": note, **context}, request)


def refusals_keep_what_was_typed(view: View) -> View:
    """Answer a save that lost: 409 for a signed note or a conflict, and a repeated one as if it were the first."""

    @wraps(view)
    def answer(request: PracticeRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not SaveForm(request.POST).is_valid():
            return _refused(request, "stale", status=422)
        try:
            return view(request, *args, **kwargs)
        except Signed:
            return trigger_client_event(_refused(request, "signed", status=409), "was-signed")
        except OtherPatient:
            return _refused(request, "other_patient", status=409)
        except Elsewhere as elsewhere:
            return gone_elsewhere(request, elsewhere)
        except Repeated as repeated:
            return _again(request, repeated.note)
        except Changed as changed:
            return _refused(request, "changed", status=409, note=changed.note)
        except Http404:
            return _done_before(request)

    return answer


def _done_before(request: PracticeRequest) -> HttpResponse:
    """Answer who takes out a row again because the first answer was lost: it is gone, as it was meant to be."""
    done = object_of(request.user, save_of(request)["key"])
    note = Note.objects.editable_by(request.user).filter(pk=done).first() if done else None
    if note is None:
        raise Http404
    request.member = request.memberships[note.practice_id]
    return _again(request, note)


def gone_elsewhere(request: PracticeRequest, elsewhere: Elsewhere) -> HttpResponse:
    """Say where the draft went. What was typed stays on this page, to be copied or to be saved after it was taken back."""
    holder = elsewhere.holder
    context = {"note": holder.note, "elsewhere": holder, "device": holders.device_of(holder), "went": True}
    response = render(request, "notes/here.html#here", {**context, "out_of_band": True}, status=409)
    response["HX-Reswap"] = "none"
    return trigger_client_event(response, "went-elsewhere")


def _refused(request: HttpRequest, why: str, *, status: int, **context: Any) -> HttpResponse:
    """Say why, and leave on the page what it holds: a list that was to be shown anew stays as it is."""
    response = render(request, f"notes/refused.html#{why}", context, status=status)
    response["HX-Reswap"] = "none"
    return response


def _again(request: PracticeRequest, note: Note) -> HttpResponse:
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


def typed_of(request: HttpRequest) -> dict[str, Any]:
    """Return what a save of typed words carries besides: what it was typed against, and what was sent and never answered."""
    form = SaveForm(request.POST)
    form.is_valid()
    return {**save_of(request), "base": request.POST.get("base"), "after": form.cleaned_data["after"]}
