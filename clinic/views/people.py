"""The people of a practice: who they are, what they may do, and their one-time links."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from clinic.forms.keeping import kept
from clinic.forms.people import LAST_ADMIN, LinkForm, MemberForm, NewMemberForm
from clinic.models import Membership
from clinic.requests.access import PracticeRequest, fetch, for_roles
from clinic.roles import Role
from clinic.signin import people as verbs
from clinic.signin.proofs import ProofForm
from clinic.signin.second_factor import factors_of, is_required_of

# Pages


@require_safe
@for_roles(Role.ADMIN)
def people(request: PracticeRequest, practice: str) -> HttpResponse:
    """Who may do what, until when, as whom; and of an auditor, how many patients they see."""
    members = Membership.objects.editable_by(request.user).filter(practice=request.member.practice)
    members = members.select_related("user").annotate(listed=Count("audited_patients", distinct=True))
    factors = factors_of(members)
    rows = [
        (each, factors.get(each.user_id, []), is_required_of([each]))
        for each in members.order_by("-is_active", *BY_NAME)
    ]
    return render(request, "clinic/people.html", {"rows": rows, "today": request.member.practice.today()})


BY_NAME = ("user__last_name", "user__first_name")


@for_roles(Role.ADMIN)
def member_add(request: PracticeRequest, practice: str) -> HttpResponse:
    """Add a person; the answer shows the link with which they set their password."""
    form = NewMemberForm(request.POST or None, instance=Membership(practice=request.member.practice))
    proof = ProofForm(request.POST or None, request=request)
    if proved(proof) and (member := kept(form, request, "member-added")):
        return shown_once(request, member)
    return render(request, "clinic/member_edit.html", {"form": form, "proof": proof}, status=_status(form))


@for_roles(Role.ADMIN)
def member_edit(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Change a person. What they may do or sign as changes only for somebody who shows that they are the admin."""
    member = fetch(request, Membership.objects.editable_by(request.user).select_related("user", "practice"), pk=pk)
    form = MemberForm(request.POST or None, instance=member)
    proof = ProofForm(request.POST or None, request=request)
    may_be_kept = form.is_bound if not form.wants_a_proof else proved(proof)
    if may_be_kept and kept(form, request, "member-changed"):
        messages.success(request, f"Saved: {member.full_name}.")
        return redirect("clinic:people", practice=member.practice.slug)
    context = {"form": form, "proof": proof, "person": member}
    return render(request, "clinic/member_edit.html", context, status=_status(form))


@for_roles(Role.ADMIN)
def member_link(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Make a new one-time link; one's own password is changed, not reset."""
    member = fetch(request, Membership.objects.editable_by(request.user).select_related("user", "practice"), pk=pk)
    if member.pk == request.member.pk:
        return redirect("clinic:password")
    if not member.is_active:
        messages.warning(request, f"{member.full_name} has no access. Give access again first, then make the link.")
        return redirect("clinic:people", practice=member.practice.slug)
    form = LinkForm(request.POST or None, request=request)
    if form.is_valid() and form.prove():
        return shown_once(request, member, takes_factors=form.cleaned_data["takes_factors"])
    return render(request, "clinic/member_link_make.html", {"form": form, "person": member}, status=_status(form))


@for_roles(Role.ADMIN)
def member_end(request: PracticeRequest, pk: UUID) -> HttpResponse:
    return _access(request, pk, verbs.end_access, "{} has no access any more. What they wrote stays theirs.")


@for_roles(Role.ADMIN)
def member_return(request: PracticeRequest, pk: UUID) -> HttpResponse:
    return _access(request, pk, verbs.give_access_again, "{} has access again.")


def _access(request: PracticeRequest, pk: UUID, verb: Callable[..., None], said: str) -> HttpResponse:
    """End access or give it again, for somebody who shows that they are the admin."""
    member = fetch(request, Membership.objects.editable_by(request.user).select_related("user", "practice"), pk=pk)
    form = ProofForm(request.POST or None, request=request)
    if not proved(form):
        return render(request, "clinic/member_access.html", {"form": form, "person": member}, status=_status(form))
    try:
        verb(member, request=request)
        messages.success(request, said.format(member.full_name))
    except verbs.LastAdmin:
        messages.warning(request, LAST_ADMIN)
    return redirect("clinic:people", practice=member.practice.slug)


# What they share


def proved(proof: ProofForm) -> bool:
    return proof.is_bound and proof.is_valid() and bool(proof.prove())


def _status(form: BaseForm) -> int:
    return 422 if form.is_bound else 200


def shown_once(request: PracticeRequest, member: Membership, *, takes_factors: bool = False) -> HttpResponse:
    """Show a new link. It is kept nowhere; whoever leaves the page makes another one."""
    try:
        path = verbs.make_link(member, by=request.member, takes_factors=takes_factors, request=request)
    except verbs.NotOurs:
        messages.warning(
            request, f"{member.full_name} works at another practice too and changes the password themselves."
        )
        return redirect("clinic:people", practice=member.practice.slug)
    return render(request, "clinic/member_link.html", {"person": member, "link": request.build_absolute_uri(path)})
