"""What a practice needs before its first note can be signed and billed, in the order in which it is needed."""

from dataclasses import dataclass

from clinic.models import Location, Membership, Patient, Payer, Practice


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. `is_done` is None where only a person can say that it is; `again` shows what was done."""

    title: str
    why: str
    view: str
    deed: str
    is_done: bool | None
    again: str = ""

    @property
    def leads_to(self) -> str:
        return self.again if self.is_done and self.again else self.view

    @property
    def says(self) -> str:
        return "Look again" if self.is_done else self.deed


def steps(practice: Practice) -> list[Step]:
    """Return the steps of setting up, each done or not yet."""
    return [
        _clinician(practice),
        _particulars(practice),
        Step(
            "Where you work",
            "Each visit has a place; its address and place of service stand on the superbill.",
            "clinic:location-add",
            "Add a location",
            Location.objects.filter(practice=practice).active().exists(),
            "clinic:locations",
        ),
        Step(
            "Who pays",
            "Payers differ in how they count units and what they pay beside what. Self-pay needs no payer.",
            "clinic:payer-add",
            "Add a payer",
            Payer.objects.filter(practice=practice).active().exists(),
            "clinic:payers",
        ),
        Step(
            "What it costs",
            "Your own fee for each code, and the services that you pick from a list. Look them over.",
            "coding:fees",
            "Look at the fees",
            None,
        ),
        Step(
            "A first patient",
            "The front desk, a clinician or a biller adds patients; then a visit, and the visit's note.",
            "clinic:patient-add",
            "Add a patient",
            Patient.objects.filter(practice=practice).exists(),
            "clinic:patients",
        ),
    ]


def _clinician(practice: Practice) -> Step:
    clinicians = Membership.objects.filter(practice=practice).active().clinicians()
    return Step(
        "A clinician who can sign",
        "Notes are signed by name, credential and NPI; an assistant, the desk and a biller can follow.",
        "clinic:people",
        "Add people",
        clinicians.exclude(npi="").exclude(credential="").exists(),
    )


def _particulars(practice: Practice) -> Step:
    return Step(
        "The practice itself",
        "Its NPI, tax ID and address stand at the head of every superbill.",
        "clinic:practice",
        "Fill it in",
        all((practice.npi, practice.tax_id, practice.street, practice.city, practice.state, practice.postal_code)),
    )
