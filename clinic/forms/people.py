"""The people of a practice: who they are, what they may do, until when."""

from datetime import date
from typing import Any

from crispy_forms.layout import Field, Fieldset, Layout
from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError

from clinic.entry.fields import ClinicalLine
from clinic.forms.rows import RowForm, fields_for, line
from clinic.models import Membership, Practice, User
from clinic.requests.deeds import KeyedForm
from clinic.roles import Role
from clinic.signin.people import is_last_admin
from clinic.signin.proofs import ProofForm

DUTIES = {
    Role.CLINICIAN: "writes and signs notes",
    Role.ASSISTANT: "drafts for a clinician",
    Role.DESK: "patients, visits, superbills; no words of notes",
    Role.BILLER: "the same, payers, and signed notes for a payer",
    Role.ADMIN: "people, payers, fees, guidance; no notes",
    Role.AUDITOR: "reads until a day, writes nothing",
}
PERSON = ("first_name", "last_name", "username")
ACCESS = ("roles", "ends_on", "username")
UNDER_A_SIGNATURE = ("first_name", "last_name", "credential", "npi", "supervised_by")


class MemberForm(RowForm):
    """A person and their place in the practice. The practice never loses its last admin."""

    instance: Membership

    first_name = ClinicalLine(label="First name", max_length=150)
    last_name = ClinicalLine(label="Last name", max_length=150)
    username = ClinicalLine(
        label="Name to sign in with",
        max_length=150,
        validators=[UnicodeUsernameValidator(message="Letters, digits and . _ - + @ alone, without spaces, please.")],
        help_text="Letters, digits and . _ - without spaces.",
    )
    roles = forms.MultipleChoiceField(
        label="Roles",
        choices=[(role.value, f"{role.label.capitalize()}: {DUTIES[role]}") for role in Role],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one role."},
    )

    class Meta:
        model = Membership
        fields = ("roles", "title", "credential", "npi", "supervised_by", "ends_on")
        formfield_callback = fields_for

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Membership.objects.active().clinicians().filter(practice=self.instance.practice_id)
        self.fields["supervised_by"].queryset = others.exclude(pk=self.pk).select_related("user")  # type: ignore[attr-defined]
        self.fields["ends_on"].label, self.fields["ends_on"].help_text = (
            "Last day of access",
            "An auditor has one, others may.",
        )
        self.fields["supervised_by"].empty_label = "nobody: they sign for themselves"  # type: ignore[attr-defined]

    def layout(self) -> Layout:
        return Layout(
            line(first_name=6, last_name=6),
            "username",
            Field("roles"),
            "ends_on",
            Fieldset("For clinicians", line(title=4, credential=4, npi=4), "supervised_by"),
        )

    def values_of(self, row: Membership) -> dict[str, Any]:
        return super().values_of(row) | {name: getattr(row.user, name) for name in PERSON}

    def hold(self) -> None:
        """Lock the practice too: two admins who take the role from each other come one after the other."""
        Practice.objects.select_for_update(no_key=True).get(pk=self.instance.practice_id)
        super().hold()

    def clean_username(self) -> str:
        name = str(self.cleaned_data["username"])
        others = User.objects.filter(username__iexact=name).exclude(pk=self.instance.user_id)
        if others.exists():
            raise ValidationError("This name is taken. Add an initial, or a number.")
        return name

    def clean_ends_on(self) -> date | None:
        ends_on: date | None = self.cleaned_data["ends_on"]
        if "ends_on" in self.changed_data and ends_on and ends_on < self.instance.practice.today():
            raise ValidationError("This day is over. To end access now, use End access.")
        return ends_on

    def clean(self) -> dict[str, Any] | None:
        given = super().clean() or self.cleaned_data
        roles = given.get("roles", [])
        if Role.AUDITOR in roles and "ends_on" in given and not given["ends_on"]:
            self.add_error("ends_on", "An auditor's access ends on a day. Which is the last?")
        stays_admin = Role.ADMIN in roles and not given.get("ends_on")
        if self.pk and self._works_elsewhere():
            for name in set(PERSON) & set(self.changed_data):
                self.add_error(name, ELSEWHERE)
        if self.pk and not stays_admin and "roles" in given and is_last_admin(self.instance, self.stored["roles"]):
            self.add_error("roles", LAST_ADMIN)
        return given

    def _works_elsewhere(self) -> bool:
        """Whether the person's names are another practice's too: they stand under what is signed there."""
        return self.instance.user.memberships.exclude(practice=self.instance.practice_id).exists()

    def save(self, commit: bool = True) -> Membership:
        """Save the person with their place; a new one can sign in only after a one-time link."""
        user = self.instance.user if self.instance.user_id else User()
        for name in PERSON:
            setattr(user, name, self.cleaned_data[name])
        if user._state.adding:
            user.set_unusable_password()
            user.save()
        else:  # their names alone: a password that they set meanwhile stays
            user.save(update_fields=PERSON)
        self.instance.user = user
        return super().save(commit)  # type: ignore[no-any-return]

    @property
    def wants_a_proof(self) -> bool:
        """Whether it changes what the person may do, how they come in, or what will stand under all that they sign."""
        return bool({*ACCESS, *UNDER_A_SIGNATURE} & set(self.changed_data))


class NewMemberForm(KeyedForm, MemberForm):
    """A person who is added."""


class LinkForm(ProofForm):
    """What a new link does beside setting a password."""

    takes_factors = forms.BooleanField(
        required=False,
        label="Take the second factor away too",
        help_text="For somebody who lost the phone and the recovery codes. Make sure that it is they who ask.",
    )


ELSEWHERE = "They work at another practice too, where this name stands under what they sign. It is not changed here."
LAST_ADMIN = "Nobody else could let people in then. First make somebody else an admin who has signed in."
