"""Finding a diagnosis as people type it: the start of a code, or words of its title in any order."""

import re
from collections.abc import Collection
from datetime import date

from django.db.models import Case, Q, QuerySet, When
from django.db.models.functions import Length

from notes.models import DiagnosisCode

MOST = 12
START_OF_A_CODE = re.compile(r"[A-Z][0-9][0-9A-Z]{0,5}")

# What clinicians say and the classification spells otherwise.
SPELLED = {"neck": ("cervic",), "pain": ("algia", "dynia"), "whiplash": ("sprain of ligaments of cervical",)}


def search(words: str, *, on: date) -> QuerySet[DiagnosisCode]:
    """Return the best codes that are valid on the day, spinal and musculoskeletal ones first among equals."""
    valid = _valid(on)
    words = " ".join(words.split())[:80]
    if len(words) < 2:
        return valid.none()
    start = as_code(words)
    if start:
        return valid.filter(code__startswith=start)[:MOST]
    found = _with_words(valid, words).annotate(rank=_rank(words), chapter=_chapter(), length=Length("title"))
    return found.order_by("rank", "chapter", "length", "code")[:MOST]


def as_code(words: str) -> str:
    """Return what was typed as the start of a code with its dot, empty if it is none.

    >>> as_code("m9903"), as_code("M54."), as_code("s33.5xx"), as_code("low back"), as_code("M")
    ('M99.03', 'M54', 'S33.5XX', '', '')
    """
    letters = re.sub(r"[\s.]", "", words).upper()
    if not START_OF_A_CODE.fullmatch(letters):
        return ""
    return f"{letters[:3]}.{letters[3:]}".rstrip(".")


def as_of(code: str, *, on: date) -> DiagnosisCode | None:
    """Return the code as the edition of a day has it, None if it has none."""
    return _valid(on).filter(code=code.replace("\x00", "")).first()


def retired(codes: Collection[str], *, on: date) -> dict[str, date]:
    """Return those of the codes that were on the list once and had ended by a day, each with its last day."""
    rows = DiagnosisCode.objects.filter(code__in=codes).values_list("code", "valid_to")
    last: dict[str, date] = {}
    for code, valid_to in rows:
        last[code] = max(last.get(code, date.min), valid_to or date.max)
    return {code: day for code, day in last.items() if day < on}


def is_overtaken(start: date, *, on: date) -> bool:
    """Say whether an edition that started on a day must have been replaced since: a new one comes each 1 October.

    >>> is_overtaken(date(2026, 4, 1), on=date(2026, 9, 30)), is_overtaken(date(2026, 4, 1), on=date(2026, 10, 1))
    (False, True)
    """
    october = date(start.year + (start.month >= 10), 10, 1)
    return on >= october


def _valid(on: date) -> QuerySet[DiagnosisCode]:
    return DiagnosisCode.objects.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on)


def _with_words(codes: QuerySet[DiagnosisCode], words: str) -> QuerySet[DiagnosisCode]:
    """Every word starts a word of the title: the trigram index answers `icontains`, the pattern looks at the start."""
    for word in words.split()[:6]:
        starts = Q(title__icontains=word) & Q(title__iregex=rf"\m{re.escape(word)}")
        for other in SPELLED.get(word.lower(), ()):
            starts |= Q(title__icontains=other)
        codes = codes.filter(starts)
    return codes


def _rank(words: str) -> Case:
    """The plain complaint before its special forms, sequelae last."""
    return Case(
        When(title__iendswith=", sequela", then=4),
        When(Q(title__iexact=words) | Q(title__istartswith=f"{words},"), then=0),
        When(title__istartswith=words, then=1),
        When(title__icontains=words, then=2),
        default=3,
    )


def _chapter() -> Case:
    """M, S and G are the musculoskeletal, injury and nervous system chapters."""
    return Case(When(code__regex="^[MSG]", then=0), default=1)
