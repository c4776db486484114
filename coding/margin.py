"""What stands in the margin of a note: for each row its code with the words it rests on, its question, and its flags.

The element ids are agreed with the note's page: `margin-<row>`, `words-<row>`, `goal-words-<row>`, and `margin-` with the
name of a part of the note.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from clinic.models import Practice
from clinic.requests.seals import sealed
from coding.engine import rulebook
from coding.engine.facts import ActivityFacts, PayerFacts
from coding.engine.results import UNDETERMINED, Because, Choice, Flag, Line
from coding.engine.rows import payer_of
from coding.engine.vocabulary import Family
from coding.review import Review

# Where a flag of the whole note is shown, by the field that it leads to.
PLACES = {
    "findings": "findings",
    "adjustments": "adjustments",
    "goals": "goals",
    "total_minutes": "closing",
    "minutes": "closing",
    "care_phase": "closing",
    "services": "closing",
    "subjective": "subjective",
    "assessment": "assessment",
    "plan": "plan",
    "diagnoses": "note",
    "care_plan": "plan",
    "care_goals": "goals",
}
# Where such a flag leads, if not to the field that it names: minutes of the whole note are those of the visit.
LEADS = {"minutes": "total_minutes"}
# What is written on the page of the complaint, and where on it.
BESIDE = {"care_plan": "plan", "care_goals": "goals"}


@dataclass(frozen=True)
class Remark:
    """A flag, the element of the note's page that it leads to, and which field of it; of the findings, which region.

    What is to be written on the page of the complaint leads there, by its address.
    """

    flag: Flag
    goto: str
    field: str
    address: str = ""


@dataclass(frozen=True)
class Gloss:
    """What is said about one activity."""

    about: str
    code: str
    title: str
    family: str
    choice: Choice
    quotes: tuple[str, ...]
    remarks: tuple[Remark, ...]
    words: SafeString
    goal_words: SafeString
    is_record_only: bool
    policy: str = ""  # of the payer, where sources disagree and it decided

    @property
    def shown(self) -> str:
        """What the page says beside the row, sealed: it comes back with the next change of the row's facts, to be kept."""
        said = self.code or self.choice.question or self.choice.reason
        return sealed(said[:200], beside=self.about) if said else ""

    @property
    def asks(self) -> bool:
        """Say whether something is asked, or said to be not billed, where the code would stand."""
        return not self.is_record_only and not self.code and bool(self.choice.question or self.choice.reason)

    @property
    def open_count(self) -> int:
        return self.asks + len(self.remarks)


def margin_of(review: Review, practice: Practice) -> dict[str, Any]:
    """Return the context of the margin: glosses by row, lines of the spine, flags by place, and how much of it is open."""
    glosses = [_gloss(activity, review) for activity in review.facts.activities]
    places = _by_place(review)
    return {
        "practice": practice,
        "glosses": glosses,
        "spine": [line for line in lines_of(review) if line.family is Family.ADJUST],
        "picked": [line for line in lines_of(review) if line.family is Family.OTHER],
        "places": places,
        # what stands in the margin, each once: the foot never says "nothing" beside something
        "open_count": sum(gloss.open_count for gloss in glosses) + sum(map(len, places.values())),
        "signing_count": len(review.stops) + len(review.warnings),
    }


def lines_of(review: Review) -> Iterable[Line]:
    return (line for bill in review.suggestion.bills for line in bill.lines)


def _gloss(activity: ActivityFacts, review: Review) -> Gloss:
    choice = review.suggestion.choice(activity.id) or Choice(activity.id, UNDETERMINED)
    entry = rulebook.load(review.facts.on).code(choice.code) if choice.is_code else None
    family = entry.family.value if entry else ""
    return Gloss(
        about=activity.id,
        code=choice.code if choice.is_code else "",
        title=entry.title if entry else "",
        family=family,
        choice=choice,
        quotes=tuple(dict.fromkeys(each.text for each in choice.because if each.text)) if choice.is_code else (),
        remarks=tuple(_remarks(activity, review, choice)),
        words=marked(activity.description, choice.because, "description", family),
        goal_words=marked(activity.goal, choice.because, "goal", family),
        is_record_only=activity.record_only,
        policy=policy_of(choice, payer_of(review.facts, activity.episode_id)),
    )


def policy_of(choice: Choice, payer: PayerFacts) -> str:
    """Say which policy decided where several outcomes are meant and no task is named, "" where none was asked."""
    if choice.policy is None:
        return ""
    return f"Several outcomes are meant, and sources disagree on them. {payer.name or 'This payer'}: {choice.policy.label}."


def _remarks(activity: ActivityFacts, review: Review, choice: Choice) -> Iterator[Remark]:
    """Leave out the flag that only repeats the question which stands there anyway."""
    for flag in _open_flags(review):
        if flag.about == activity.id and not (flag.slug == "intent-is-stated" and choice.question):
            yield Remark(flag, f"activity-{activity.id}", flag.field, address_of(flag, review))


def _open_flags(review: Review) -> tuple[Flag, ...]:
    """What the signer let stand for a reason is told no more; the review shows it with its reason."""
    return (*review.stops, *review.warnings, *review.tips)


def marked(text: str, because: Iterable[Because], field: str, family: str) -> SafeString:
    """Return text with its evidence underlined. Offsets never leave the server; a browser counts characters otherwise.

    >>> marked("leg <b>strength", [Because("description", 7, 15, "strength", "strength")], "description", "capacity")
    'leg &lt;b&gt;<mark data-family="capacity">strength</mark>'
    """
    spans = _merged((each.start, each.end) for each in because if each.field == field and each.end > each.start)
    pieces, last = [], 0
    for start, end in spans if family else []:
        pieces += [(text[last:start], ""), (text[start:end], family)]
        last = end
    pieces.append((text[last:], ""))
    return format_html_join("", "{}", ((_mark(words, kind),) for words, kind in pieces if words))


def _mark(words: str, family: str) -> SafeString | str:
    return format_html('<mark data-family="{}">{}</mark>', family, words) if family else words


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans in order, with those that touch made one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _by_place(review: Review) -> dict[str, list[Remark]]:
    """Return what concerns no activity, by the part of the note that it stands beside."""
    places: dict[str, list[Remark]] = {place: [] for place in PLACES.values()}
    activities = {row.id for row in review.facts.activities}
    for flag in _open_flags(review):
        if flag.about not in activities:
            goto, field = lead_of(flag, review)
            places[PLACES.get(flag.field, "note")].append(Remark(flag, goto, field, address_of(flag, review)))
    return places


def address_of(flag: Flag, review: Review) -> str:
    """Return the place on the complaint's page that a flag leads to, "" where it leads to one of the note's own."""
    if flag.field not in BESIDE:
        return ""
    episodes = {row.id: row.episode_id for row in review.facts.activities}
    return f"{reverse('notes:episode', args=[episodes.get(flag.about, flag.about)])}#{BESIDE[flag.field]}"


def lead_of(flag: Flag, review: Review) -> tuple[str, str]:
    """Return where a flag leads on the note's page: an element, and its field. What was not found is written as a finding."""
    adjusted = {row.id: row for row in review.facts.adjustments}
    row = adjusted.get(flag.about)
    if flag.about in {each.id for each in review.facts.activities}:
        return f"activity-{flag.about}", flag.field
    if row and flag.field == "findings":
        return "findings", row.region.value if row.region else ""
    if row and flag.field != "diagnoses":
        return f"adjustment-{flag.about}", flag.field
    return LEADS.get(flag.field, flag.field), flag.field
