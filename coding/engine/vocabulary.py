"""The words that charting and coding share: one name, one value, one label for each thing.

Standard library only. The database stores the values, pages show the labels, the engine reasons with the members.
"""

from enum import StrEnum
from typing import Self


class Term(StrEnum):
    """A word with a stored value and a label for people."""

    label: str

    # the label is optional only so that a type checker lets a member be looked up by its value
    def __new__(cls, value: str, label: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """Return (value, label) pairs in the order of definition, as form fields want them."""
        return [(member.value, member.label) for member in cls]


class Region(Term):
    """A part of the body. The first five are the spinal regions that an adjustment is counted by."""

    CERVICAL = "cervical", "cervical"
    THORACIC = "thoracic", "thoracic"
    LUMBAR = "lumbar", "lumbar"
    SACRAL = "sacral", "sacral"
    PELVIC = "pelvic", "pelvis"
    HEAD = "head", "head and jaw"
    RIB_CAGE = "rib_cage", "rib cage"
    ABDOMEN = "abdomen", "abdomen"
    SHOULDER = "shoulder", "shoulder"
    ELBOW = "elbow", "elbow"
    WRIST_HAND = "wrist_hand", "wrist and hand"
    HIP = "hip", "hip"
    KNEE = "knee", "knee"
    ANKLE_FOOT = "ankle_foot", "ankle and foot"
    UPPER_LIMB = "upper_limb", "upper limb"
    LOWER_LIMB = "lower_limb", "lower limb"
    TRUNK = "trunk", "trunk"
    FULL_BODY = "full_body", "full body"

    @property
    def is_spinal(self) -> bool:
        """Say whether an adjustment here counts as a spinal region."""
        return self in SPINAL_REGIONS

    def overlaps(self, other: "Region") -> bool:
        """Say whether two regions share anatomy: the upper limb holds the shoulder, the full body everything.

        >>> Region.SHOULDER.overlaps(Region.UPPER_LIMB), Region.LUMBAR.overlaps(Region.SHOULDER)
        (True, False)
        """
        return bool(PARTS[self] & PARTS[other])


SPINAL_REGIONS = frozenset({Region.CERVICAL, Region.THORACIC, Region.LUMBAR, Region.SACRAL, Region.PELVIC})
EXTRASPINAL_REGIONS = frozenset(
    {
        Region.HEAD,
        Region.RIB_CAGE,
        Region.ABDOMEN,
        Region.SHOULDER,
        Region.ELBOW,
        Region.WRIST_HAND,
        Region.HIP,
        Region.KNEE,
        Region.ANKLE_FOOT,
    }
)

# What each region is made of; a plain region is made of itself.
_WHOLES: dict[Region, frozenset[Region]] = {
    Region.UPPER_LIMB: frozenset({Region.SHOULDER, Region.ELBOW, Region.WRIST_HAND}),
    Region.LOWER_LIMB: frozenset({Region.HIP, Region.KNEE, Region.ANKLE_FOOT}),
    Region.TRUNK: frozenset(
        {Region.THORACIC, Region.LUMBAR, Region.SACRAL, Region.PELVIC, Region.RIB_CAGE, Region.ABDOMEN}
    ),
    Region.FULL_BODY: SPINAL_REGIONS | EXTRASPINAL_REGIONS,
}
PARTS: dict[Region, frozenset[Region]] = {region: _WHOLES.get(region, frozenset({region})) for region in Region}


class Side(Term):
    """Which side of the body; an empty value means the midline, or that side says nothing."""

    LEFT = "left", "left"
    RIGHT = "right", "right"
    BOTH = "both", "both sides"


class Intent(Term):
    """What an activity is for, as the clinician states it."""

    STRENGTH = "strength", "strength"
    ENDURANCE = "endurance", "endurance"
    MOTION = "motion", "range of motion"
    FLEXIBILITY = "flexibility", "flexibility"
    BALANCE = "balance", "balance"
    COORDINATION = "coordination", "coordination"
    PROPRIOCEPTION = "proprioception", "position sense"
    POSTURE = "posture", "posture"
    CONTROL = "control", "muscle control"
    GAIT = "gait", "walking pattern"
    TASK = "task", "a task of life or work"
    SELF_CARE = "self_care", "self-care or household"
    TISSUE = "tissue", "tissue or joint mobility"
    RELAXATION = "relaxation", "relaxation, circulation"
    PAIN = "pain", "less pain"
    SWELLING = "swelling", "less swelling"
    TEST = "test", "measure performance, with a report"


class Delivery(Term):
    """How the time with the patient was given."""

    ONE_ON_ONE = "one_on_one", "one-on-one"
    GROUP = "group", "group"
    BY_TURNS = "by_turns", "attended by turns"
    SET_UP = "set_up", "set up and left"
    ON_OWN = "on_own", "on their own"


class CarePhase(Term):
    """Whether care is expected to improve the patient, or to hold what was reached."""

    ACTIVE = "active", "active"
    MAINTENANCE = "maintenance", "maintenance"


class FindingKind(Term):
    """What an examination finding measures or shows."""

    PAIN = "pain", "pain or tenderness"
    ASYMMETRY = "asymmetry", "asymmetry"
    MOTION = "motion", "range of motion"
    TONE = "tone", "tissue tone"
    STRENGTH = "strength", "strength"
    ENDURANCE = "endurance", "endurance or hold"
    BALANCE = "balance", "balance"
    COORDINATION = "coordination", "coordination"
    GAIT = "gait", "gait"
    FUNCTION = "function", "functional test"
    ASSISTANCE = "assistance", "assistance needed"
    ORTHOPAEDIC = "orthopaedic", "orthopaedic test"
    NEUROLOGICAL = "neurological", "neurological test"


class GoalTerm(Term):
    """How far ahead a goal lies."""

    SHORT = "short", "short term"
    LONG = "long", "long term"


class ServiceKind(Term):
    """What a plan of care promises: the kinds of service it may list."""

    ADJUSTMENT = "adjustment", "adjustment"
    EXERCISE = "exercise", "exercise"
    TASK = "task", "task practice"
    CONTROL = "control", "balance and control"
    GAIT = "gait", "walking training"
    SELF_CARE = "self_care", "self-care teaching"
    HANDS_ON = "hands_on", "hands-on soft tissue or joint work"
    MODALITY = "modality", "modality"


class PayerKind(Term):
    """Who pays, as far as rules differ by it."""

    INSURER = "insurer", "insurer"
    MEDICARE = "medicare", "Medicare"
    AUTO = "auto", "auto"
    WORKERS_COMP = "workers_comp", "workers' compensation"
    VA = "va", "VA community care"
    SELF_PAY = "self_pay", "self-pay"


class UnitMethod(Term):
    """How a payer turns timed minutes into units."""

    TOTAL_TIME = "total_time", "total time of the day"
    PER_CODE = "per_code", "each code by itself"
    UNKNOWN = "unknown", "not known yet"


class OutcomePolicy(Term):
    """What a payer calls task practice where several outcomes are meant and no task is named: sources disagree."""

    TASK = "task", "a named task is needed"
    OUTCOMES = "outcomes", "more than one outcome is enough"


class Medicare(Term):
    """Whether Medicare stands behind a payer: by itself, or through a plan of a private insurer."""

    NO = "no", "no"
    ORIGINAL = "original", "original Medicare"
    ADVANTAGE = "advantage", "Medicare Advantage"


class Severity(Term):
    """What a flag asks of the signer."""

    NOTE_STOP = "note_stop", "stops the note"
    LINE_STOP = "line_stop", "stops the line"
    WARN = "warn", "wants a reason"
    TIP = "tip", "for your information"

    @property
    def stops(self) -> bool:
        """Say whether signing is refused while a flag of this severity stands."""
        return self in (Severity.NOTE_STOP, Severity.LINE_STOP)


class Family(Term):
    """The families of codes, each with a colour of its own."""

    CAPACITY = "capacity", "capacity"
    CONTROL = "control", "control"
    TASK = "task", "task and self-care"
    HANDS = "hands", "hands-on"
    AGENT = "agent", "modality"
    ADJUST = "adjust", "adjustment"
    GROUP = "group", "group"
    OTHER = "other", "other service"
