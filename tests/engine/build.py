"""A routine visit with Pat, and what tests change about it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from coding.engine.choosing import case_of
from coding.engine.choosing.case import Case
from coding.engine.facts import (
    ActivityFacts,
    AdjustmentFacts,
    ClinicianFacts,
    DiagnosisFacts,
    EpisodeFacts,
    FindingFacts,
    GoalFacts,
    PayerFacts,
    ServiceFacts,
    VisitFacts,
)
from coding.engine.results import Bill, Flag, Line, Suggestion
from coding.engine.rows import LEVELS
from coding.engine.rulebook import load
from coding.engine.spine import TOO_WIDE
from coding.engine.suggest import suggest
from coding.engine.vocabulary import Delivery, FindingKind, Intent, PayerKind, Region

DAY = date(2026, 11, 20)
RULES = load(DAY)

INSURER = PayerFacts("insurer", "Blue Hill", PayerKind.INSURER)
MEDICARE = PayerFacts("medicare", "Medicare", PayerKind.MEDICARE)
SELF_PAY = PayerFacts("self", "Pat", PayerKind.SELF_PAY)

LIFT = GoalFacts("g1", "Lift a 20 lb box from the floor to waist height 10 times without stopping", target="10")
DIAGNOSES = (DiagnosisFacts("d1", "M99.03"), DiagnosisFacts("d2", "M54.50"))

STRENGTHEN = ActivityFacts(
    id="exercise",
    description="Resisted hip bridges and side planks to strengthen the trunk extensors, slow count",
    intents=(Intent.STRENGTH,),
    goal="Walk 30 minutes to work without a rest",
    regions=(Region.LUMBAR,),
    minutes=15,
    delivery=Delivery.ONE_ON_ONE,
    dose="3 x 10",
    response="Held 30 s without pain, up from 20 s",
    why="Cued to keep the pelvis level",
)
PRACTISE = ActivityFacts(
    id="task",
    description="Lifting a loaded box from floor to waist height, coached hip hinge and foot placement",
    intents=(Intent.TASK,),
    goal=LIFT.text,
    goal_id=LIFT.id,
    regions=(Region.LUMBAR,),
    minutes=15,
    delivery=Delivery.ONE_ON_ONE,
    dose="10 lb, 2 x 8",
    response="Good form in 14 of 16 lifts",
)
MANUAL = ActivityFacts(
    id="manual",
    description="Myofascial release of the posterior shoulder capsule to restore joint mobility",
    intents=(Intent.TISSUE,),
    goal=LIFT.text,
    goal_id=LIFT.id,
    regions=(Region.SHOULDER,),
    minutes=15,
    delivery=Delivery.ONE_ON_ONE,
    response="Reaches overhead without pain",
)
MASSAGE = replace(
    MANUAL,
    id="massage",
    description="Effleurage and petrissage massage of the upper arm to relax the muscles",
    intents=(Intent.RELAXATION,),
)
GROUP = replace(
    STRENGTHEN,
    id="group",
    description="Trunk strengthening class with resisted bridges, each patient corrected in turn",
    delivery=Delivery.GROUP,
    group_size=3,
    minutes=25,
)
EXAM = ServiceFacts("exam", "99213", "Re-examination")

STIMULATED = replace(
    MANUAL, description="NMES to the quadriceps, contract with the current", intents=(), delivery=None, dose="10 min"
)


def adjustment(region: Region | None, id: str = "", **facts: Any) -> AdjustmentFacts:
    return AdjustmentFacts(id or f"adjusted-{region}", region, **{"segment": "one level", **facts})


def finding(region: Region) -> FindingFacts:
    return FindingFacts(f"found-{region}", FindingKind.MOTION, region, words="restricted and tender")


def episode(payer: PayerFacts = INSURER, id: str = "e1", **facts: Any) -> EpisodeFacts:
    plan = {"frequency": "twice a week", "duration": "6 weeks"}
    return EpisodeFacts(**{"id": id, "diagnoses": DIAGNOSES, "goals": (LIFT,), "payer": payer, **plan, **facts})


def diagnoses_for(adjustments: tuple[AdjustmentFacts, ...]) -> tuple[DiagnosisFacts, ...]:
    """Return Pat's diagnoses, and a dysfunction of every adjusted level that they leave out."""
    levels = {level: f"M99.0{sign}" for sign, level in LEVELS.items()}
    more = {row.region: code for row in adjustments for level, code in levels.items() if _is_at(row.region, level)}
    return (
        *DIAGNOSES,
        *(DiagnosisFacts(f"d-{code}", code) for code in dict.fromkeys(more.values()) if code != "M99.03"),
    )


def _is_at(region: Region | None, level: Region) -> bool:
    return region is not None and region not in TOO_WIDE and region.overlaps(level)


def visit(payer: PayerFacts = INSURER, **facts: Any) -> VisitFacts:
    """Return Pat's visit with Dr. Adams: without facts given, one lumbar adjustment, examined, and a few words in each part."""
    usual: dict[str, Any] = {
        "on": DAY,
        "today": DAY,
        "clinician": ClinicianFacts("Dr. Adams", "DC", "1234567893", "adams"),
        "episodes": (episode(payer, diagnoses=diagnoses_for(facts.get("adjustments", ()))),),
        "findings": (finding(Region.LUMBAR),),
        "adjustments": (adjustment(Region.LUMBAR),),
        "total_minutes": 90,
        "subjective": "Sits 40 min, was 25",
        "objective": "Moves with less care than last time",
        "assessment": "Nearer to the goal",
        "plan": "Same again on Friday",
        "history": (EXAMINED,),
    }
    return VisitFacts(**{**usual, **facts})


def earlier(days: int, **facts: Any) -> VisitFacts:
    """Return a signed visit of the same complaint, so many days before."""
    on = DAY - timedelta(days=days)
    return VisitFacts(**{"on": on, "today": on, "episodes": (episode(),), **facts})


# Pat's first visit, a week ago: what was measured there is what therapy answers.
EXAMINED = earlier(
    7,
    services=(ServiceFacts("first-exam", "99203", "First examination"),),
    findings=(
        FindingFacts("hold", FindingKind.ENDURANCE, Region.TRUNK, value="21", unit="s", words="trunk extensor hold"),
        FindingFacts("motion", FindingKind.MOTION, Region.SHOULDER, value="120", unit="°", words="flexion"),
        FindingFacts("balance", FindingKind.BALANCE, value="6", unit="s", words="on one leg"),
        FindingFacts("gait", FindingKind.GAIT, words="limps on the right, short step"),
    ),
)


def read(payer: PayerFacts = INSURER, **facts: Any) -> Suggestion:
    return suggest(visit(payer, **facts), RULES)


def bill(payer: PayerFacts = INSURER, **facts: Any) -> Bill:
    return read(payer, **facts).bills[0]


def lines(payer: PayerFacts = INSURER, **facts: Any) -> dict[str, Line]:
    return {line.code: line for line in bill(payer, **facts).lines}


def written(line: Line) -> str:
    """Return a line as it stands on a bill: code, modifiers, units."""
    return "-".join([line.code, *(modifier.code for modifier in line.modifiers)]) + f" x{line.units}"


def slugs(payer: PayerFacts = INSURER, **facts: Any) -> dict[str, str]:
    """Return the flags of a visit: slug -> severity."""
    return {flag.slug: str(flag.severity) for flag in read(payer, **facts).flags}


def flag(slug: str, payer: PayerFacts = INSURER, **facts: Any) -> Flag:
    """Return the one flag of this slug; fail when it is raised twice or not at all."""
    (found,) = [flag for flag in read(payer, **facts).flags if flag.slug == slug]
    return found


def case(
    description: str,
    goal: str = "",
    *,
    goals: tuple[GoalFacts, ...] = (),
    payer: PayerFacts | None = None,
    **facts: Any,
) -> Case:
    """Return one activity, read."""
    return case_of(ActivityFacts("a1", description, goal=goal, **facts), goals=goals, payer=payer)
