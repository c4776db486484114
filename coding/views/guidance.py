"""Guidance: everybody of a practice reads it, its admins change it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from clinic.requests.access import PracticeRequest, for_roles
from clinic.roles import EVERYONE, Role
from clinic.views import errors
from coding.decision_path import path
from coding.differences import differences
from coding.forms.guidance import GuidanceForm, PreviewForm
from coding.guidance import (
    CHOOSING,
    ChangedMeanwhile,
    GuidancePage,
    NoSuchPage,
    exists,
    history,
    home_of,
    page,
    restore,
    revise,
    revisions,
)
from coding.guidance_contents import contents, family_of
from coding.markdown import render as render_markdown

STEPS_A_PAGE = 20

# Pages


@require_safe
@for_roles(*EVERYONE)
def guidance_index(request: PracticeRequest, practice: str) -> HttpResponse:
    return render(request, "coding/guidance_index.html", _found(request))


@require_safe
@for_roles(*EVERYONE)
def guidance(request: PracticeRequest, practice: str, slug: str) -> HttpResponse:
    """Show a page as it stands, or as it stood on the revision that a signed note cites."""
    found = _page(request, slug, on=request.GET.get("on"))
    context = {
        "page": found,
        "family": family_of(found),
        "newest": page(request.member.practice, slug) if exists(slug) else None,
        "path": list(path(request.member.practice)) if slug == CHOOSING else [],
        "may_edit": request.member.has_role(Role.ADMIN),
    }
    return render(request, "coding/guidance.html", context)


@for_roles(Role.ADMIN)
def guidance_edit(request: PracticeRequest, practice: str, slug: str) -> HttpResponse:
    found = _page(request, slug)
    form = GuidanceForm(request.POST if request.method == "POST" else None, page=found)
    if not form.is_valid():
        return _editor(request, form, status=422 if form.is_bound else 200)
    try:
        revise(request.member.practice, slug, by=request.member, **form.cleaned_data)
    except ChangedMeanwhile as conflict:
        return _both_texts(request, form, conflict.newest)
    messages.success(request, "Saved. Everybody in the practice reads this text from now on.")
    return redirect("coding:guidance", practice, slug)


@require_safe
@for_roles(*EVERYONE)
def guidance_history(request: PracticeRequest, practice: str, slug: str) -> HttpResponse:
    found = _page(request, slug)
    sheets = Paginator(revisions(found.practice, slug), STEPS_A_PAGE)
    sheet = sheets.get_page(request.GET.get("page"))
    context = {
        "page": found,
        "sheet": sheet,
        "steps": history(found, sheet.start_index(), sheet.end_index()),
        "may_edit": request.member.has_role(Role.ADMIN),
    }
    return render(request, "coding/guidance_history.html", context)


# Fragments


@require_safe
@for_roles(*EVERYONE)
def guidance_found(request: PracticeRequest, practice: str) -> HttpResponse:
    return render(request, "coding/guidance_index.html#found", _found(request))


@require_safe
@for_roles(*EVERYONE)
def guidance_panel(request: PracticeRequest, practice: str, slug: str) -> HttpResponse:
    """Show the short form of a page beside a suggestion or a flag."""
    found = _page(request, slug, on=request.GET.get("on"))
    return render(request, "coding/guidance.html#panel", {"page": found, "family": family_of(found)})


@require_POST
@for_roles(Role.ADMIN)
def guidance_preview(request: PracticeRequest, practice: str, slug: str) -> HttpResponse:
    """Show how a text would look, and which of its links lead nowhere."""
    found, form = _page(request, slug), PreviewForm(request.POST)
    if not form.is_valid():
        return render(request, "coding/guidance_edit.html#preview", {"page": found, "preview_form": form}, status=422)
    return render(request, "coding/guidance_edit.html#preview", _preview(found, form.cleaned_data["text"]))


# Verbs


@require_POST
@for_roles(Role.ADMIN)
def guidance_restore(request: PracticeRequest, practice: str, slug: str) -> HttpResponse:
    found = _page(request, slug)
    on, base = request.POST.get("on", ""), request.POST.get("base", "")
    try:
        restore(found.practice, slug, on=on, base=base, by=request.member)
    except NoSuchPage:
        raise Http404 from None
    except ChangedMeanwhile as conflict:
        who = conflict.newest.changed_by
        return errors.conflict(request, f"{who} changed this page in the meantime. Look at the history again first.")
    messages.success(request, "Restored, as a new revision. The text that stood before is in the history.")
    return redirect("coding:guidance", practice, slug)


# What several of them need


def _page(request: PracticeRequest, slug: str, on: str | None = None) -> GuidancePage:
    try:
        return page(request.member.practice, slug, on=on)
    except NoSuchPage:
        raise Http404 from None


def _found(request: PracticeRequest) -> dict[str, Any]:
    words = request.GET.get("q", "")[:100].strip()
    return {"words": words, "contents": contents(request.member.practice, words)}


def _preview(found: GuidancePage, text: str) -> dict[str, Any]:
    preview = render_markdown(text, home_of(found.practice))
    nowhere = [slug for slug in preview.links if not exists(slug)]
    return {"page": found, "preview": preview, "nowhere": nowhere, "edits": differences(found.text, text)}


def _editor(request: PracticeRequest, form: GuidanceForm, *, status: int, **context: Any) -> HttpResponse:
    typed = str(form["text"].value() or "")
    shown = _preview(form.page, typed) if PreviewForm({"text": typed}).is_valid() else {"page": form.page}
    return render(request, "coding/guidance_edit.html", {**shown, "form": form, **context}, status=status)


def _both_texts(request: PracticeRequest, form: GuidanceForm, newest: GuidancePage) -> HttpResponse:
    """Show what a colleague saved beside what was typed. Saving again then starts from the colleague's text."""
    typed = form.cleaned_data["text"]
    again = GuidanceForm({**form.cleaned_data, "base": newest.base}, page=newest)
    return _editor(request, again, status=409, conflict=newest, changes=differences(newest.text, typed))
