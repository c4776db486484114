"""The part of setting up a practice that the coding side keeps: what it charges, what is usual for a kind of payer, and the
tables of pairs and maxima.
"""

from datetime import date

from clinic.models import Practice
from clinic.practice.setup import Step, tells, watches
from clinic.practice.usual import Answers, lends
from coding.engine import rulebook
from coding.engine.vocabulary import PayerKind
from coding.models import Fee
from coding.quarters import is_behind, name_of, oldest_in, quarter_of
from coding.rules import rules_on


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


@lends
def usual(kind: str, on: date) -> Answers:
    return rulebook.load(on).payer(PayerKind(kind)).usual


@watches
def tables(practice: Practice) -> str:
    """Say that CMS has newer pairs and maxima than those in use. They come each quarter."""
    today = practice.today()
    edition = rules_on(today).edition
    oldest = oldest_in(edition)
    if oldest is None or not is_behind(edition, on=today):
        return ""
    return (
        f"Medicare's pairs and daily maxima in use are those of {name_of(oldest)}; this quarter is "
        f"{name_of(quarter_of(today))}. A pair may have changed since. Whoever runs Plumbline here downloads the new "
        "tables from CMS and loads them with import_ncci (docs/tables.md)."
    )
