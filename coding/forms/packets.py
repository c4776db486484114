"""Which audit packet is wanted, for whom, and what for."""

from typing import Any

from crispy_forms.layout import Field, Layout
from django import forms
from django.db.models import QuerySet

from clinic.audit.kinds import GIVEN_OUT, PURPOSES
from clinic.entry.fields import ClinicalLine, Day
from clinic.forms.audit import purpose_in_words, say_what_else
from clinic.forms.rows import BareHelper, line
from clinic.requests.deeds import KeyedForm
from clinic.signin.proofs import ProofForm
from coding.packets import OUTSIDE, PRACTICE
from notes.models import Episode, Note

FORMS = [
    (OUTSIDE, "For somebody outside: record, lines, proofs"),
    (PRACTICE, "For the practice: with flags, reasons, edits"),
]
FILES = [("pdf", "PDF, to be read and printed"), ("json", "JSON, to be checked")]


# What the job keeps: ids, days and choices.
ASKED = ("note", "episode", "since", "until", "recipient", "purpose", "words")


class PacketForm(ProofForm, KeyedForm):
    """One note, one complaint, or all between two days; and who asks, for whole records go out by it."""

    note = forms.ModelChoiceField(Note.objects.none(), required=False, label="One note", empty_label="all notes")
    episode = forms.ModelChoiceField(
        Episode.objects.none(), required=False, label="One complaint", empty_label="all complaints"
    )
    since = Day(required=False, label="From")
    until = Day(required=False, label="To")
    readers = forms.ChoiceField(choices=FORMS, widget=forms.RadioSelect, label="For whom", initial=OUTSIDE)
    file = forms.ChoiceField(choices=FILES, widget=forms.RadioSelect, label="As", initial="pdf")
    recipient = ClinicalLine(max_length=200, required=False, label="To whom it goes, with address if known")
    purpose = forms.ChoiceField(
        choices=[("", "choose"), *((name, PURPOSES[name]) for name in GIVEN_OUT)], required=False, label="What for"
    )
    words = purpose_in_words()

    def __init__(
        self, *args: Any, notes: QuerySet[Note], episodes: QuerySet[Episode], is_practices: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["note"].queryset, fields["episode"].queryset = notes, episodes
        fields["note"].label_from_instance = lambda note: f"{note.visit.on:%-d %B %Y}, {note.author}"
        if not is_practices:
            fields["readers"].choices = FORMS[:1]
        self.helper = BareHelper()
        self.helper.layout = Layout(
            "key", line(note=6, episode=6), line(since=6, until=6), Field("readers", template="clinic/picks.html"),
            Field("file", template="clinic/picks.html"), "recipient", "purpose",
            "words",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        if since and until and until < since:
            self.add_error("until", "The last day lies before the first.")
        if given.get("readers") == OUTSIDE:
            for name, says in (
                ("recipient", "Who gets it?"),
                ("purpose", "What is it for? It stands in the accounting."),
            ):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, says)
        return say_what_else(self, given)

    @property
    def title(self) -> str:
        """What is in it and for whom, so that a list of packets tells them apart."""
        given, whose = self.cleaned_data, {PRACTICE: "for the practice"}
        says = [
            f"of {given['note'].visit.on:%-d %b %Y}" if given["note"] else "",
            "one complaint" if given["episode"] else "",
            f"from {given['since']:%-d %b %Y}" if given["since"] else "",
            f"to {given['until']:%-d %b %Y}" if given["until"] else "",
            whose.get(given["readers"], f"for {given['recipient']}"),
        ]
        return ", ".join(filter(None, says))

    @property
    def asked(self) -> dict[str, str]:
        given = self.cleaned_data
        said = {name: getattr(given[name], "pk", given[name]) for name in ASKED}
        return {name: str(value) for name, value in said.items() if value} | {"form": given["readers"]}
