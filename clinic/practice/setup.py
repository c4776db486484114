"""What a practice needs before its first note can be signed and billed, in the order in which it is needed.

Each step is told by the app that keeps its rows: `@tells("fees")` on a function that looks at the practice. An app that
stands above this one does so in a module `setup` that its AppConfig imports.
"""

from collections.abc import Callable
from dataclasses import dataclass

from clinic.models import Location, Membership, Patient, Payer, Practice

ORDER = ("people", "practice", "payers", "fees", "locations", "patients")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. `again` shows what was done; without it, the same page does."""

    title: str
    why: str
    view: str
    deed: str
    is_done: bool
    again: str = ""

    @property
    def leads_to(self) -> str:
        return self.again if self.is_done and self.again else self.view

    @property
    def says(self) -> str:
        return "Look again" if self.is_done else self.deed


type Teller = Callable[[Practice], Step]
type Watcher = Callable[[Practice], str]
_tellers: dict[str, Teller] = {}
_watchers: list[Watcher] = []


def tells(name: str) -> Callable[[Teller], Teller]:
    """Let a function tell how a step of ORDER stands."""
    if name not in ORDER:
        raise ValueError(f"{name} has no place in the order of set-up")

    def add(teller: Teller) -> Teller:
        _tellers[name] = teller
        return teller

    return add


def steps(practice: Practice) -> list[Step]:
    """Return the steps of setting up, each done or not yet."""
    return [_tellers[name](practice) for name in ORDER if name in _tellers]


def watches(watcher: Watcher) -> Watcher:
    """Let a function say in a sentence what has grown old since set-up, or nothing."""
    _watchers.append(watcher)
    return watcher


def grown_old(practice: Practice) -> list[str]:
    """Return what somebody should renew."""
    return [said for watcher in _watchers if (said := watcher(practice))]


@tells("people")
def _people(practice: Practice) -> Step:
    clinicians = Membership.objects.filter(practice=practice).active().clinicians()
    return Step(
        "A clinician who can sign",
        "Notes are signed by name, credential and NPI; an assistant, the desk and a biller can follow.",
        "clinic:people",
        "Add people",
        clinicians.exclude(npi="").exclude(credential="").exists(),
    )


@tells("practice")
def _practice(practice: Practice) -> Step:
    return Step(
        "The practice itself",
        "Its NPI, tax ID and address stand at the head of every superbill.",
        "clinic:practice",
        "Fill it in",
        all((practice.npi, practice.tax_id, practice.street, practice.city, practice.state, practice.postal_code)),
    )


@tells("payers")
def _payers(practice: Practice) -> Step:
    return Step(
        "Who pays",
        "Payers differ in how they count units and what they pay beside what. Self-pay needs no payer.",
        "clinic:payer-add",
        "Add a payer",
        Payer.objects.filter(practice=practice).active().exists(),
        "clinic:payers",
    )


@tells("locations")
def _locations(practice: Practice) -> Step:
    return Step(
        "Where you work",
        "Each visit has a place; its address and place of service stand on the superbill.",
        "clinic:location-add",
        "Add a location",
        Location.objects.filter(practice=practice).active().exists(),
        "clinic:locations",
    )


@tells("patients")
def _patients(practice: Practice) -> Step:
    return Step(
        "A first patient",
        "The front desk, a clinician or a biller adds patients; then a visit, and the visit's note.",
        "clinic:patient-add",
        "Add a patient",
        Patient.objects.filter(practice=practice).exists(),
        "clinic:patients",
    )
