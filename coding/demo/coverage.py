"""A policy or claim for each kind of payer, with the facts that its bills want. All numbers are invented."""

from datetime import date, timedelta
from typing import Any

from clinic.models import Coverage, Patient, Payer

EMPLOYERS = ("Valley Distribution LLC", "Blue Fern Landscaping", "Pisgah Paper Goods")
ADJUSTERS = ("L. Overby, adjuster, 704-555-0133", "R. Stallings, adjuster, 919-555-0171", "Hale & Moss, attorneys")


def coverage_of(
    patient: Patient, payer: Payer, kind: str, first: date, *, order: int, birth: dict[str, Any]
) -> Coverage:
    """Return a patient's coverage with a payer, from the day on which care began."""
    facts = FACTS[kind](int(patient.chart_number), patient, first)
    base = {"practice": payer.practice, "patient": patient, "payer": payer}
    return Coverage(**base, order=order, **birth, **facts)


def _insured(number: int, patient: Patient, first: date) -> dict[str, Any]:
    return {"member_id": f"BR-{number * 37 % 90000 + 10000}", "group_id": "RC-2210", "copay": 25, **_parent(patient)}


def _mutual(number: int, patient: Patient, first: date) -> dict[str, Any]:
    spouse = {"subscriber": "spouse", "subscriber_name": f"Chris {patient.last_name}"} if number % 3 == 0 else {}
    return {"member_id": f"FMB{number * 53 % 900000 + 100000}", "copay": 20, **spouse, **_parent(patient)}


def _parent(patient: Patient) -> dict[str, Any]:
    """A child is insured through a parent."""
    if patient.birth_date.year < 2009:
        return {}
    return {
        "subscriber": "parent",
        "subscriber_name": f"Morgan {patient.last_name}",
        "subscriber_birth_date": date(1981, 4, 9),
    }


def _medicare(number: int, patient: Patient, first: date) -> dict[str, Any]:
    # a beneficiary's number never begins with 0
    return {"member_id": f"0EX{number % 10}-TE{number % 7}-ZZ{number % 90 + 10}"}


def _auto(number: int, patient: Patient, first: date) -> dict[str, Any]:
    return {
        "claim_number": f"77{number % 100:02}",
        "kind": "auto",
        "cause": "auto",
        "accident_on": first - timedelta(days=5),
        "accident_state": "NC",
        "contact": ADJUSTERS[number % 3],
    }


def _compensation(number: int, patient: Patient, first: date) -> dict[str, Any]:
    return {
        "claim_number": f"WC-26-{number % 1000:04}",
        "kind": "work",
        "cause": "work",
        "accident_on": first - timedelta(days=8),
        "accident_state": "NC",
        "employer": EMPLOYERS[number % 3],
        "contact": ADJUSTERS[number % 2],
        **_authorised(f"WCA{number}", 18, first),
    }


def _veteran(number: int, patient: Patient, first: date) -> dict[str, Any]:
    return {"member_id": f"V{number * 91 % 1000000:06}", **_authorised(f"VA00{number}", 15, first)}


def _authorised(number: str, visits: int, first: date) -> dict[str, Any]:
    return {
        "authorisation": number,
        "authorised_visits": visits,
        "authorised_from": first,
        "authorised_to": first + timedelta(days=90),
    }


FACTS = {
    "ppo": _insured,
    "foothills": _mutual,
    "medicare": _medicare,
    "auto": _auto,
    "comp": _compensation,
    "va": _veteran,
}
