"""A past crisis as its chronicle tells it, played again as if the product had run it.

A chronicle is the times at which people said something, and what state they said it was in: no
more is needed to ask what they would have been told meanwhile. Nothing is made up for them: a
person of the replay records one new fact and speaks at each of those times, and at no other. All
that comes out besides is the product's: what it said by itself, and whom it asked.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from crisis.core import events as e
from crisis.core.message import TO_AUDIENCES
from crisis.proof.scenario import Story

OVER = frozenset({"resolved", "completed"})
"""The states that end a chronicle: everything is as before."""
ACCEPTS_AFTER = timedelta(minutes=2)
"""Whoever is asked accepts so soon: the replay is about words, not about finding people."""

FOUND = "A person has recorded what they found."
EXPECTED = "What is expected of it is recorded beside it."
WHY = "The chronicle says so."


@dataclass(frozen=True, slots=True, kw_only=True)
class Chronicle:
    """When people spoke, and of which state."""

    name: str
    severity: str
    began_at: datetime
    words: tuple[tuple[int, str], ...]
    """(minutes since it began, state), in order."""

    @property
    def longest_silence(self) -> timedelta:
        """The longest time in which nobody said anything."""
        minutes = [minute for minute, _ in self.words]
        gaps = (after - before for before, after in itertools.pairwise(minutes))
        return timedelta(minutes=max(gaps, default=0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A word to one audience, or a call to those who should speak."""

    minute: int
    kind: str
    by: Literal["people", "product"]
    new: bool = False
    """Whether it tells a measure or a result that these people had not been told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What one audience would have heard, and what was asked of those who lead."""

    chronicle: Chronicle
    audience: str
    every: timedelta
    """How often they are promised a word at this severity."""
    said: tuple[Said, ...]
    asked: tuple[int, ...]
    """The minutes at which the lead was asked for the next word, while there was time."""
    escalated: tuple[int, ...]
    """The minutes at which silence was told to those above."""

    @property
    def holding(self) -> tuple[int, ...]:
        """The minutes of the holding statements that filled a silence."""
        return tuple(one.minute for one in self.said if one.kind == "holding")

    @property
    def share_new(self) -> float:
        """The share of the words that tell a new measure or result; 0 to 1."""
        return sum(one.new for one in self.said) / len(self.said)

    @property
    def longest_silence(self) -> timedelta:
        """The longest time between two words to these people."""
        minutes = [one.minute for one in self.said]
        gaps = (after - before for before, after in itertools.pairwise(minutes))
        return timedelta(minutes=max(gaps, default=0))


def read(raw: Mapping[str, Any]) -> Chronicle:
    """Read a chronicle as JSON has it. KeyError and ValueError where it is none."""
    return Chronicle(
        name=raw["name"],
        severity=raw["severity"],
        began_at=datetime.fromisoformat(raw["began_at"]),
        words=tuple((int(minute), str(state)) for minute, state in raw["words"]),
    )


async def replay(story: Story, chronicle: Chronicle, *, kind: str, building: str) -> Replay:
    """Play it in a story that begins when it began; answers what the audience told most heard.

    ``kind`` is the kind of the report that opens it, at ``building`` of the story's site.
    """
    began = story.clock.now()
    await story.then.report(kind, building=building, severity=chronicle.severity)
    for number, (minute, state) in enumerate(chronicle.words):
        at = began + timedelta(minutes=minute)
        if story.clock.now() < began + ACCEPTS_AFTER <= at:
            await story.at(began + ACCEPTS_AFTER).accept_all()
        if state in OVER:
            await _somebody(story, at)
            await story.at(at).declare("normal", override=WHY)
        elif number:
            await _somebody(story, at)
            moment = story.at(at)
            await moment.measure(FOUND, result=EXPECTED)
            if not _told_at(story, at):
                await moment.says()
    return _replay(story, chronicle, began)


async def _somebody(story: Story, at: datetime) -> None:
    """Somebody leads by the time at which the chronicle has somebody speak."""
    if story.incident.lead is None:
        await story.at(at).accept_all()


def _told_at(story: Story, at: datetime) -> bool:
    """Whether what was just recorded has left already: a late word leaves by itself."""
    return any(
        event.at >= at and event.body.kind == "update"
        for event in story.happened(e.MessageReleased)
        if isinstance(event.body, e.MessageReleased)
    )


def _replay(story: Story, chronicle: Chronicle, began: datetime) -> Replay:
    heard: dict[str, list[Said]] = {}
    told: dict[str, set[str]] = {}
    for event in story.happened(e.MessageReleased):
        body = event.body
        if not isinstance(body, e.MessageReleased) or body.kind not in TO_AUDIENCES:
            continue
        audience = str(body.audience)
        before = told.setdefault(audience, set())
        said = Said(
            minute=_minute(event.at, began),
            kind=body.kind,
            by="product" if body.automatic else "people",
            new=not before.issuperset(body.measures),
        )
        before.update(body.measures)
        heard.setdefault(audience, []).append(said)
    audience = max(heard, key=lambda name: (len(heard[name]), name))
    return Replay(
        chronicle=chronicle,
        audience=audience,
        every=_every(story, audience, chronicle.severity),
        said=tuple(heard[audience]),
        asked=tuple(dict.fromkeys(_minutes(story, began, e.UpdateAsked, audience))),
        escalated=tuple(_minutes(story, began, e.SilenceEscalated, audience)),
    )


def _minute(at: datetime, began: datetime) -> int:
    return int((at - began).total_seconds() // 60)


def _minutes(story: Story, began: datetime, kind: Any, audience: str) -> Iterator[int]:
    for event in story.happened(kind):
        of = getattr(event.body, "audience", None)
        if of in {None, audience}:
            yield _minute(event.at, began)


def _every(story: Story, audience: str, severity: str) -> timedelta:
    pinned = story.runtime.pinned(story.incident_id)
    if pinned is None:
        raise LookupError(story.incident_id)
    playbook = pinned.in_force(story.incident.situation)
    every = pinned.update_every(playbook, audience, severity, long=False)
    if every is None:
        raise LookupError(f"{audience} is promised no rhythm at {severity}")
    return every.delta
