"""The rows of a visit that one payer could be billed for, before anything is counted.

    adjustments      together one row for the spine, 98940 to 98942 by the number of regions, and one for all that lies
                     outside it, 98943 (spine.py)
    an activity      a row, with the code that its words and aims support (choosing/)
    a picked service a row, with the code and the units of the practice's own list: an exam, an X-ray, a supply

What is marked "record only" is no row, nor is an activity from which no code was read. Units come later (units.py).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from coding.engine.choosing import choose
from coding.engine.facts import (
    AS_USUAL,
    NOT_BILLED,
    ActivityFacts,
    AdjustmentFacts,
    DiagnosisFacts,
    PayerFacts,
    ServiceFacts,
    VisitFacts,
)
from coding.engine.results import Choice
from coding.engine.rulebook import CodeEntry, RuleBook
from coding.engine.spine import extraspinal_code, extraspinal_regions, spinal_code, spinal_regions
from coding.engine.vocabulary import CarePhase, Family, Region

POINTERS = 4  # diagnoses a line may point to: CMS-1500 item 24E and 837P SV107 hold four

# The level of the body in the last character of M99.0 and M99.1 (ICD-10-CM): M99.03 is lumbar.
LEVELS = {
    "0": Region.HEAD,
    "1": Region.CERVICAL,
    "2": Region.THORACIC,
    "3": Region.LUMBAR,
    "4": Region.SACRAL,
    "5": Region.PELVIC,
    "6": Region.LOWER_LIMB,
    "7": Region.UPPER_LIMB,
    "8": Region.RIB_CAGE,
    "9": Region.ABDOMEN,
}


class RowKind(StrEnum):
    """Where a row comes from."""

    ADJUSTMENT = "adjustment"
    ACTIVITY = "activity"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Row:
    """One thing done that one payer could be billed for."""

    about: tuple[str, ...]  # the ids of what it was made of
    code: CodeEntry
    kind: RowKind
    regions: tuple[Region, ...] = ()  # those that are billed
    done_in: tuple[Region, ...] = ()  # everywhere it was done, also where it is for the record only
    minutes: int | None = None
    began: int | None = None  # minutes from midnight, as is `ended`
    ended: int | None = None
    units: int = 1  # of a service that is not timed; a timed one is counted by its minutes
    diagnosis_ids: tuple[str, ...] = ()
    names_diagnoses: bool = False  # whether the note says which it treats; otherwise they are its episode's
    reason: str = ""  # what it was for, or why it was picked
    stands_for: str = ""  # the usual code, where the payer has one of its own

    @property
    def paired_as(self) -> str:
        """Return the code by which pairs know it: they do not know a payer's own."""
        return self.stands_for or self.code.code

    @property
    def timed_minutes(self) -> int:
        """Return the minutes that units are counted from: 0 for untimed codes and for picked services."""
        return (self.minutes or 0) if self.is_timed else 0

    @property
    def is_timed(self) -> bool:
        """Say whether units come from minutes. Those of a picked service were picked with it."""
        return self.code.timed and self.kind is RowKind.ACTIVITY


def rows_for(
    payer: PayerFacts, visit: VisitFacts, rules: RuleBook, choices: Mapping[str, Choice] | None = None
) -> tuple[Row, ...]:
    """Return the rows for one payer: adjustments, then activities, then picked services."""
    read = choices_of(visit) if choices is None else choices
    activities = _activities(payer, visit, rules, read)
    return (*_adjustments(payer, visit, rules), *activities, *_services(payer, visit, rules))


def choices_of(visit: VisitFacts) -> dict[str, Choice]:
    """Return what each activity supports, by its id."""
    return {activity.id: _choice(visit, activity) for activity in visit.activities}


def payers_of(visit: VisitFacts) -> tuple[PayerFacts, ...]:
    """Return each payer of the visit's episodes once."""
    by_id: dict[str, PayerFacts] = {}
    for episode in visit.episodes:
        by_id.setdefault(episode.payer.id, episode.payer)
    return tuple(by_id.values()) or (PayerFacts(),)


def payer_of(visit: VisitFacts, episode_id: str) -> PayerFacts:
    """Return who pays for a row: its episode's payer, else that of the first episode, else one without a name."""
    episode = visit.episode(episode_id) or (visit.episodes[0] if visit.episodes else None)
    return episode.payer if episode else PayerFacts()


# Adjustments


def _adjustments(payer: PayerFacts, visit: VisitFacts, rules: RuleBook) -> Iterator[Row]:
    """Make a row of all spinal regions, and one of all regions outside the spine."""
    ours = [row for row in visit.adjustments if payer_of(visit, row.episode_id).id == payer.id]
    billed = [row for row in ours if not row.record_only]
    done = tuple(row.region for row in ours)
    regions = tuple(row.region for row in billed)
    if code := spinal_code(regions):
        row = _adjustment(visit, rules.code(code), billed, spinal_regions(regions), spinal_regions(done))
        yield _as_maintained(row, payer, visit, rules)
    if code := extraspinal_code(regions):
        row = _adjustment(visit, rules.code(code), billed, extraspinal_regions(regions), extraspinal_regions(done))
        yield _as_maintained(row, payer, visit, rules)


def _as_maintained(row: Row, payer: PayerFacts, visit: VisitFacts, rules: RuleBook) -> Row:
    """Return an adjustment as it is billed: for maintenance, the payer may have a code of its own (S8990, for instance).

    It does not for a kind of payer that pays for listed codes alone: Medicare knows maintenance by GA and GZ.
    """
    own = payer.maintenance_code
    has_own = own not in (AS_USUAL, NOT_BILLED) and rules.payer(payer.kind).pays_for(own)
    if visit.care_phase is not CarePhase.MAINTENANCE or not has_own:
        return row
    code = replace(rules.code(own, "Maintenance adjustment"), family=Family.ADJUST)
    return replace(row, code=code, stands_for=row.code.code)


def _adjustment(
    visit: VisitFacts,
    code: CodeEntry,
    adjustments: list[AdjustmentFacts],
    regions: tuple[Region, ...],
    done_in: tuple[Region, ...],
) -> Row:
    """Make one row of these adjustments, and gather the diagnoses that each of them points to."""
    pointed = [
        Row((row.id,), code, RowKind.ADJUSTMENT, **_pointers(visit, row, row.region))
        for row in adjustments
        if row.region in regions
    ]
    return Row(
        about=merged(row.about for row in pointed),
        code=code,
        kind=RowKind.ADJUSTMENT,
        regions=regions,
        done_in=done_in,
        diagnosis_ids=pointers_of(pointed),
        names_diagnoses=any(row.names_diagnoses for row in pointed),
    )


# Activities


def _activities(payer: PayerFacts, visit: VisitFacts, rules: RuleBook, choices: Mapping[str, Choice]) -> Iterator[Row]:
    for activity in visit.activities:
        choice = choices[activity.id]
        ours = payer_of(visit, activity.episode_id).id == payer.id
        if ours and choice.is_code and not activity.record_only:
            yield Row(
                about=(activity.id,),
                code=rules.code(choice.code),
                kind=RowKind.ACTIVITY,
                regions=tuple(dict.fromkeys(activity.regions)),
                done_in=activity.regions,
                minutes=activity.minutes,
                began=activity.began,
                ended=activity.ended,
                **_pointers(visit, activity),
                reason=_purpose(activity, choice),
            )


def _choice(visit: VisitFacts, activity: ActivityFacts) -> Choice:
    """Choose the code of an activity, by its own words, the goals of its episode and the policy of its payer."""
    episode = visit.episode(activity.episode_id)
    goals = episode.goals if episode else ()
    return choose(activity, goals=goals, payer=payer_of(visit, activity.episode_id))


def _purpose(activity: ActivityFacts, choice: Choice) -> str:
    """Return what an activity is for, and the payer's policy where sources disagree and it decided."""
    aims = ", ".join(intent.label for intent in activity.intents)
    return f"{aims or 'as written'}; for this payer {choice.policy.label}" if choice.policy else aims


# Picked services


def _services(payer: PayerFacts, visit: VisitFacts, rules: RuleBook) -> Iterator[Row]:
    for service in visit.services:
        if payer_of(visit, service.episode_id).id == payer.id:
            yield Row(
                about=(service.id,),
                code=_in_own_words(rules.code(service.code, service.title), service.title),
                kind=RowKind.SERVICE,
                units=service.units,
                **_pointers(visit, service),
                reason=service.reason.strip(),
            )


def _in_own_words(code: CodeEntry, title: str) -> CodeEntry:
    """Let a picked service be called what the practice's list calls it, also where the rules know its code."""
    return replace(code, title=title or code.title)


# Diagnosis pointers


def pointers_of(rows: Sequence[Row]) -> tuple[str, ...]:
    """Return the diagnoses that a line of these rows points to: at most four; where there are more, those named stay."""
    ids = merged(row.diagnosis_ids for row in rows)
    named = {each for row in rows if row.names_diagnoses for each in row.diagnosis_ids}
    kept = sorted(ids, key=lambda each: each not in named)[:POINTERS]
    return tuple(each for each in ids if each in kept)


def _pointers(
    visit: VisitFacts, row: ActivityFacts | AdjustmentFacts | ServiceFacts, adjusted: Region | None = None
) -> dict[str, Any]:
    """Return the diagnoses of a row: those that the note names for it, else those of its episode that fit its level."""
    episode = visit.episode(row.episode_id) or (visit.episodes[0] if visit.episodes else None)
    theirs = episode.diagnoses if episode else ()
    ids = [diagnosis.id for diagnosis in theirs]
    named = tuple(each for each in row.diagnosis_ids if each in ids)  # one that was ended since is pointed at no more
    return {"diagnosis_ids": named or _fitting_the_level(theirs, adjusted), "names_diagnoses": bool(named)}


def _fitting_the_level(diagnoses: Sequence[DiagnosisFacts], adjusted: Region | None) -> tuple[str, ...]:
    """Leave out the segmental dysfunctions of other levels, where that of the adjusted level is among the diagnoses.

    A lumbar adjustment of a patient with M99.01 (cervical), M99.03 (lumbar) and M54.50 points to the last two.

    >>> diagnoses = [DiagnosisFacts("1", "M99.01"), DiagnosisFacts("2", "M99.03"), DiagnosisFacts("3", "M54.50")]
    >>> _fitting_the_level(diagnoses, Region.LUMBAR)
    ('2', '3')
    """
    levels = {diagnosis.id: dysfunction_level(diagnosis.code) for diagnosis in diagnoses}
    fits = {each for each, level in levels.items() if level and adjusted and adjusted.overlaps(level)}
    return tuple(each for each, level in levels.items() if not fits or each in fits or level is None)


def dysfunction_level(code: str) -> Region | None:
    """Return the level of the body that a segmental dysfunction or subluxation is of, None for any other diagnosis.

    >>> dysfunction_level("M99.03"), dysfunction_level("M54.50")
    (<Region.LUMBAR: 'lumbar'>, None)
    """
    plain = code.replace(".", "").upper()
    return LEVELS.get(plain[4:]) if plain.startswith(("M990", "M991")) else None


def merged(lists: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Return each id once, in the order of appearance.

    >>> merged([("d1", "d2"), ("d2", "d3")])
    ('d1', 'd2', 'd3')
    """
    return tuple(dict.fromkeys(each for ids in lists for each in ids))
