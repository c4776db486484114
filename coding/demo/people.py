"""The two demo practices: their places, people, payers and fees. Everybody and everything here is invented.

National provider identifiers in use begin with 1; these begin with 2, so that they check and belong to nobody.
"""

from typing import Any, NamedTuple

from clinic.roles import Role

# The password of every demo account. It is public, so the demo is loaded into the embedded database only.
DEMO_PASSWORD = "plumb-line-demo"  # noqa: S105


AUDIT_LASTS = 365  # days from the opening of the demo


class Person(NamedTuple):
    """Somebody with an account, and what they may do."""

    username: str
    first: str
    last: str
    role: Role
    title: str = ""
    credential: str = ""
    npi: str = ""


PRACTICE: dict[str, Any] = {
    "name": "Riverside Chiropractic",
    "slug": "riverside",
    "time_zone": "America/New_York",
    "npi": "2000000101",
    "tax_id": "12-3456789",
    "street": "1 Main Street",
    "city": "Asheville",
    "state": "NC",
    "postal_code": "28801",
    "phone": "828-555-0100",
}
LOCATIONS: tuple[dict[str, str], ...] = (
    {
        "name": "Main Street",
        "street": "1 Main Street",
        "city": "Asheville",
        "state": "NC",
        "postal_code": "28801",
        "phone": "828-555-0100",
    },
    {
        "name": "Lakeside",
        "street": "40 Shore Road",
        "city": "Lake Lure",
        "state": "NC",
        "postal_code": "28746",
        "phone": "828-555-0140",
    },
)
PEOPLE = (
    Person("adams", "Alex", "Adams", Role.CLINICIAN, "Dr. Adams", "DC", "2000000119"),
    Person("baker", "Blair", "Baker", Role.CLINICIAN, "Dr. Baker", "DC", "2000000127"),
    Person("cole", "Casey", "Cole", Role.CLINICIAN, "Dr. Cole", "DC, CCSP", "2000000135"),
    Person("tess", "Tess", "Tran", Role.ASSISTANT, credential="CA"),
    Person("frances", "Frances", "Field", Role.DESK),
    Person("bill", "Bill", "Byrd", Role.BILLER),
    Person("olga", "Olga", "Ortiz", Role.ADMIN),
    Person("rita", "Rita", "Rowe", Role.AUDITOR),
)
ELSEWHERE: dict[str, Any] = {
    "name": "Elsewhere Chiropractic",
    "slug": "elsewhere",
    "time_zone": "America/Chicago",
    "npi": "2000000143",
    "street": "9 Mill Lane",
    "city": "Duluth",
    "state": "MN",
    "postal_code": "55802",
    "phone": "218-555-0110",
}
STRANGER = Person("stranger", "Sam", "Stranger", Role.CLINICIAN, "Dr. Stranger", "DC", "2000000150")
ELSEWHERE_PATIENTS = (
    ("501", "Nora", "Lundgren", "1975-03-11", "female", "neck-desk", "right"),
    ("502", "Peter", "Aho", "1988-07-22", "male", "low-back-lifting", "left"),
    ("503", "Pat", "Riverton", "1984-03-14", "unknown", "knee", "right"),
)

PAYERS: dict[str, dict[str, Any]] = {
    "ppo": {
        "name": "Blue Ridge PPO",
        "kind": "insurer",
        "unit_method": "per_code",
        "electronic_id": "BRPPO",
        "assistants_treat": True,
    },
    "foothills": {
        "name": "Foothills Mutual Benefit",
        "kind": "insurer",
        "unit_method": "total_time",
        "electronic_id": "FMB24",
        "assistants_treat": True,
        "wants_gp": "therapy",
        "distinct_modifier": "X",
    },
    "medicare": {
        "name": "Medicare Part B",
        "kind": "medicare",
        "unit_method": "total_time",
        "electronic_id": "MCRNC",
        "unattended_stimulation_code": "G0283",
        "wants_gp": "therapy",
    },
    "auto": {
        "name": "Cardinal Auto Casualty",
        "kind": "auto",
        "unit_method": "per_code",
        "follows_pair_edits": False,
        "applies_daily_maxima": False,
        "notes_go_along": True,
    },
    "comp": {
        "name": "Statewide Workers Fund",
        "kind": "workers_comp",
        "unit_method": "total_time",
        "wants_authorisation": True,
        "notes_go_along": True,
    },
    "va": {
        "name": "VA Community Care",
        "kind": "va",
        "unit_method": "total_time",
        "wants_gp": "all",
        "unattended_stimulation_code": "G0283",
        "wants_authorisation": True,
    },
}

# a unit's fee of every code that notes are read for
FEES = (
    ("97110", "Exercise for one capacity", "42.00"),
    ("97112", "Retraining balance and control of movement", "45.00"),
    ("97113", "Exercise in water", "48.00"),
    ("97116", "Training how the patient walks", "40.00"),
    ("97124", "Massage", "36.00"),
    ("97140", "Hands-on work on joints and soft tissue", "44.00"),
    ("97150", "Procedure for a group", "28.00"),
    ("97530", "Practising a whole task", "48.50"),
    ("97535", "Teaching self-care and household tasks", "46.00"),
    ("97750", "Performance test with a report of its own", "52.00"),
    ("97010", "Hot or cold pack", "12.00"),
    ("97012", "Machine traction", "24.00"),
    ("97014", "Electrical stimulation, set up and left", "20.00"),
    ("G0283", "Electrical stimulation, set up and left", "20.00"),
    ("97016", "Pressure pump against swelling", "26.00"),
    ("97018", "Paraffin bath", "16.00"),
    ("97022", "Whirlpool", "24.00"),
    ("97024", "Diathermy", "18.00"),
    ("97026", "Infrared heat", "15.00"),
    ("97028", "Ultraviolet light", "18.00"),
    ("97032", "Electrical stimulation, attended", "30.00"),
    ("97033", "Medicine driven in by current", "34.00"),
    ("97034", "Contrast baths", "26.00"),
    ("97035", "Ultrasound", "28.00"),
    ("97036", "Full-body tank", "40.00"),
    ("S8948", "Low-level laser, attended", "32.00"),
    ("98940", "Adjustment of one or two spinal regions", "52.00"),
    ("98941", "Adjustment of three or four spinal regions", "65.00"),
    ("98942", "Adjustment of five spinal regions", "78.00"),
    ("98943", "Adjustment outside the spine", "48.00"),
)
# what clinicians pick by name, in the practice's own words
PICKED = (
    ("99203", "New patient exam, 30 minutes", "145.00"),
    ("99213", "Re-exam of a known patient, 20 minutes", "98.00"),
    ("72100", "X-ray low back, two or three views", "88.00"),
    ("72040", "X-ray neck, two or three views", "82.00"),
    ("E0190", "Orthopaedic pillow, contoured", "58.00"),
    ("S8990", "Maintenance adjustment, patient pays", "55.00"),
    ("20560", "Dry needling, one or two muscles", "60.00"),
    ("97039", "Class IV laser", "45.00"),
)
