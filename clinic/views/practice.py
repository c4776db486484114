"""The practice itself: what is still missing, its own particulars, its locations."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from clinic.audit.breaking_glass import unreviewed
from clinic.audit.log import record
from clinic.forms.keeping import kept
from clinic.forms.practice import LocationForm, NewLocationForm, PracticeForm
from clinic.models import BreakGlass, Location, Practice
from clinic.practice.setup import grown_old, steps
from clinic.requests.access import PracticeRequest, fetch, for_roles
from clinic.roles import Role

# Pages


@require_safe
@for_roles(Role.ADMIN)
def setup(request: PracticeRequest, practice: str) -> HttpResponse:
    """What a practice needs before its first note can be signed and billed, in order."""
    todo = steps(request.member.practice)
    following = next((step for step in todo if not step.is_done), None)
    old = grown_old(request.member.practice)
    context = {"steps": todo, "next": following, "grown_old": old, "glasses": look_into(request)}
    return render(request, "clinic/setup.html", context)


def look_into(request: PracticeRequest) -> list[BreakGlass]:
    """Return the emergency accesses that wait for an admin. They name patients, so showing them is a reading of the log."""
    found = unreviewed(request.member)
    if found:
        patients = {glass.patient_id for glass in found}
        record("glass-notices-read", by=request.member, patients=patients, request=request)
    return found


@for_roles(Role.ADMIN)
def practice_edit(request: PracticeRequest, practice: str) -> HttpResponse:
    own = Practice.objects.editable_by(request.user).get(pk=request.member.practice_id)
    form = PracticeForm(request.POST or None, instance=own)
    if request.method == "POST" and kept(form, request, "practice-changed"):
        messages.success(request, "Saved.")
        return redirect("clinic:setup", practice=practice)
    return render(request, "clinic/practice.html", {"form": form}, status=422 if form.is_bound else 200)


@require_safe
@for_roles(Role.ADMIN)
def locations(request: PracticeRequest, practice: str) -> HttpResponse:
    rows = Location.objects.editable_by(request.user).filter(practice=request.member.practice)
    return render(request, "clinic/locations.html", {"locations": rows.order_by("-is_active", "name")})


@for_roles(Role.ADMIN)
def location_add(request: PracticeRequest, practice: str) -> HttpResponse:
    form = NewLocationForm(request.POST or None, instance=Location(practice=request.member.practice))
    if request.method == "POST" and kept(form, request, "location-added"):
        return redirect("clinic:locations", practice=practice)
    return render(request, "clinic/location_edit.html", {"form": form}, status=422 if form.is_bound else 200)


@for_roles(Role.ADMIN)
def location_edit(request: PracticeRequest, pk: UUID) -> HttpResponse:
    location = fetch(request, Location.objects.editable_by(request.user).select_related("practice"), pk=pk)
    form = LocationForm(request.POST or None, instance=location)
    if request.method == "POST" and kept(form, request, "location-changed"):
        return redirect("clinic:locations", practice=location.practice.slug)
    context = {"form": form, "location": location}
    return render(request, "clinic/location_edit.html", context, status=422 if form.is_bound else 200)
