"""What the engine is told about a visit: frozen, complete, free of database and clock.

Ids are opaque strings that come back in the results. Texts are the clinician's own, LF line ends, NFC.
Minutes are whole. An empty string means "not written", None means "not stated".
"""

from dataclasses import dataclass, field
from datetime import date

from coding.engine.vocabulary import (
    CarePhase,
    Delivery,
    FindingKind,
    GoalTerm,
    Intent,
    Medicare,
    OutcomePolicy,
    PayerKind,
    Region,
    ServiceKind,
    Side,
    UnitMethod,
)

NOT_BILLED = "none"  # what a payer's code may be instead of a code: the service is recorded, and on no bill
AS_USUAL = ""  # the code that it has anyhow


@dataclass(frozen=True, slots=True)
class AuthorisationFacts:
    """What a payer has allowed beforehand: under which number, on which days, for how many visits. None is without a limit.

    `used` are the visits of those days that came before this one.
    """

    number: str = ""
    visits: int | None = None
    used: int = 0
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class PayerFacts:
    """Who pays for an episode, and how this payer differs on the day of the visit: its profile.

    Of the codes, each may also be NOT_BILLED, and that of the maintenance adjustment AS_USUAL.
    """

    id: str = ""
    name: str = ""
    kind: PayerKind = PayerKind.INSURER
    unit_method: UnitMethod = UnitMethod.PER_CODE
    unattended_stimulation_code: str = "97014"
    laser_code: str = "S8948"
    traction_code: str = "97012"
    pack_code: str = "97010"
    maintenance_code: str = AS_USUAL
    distinct_modifier: str = "59"
    distinct_on_tasks: bool = (
        False  # whether it wants that modifier on 97530 and 97535 beside an adjustment, without a pair
    )
    region_separation: frozenset[str] = frozenset({"97112", "97124", "97140"})  # not paid where it also pays to adjust
    outcome_policy: OutcomePolicy = OutcomePolicy.TASK
    medicare: Medicare = Medicare.NO
    sends_excluded: bool = True  # whether what Medicare never pays a chiropractor is sent all the same, for its refusal
    wants_gp: str = "never"  # "never", "therapy" or "all"
    follows_pair_edits: bool = True
    applies_daily_maxima: bool = True
    assistants_treat: bool = False  # whether an assistant's time with patients may be billed, by state and contract
    wants_times: bool = False  # whether each timed row has to say when it began and ended
    wants_authorisation: bool = False  # whether it pays only for what it has allowed beforehand
    most_timed_units: int | None = None  # more on one day are not paid, whatever their codes
    most_lines: int | None = None
    authorisation: AuthorisationFacts = field(default_factory=AuthorisationFacts)
    has_notice: bool = False  # whether an advance notice of non-coverage was on file on the day of the visit
    has_voluntary_notice: bool = False  # the same for what Medicare excludes, of which nobody has to be told

    @property
    def not_billed(self) -> frozenset[str]:
        """Return the codes whose services this payer is never sent."""
        services = (
            (self.unattended_stimulation_code, ("97014", "G0283")),
            (self.laser_code, ("S8948", "97037", "97039")),
            (self.traction_code, ("97012",)),
            (self.pack_code, ("97010",)),
        )
        return frozenset(code for billed_as, codes in services if billed_as == NOT_BILLED for code in codes)


@dataclass(frozen=True, slots=True)
class GoalFacts:
    """A goal of an episode."""

    id: str
    text: str
    term: GoalTerm = GoalTerm.SHORT
    measure: str = ""
    unit: str = ""
    baseline: str = ""
    target: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class DiagnosisFacts:
    """A diagnosis of an episode, in the order in which it is billed."""

    id: str
    code: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class PlannedFacts:
    """A kind of service that the plan of care foresees, for a region or wherever it is needed."""

    kind: ServiceKind
    region: Region | None = None


@dataclass(frozen=True, slots=True)
class EpisodeFacts:
    """One complaint, its diagnoses, its goals, its plan of care and who pays for it."""

    id: str
    complaint: str = ""
    diagnoses: tuple[DiagnosisFacts, ...] = ()
    goals: tuple[GoalFacts, ...] = ()
    payer: PayerFacts = field(default_factory=PayerFacts)
    frequency: str = ""
    duration: str = ""
    began_on: date | None = None
    reviewed_on: date | None = None  # when the plan was last gone through with the patient
    planned: tuple[PlannedFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class FindingFacts:
    """Something observed today."""

    id: str
    kind: FindingKind
    region: Region | None = None
    side: Side | None = None
    value: str = ""
    unit: str = ""
    words: str = ""
    episode_id: str = ""


@dataclass(frozen=True, slots=True)
class AdjustmentFacts:
    """One adjusted region. Several segments of a region are one region."""

    id: str
    region: Region | None
    side: Side | None = None
    segment: str = ""
    technique: str = ""
    episode_id: str = ""
    diagnosis_ids: tuple[str, ...] = ()
    record_only: bool = False


@dataclass(frozen=True, slots=True)
class ActivityFacts:
    """One thing done with the patient, and what for."""

    id: str
    description: str
    intents: tuple[Intent, ...] = ()
    goal: str = ""  # the words of the goal it serves: those of the picked goal, or written for this row
    goal_id: str = ""  # the picked goal of the episode, "" when it was written
    regions: tuple[Region, ...] = ()
    minutes: int | None = None
    began: int | None = None  # minutes from midnight, as is `ended`
    ended: int | None = None
    delivery: Delivery | None = None
    group_size: int | None = None
    performer: str = ""  # "" for the author of the note
    performer_id: str = ""
    by_assistant: bool = False  # whether whoever gave the time is no clinician
    dose: str = ""
    assistance: str = ""
    response: str = ""
    why: str = ""
    episode_id: str = ""
    diagnosis_ids: tuple[str, ...] = ()
    record_only: bool = False


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """A line that is not read out of words but picked from the practice's own list (an exam, an X-ray, a supply)."""

    id: str
    code: str
    title: str
    units: int = 1
    episode_id: str = ""
    diagnosis_ids: tuple[str, ...] = ()
    reason: str = ""  # why an exam is more than the adjustment's own, when the clinician says so


@dataclass(frozen=True, slots=True)
class AlertFacts:
    """A standing warning on the patient; a contraindication names regions and must be answered when they are adjusted."""

    id: str
    text: str
    is_contraindication: bool = False
    regions: tuple[Region, ...] = ()
    answer: str = ""


@dataclass(frozen=True, slots=True)
class ElsewhereFacts:
    """One-on-one minutes that somebody gave in another signed note of the day, and when that visit was.

    Times are minutes from midnight. Whose visit it was is not told.
    """

    performer_id: str
    begins: int
    ends: int
    minutes: int


@dataclass(frozen=True, slots=True)
class StandFacts:
    """Where a goal stood at a visit."""

    goal_id: str
    value: str


@dataclass(frozen=True, slots=True)
class LastUnitFacts:
    """Which codes the signer lets come first, in this order, where codes tie for a payer's last unit."""

    payer_id: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClinicianFacts:
    """Who will sign."""

    name: str = ""
    credential: str = ""
    npi: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """Everything the engine may look at for one visit.

    `on` is the date of service and `today` the date on which it is judged, both in the practice's zone.
    `same_day` holds the facts of the patient's other notes of that day under the same billing identity. `history` holds
    the last visits before that day, as far as today is compared with them: words, findings, doses, goals, plans and exams.
    """

    on: date
    today: date
    clinician: ClinicianFacts = field(default_factory=ClinicianFacts)
    episodes: tuple[EpisodeFacts, ...] = ()
    findings: tuple[FindingFacts, ...] = ()
    adjustments: tuple[AdjustmentFacts, ...] = ()
    activities: tuple[ActivityFacts, ...] = ()
    services: tuple[ServiceFacts, ...] = ()
    alerts: tuple[AlertFacts, ...] = ()
    care_phase: CarePhase = CarePhase.ACTIVE
    total_minutes: int | None = None
    begins: int | None = None  # minutes from midnight, None where the visit has no time
    elsewhere: tuple[ElsewhereFacts, ...] = ()
    last_seen_on: date | None = None  # the patient's visit before this one, with anybody of the practice
    subjective: str = ""
    objective: str = ""  # what was found, in words; measured findings stand in `findings`
    assessment: str = ""
    plan: str = ""
    unconfirmed: int = 0  # how many carried-over parts wait for a yes or no
    last_units: tuple[LastUnitFacts, ...] = ()
    same_day: tuple["VisitFacts", ...] = ()  # in the order in which they were signed
    progress: tuple[StandFacts, ...] = ()
    told: frozenset[str] = frozenset()  # of a signed visit: the flags that stood at the signature, and its codes
    reasoned: frozenset[tuple[str, str]] = frozenset()  # those of them that had a reason, each with what it was about
    history: tuple["VisitFacts", ...] = ()  # earlier signed visits of its episodes, newest first

    def first_in_ties(self, payer_id: str) -> tuple[str, ...]:
        """Return the codes that come first where codes tie for a unit of this payer's bill."""
        return next((chosen.codes for chosen in self.last_units if chosen.payer_id == payer_id), ())

    def episode(self, episode_id: str) -> EpisodeFacts | None:
        """Return the episode a row belongs to; a visit with one episode needs no id on its rows."""
        for episode in self.episodes:
            if episode.id == episode_id:
                return episode
        return self.episodes[0] if len(self.episodes) == 1 and not episode_id else None
