"""The practice, its people and payers, the patients and their visits.

Every row belongs to one practice. Keys are UUIDv7, so that rows made together lie together.
"""

from clinic.models.jobs import BackgroundJob, JobPart, WorkerPulse
from clinic.models.log import AccessEvent, Deed
from clinic.models.oversight import AuditedPatient, BreakGlass, BreakGlassReview
from clinic.models.patients import Alert, Coverage, Patient
from clinic.models.payers import Payer
from clinic.models.people import Membership, User
from clinic.models.practice import Location, Owned, Practice, Row, address_of
from clinic.models.sign_in import DeviceUser, SignIn, SigningPin
from clinic.models.visits import Payment, Visit

__all__ = [
    "AccessEvent",
    "Alert",
    "AuditedPatient",
    "BackgroundJob",
    "BreakGlass",
    "BreakGlassReview",
    "Coverage",
    "Deed",
    "DeviceUser",
    "JobPart",
    "Location",
    "Membership",
    "Owned",
    "Patient",
    "Payer",
    "Payment",
    "Practice",
    "Row",
    "SignIn",
    "SigningPin",
    "User",
    "Visit",
    "WorkerPulse",
    "address_of",
]
