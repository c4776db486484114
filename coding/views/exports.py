"""Asking for the superbills of a month."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from clinic.exports import jobs
from clinic.requests.access import PracticeRequest, for_roles
from coding.forms.exports import MonthForm
from coding.superbill_export import KIND, MAKERS

# Pages


@sensitive_post_parameters("password", "pin", "code", "passkey")
@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*MAKERS)
def superbills_export(request: PracticeRequest, practice: str) -> HttpResponse:
    typed = request.POST if request.method == "POST" else None
    form = MonthForm(typed, request=request, practice=request.member.practice)
    if form.is_valid() and form.prove():
        month, key = date.fromisoformat(form.cleaned_data["month"]), form.cleaned_data["key"]
        title, file_name = f"Superbills of {month:%B %Y}", f"superbills-{month:%Y-%m}.csv"
        asked: dict[str, Any] = {"title": title, "file_name": file_name, "month": str(month)}
        jobs.start(KIND, by=request.member, request=request, key=key, **asked)
        return redirect("clinic:exports", practice=practice)
    return render(request, "coding/superbills_export.html", {"form": form}, status=422 if form.is_bound else 200)
