"""The rules over a typed message: they look at its fields, so they are exact (ID, CT, FU)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from crisis.core.message import TO_AUDIENCES, Message
from crisis.core.values import Text
from crisis.core.wording.finding import Finding
from crisis.core.wording.words import measure_only_follows, names_nothing

SOONEST = timedelta(minutes=1)
"""A time that is nearer than this is past when it is read."""
OVER = frozenset({"normal", "cancelled", "closed"})
_FIRST_OF_ALL = frozenset({"alert"})


def typed(message: Message) -> Iterator[Finding]:
    """Everything that the fields of a message to an audience lack."""
    if message.kind in TO_AUDIENCES:
        for rule in RULES:
            yield from rule(message)


def who_speaks(message: Message) -> Iterator[Finding]:
    """ID1: a person, or a function that answers."""
    if not (message.speaker or message.speaker_function):
        yield Finding(rule="ID1", severity="block", at="/speaker")


def event_named(message: Message) -> Iterator[Finding]:
    """CT1: the event has a name, and is not "an incident"."""
    for language, words in message.event.items():
        if names_nothing(words, language):
            at = f"/event/{language}"
            yield Finding(rule="CT1", severity="block", at=at, found=words)


def impact(message: Message) -> Iterator[Finding]:
    """CT4: what it changes for these readers; after the end nothing does."""
    if message.impact is None and message.phase not in OVER:
        yield Finding(rule="CT4", severity="block", at="/impact")


def measures(message: Message) -> Iterator[Finding]:
    """CT5, CT6: a measure that was taken, and the result expected of it."""
    if message.kind in {"end", "holding", "correction"}:
        return
    if not message.measures and message.own_words is None:
        yield Finding(rule="CT5", severity="warn", at="/measures")
    for number, told in enumerate(message.measures):
        if told.expected_result is None:
            at = f"/measures/{number}/expected_result"
            yield Finding(rule="CT6", severity="warn", at=at)
        if isinstance(told.words, Text):
            for language, words in told.words.items():
                if measure_only_follows(words, language):
                    at = f"/measures/{number}/words/{language}"
                    yield Finding(rule="CT5", severity="warn", at=at)


def unknowns(message: Message) -> Iterator[Finding]:
    """CT9: the first word says what is not known yet."""
    if message.kind in _FIRST_OF_ALL and message.urgency == "immediate" and not message.known:
        yield Finding(rule="CT9", severity="warn", at="/known")


def next_word(message: Message) -> Iterator[Finding]:
    """FU1, FU2: the next word has its time, and that time is to come."""
    if message.phase in OVER or message.last_before_end:
        return
    if message.next_update_at is None:
        yield Finding(rule="FU1", severity="block", at="/next_update_at")
    elif message.next_update_at < message.issued_at + SOONEST:
        yield Finding(rule="FU2", severity="block", at="/next_update_at")


def closing(message: Message) -> Iterator[Finding]:
    """FU8: the end says since when."""
    if message.kind == "end" and message.phase == "normal" and message.over_at is None:
        yield Finding(rule="FU8", severity="block", at="/over_at")


RULES = (who_speaks, event_named, impact, measures, unknowns, next_word, closing)
"""Every rule over the typed message."""
