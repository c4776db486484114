"""What each kind of event in the log is called by people, in the order in which a report offers them."""

from itertools import chain

READ, WRITTEN, SIGNED, BILLED, PATIENTS, SHARED, PEOPLE, DOORS, PRACTICE, EMERGENCY, REFUSED = (
    "Read", "Written in notes", "Signed", "Billed and paid", "Patients and visits", "Printed and given out",
    "People and roles", "Signing in", "The practice's rules", "Emergency access", "Refused",
)  # fmt: skip

# The desk's own words for each kind. A kind that is missing here is shown by its name.
KINDS: dict[str, dict[str, str]] = {
    READ: {
        "patient-read": "Opened a patient",
        "patients-listed": "Listed patients",
        "patients-searched": "Looked for a patient",
        "form-opened": "Opened a form about a patient",
        "today-read": "Opened the day's visits",
        "day-read": "Opened the day's superbills",
        "note-read": "Opened a note",
        "earlier-notes-read": "Opened earlier notes",
        "episode-read": "Opened a complaint",
        "note-reviewed": "Opened the review of a note",
        "superbill-read": "Opened a superbill",
        "audit-read": "Read the log",
        "access-read": "Read who has looked at a patient",
    },
    WRITTEN: {
        "note-started": "Started a note",
        "note-discarded": "Discarded a draft",
        "note-taken-over": "Took a draft over",
        "episode-added": "Added a complaint",
        "episode-changed": "Changed a complaint",
        "plan-reviewed": "Reviewed a plan of care",
        "plannedservice-added": "Added a planned service",
        "plannedservice-ended": "Ended a planned service",
        "diagnosis-added": "Added a diagnosis",
        "diagnosis-ended": "Ended a diagnosis",
        "diagnoses-ordered": "Ordered diagnoses anew",
        "goal-added": "Added a goal",
        "goal-changed": "Changed a goal",
        "goal-closed": "Closed a goal",
        "goal-met": "Noted a goal as met",
        "goal-dropped": "Dropped a goal",
        "goal-reopened": "Opened a goal again",
        "service-picked": "Picked a service",
        "service-removed": "Took a picked service out",
        "row-record-only": "Marked a row as record only",
        "row-billed-again": "Billed a row after all",
        "last-unit-chosen": "Chose which code gets the last unit",
        "warning-acknowledged": "Let a warning stand, with a reason",
        "acknowledgement-taken-back": "Took back a reason for a warning",
    },
    SIGNED: {
        "note-signed": "Signed a note",
        "addendum-added": "Added to a signed note",
        "note-corrected": "Corrected a signed note",
        "note-co-signed": "Co-signed a note",
        "note-retracted": "Retracted a note",
        "amendment-requested": "Noted a patient's request to amend",
        "amendment-answered": "Answered a request to amend",
    },
    BILLED: {
        "superbill-issued": "Issued a superbill",
        "superbill-reviewed": "Reviewed a superbill",
        "superbill-held": "Held a superbill with a question",
        "superbill-released": "Released a superbill",
        "superbill-voided": "Voided a superbill",
        "payment-taken": "Took a payment",
        "payment-reversed": "Took a payment back",
    },
    PATIENTS: {
        "patient-added": "Added a patient",
        "patient-changed": "Changed who a patient is",
        "alert-added": "Added an alert",
        "alert-retired": "Retired an alert",
        "coverage-added": "Added coverage",
        "coverage-changed": "Changed coverage",
        "coverage-retired": "Retired coverage",
        "visit-added": "Added a visit",
        "visit-moved": "Moved a visit on",
    },
    SHARED: {
        "superbill-printed": "Made a superbill's PDF",
        "disclosed": "Noted a disclosure",
        "export-asked": "Asked for an export",
        "export-downloaded": "Downloaded an export",
        "export-cancelled": "Cancelled an export",
    },
    PEOPLE: {
        "member-added": "Added a person",
        "member-changed": "Changed a person",
        "list-changed": "Changed an auditor's list of patients",
        "list-read": "Read an auditor's list of patients",
        "link-made": "Made a one-time link",
        "access-ended": "Ended somebody's access",
        "access-given-again": "Gave access again",
    },
    DOORS: {
        "signed-in": "Signed in",
        "signed-out": "Signed out",
        "session-locked": "Locked a device",
        "session-opened": "Opened their locked session",
        "session-ended": "Was signed out",
        "device-emptied": "Was signed out with everybody on a device",
        "sessions-ended": "Ended their other sessions",
        "password-set": "Set a first password",
        "password-changed": "Changed their password",
        "factor-added": "Added a second factor",
        "factor-removed": "Removed a second factor",
        "factor-renamed": "Renamed a second factor",
        "recovery-codes-renewed": "Made new recovery codes",
        "pin-set": "Set a signing PIN",
        "pin-removed": "Removed a signing PIN",
    },
    PRACTICE: {
        "practice-changed": "Changed the practice",
        "location-added": "Added a location",
        "location-changed": "Changed a location",
        "payer-added": "Added a payer",
        "payer-changed": "Changed a payer",
        "fee-added": "Added a fee",
        "fee-changed": "Changed a fee",
        "guidance-revised": "Changed a guidance page",
        "guidance-restored": "Restored a guidance page",
    },
    EMERGENCY: {
        "glass-broken": "Took emergency access",
        "glass-opened": "Opened a patient in an emergency",
        "glass-note-read": "Opened a note in an emergency",
        "glass-ended": "Ended an emergency access",
        "glass-not-found": "Asked for emergency access to nobody",
        "glass-notices-read": "Read about emergency accesses",
        "glass-reviewed": "Looked into an emergency access",
    },
    REFUSED: {
        "refused": "Was refused a page",
        "sign-refused": "Failed to prove to be there for a signature",
        "proof-refused": "Failed to prove to be there for something else",
        "sign-in-refused": "Failed to sign in",
    },
}

WORDS = dict(chain.from_iterable(kinds.items() for kinds in KINDS.values()))
REFUSALS = frozenset(KINDS[REFUSED]) | {"glass-not-found"}
# Somebody outside learnt something of a patient: what an accounting of disclosures is made of (45 CFR 164.528).
# A file that was asked for is one when it is fetched, and never before.
DISCLOSURES = ("disclosed", "note-read")
ASKED, FETCHED = "export-asked", "export-downloaded"

# What something was given out for, as a disclosure keeps it.
PURPOSES = {
    "law": "The law asks for it, or a court",
    "public_health": "Public health or oversight",
    "patient": "The patient asked, or agreed in writing",
    "treatment": "Treatment by somebody else",
    "payment": "Payment, or a payer's audit",
    "claim": "Payment: it went along with the claim",
    "records": "Payment: the payer asked for records",
    "appeal": "Payment: an appeal",
    "audit": "An audit",
    "other": "Something else",
}
GIVEN_OUT = ("law", "public_health", "patient", "treatment", "payment", "audit", "other")


def words_of(kind: str) -> str:
    """Say what happened.

    >>> words_of("note-signed"), words_of("roof-mended")
    ('Signed a note', 'Roof mended')
    """
    return WORDS.get(kind) or kind.replace("-", " ").capitalize()
