"""Texts of 100 kB that are meant to keep a reader busy."""

HOSTILE = {
    "letters": "a" * 100_000,
    "figures": "1." * 50_000,
    "spaces": " " * 100_000,
    "slashes": "w/" * 50_000,
    "not": "not " * 25_000,
    "strength": "strength " * 11_000,
    "strength to lift": "strength to lift " * 6_000,
    "strength deferred": "strength deferred " * 6_000,
    "no strength and": "no strength and " * 6_000,
    "lift": "lift to lift and " * 6_000,
    "in and out": "in and out of the " * 5_500,
    "slips of the pen": "strenghtening " * 7_100,
    "capitals": "İ" * 100_000,
    "emoji": "🏋️‍♀️" * 20_000,
    "nul": "\0" * 100_000,
    "dashes": " - " * 33_000,
}
