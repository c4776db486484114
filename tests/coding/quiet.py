"""Flags a note on the loaded demo's routine visits: `make quiet`, or `python -m tests.coding.quiet`.

Routine visits are the signed ones without an exam on the bill. Their notes are read as they would be now. Ends with status
1 when the median of warnings a note is above 0 or the mean is not below 0.5; `--if-there` says nothing without a demo.
"""

import os
import sys
from collections import Counter
from itertools import batched
from statistics import mean, median

import django

AT_ONCE = 100
MOST_ON_AVERAGE = 0.5


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    django.setup()
    reviews = list(signed_reviews())
    if not reviews:
        print("The demo is not loaded here, so flags a note are not counted; `make run` loads it.\n")
        return 0 if "--if-there" in sys.argv else 1
    routine = [review for review in reviews if not has_exam(review)]
    told("signed notes", reviews)
    counts = told("routine visits", routine)
    print()
    return int(median(counts) > 0 or mean(counts) >= MOST_ON_AVERAGE)


def signed_reviews():
    """Yield a review of every signed note of the demo practice; none where its database cannot be reached."""
    from django.db import DatabaseError

    from coding.demo.people import PRACTICE
    from coding.engine.suggest import suggest
    from coding.facts import facts_of_notes
    from coding.review import Review
    from coding.rules import loaded, rules_for
    from notes.models import Note

    try:
        tables = loaded()
        pks = list(Note.objects.signed().filter(practice__slug=PRACTICE["slug"]).values_list("pk", flat=True))
    except DatabaseError:
        return
    for some in batched(pks, AT_ONCE):
        for note, facts in facts_of_notes(some).values():
            yield Review(note=note, facts=facts, suggestion=suggest(facts, rules_for(facts, tables)))


def has_exam(review) -> bool:
    from coding.engine.rulebook import load

    rules = load(review.facts.on)
    return any(rules.code(line.code).exam for bill in review.suggestion.bills for line in bill.lines)


def told(name, reviews) -> list[int]:
    """Print the figures of these notes, and return how many warnings each has."""
    counts = [len(review.all_warnings) for review in reviews]
    settled = sum(bool(review.reason_of(flag)) for review in reviews for flag in review.all_warnings)
    print(f"{name}: {len(reviews)}, warnings a note: median {median(counts):g}, mean {mean(counts):.2f}", end="")
    print(f", acknowledged {settled} of {sum(counts)}", end="")
    print(f"; stops {mean(len(r.stops) for r in reviews):.2f}, tips {mean(len(r.tips) for r in reviews):.2f} a note")
    slugs = Counter(flag.slug for review in reviews for flag in review.all_warnings)
    for slug, n in slugs.most_common():
        print(f"  {n:>4}  {slug}")
    return counts


if __name__ == "__main__":
    sys.exit(main())
