"""The note: its page, its own fields, the complaints it serves and where its goals stand."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.audit.log import record, record_opening
from clinic.entry.fingerprints import fingerprint
from clinic.models import Visit
from clinic.requests.access import PracticeRequest, fetch, for_roles
from clinic.roles import CARE, Role
from clinic.views import errors
from notes import holders
from notes.answers import Answer, answer_to, base_of, progress_of, save_answer, stored_of, text_of
from notes.day import next_up
from notes.discarding import NeedsReason, discard
from notes.drafts import Changed, Repeated, Signed, save_fields
from notes.forms.note import (
    AlertAnswerForm,
    AnswerForm,
    BeginForm,
    DiscardForm,
    GoalProgressForm,
    NoteForm,
)
from notes.history import last_writer, told_by_row, writers_of
from notes.models import Episode, Goal, Note
from notes.of_visits import note_of
from notes.reading import complaints_of, page_of, reading_of
from notes.starting import episodes_to_serve, is_about, last_note_before, open_episodes, serve_too, start, takes_over
from notes.views.conflicts import conflict
from notes.views.saving import draft_of, part, refusals_keep_what_was_typed, save_of, saved, typed_of

WROTE_MEANWHILE = "More was written in this note after you opened it, perhaps in another window. It was not discarded."
STARTED = (
    "Somebody else started this note meanwhile, and what you chose is not in it. Open the note from the visit; it can serve "
    "more complaints."
)

# Pages


@require_safe
@for_roles(*CARE, Role.AUDITOR)
def note(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Show a draft to whoever may write it, and to everybody else the note as it reads."""
    found = fetch(
        request, Note.objects.visible_to(request.user).select_related("visit", "patient", "author__user"), pk=pk
    )
    if found.is_signed or not Note.objects.editable_by(request.user).filter(pk=pk).exists():
        record("note-read", by=request.member, patients=[found.patient_id], about=found.pk, request=request)
        return _read(request, found)
    page = {**_page(request, found), **_open_here(request, found)}
    beside = [str(page["last"].pk)] if page["last"] else []
    record("note-read", by=request.member, patients=[found.patient_id], about=found.pk, request=request, beside=beside)
    return render(request, "notes/note.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*CARE)
def note_begin(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Ask which complaints a visit is about, where that is not plain, and before a colleague's visit is taken over."""
    visits = Visit.objects.editable_by(request.user).select_related("patient", "clinician__user")
    visit = fetch(request, visits, pk=pk)
    record_opening(request, visit.patient_id, about=visit.pk, form="note")
    likely = {"episodes": episodes_to_serve(visit)}
    form = BeginForm(request.POST or None, episodes=open_episodes(visit.patient_id), initial=likely)
    if request.method == "POST" and form.is_valid():
        chosen = {"episodes": form.cleaned_data.get("episodes", ()), "complaint": form.cleaned_data["complaint"]}
        started = start(visit, by=request.member, drafts="drafts" in request.POST, **chosen)
        return (
            redirect("notes:note", pk=started.pk) if is_about(started, **chosen) else errors.conflict(request, STARTED)
        )
    status = 422 if form.is_bound else 200
    context = {"visit": visit, "form": form, "takes_over": takes_over(visit, by=request.member)}
    context["assists"] = request.member.has_role(Role.ASSISTANT)
    return render(request, "notes/note_begin.html", context, status=status)


@require_POST
@for_roles(*CARE)
def note_start(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Start the note of a visit, or open the one that is there. Nobody takes a colleague's visit by one press."""
    visit = fetch(request, Visit.objects.editable_by(request.user).select_related("patient", "clinician"), pk=pk)
    existing = note_of(visit)
    if existing:
        return redirect("notes:note", pk=existing.pk)
    episodes = episodes_to_serve(visit)
    if not episodes or takes_over(visit, by=request.member):
        return redirect("notes:note-begin", pk=visit.pk)
    return redirect("notes:note", pk=start(visit, by=request.member, episodes=episodes).pk)


# Fragments


@require_safe
@for_roles(*CARE)
def note_diagnoses(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """The diagnoses of each complaint, after somebody added one or changed their order on the note's page."""
    found = draft_of(request, pk)
    context = {"complaints": list(complaints_of(found)), "out_of_band": True}
    return HttpResponse(part(request, "complaints#diagnosed_all", found, **context))


# Verbs


@require_POST
@for_roles(*CARE)
@refusals_keep_what_was_typed
def note_save(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Save the note's own fields that were sent; the good ones are kept even when another is wrong."""
    found = draft_of(request, pk)
    form = NoteForm(request.POST, instance=found)
    form.is_valid()
    changes = {name: form.cleaned_data[name] for name in form.fields if name in form.cleaned_data}
    names = list(form.fields)
    try:
        current = save_fields(found, by=request.member, **typed_of(request), **changes) if changes else found
    except Repeated as repeated:
        current = repeated.note
    except Changed as changed:
        return conflict(
            request, form, changed.note, changed.note, place=names[0], who=last_writer(changed.note, names[0])
        )
    now = fingerprint(current, names)
    regions = part(request, "note#problems", current, form=form, field_name=names[0] if names else "", base=now)
    return saved(request, current, regions, status=422 if form.errors else 200)


@require_POST
@for_roles(*CARE)
@refusals_keep_what_was_typed
def episode_serve(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Let the note serve one more complaint of the same patient."""
    found = draft_of(request, pk)
    mine = Episode.objects.editable_by(request.user).filter(patient=found.patient_id)
    episode = fetch(request, mine, pk=_uuid(request.POST.get("episode")))
    current = serve_too(found, episode, **save_of(request))
    return saved(request, current, part(request, "note#complaints", **_page(request, current)))


@require_POST
@for_roles(*CARE)
@refusals_keep_what_was_typed
def goal_progress(request: PracticeRequest, pk: UUID, goal: UUID) -> HttpResponse:
    """Note where a goal stands today; an empty value takes it back."""
    found = draft_of(request, pk)
    mine = Goal.objects.editable_by(request.user).filter(episode__note_episodes__note=found)
    aim = fetch(request, mine, pk=goal)
    return _answered(request, progress_of(found, aim), GoalProgressForm(request.POST), place=f"goal-{aim.pk}")


@require_POST
@for_roles(*CARE)
@refusals_keep_what_was_typed
def alert_answer(request: PracticeRequest, pk: UUID, alert: UUID) -> HttpResponse:
    """Note how a contraindication was heeded today; an empty answer is taken back."""
    found = draft_of(request, pk)
    warning = fetch(request, found.patient.alerts.filter(is_active=True), pk=alert)
    return _answered(request, answer_to(found, warning), AlertAnswerForm(request.POST), place=f"alert-{warning.pk}")


def _answered(request: PracticeRequest, answer: Answer, form: AnswerForm, *, place: str) -> HttpResponse:
    """Keep an answer that is right, and say beside its field, named by `place`, what is wrong or what somebody else said."""
    current, base = answer.note, request.POST.get("base")
    if form.is_valid():
        try:
            current = save_answer(answer, form.said, by=request.member, **typed_of(request))
        except Repeated as repeated:
            current = repeated.note
        except Changed as changed:
            return _other_answer(request, form, changed.note, stored_of(answer), place)
        base = base_of(form.said)
    region = part(request, "answer#kept", current, place=place, form=form, base=base)
    return saved(request, current, region, status=422 if form.errors else 200)


def _other_answer(request: PracticeRequest, form: AnswerForm, note: Note, stored: Answer, place: str) -> HttpResponse:
    who = None if stored._state.adding else stored.written_by
    return conflict(request, form, stored, note, place=place, base=base_of(text_of(stored)), who=who)


@require_POST
@for_roles(*CARE)
def note_discard(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Discard a draft as the page showed it; one with words needs a reason."""
    found = draft_of(request, pk)
    form = DiscardForm(request.POST)
    form.is_valid()
    try:
        typed = form.cleaned_data
        discard(found, by=request.member, reason=typed.get("reason", ""), seen=typed.get("version", 0))
    except Signed:
        return errors.conflict(request, "This note was signed. A signed note stays.")
    except Changed:
        return errors.conflict(request, WROTE_MEANWHILE)
    except NeedsReason:
        form.add_error("reason", "Say why this draft is not needed; the reason stays in the log.")
        return render(request, "notes/note.html", {**_page(request, found), "discarding": form}, status=422)
    messages.success(request, "The draft is gone; the visit is still on the list.")
    return redirect("notes:today", practice=request.member.practice.slug)


def _page(request: PracticeRequest, note: Note) -> dict[str, Any]:
    """The page of a draft, with what was said at the last visit for the same complaint: to compare, and no part of the note."""
    has_earlier = Note.objects.visible_to(request.user).signed().before(note).exists()
    return {**page_of(note), "writers": writers_of(note), "last": last_note_before(note), "has_earlier": has_earlier}


def _open_here(request: PracticeRequest, note: Note) -> dict[str, Any]:
    """Hold the draft on this device, or say on which other one its reader has it open; and who else has it."""
    holder = holders.open_on(request.sign_in, note, by=request.member)
    others = holders.others(note, by=request.member)
    if holder is None or request.sign_in is None or holders.is_here(holder, request.sign_in):
        return {"holder": holder, "others": others}
    return {"elsewhere": holder, "device": holders.device_of(holder), "others": others}


def _read(request: PracticeRequest, note: Note) -> HttpResponse:
    """Show a note as it reads; its author may add to it once it is signed, and goes on to whoever is next."""
    may_add = not note.is_retracted and Note.objects.amendable_by(request.user).filter(pk=note.pk).exists()
    context = {"note": note, "reading": reading_of(note), "may_add": may_add}
    if note.is_signed and request.member.has_role(Role.CLINICIAN):
        context["came_about"] = told_by_row(note)
    if may_add and note.visit.on == note.practice.today():
        context["next"] = next_up(Visit.objects.visible_to(request.user), by=request.member)
    return render(request, "notes/note_read.html", context)


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
