"""The part of setting up a practice that the coding side keeps: what it charges."""

from clinic.models import Practice
from clinic.setup import Step, tells
from coding.models import Fee


@tells("fees")
def fees(practice: Practice) -> Step:
    """A practice has fees once it charges for a code that notes are read for; without one, superbills say zero."""
    read_from_notes = Fee.objects.filter(practice=practice, is_active=True, is_picked=False, amount__gt=0)
    return Step(
        "What it costs",
        "Your own fee for each code, and the services that you pick from a list. A code without a fee stays without a charge.",
        "coding:fee-add",
        "Add a fee",
        read_from_notes.exists(),
        "coding:fees",
    )
