"""The rules over a person's words, or a playbook's, in one language: each a small function.

``TN`` tone (E2), ``FU`` follow-up (E4), ``RD`` clarity, ``CT`` content, ``PR`` what would do harm.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from crisis.core.wording.finding import Severity
from crisis.core.wording.lexicon import found, holds, sentences, straight, words_of

LONGEST_SENTENCE = 20
"""Words of a sentence that people under stress still read at once."""
LOUD = 0.2
"""Share of capitals above which words shout."""
TWO, SEVERAL = 2, 3

_CLOCK = re.compile(r"\b\d{1,2}\s?[h:]\s?\d{0,2}\b")
_DELAY = re.compile(
    r"\b(?:dans|d'ici|in|within)\s+\d+\s?(?:min\w*|mn|h\b|heures?|hours?|jours?|days?)",
    re.IGNORECASE,
)
_AROUND_THE_CLOCK = re.compile(r"\b(?:24\s?h?\s?/\s?24\s?h?|7\s?/\s?7|24\s?/\s?7)\b")
_SLASHED = re.compile(r"\b(?:0?[1-9]|[12]\d|3[01])/(?:0?[1-9]|[12]\d|3[01])(?:/\d{2,4})?\b")
_HALF_DAY = re.compile(r"\b\d{1,2}(?:[:.]\d{2})?\s?[ap]\.?m\b\.?", re.IGNORECASE)
_CAPITALS = re.compile(r"\b[^\W\d_a-zà-öø-ÿ]{5,}\b")
_EXCLAIMED = re.compile(r"!")
_SHOUTED = re.compile(r"[!?]\s?!|!\s?\?")
_ADDRESS = re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b|\bCVE-\d{4}-\d+\b", re.IGNORECASE)
_REACHED = re.compile(r"\d{3}|@|https?://|(?:\d\d[ .]){3}")
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_LETTERLIKE = "\u2100"
"""Signs before it (the degree, the copyright) are no pictograms."""


class Found(NamedTuple):
    """One hit: the rule, how grave, and the word or number found."""

    rule: str
    severity: Severity
    found: str = ""
    instead: str = ""
    """What to say in its place, where that is known word for word."""


Rule = Callable[[str, str], Iterator[Found]]


def fever(words: str, language: str) -> Iterator[Found]:
    """TN3: nothing lets feverishness show."""
    yield from (Found("TN3", "block", hit) for hit in found(words, language, "fever"))


def blame(words: str, language: str) -> Iterator[Found]:
    """TN2: nobody is blamed before the review."""
    yield from (Found("TN2", "block", hit) for hit in found(words, language, "blame"))


def guess(words: str, language: str) -> Iterator[Found]:
    """TN1: no guessing; of a cause, least of all."""
    for sentence in sentences(words):
        of_a_cause = holds(sentence, language, "cause")
        for hit in found(sentence, language, "speculation"):
            yield Found("TN1", "block" if of_a_cause else "warn", hit)


def exclaimed(words: str, _language: str) -> Iterator[Found]:
    """TN4: no exclamation mark; two shout."""
    count = len(_EXCLAIMED.findall(words))
    if count:
        loud = count >= TWO or _SHOUTED.search(words) is not None
        yield Found("TN4", "block" if loud else "warn", "!" * min(count, SEVERAL))


def shouted(words: str, language: str) -> Iterator[Found]:
    """TN5: capitals for one word of action at most."""
    allowed = words_of(language).get("shouted", ())
    hits = [hit for hit in _CAPITALS.findall(words) if hit not in allowed]
    letters = [one for one in words if one.isalpha()]
    share = sum(one.isupper() for one in letters) / len(letters) if letters else 0
    if hits:
        loud = len(hits) >= SEVERAL or (share > LOUD and len(letters) > LONGEST_SENTENCE)
        yield Found("TN5", "block" if loud else "warn", " ".join(hits[:SEVERAL]))


def minimised(words: str, language: str) -> Iterator[Found]:
    """TN6: nothing is played down."""
    yield from (Found("TN6", "warn", hit) for hit in found(words, language, "minimise"))


def assured(words: str, language: str) -> Iterator[Found]:
    """TN7: no assurance without its ground; of health, safety or data, never."""
    for sentence in sentences(words):
        for hit in found(sentence, language, "absolute"):
            rest = straight(sentence).replace(hit, " ")
            grave = holds(rest, language, "guarded")
            yield Found("TN7", "block" if grave else "warn", hit)


def hollow(words: str, language: str) -> Iterator[Found]:
    """TN8: no formula in the place of something said."""
    yield from (Found("TN8", "warn", hit) for hit in found(words, language, "hollow"))


def pictured(words: str, _language: str) -> Iterator[Found]:
    """TN9: no pictograms: they are read in as many ways as there are readers."""
    hits = [one for one in words if unicodedata.category(one) == "So" and one > _LETTERLIKE]
    if hits:
        yield Found("TN9", "warn", "".join(hits[:SEVERAL]))


def hedged(words: str, language: str) -> Iterator[Found]:
    """TN10: at most one hedge in a sentence."""
    for sentence in sentences(words):
        hits = list(found(sentence, language, "hedge"))
        if len(hits) >= TWO:
            yield Found("TN10", "warn", " ".join(hits))


def undated_promise(words: str, language: str) -> Iterator[Found]:
    """FU3: a promise has a clock time."""
    for sentence in sentences(words):
        if _CLOCK.search(sentence) or "{next_update_at}" in sentence:
            continue
        yield from (Found("FU3", "warn", hit) for hit in found(sentence, language, "relative"))
        yield from (Found("FU3", "warn", hit) for hit in _DELAY.findall(straight(sentence)))


def recovery_promised(words: str, language: str) -> Iterator[Found]:
    """FU4: an update time is promised, never a recovery time; what is past is no promise."""
    for sentence in sentences(words):
        times = _CLOCK.findall(sentence)
        future = re.search(_FUTURE[language], sentence, re.IGNORECASE)
        if (times or _DELAY.search(sentence)) and future:
            hits = found(sentence, language, "recovery")
            yield from (Found("FU4", "block", hit) for hit in hits)


_FUTURE = {
    "fr": r"\b(?:sera|seront|va|vont|fonctionnera|rouvrira|rouvriront|avant|vers|d'ici|prévue?)\b",
    "en": r"\b(?:will|by|going to|expected|should|within)\b|'ll\b",
}


def vague_time(words: str, language: str) -> Iterator[Found]:
    """RD5: a time is a clock time."""
    for sentence in sentences(words):
        if not _CLOCK.search(sentence) and not _PLACEHOLDER.search(sentence):
            hits = found(sentence, language, "vague_time")
            yield from (Found("RD5", "warn", hit) for hit in hits)


def two_readings(words: str, _language: str) -> Iterator[Found]:
    """RD6: no date and no time that can be read in two ways."""
    plain = _AROUND_THE_CLOCK.sub(" ", words)
    for looked_for in (_SLASHED, _HALF_DAY):
        yield from (Found("RD6", "block", hit[0].strip()) for hit in looked_for.finditer(plain))


def long_sentence(words: str, _language: str) -> Iterator[Found]:
    """RD1: at most twenty words a sentence; a placeholder counts as one."""
    for sentence in sentences(_PLACEHOLDER.sub("x", words)):
        count = sum(any(map(str.isalnum, word)) for word in sentence.split())
        if count > LONGEST_SENTENCE:
            yield Found("RD1", "warn", str(count))


def jargon(words: str, language: str) -> Iterator[Found]:
    """RD3: no word that only some readers know."""
    yield from (Found("RD3", "warn", hit) for hit in found(words, language, "jargon"))


def contactless(words: str, language: str) -> Iterator[Found]:
    """CT8: who says "contact us" says how."""
    for sentence in sentences(words):
        if not _REACHED.search(sentence) and not _PLACEHOLDER.search(sentence):
            hits = found(sentence, language, "contactless")
            yield from (Found("CT8", "warn", hit) for hit in hits)


def exploitable(words: str, _language: str) -> Iterator[Found]:
    """PR2: no address and no reference that helps an attacker."""
    yield from (Found("PR2", "block", hit[0]) for hit in _ADDRESS.finditer(words))


TONE: tuple[Rule, ...] = (
    fever, blame, guess, exclaimed, shouted, minimised, assured, hollow, pictured, hedged,
)  # fmt: skip
TIME: tuple[Rule, ...] = (undated_promise, recovery_promised, vague_time, two_readings)
CLARITY: tuple[Rule, ...] = (long_sentence, jargon, contactless, exploitable)
RULES: tuple[Rule, ...] = (*TONE, *TIME, *CLARITY)
"""Every rule over words in one language."""


@lru_cache(maxsize=4096)  # a playbook's texts come back with every combination of layers
def looked_at(words: str, language: str) -> tuple[Found, ...]:
    """Everything that these rules find in words of one language; nothing in a third language."""
    if language not in _FUTURE:
        return ()
    hits = (hit for rule in RULES for hit in rule(words, language))
    return tuple(dict.fromkeys(hits))


def measure_only_follows(words: str, language: str) -> bool:
    """CT5: whether these words only say that somebody looks, and name nothing that was done."""
    return holds(words, language, "following") and not holds(words, language, "acting")


def names_nothing(event: str, language: str) -> bool:
    """CT1: whether the name of the event says only that something is wrong."""
    plain = straight(event).strip().casefold()
    for article in ("un ", "une ", "an ", "a ", "the ", "le ", "l'"):
        plain = plain.removeprefix(article)
    return plain in words_of(language).get("nameless", ())
