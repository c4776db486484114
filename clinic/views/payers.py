"""Who pays: each payer with its profile, and what was changed of it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from clinic.forms.keeping import kept
from clinic.forms.payers import NewPayerForm, PayerForm
from clinic.models import Payer
from clinic.practice.profiles import differences, history
from clinic.requests.access import PracticeRequest, fetch, for_roles
from clinic.roles import Role

KEEPERS = (Role.ADMIN, Role.BILLER)

# Pages


@require_safe
@for_roles(*KEEPERS)
def payers(request: PracticeRequest, practice: str) -> HttpResponse:
    found = Payer.objects.editable_by(request.user).filter(practice=request.member.practice)
    today = request.member.practice.today()
    rows = [
        (payer, _in_words(differences(payer.profile(), payer.kind, today)))
        for payer in found.order_by("-is_active", "name")
    ]
    return render(request, "clinic/payers.html", {"payers": rows})


def _in_words(differing: dict[str, str]) -> list[str]:
    """Leave out how units are counted, which has a column of its own."""
    return [words for name, words in differing.items() if name != "unit_method"]


@for_roles(*KEEPERS)
def payer_add(request: PracticeRequest, practice: str) -> HttpResponse:
    new = Payer(practice=request.member.practice)
    form = NewPayerForm(request.POST or None, instance=new, kind=request.GET.get("kind", ""))
    if request.method == "POST" and kept(form, request, "payer-added"):
        return redirect("clinic:payers", practice=practice)
    return render(request, "clinic/payer_edit.html", {"form": form}, status=422 if form.is_bound else 200)


@for_roles(*KEEPERS)
def payer_edit(request: PracticeRequest, pk: UUID) -> HttpResponse:
    payer = fetch(request, Payer.objects.editable_by(request.user).select_related("practice"), pk=pk)
    form = PayerForm(request.POST or None, instance=payer, by=request.member)
    if request.method == "POST" and kept(form, request, "payer-changed"):
        return redirect("clinic:payers", practice=payer.practice.slug)
    stored = Payer.objects.select_related("practice").get(pk=payer.pk)
    context = {"form": form, "payer": stored, "history": history(stored, payer.practice.today())}
    return render(request, "clinic/payer_edit.html", context, status=422 if form.is_bound else 200)
