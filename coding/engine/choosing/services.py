"""Services that go by their subject, whatever the aim: a wheelchair, a brace, life outside, needles (domain facts 1.2)."""

from typing import Final

from coding.engine.choosing.case import Case, all_because
from coding.engine.choosing.passing import only_where
from coding.engine.reading.lexicon import tells
from coding.engine.reading.read import Hit
from coding.engine.results import Choice
from coding.engine.vocabulary import Delivery

# Dry needling is counted in muscles, and neither in needles nor in minutes (ACA, APTA).
FEW_MUSCLES: Final = 2
COUNT: Final = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
# Beside these, a device is worn while something else is trained, or the chair is what somebody gets out of or pushes.
BESIDE: Final = ("isolated", "gym_move", "control_deed", "technique", "massage", "cardio")
TWITCH: Final = "ltr"  # a twitch response here, and nothing that the trunk did
EXERCISED: Final = ("isolated", "gym_move", "control_deed", "sit_stand", "transfer", "walking", "cardio", "move")


@only_where("needling")
def needling(case: Case) -> Choice | None:
    """Needles have codes of their own, by the number of muscles: it adds no minutes to hands-on work."""
    words = case.done("needling")
    if not words or _without_anybody(case):
        return None
    if beside := tuple(hit for hit in case.done(*BESIDE) if not _is_a_finding(case, hit)):
        return case.ask("two_things", all_because(words + beside, "two-services-in-one-row"))
    counted = case.done("muscles_counted") or case.done("muscle")
    muscles = _how_many(case, counted)
    if not muscles:
        return case.ask("muscles", all_because(words, "needles-were-used"))
    code = "20560" if muscles <= FEW_MUSCLES else "20561"
    return case.code(code, all_because(words, "needles-were-used") + all_because(counted, "so-many-muscles"))


@only_where("wheelchair_skill")
def in_a_wheelchair(case: Case) -> Choice | None:
    """Getting about in a wheelchair; getting into it is a transfer, and pushing somebody else's is a task."""
    words = tuple(hit for hit in case.done("wheelchair_skill") if not hit.purpose)
    if not words or case.done("transfer", "sit_stand") or _without_anybody(case):
        return None
    return case.code("97542", all_because(words, "wheelchair-skills-are-trained"))


@only_where("community")
def out_and_about(case: Case) -> Choice | None:
    """Training for life outside, in the place itself; a task merely imitated in the practice is a task (97530)."""
    words = tuple(hit for hit in case.done("community") if not hit.purpose)
    if not words or case.done("rehearsal") or _without_anybody(case):
        return None
    return case.code("97537", all_because(words, "life-outside-is-trained"))


@only_where("prosthesis", "orthosis")
def with_a_device(case: Case) -> Choice | None:
    """Fitting a brace or prosthesis and training its use: the first visit and the later ones differ (codingahead)."""
    limb = case.done("prosthesis")
    device, fitted = limb or case.done("orthosis"), case.done("fitting", *(("donning", "practice") if limb else ()))
    later = case.done("device_later")  # somebody who comes again for a device comes about its fit
    if not device or not (fitted or later) or _something_else(case) or _without_anybody(case):
        return None
    because = all_because(device, "a-device-is-worn") + all_because(fitted, "it-is-fitted-and-trained")
    if later:
        return case.code("97763", because + all_because(later, "a-later-visit"))
    if first := case.done("device_first") or _fitted_now(fitted):
        return case.code("97761" if limb else "97760", because + all_because(first, "the-first-visit"))
    return case.ask("device_visit", because)


def _without_anybody(case: Case) -> bool:
    """Say whether several patients shared the time, or nobody was there: that decides first."""
    return case.is_shared or bool(case.alone_words) or case.activity.delivery is Delivery.ON_OWN


def _something_else(case: Case) -> bool:
    """Say whether the device is merely worn: something is exercised in it, or another skill is taught."""
    donned = {(hit.start, hit.end) for hit in case.done("donning")}
    skills = (hit for hit in case.done("self_care", "household", "adl") if (hit.start, hit.end) not in donned)
    tried = ("walking",) if tells("looked_whether", case.description) else ()  # a few steps, to see how it fits
    return bool(case.done(*(deed for deed in EXERCISED if deed not in tried))) or any(skills)


def _is_a_finding(case: Case, hit: Hit) -> bool:
    """Say whether a movement is named because it was measured: "hip abd 4/5", or a muscle that twitched."""
    measures = case.done("force_measure", "range_measure")
    return hit.text.casefold() == TWITCH or any(one.first == hit.after for one in measures)


def _fitted_now(fitted: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """Return the words for fitting itself, which the first visit is there for; training may be any visit's."""
    return tuple(hit for hit in fitted if hit.text.casefold().startswith(("fit", "fabric", "mold", "mould")))


def _how_many(case: Case, counted: tuple[Hit, ...]) -> int:
    """Return the number of muscles, 0 where the words leave it open: one name and "both" are two, two and "both" unclear."""
    if counted and counted[0].concept == "muscles_counted":
        word = counted[0].text.split()[0].casefold()
        return COUNT.get(word) or int(word) if word in COUNT or word.isdecimal() else 0
    names = {tuple(token.word for token in case.reading.words(hit)) for hit in counted}
    if not case.done("both_sides"):
        return len(names)
    return 0 if len(names) == FEW_MUSCLES else 2 * len(names)
