"""The organisation's own words, beside the rules of tone: what it never says, what it says instead.

``VO1`` a word that it does not use; ``VO2`` the same word for the same thing. Both stand in the
communication plan (``voice``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from crisis.core.plan import Voice
from crisis.core.wording.lexicon import one_of, straight
from crisis.core.wording.words import Found


def own_words(words: str, language: str, voice: Voice | None) -> Iterator[Found]:
    """Everything that is not how this organisation speaks; nothing where it has no voice."""
    if voice is None:
        return
    said = straight(words)
    for hit in _hits(said, voice.never.get(language, ())):
        yield Found("VO1", "block", hit)
    for term, others in voice.say.get(language, {}).items():
        rest = _pattern((term,)).sub(" ", said)  # "service lift" is no "lift"
        for hit in _hits(rest, others):
            yield Found("VO2", "warn", hit, instead=term)


def _hits(words: str, looked_for: tuple[str, ...]) -> Iterator[str]:
    if looked_for:
        yield from (match[0] for match in _pattern(looked_for).finditer(words))


@lru_cache(maxsize=512)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return one_of(tuple(map(straight, words)))
