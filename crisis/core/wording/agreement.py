"""Consistency: one language with another, and one message with the one before (E4).

Two messages contradict each other when the same place has another state in the second, and no word
marks it. A marked correction is honest and costs nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import combinations

from crisis.core.wording.finding import Finding
from crisis.core.wording.lexicon import found, holds, one_of, sentences, straight, words_of

ALIKE = 0.9
"""Share of words in common from which a message only repeats the one before."""
SHORT = 6
"""Words below which two messages are alike by chance."""

_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_GROUPED = re.compile(r"(?<=\d)[\s,.\u00a0\u202f](?=\d{3}(?!\d))")
_FULL_HOUR = re.compile(r"\b(\d{1,2}) ?[:h] ?00\b")
_FIGURE = re.compile(r"\d+")
_WORD = re.compile(r"[\w'-]+")


def figures(words: str) -> list[str]:
    """The figures of a sentence, whatever separates their thousands: `10 000` is `10,000`."""
    plain = _GROUPED.sub("", _PLACEHOLDER.sub(" ", words))
    return sorted(_FIGURE.findall(_FULL_HOUR.sub(r"\1", plain)))


def parity(at: str, said: Mapping[str, str]) -> Iterator[Finding]:
    """CO3: every language says the same times and numbers."""
    for one, other in combinations(said, 2):
        first, second = Counter(figures(said[one])), Counter(figures(said[other]))
        differ = sorted((first - second) + (second - first))
        if differ:
            yield Finding(rule="CO3", severity="block", at=f"{at}/{other}", found=", ".join(differ))


def untranslated(at: str, said: Mapping[str, str]) -> Iterator[Finding]:
    """CO2: what stands in one language word for word as in another was forgotten there."""
    for one, other in combinations(said, 2):
        first, second = (_WORD.findall(said[name].casefold()) for name in (one, other))
        if first == second and len(first) >= SHORT:
            yield Finding(rule="CO2", severity="warn", at=f"{at}/{other}")


def repeated(at: str, before: str, now: str) -> Iterator[Finding]:
    """FU6: what is nearly word for word the message before says nothing."""
    first, second = (Counter(_WORD.findall(text.casefold())) for text in (before, now))
    most = max(first.total(), second.total())
    if second.total() >= SHORT and (first & second).total() >= ALIKE * most:
        yield Finding(rule="FU6", severity="warn", at=at)


def contradicted(at: str, before: str, now: str, language: str) -> Iterator[Finding]:
    """CO1: the same place in another state than in the message before, and no word marks it."""
    if holds(now, language, "marks_correction"):
        return
    stood = dict(_states(before, language))
    for (place, number), state in _states(now, language):
        was = stood.get((place, number))
        if was is not None and was != state:
            yield Finding(rule="CO1", severity="block", at=at, found=place)


Stated = tuple[tuple[str, int], int]


def _states(words: str, language: str) -> Iterator[Stated]:
    """Place and pair of opposites -> which of the two is said of it."""
    for sentence in sentences(straight(words)):
        places = [hit[0].casefold() for hit in _places(language).finditer(sentence)]
        for number, pair in enumerate(_opposites(language)):
            held = [side for side, looked_for in enumerate(pair) if looked_for.search(sentence)]
            if len(held) == 1:
                negated = holds(sentence, language, "negations")
                yield from (((place, number), held[0] ^ negated) for place in places)


@cache
def _places(language: str) -> re.Pattern[str]:
    """A kind of place with its name: "niveau 2", "building A"."""
    names = "|".join(map(re.escape, words_of(language).get("places", ("-",))))
    return re.compile(rf"\b(?:{names})\s+(?:[A-Z]\b|-?\d+\b)", re.IGNORECASE)


@cache
def _opposites(language: str) -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    pairs = (pair.partition("|") for pair in words_of(language).get("states", ()))
    return tuple((one_of((yes,)), one_of((no,))) for yes, _, no in pairs)


def marked_as_drill(at: str, words: str, language: str) -> Iterator[Finding]:
    """CO7: the product marks exercises; in a real message the word alarms or reassures wrongly."""
    for hit in found(words, language, "drill"):
        if hit.isupper():
            yield Finding(rule="CO7", severity="block", at=at, found=hit)
