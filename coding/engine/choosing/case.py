"""One activity on the coder's desk: what was done, what it is for, how it was given, and how an answer is written.

"Done" are the things that the description names. "For" are the aims: those that the clinician picked, otherwise those
that the goal states and those that the description gives as its purpose ("squats to rise from a chair").
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final

from coding.engine.choosing.table import table
from coding.engine.facts import ActivityFacts, PayerFacts
from coding.engine.reading.lexicon import follows, shipped, tells
from coding.engine.reading.normalise import Token
from coding.engine.reading.read import DESCRIPTION, GOAL, Hit, Reading
from coding.engine.results import NOT_BILLABLE, UNDETERMINED, Alternative, Because, Choice
from coding.engine.vocabulary import Delivery, Intent


class Aim(StrEnum):
    """The families of aims, as far as they lead to different services."""

    CAPACITY = "capacity"
    CONTROL = "control"
    GAIT = "gait"
    TASK = "task"
    SELF_CARE = "self-care"
    TISSUE = "tissue"
    RELIEF = "relief"
    TEST = "test"


AIM_OF_CONCEPT: Final = {
    "strength": Aim.CAPACITY,
    "stability": Aim.CAPACITY,
    "endurance": Aim.CAPACITY,
    "motion": Aim.CAPACITY,
    "flexibility": Aim.CAPACITY,
    "balance": Aim.CONTROL,
    "coordination": Aim.CONTROL,
    "proprioception": Aim.CONTROL,
    "posture": Aim.CONTROL,
    "control": Aim.CONTROL,
    "gait": Aim.GAIT,
    "force_measure": Aim.CAPACITY,
    "range_measure": Aim.CAPACITY,
    "stamina_measure": Aim.CAPACITY,
    "steadiness_measure": Aim.CONTROL,
    "tissue": Aim.TISSUE,
    "relaxation": Aim.RELIEF,
    "pain": Aim.RELIEF,
    "swelling": Aim.RELIEF,
}
CONCEPTS_OF: Final = {aim: tuple(word for word, family in AIM_OF_CONCEPT.items() if family is aim) for aim in Aim}
AIM_OF_INTENT: Final = {
    Intent.STRENGTH: Aim.CAPACITY,
    Intent.ENDURANCE: Aim.CAPACITY,
    Intent.MOTION: Aim.CAPACITY,
    Intent.FLEXIBILITY: Aim.CAPACITY,
    Intent.BALANCE: Aim.CONTROL,
    Intent.COORDINATION: Aim.CONTROL,
    Intent.PROPRIOCEPTION: Aim.CONTROL,
    Intent.POSTURE: Aim.CONTROL,
    Intent.CONTROL: Aim.CONTROL,
    Intent.GAIT: Aim.GAIT,
    Intent.TASK: Aim.TASK,
    Intent.SELF_CARE: Aim.SELF_CARE,
    Intent.TISSUE: Aim.TISSUE,
    Intent.RELAXATION: Aim.RELIEF,
    Intent.PAIN: Aim.RELIEF,
    Intent.SWELLING: Aim.RELIEF,
    Intent.TEST: Aim.TEST,
}
# Concepts that describe nothing done: labels, filling, grammar.
EMPTY: Final = frozenset(
    {"general", "label", "turn", "link", "purpose", "practice", "not_an_aim", "attended", "function_word"}
    | {"hands_free", "fault", "undone", "elsewhere"}
)
# A part of the body says where, not what.
WHERE: Final = frozenset({"body", "muscle"})
# What may be told beside a bare kind of service without telling what was done.
BESIDE: Final = frozenset({"talk", "idle", "trade", "object", "place", "pain", "report", "not_done", "other_day"})
# Units of movement that say where something happens as often as they say what is to grow.
DEGREE_SIGNS: Final = frozenset({"°", "º"})
FIGURES: Final = frozenset({"deg", "degree", "degrees"}) | DEGREE_SIGNS
ENOUGH_UNKNOWN: Final = 2
# What makes a goal a function of life: things done, not places or things alone.
FUNCTIONS: Final = (
    "life", "move", "sit_stand", "transfer", "sport", "self_care", "household", "adl", "walking", "rehearsal",
)  # fmt: skip
GOAL_ONLY: Final = ("object", "place", "work_word", "trade")
PLAIN_AIMS: Final = (Aim.CAPACITY, Aim.CONTROL, Aim.GAIT)
PLAIN_CONCEPTS: Final = tuple(concept for concept, aim in AIM_OF_CONCEPT.items() if aim in PLAIN_AIMS)
# Words that speak for a code beside those that decided for it.
SAYING_SO_TOO: Final = {
    code: (*more, *CONCEPTS_OF[aim])
    for code, aim, more in (
        ("97110", Aim.CAPACITY, ("isolated", "plane")),
        ("97112", Aim.CONTROL, ("control_deed", "retrain")),
        ("97116", Aim.GAIT, ("walking", "retrain", "gait_label")),
        ("97140", Aim.TISSUE, ("technique", "hands", "knot", "massage", "tool")),
        ("97014", Aim.TEST, ("stim", "nmes", "stim_worked")),
        ("97032", Aim.TEST, ("stim", "nmes", "stim_worked", "stim_coupled", "attended")),
        ("97535", Aim.SELF_CARE, ("home_topic", "teach", "self_care", "adl")),
    )
}
FARTHEST_SERVICE: Final = 15  # words between an aim and the function that it serves
FARTHEST_ATTENDEE: Final = 5  # words from "only" to "came": "only one of the four came"


@dataclass(frozen=True)
class Case:
    """An activity with its reading and its payer. The parts are worked out when first asked for."""

    activity: ActivityFacts
    reading: Reading
    payer: PayerFacts

    @cached_property
    def description(self) -> tuple[Token, ...]:
        """Return the words of the description."""
        return self.reading.runs[DESCRIPTION]

    # What was done ------------------------------------------------------------------------------

    def done(self, *concepts: str) -> tuple[Hit, ...]:
        """Return the hits of these concepts in the description, purposes included."""
        if self._done.isdisjoint(concepts):  # most questions are about what was not done
            return ()
        return self.reading.find(*concepts, field=DESCRIPTION)

    @cached_property
    def _done(self) -> AbstractSet[str]:
        return self.reading.stated[DESCRIPTION]

    def named(self, aim: Aim) -> tuple[Hit, ...]:
        """Return the hits of an aim in the description, purposes included ("quad strengthening"), tests of it aside."""
        found = self.done(*CONCEPTS_OF[aim])
        tested = {(hit.start, hit.end) for hit in self.done("performance_test")} if found else set()
        return tuple(hit for hit in found if (hit.start, hit.end) not in tested)

    @cached_property
    def is_vague(self) -> bool:
        """Say whether the description names nothing that was done; several words nobody knows may well name it."""
        hits = [hit for hit in self.reading.hits if hit.field == DESCRIPTION]
        says_nothing = all(hit.concept in EMPTY | WHERE for hit in hits)
        return (says_nothing and self.reading.unknown < ENOUGH_UNKNOWN) or self._is_a_bare_kind(hits)

    def _is_a_bare_kind(self, hits: Sequence[Hit]) -> bool:
        """Say whether a sentence names a kind of service and nothing of it, and the others tell of something else."""
        sentences = self.reading.sentences(DESCRIPTION)
        kinds = {sentences[one.first] for one in shipped().signalled("kind_alone", self.description)}
        if not kinds or kinds == set(sentences):
            return False
        own = [token.word for token, at in zip(self.description, sentences, strict=True) if at in kinds]
        if len(set(own).intersection(self.reading.unread)) >= ENOUGH_UNKNOWN:
            return False
        return all(
            hit.concept in EMPTY | WHERE | (set() if self.reading.sentence(hit) in kinds else BESIDE) for hit in hits
        )

    @cached_property
    def at_home(self) -> tuple[Hit, ...]:
        """Return where the description speaks of the patient's home."""
        return tuple(hit for hit in self.done("place") if self.tells("home", hit))

    def tells(self, signal: str, hit: Hit) -> bool:
        """Say whether the words of a hit hold a signal of the lexicon."""
        return tells(signal, self.reading.words(hit))

    # What it is for ----------------------------------------------------------------------------

    @cached_property
    def aims(self) -> dict[Aim, tuple[Because, ...]]:
        """Return the stated aims with their evidence: picked ones alone when there are any."""
        if self.activity.intents:
            return self._picked
        return self.written

    @cached_property
    def written(self) -> dict[Aim, tuple[Because, ...]]:
        """Return the aims that the words state: in the goal, and as a purpose in the description."""
        stated = {
            aim: tuple(hit.because(f"{aim}-is-the-aim") for hit in hits)
            for aim in (*PLAIN_AIMS, Aim.TISSUE, Aim.RELIEF)
            if (hits := self._aimed(aim))
        }
        if len(stated.keys() & set(PLAIN_AIMS)) > 1 and all(
            b.text.casefold() in FIGURES for b in stated.get(Aim.CAPACITY, ())
        ):
            stated.pop(Aim.CAPACITY, None)  # "no winging at 90 deg": the figure belongs to the other aim
        if functions := self._functions(walking=Aim.GAIT not in stated):
            stated[Aim.TASK] = tuple(hit.because("a-task-is-the-aim") for hit in functions)
        return stated or self._implied

    @property
    def _implied(self) -> dict[Aim, tuple[Because, ...]]:
        """Return what a goal implies that names nothing but movements or drills ("flexion", "tandem stance 30 s")."""
        if self.reading.has("retrain") or self.named(Aim.CONTROL) or self.named(Aim.GAIT):
            return {}
        by_aim = {Aim.CAPACITY: ("isolated", "plane"), Aim.CONTROL: ("control_deed",)}
        found = {aim: self.reading.find(*concepts, field=GOAL) for aim, concepts in by_aim.items()}
        return {aim: tuple(hit.because(f"{aim}-is-the-aim") for hit in hits) for aim, hits in found.items() if hits}

    def only(self, *aims: Aim) -> bool:
        """Say whether something is aimed at, and nothing beside these (relief never counts)."""
        stated = self.aims.keys() - {Aim.RELIEF}
        return bool(stated) and stated <= set(aims)

    def evidence(self, *aims: Aim) -> tuple[Because, ...]:
        """Return the evidence of these aims."""
        return tuple(because for aim in aims for because in self.aims.get(aim, ()))

    @property
    def _picked(self) -> dict[Aim, tuple[Because, ...]]:
        """Return the picked aims; words that say the same stand beside them, so that they can be underlined."""
        picked: dict[Aim, tuple[Because, ...]] = {}
        for intent in self.activity.intents:
            aim = AIM_OF_INTENT[intent]
            picked[aim] = (*picked.get(aim, ()), Because("intents", 0, 0, intent.label, f"{aim}-is-the-picked-aim"))
        return {aim: evidence + self._in_words(aim) for aim, evidence in picked.items()}

    def _in_words(self, aim: Aim) -> tuple[Because, ...]:
        """Return the words that say what was picked: as a purpose, or else by naming it at all."""
        named = tuple(hit.because(f"{aim}-is-named") for hit in self.named(aim))
        return self.written.get(aim) or named

    def _aimed(self, aim: Aim) -> tuple[Hit, ...]:
        """Return the hits of an aim, without control or walking that a capacity merely serves ("strength for posture")."""
        hits = self._purposes(*CONCEPTS_OF[aim])
        if not hits or aim not in (Aim.CONTROL, Aim.GAIT):
            return hits
        first = self._purposes(*CONCEPTS_OF[Aim.CAPACITY])
        return tuple(hit for hit in hits if not self._comes_after(first, hit, "means"))

    def _comes_after(self, aims: Sequence[Hit], hit: Hit, signal: str) -> bool:
        """Say whether an aim stands shortly before a hit, joined to it by a signal ("strength to climb stairs").

        Side by side they are two aims: "strength and stairs".
        """
        near = (aim for aim in aims if aim.field == hit.field and 0 <= hit.first - aim.after <= FARTHEST_SERVICE)
        return any(self._is_joined(aim, hit, signal) for aim in near)

    def _is_joined(self, aim: Hit, hit: Hit, signal: str) -> bool:
        between = self.reading.between(aim, hit)
        if any(token.breaks or token.word == "and" for token in between):
            return False
        return tells(signal, between[:-1])

    def _purposes(self, *concepts: str) -> tuple[Hit, ...]:
        """Return what is aimed at: things stated as a purpose, and faults that are to go ("no limp")."""
        found = self.reading.find(*concepts, purpose=True)
        return found + tuple(hit for hit in self._gone if hit.concept in concepts) if self._gone else found

    @cached_property
    def _gone(self) -> tuple[Hit, ...]:
        faults = {(hit.field, hit.first) for hit in self.reading.denied("fault") if hit.purpose}
        plain = self.reading.denied(*PLAIN_CONCEPTS) if faults else ()
        return tuple(hit for hit in plain if (hit.field, hit.first) in faults)

    def _functions(self, *, walking: bool) -> tuple[Hit, ...]:
        """Return the functions aimed at, without those that another aim merely serves."""
        concepts = FUNCTIONS if walking else tuple(name for name in FUNCTIONS if name != "walking")
        found = [hit for hit in self._purposes(*concepts) if hit.concept != "rehearsal" or hit.field != DESCRIPTION]
        found += [hit for hit in self._purposes(*GOAL_ONLY) if hit.field != DESCRIPTION]
        if any(hit.field != DESCRIPTION for hit in self._plain_purposes):
            found = [hit for hit in found if hit.field != DESCRIPTION]  # the goal says what it is for
        return tuple(hit for hit in found if not self._comes_after(self._plain_purposes, hit, "serves"))

    @cached_property
    def _plain_purposes(self) -> tuple[Hit, ...]:
        return self._purposes(*PLAIN_CONCEPTS)

    # How it was given ------------------------------------------------------------------------------

    @property
    def is_shared(self) -> bool:
        """Say whether several patients had the time together or by turns, by the delivery or by the words."""
        return self.is_shared_by_delivery or bool(self.shared_words)

    @property
    def is_shared_by_delivery(self) -> bool:
        """Say whether the picked delivery is a shared one."""
        return self.activity.delivery in (Delivery.GROUP, Delivery.BY_TURNS)

    @cached_property
    def shared_words(self) -> tuple[Hit, ...]:
        """Return the words that show other patients; points that were worked on ("5 pts") are none."""
        found = self.done("several", "several_by_turns")
        if not found or self.came_alone:
            return ()
        points = bool(self.done("technique", "knot", "massage", "outside", "laser"))
        served = bool(self.done("move", "object", "household"))  # "trays for four people"
        return tuple(
            hit for hit in found if not (points and self.tells("points", hit)) and not (served and hit.purpose)
        )

    @cached_property
    def came_alone(self) -> bool:
        """Say whether a group was meant and one patient came (HNS and ChiroCode on 97150)."""
        return bool(self.done("sole")) or follows("only", "came", self.description, within=FARTHEST_ATTENDEE)

    @property
    def alone_words(self) -> tuple[Hit, ...]:
        """Return the words of the description that show nobody was there."""
        words = self.done("unattended")
        if words and self.done("provider"):  # who treats is there, wherever the helper is
            words = tuple(hit for hit in words if not self.tells("helper", hit))
        if not words or not self.came_alone:
            return words
        return tuple(hit for hit in words if not self.tells("solo", hit))  # alone of all who were to come

    # How an answer is written --------------------------------------------------------------------------

    def code(self, code: str, because: Iterable[Because]) -> Choice:
        """Answer with a code, its evidence, and why its neighbours were not chosen."""
        alternatives = _alternatives(table().neighbours.get(code, {}))
        because = tuple(dict.fromkeys(because))
        evidence = because + self._saying_so_too(code, because)
        # A bare degree sign says nothing to a reader where other words stand.
        worded = tuple(piece for piece in evidence if piece.text not in DEGREE_SIGNS)
        return Choice(self.activity.id, code, worded or evidence, alternatives)

    def _saying_so_too(self, code: str, because: Iterable[Because]) -> tuple[Because, ...]:
        """Return the other words that say the same: who strikes all the evidence is to be left without the answer."""
        places = {(piece.field, piece.start, piece.end) for piece in because}
        found = self.reading.find(*SAYING_SO_TOO.get(code, ()))
        return tuple(hit.because("says-so-too") for hit in found if (hit.field, hit.start, hit.end) not in places)

    def ask(self, question: str, because: Iterable[Because] = ()) -> Choice:
        """Answer that the row leaves open what it is, with one question."""
        return Choice(self.activity.id, UNDETERMINED, tuple(because), question=table().questions[question])

    def refuse(self, reason: str, because: Iterable[Because] = (), *, only: str = "") -> Choice:
        """Answer that nothing can be billed for the row, and why: no code that was looked at, or not the `only` one."""
        looked_at = table().refused[reason]
        alternatives = _alternatives({only: looked_at[only]} if only else looked_at)
        return Choice(self.activity.id, NOT_BILLABLE, tuple(because), alternatives, reason=table().reasons[reason])

    def delivery(self, rule: str) -> tuple[Because, ...]:
        """Return the delivery as evidence, when one was picked."""
        delivery = self.activity.delivery
        return (Because("delivery", 0, 0, delivery.label, rule),) if delivery else ()


def _alternatives(why: Mapping[str, str]) -> tuple[Alternative, ...]:
    return tuple(Alternative(code, reason) for code, reason in why.items())


def all_because(hits: Iterable[Hit], rule: str) -> tuple[Because, ...]:
    """Return hits as evidence for one rule."""
    return tuple(hit.because(rule) for hit in hits)


__all__ = ["DESCRIPTION", "GOAL", "PLAIN_AIMS", "Aim", "Case", "all_because"]
