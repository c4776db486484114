"""Finding a patient by name, birth date or chart number. What is looked for never stands in an address or a log."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from clinic.audit.log import record
from clinic.forms.patients import WordsForm
from clinic.models import Patient
from clinic.requests.access import PracticeRequest, for_roles
from clinic.views.patients import READERS, WRITERS

SHOWN = 8

# Pages


@require_safe
@for_roles(*WRITERS)
def walk_in(request: PracticeRequest, practice: str) -> HttpResponse:
    """Somebody stands at the desk: find them, then enter their visit."""
    return render(request, "clinic/walk_in.html")


# Fragments


@require_POST
@for_roles(*READERS)
def search(request: PracticeRequest, practice: str) -> HttpResponse:
    """The first few patients who match; each leads to the patient's page."""
    found = hits(request)
    request.session["words"] = found["words"]  # kept here, not in the browser, for whoever comes back to the page
    return _answer(request, found)


@require_POST
@for_roles(*WRITERS)
def walk_in_search(request: PracticeRequest, practice: str) -> HttpResponse:
    """The same for a walk-in; each leads to a new visit."""
    return _answer(request, hits(request) | {"for_a_visit": True})


def _answer(request: PracticeRequest, found: dict[str, Any]) -> HttpResponse:
    return render(request, "clinic/search.html", found, status=422 if found["form"].errors else 200)


def hits(request: PracticeRequest) -> dict[str, Any]:
    form = WordsForm(request.POST)
    words = form.cleaned_data["words"] if form.is_valid() else ""
    everybody = Patient.objects.visible_to(request.user).filter(practice=request.member.practice)
    found = list(everybody.matching(words)[: SHOWN + 1]) if words else []
    if found:
        record("patients-searched", by=request.member, patients=[each.pk for each in found[:SHOWN]], request=request)
    is_more, may_write = len(found) > SHOWN, request.member.has_role(*WRITERS)
    return {"words": words, "found": found[:SHOWN], "is_more": is_more, "may_write": may_write, "form": form}
