"""Reading a line typed in one's own words into the fields of an activity.

Nothing is guessed. A fact is read where it stands as a piece of its own, between commas or at an end: "knee" in "bridges,
knee, 8 min", not in "knee to chest"; an aim also after "for". What is said in two ways is not read at all. The minutes, and
a delivery that is a piece of its own, leave the words for their fields; whatever else was read stays in the words as well.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import QuerySet

from coding.engine.vocabulary import Delivery, Intent, Region
from notes.models import Activity, Goal, Note

LONGEST_GOAL = 300  # as the row's own field; a longer one stays with what was done
LONGEST_DAY = 480  # minutes
ARROW = re.compile(r"\s*(?:→|->|=>)\s*")
MINUTES = re.compile(
    r"[,;]?\s*\b([1-9][0-9]{0,2})\s*(?:minutes|minute|mins|min|')(?![\w/])[,;]?", re.ASCII | re.IGNORECASE
)
PARTING = re.compile(r"(\s*(?:[,;()]|\.(?=\s|$)|(?<=\s)[-–—](?=\s))\s*)")

# How the time was given, as it stands at the beginning or at the end of a piece: "1:1 bridges", "bike on her own".
NUMBERS = {word: size for size, word in enumerate(("two", "three", "four", "five", "six", "seven", "eight"), 2)}
DELIVERIES = {
    Delivery.ONE_ON_ONE: (
        r"1 ?: ?1(?! (?:work|rest|ratio))|(?:one|1)[ -](?:on|to)[ -](?:one|1)|direct contact"
        r"|(?:constantly )?attended(?! by| to)"
    ),
    Delivery.BY_TURNS: r"(?:attended )?by turns",
    Delivery.GROUP: (
        r"(?:in )?(?:an? )?(?:small )?group"
        rf"(?: of (?:[1-9][0-9]?|{'|'.join(NUMBERS)})(?: patients| people)?)?(?! of)"
    ),
    Delivery.SET_UP: r"set[ -]up and left(?: unattended)?|unattended",
    Delivery.ON_OWN: r"on (?:his|her|their|its) own|by (?:him|her)self|by themselves|unsupervised",
}
DENIED = r"(?<!\bno )(?<!\bnot )(?<!\brest )(?<!\bratio )(?<!\bmuscle )(?<!\bsupport )(?<!\bage )"
SAID = {
    how: re.compile(rf"^(?:{phrase})(?!\w)|(?<=\s){DENIED}(?:{phrase})(?=$|\s(?:for|with)\b)", re.ASCII | re.IGNORECASE)
    for how, phrase in DELIVERIES.items()
}

# What regions and aims are called beside the labels that the page shows.
REGIONS: dict[Region, tuple[str, ...]] = {
    Region.CERVICAL: ("neck",),
    Region.THORACIC: ("mid back", "upper back"),
    Region.LUMBAR: ("low back", "lower back"),
    Region.SACRAL: ("sacrum",),
    Region.PELVIC: ("pelvic",),
    Region.HEAD: ("head", "jaw"),
    Region.RIB_CAGE: ("ribs",),
    Region.SHOULDER: ("shoulders", "scapular", "scap"),
    Region.ELBOW: ("elbows",),
    Region.WRIST_HAND: ("wrist", "wrists", "hand", "hands"),
    Region.HIP: ("hips",),
    Region.KNEE: ("knees",),
    Region.ANKLE_FOOT: ("ankle", "ankles", "foot", "feet"),
    Region.UPPER_LIMB: ("arm", "arms"),
    Region.LOWER_LIMB: ("leg", "legs"),
    Region.TRUNK: ("core",),
}
INTENTS: dict[Intent, tuple[str, ...]] = {
    Intent.MOTION: ("rom", "motion"),
    Intent.PROPRIOCEPTION: ("proprioception",),
    Intent.CONTROL: ("motor control",),
    Intent.GAIT: ("gait",),
    Intent.TASK: ("a task",),
    Intent.SELF_CARE: ("self-care", "household"),
    Intent.TISSUE: ("tissue mobility", "joint mobility"),
    Intent.RELAXATION: ("relaxation", "circulation"),
    Intent.PAIN: ("pain relief",),
    Intent.SWELLING: ("swelling",),
}
NAMES: dict[str, Region | Intent] = {
    **{name: region for region in Region for name in (region.label, *REGIONS.get(region, ()))},
    **{name: intent for intent in Intent for name in (intent.label, *INTENTS.get(intent, ()))},
}
NAME = "|".join(sorted(map(re.escape, NAMES), key=len, reverse=True))
NAMED = re.compile(
    r"(?:^(?:for |to (?:improve|build|train|restore) )?|(?<!\bnot) for )"
    rf"(?P<names>(?:(?:left|right|both|{NAME})\b(?:\s+and\s+|\s*[/&+]\s*|\s+)?)+)(?:$|(?:with|using)\b)",
    re.IGNORECASE,
)

# Names of the spine that say where, also at the beginning or the end of longer words: "lumbar stabilisation", "hot pack low
# back". A limb's name there is often part of a movement, and a lumbar roll is a thing.
SPINE = r"cervical|thoracic|lumbar|sacral|low back|lower back|mid back|upper back|neck"
AHEAD = re.compile(
    rf"^({SPINE})\s+(?!(?:rolls?|support|pillow|cushion|belt|brace|corset|collar|to|and|or|not)\b)\w", re.IGNORECASE
)
BEHIND = re.compile(
    rf"(?<!\bto)(?<!\bfrom)(?<!\bnot)(?<!\bno)(?<!\bbehind)(?<!\bthe)(?<!\bor)(?<!\band)\s({SPINE})$", re.IGNORECASE
)


@dataclass(frozen=True)
class QuickActivity:
    """What was read from a line. An empty field says that the line says nothing of it."""

    description: str
    minutes: int | None = None
    goal: str = ""
    delivery: str = ""
    group_size: int | None = None
    regions: tuple[Region, ...] = ()
    intents: tuple[Intent, ...] = ()

    @property
    def fields(self) -> dict[str, Any]:
        """What was read, under the names of an activity's fields and with the values that the database keeps."""
        return {
            "description": self.description,
            "minutes": self.minutes,
            "goal_text": self.goal,
            "delivery": self.delivery,
            "group_size": self.group_size,
            "regions": [region.value for region in self.regions],
            "intents": [intent.value for intent in self.intents],
        }

    @property
    def missing(self) -> str:
        """Name the first field that a bill needs and the line does not give; a goal says what it was for as well."""
        needed = {"intents": self.intents or self.goal, "minutes": self.minutes, "delivery": self.delivery}
        return next((name for name, value in needed.items() if not value), "")

    @property
    def told(self) -> list[str]:
        """What was read beside the words, as the clinician is told: 8 min, group of 4, knee, for strength, a goal."""
        delivery = Delivery(self.delivery).label if self.delivery else ""
        said = [
            f"{self.minutes} min" if self.minutes else "",
            f"group of {self.group_size}" if self.group_size else delivery,
            *(region.label for region in self.regions),
            "for " + " and ".join(intent.label for intent in self.intents) if self.intents else "",
            "a goal" if self.goal else "",
        ]
        return [each for each in said if each]


def read_activity(line: str) -> QuickActivity:
    """Split a line into what was done, the facts that it states and, behind an arrow, its goal.

    >>> read = read_activity("TB rows 3x10 red, scap strength, 1:1, 8 min -> reach top shelf")
    >>> read.description, read.minutes, read.goal
    ('TB rows 3x10 red, scap strength', 8, 'reach top shelf')
    >>> read.delivery.label, [region.label for region in read.regions], [intent.label for intent in read.intents]
    ('one-on-one', ['shoulder'], ['strength'])
    >>> read_activity("knee to chest 3 x 1 min") == QuickActivity("knee to chest 3 x 1 min")
    True
    """
    done, goal = [*ARROW.split(line, maxsplit=1), ""][:2]
    if len(goal) > LONGEST_GOAL:
        done, goal = line, ""
    words, minutes = _minutes(done)
    pieces = PARTING.split(words)  # what parts them stands between them
    delivery, size = _delivery(pieces[::2])
    named = [term for piece in pieces[::2] for term in _named(piece)]
    return QuickActivity(
        description=_without(pieces, delivery) if delivery else words,
        minutes=minutes,
        goal=goal.strip(),
        delivery=delivery,
        group_size=size,
        regions=_only(named, Region),
        intents=_only(named, Intent),
    )


def _minutes(text: str) -> tuple[str, int | None]:
    """Take the minutes out of a text that gives them once."""
    found = [match for match in MINUTES.finditer(text) if not _is_a_dose(text, match)]
    if len(found) != 1 or int(found[0][1]) > LONGEST_DAY:
        return text.strip(), None
    before, after = text[: found[0].start()].rstrip(" ,;"), text[found[0].end() :].lstrip(" ,;")
    between = ", " if {",", ";"} & set(found[0][0]) else " "
    joint = "" if not before or before.endswith("(") or after.startswith((")", ".")) else between
    return f"{before}{joint}{after}".strip(" ,;–—"), int(found[0][1])


def _is_a_dose(text: str, match: re.Match[str]) -> bool:
    """Say whether the number belongs to a dose, as in 3 x 1 min, and is not the time of the activity."""
    return bool(re.search(r"[x×@/]\s*$", text[: match.start(1)], re.ASCII))


def _delivery(pieces: Iterable[str]) -> tuple[Delivery | Literal[""], int | None]:
    """Return the delivery that the pieces give, and the size of a group; nothing where they give two."""
    found = [(how, match) for piece in pieces for how, said in SAID.items() if (match := said.search(piece))]
    if len({how for how, _ in found}) != 1:
        return "", None
    how, match = found[0]
    size = re.search(r"group of (\w+)", match[0].lower())
    return how, (NUMBERS.get(size[1]) or int(size[1])) if size else None


def _without(pieces: list[str], delivery: Delivery) -> str:
    """Put the pieces together again without one between commas that is nothing but the delivery."""
    kept: list[str] = []
    partings = ["", *pieces[1::2], ""]
    for place, piece in enumerate(pieces[::2]):
        around = {partings[place].strip(), partings[place + 1].strip()}
        alone = around <= {"", ",", ";", ".", "—"} and _is_only(piece, delivery)
        kept += [] if alone else [partings[place], piece]
    return "".join(kept).strip(" ,;–—")


def _is_only(piece: str, delivery: Delivery) -> bool:
    return bool(re.fullmatch(DELIVERIES[delivery], piece.strip(), re.ASCII | re.IGNORECASE))


def _named(piece: str) -> list[Region | Intent]:
    found = NAMED.search(piece)
    around = [match[1] for pattern in (AHEAD, BEHIND) if (match := pattern.search(piece))]
    names = re.findall(NAME, found["names"], re.IGNORECASE) if found else []
    return [NAMES[name.lower()] for name in [*around, *names]]


def _only[T: (Region, Intent)](named: Iterable[Region | Intent], kind: type[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(term for term in named if isinstance(term, kind)))


# The row that a line becomes


def activity_of(read: QuickActivity, note: Note) -> Activity:
    """Return the row of a line. A goal that the line names word for word is that goal."""
    goal = next((goal for goal in _open_goals(note) if _plain(goal.text) == _plain(read.goal)), None)
    first = note.note_episodes.first()
    episode = goal.episode if goal else (first.episode if first else None)
    row = Activity(**read.fields, goal=goal, performer=note.author, episode=episode)
    row.goal_text = "" if goal else row.goal_text
    return row


def goals_of(note: Note) -> "QuerySet[Goal]":
    """Return the goals of the note's complaints, in the order in which the note's page asks where they stand."""
    goals = Goal.objects.filter(episode__note_episodes__note=note)
    return goals.order_by("episode__note_episodes__created_at", "-term", "pk")


def _open_goals(note: Note) -> "QuerySet[Goal]":
    return goals_of(note).filter(met_on=None, dropped_on=None).select_related("episode")


def _plain(words: str) -> str:
    return " ".join(words.split()).casefold().rstrip(".")
