"""The journal of one incident, read once: who led, what was said to whom, what was promised."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from crisis.core import events as e
from crisis.core.events import Event
from crisis.core.evolve import TURNS, evolve
from crisis.core.incident import OVER, Incident
from crisis.core.message import TO_AUDIENCES
from crisis.core.pinned import Pinned

A = TypeVar("A")
B = TypeVar("B")

DIRECTORATE = "directorate"

DEEDS = (
    e.MeasureRecorded,
    e.WorkaroundRecorded,
    e.StepDone,
    e.StepAnswered,
    e.ChoiceMade,
    e.ContractorReported,
    e.PromiseMade,
    e.SeverityChanged,
    e.PhaseDeclared,
)
"""What a person can do that gives a message something to say."""

_STANDING = (
    e.IncidentDeclared,
    e.IncidentHushed,
    e.MadeLoud,
    e.IncidentCancelled,
    e.IncidentClosed,
    *TURNS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One message to an audience that was sent, in the order of the journal."""

    seq: int
    body: e.MessageReleased
    sent_seq: int
    sent_at: datetime
    persons: bool
    """Whether it says what a person said or did since the word before; else a machine wrote it."""
    severity: str

    @property
    def evidence(self) -> tuple[int, int]:
        """That it was released, and that it was sent."""
        return self.seq, self.sent_seq


@dataclass(frozen=True, slots=True)
class Stand:
    """How an incident stood from an instant on."""

    since: datetime
    incident: Incident


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What the five scores are made of."""

    pinned: Pinned
    now: datetime
    events: Sequence[Event]
    declared: Event
    opened_at: datetime
    over: Event | None
    """What ended it for its audiences, unless it has begun again since."""
    states: Sequence[Stand]
    """How it stood from each instant on."""
    words: Mapping[str, Sequence[Word]] = field(default_factory=dict)
    """Audience -> what somebody of it was sent."""
    unheard: Mapping[str, Sequence[Word]] = field(default_factory=dict)
    """Audience -> words that left when nobody belonged to it: said to nobody, they prove nothing.
    """

    @property
    def until(self) -> datetime:
        """When nothing more was owed to audiences; now, while something is."""
        return self.over.at if self.over is not None else self.now

    @property
    def so_far(self) -> timedelta:
        """How long it lasts, or has lasted."""
        return self.until - self.opened_at

    def of(self, kind: type[B]) -> Iterator[tuple[Event, B]]:
        """Give the events of a kind, with their bodies."""
        return ((one, one.body) for one in self.events if isinstance(one.body, kind))

    def either(self, kind: type[A], other: type[B]) -> Iterator[tuple[Event, A | B]]:
        """Give the events of two kinds, with their bodies, as they came."""
        return ((one, one.body) for one in self.events if isinstance(one.body, (kind, other)))

    def first(self, kind: type[B], holds: Callable[[B], bool]) -> tuple[Event, B] | None:
        """Give the first such event."""
        return next(((one, body) for one, body in self.of(kind) if holds(body)), None)

    def all_words(self) -> list[Word]:
        """What was sent to anybody of any audience, in order."""
        return sorted((one for said in self.words.values() for one in said), key=_by_seq)

    @property
    def nobody(self) -> dict[str, Sequence[Word]]:
        """The audiences to which nobody belonged, whenever they were told something."""
        return {
            name: said
            for name, said in self.unheard.items()
            if name not in self.words and name not in self.failed
        }

    @property
    def failed(self) -> frozenset[str]:
        """The audiences that have people, of whom a message reached not one."""
        lost = {body.message_id for _, body in self.of(e.MessageFailed)}
        return frozenset(
            body.audience for _, body in self.of(e.MessageReleased)
            if body.audience is not None and body.message_id in lost
        )  # fmt: skip


def happened(event: Event) -> datetime:
    """When it really happened: what was done on paper is entered later."""
    return event.happened_at or event.at


def read(events: Iterable[Event], pinned: Pinned, now: datetime) -> Reading | None:
    """Read a journal; None where it does not say how it began, or nothing has opened yet."""
    listed = tuple(events)
    declared = next((one for one in listed if isinstance(one.body, e.IncidentDeclared)), None)
    if declared is None:
        return None
    states = _states(listed[listed.index(declared) :])
    if not states:
        return None
    words, unheard = _words(listed, states)
    return Reading(
        pinned=pinned,
        now=max(now, listed[-1].at),
        events=listed,
        declared=declared,
        opened_at=states[0].incident.opened_at,
        over=_over(listed),
        states=states,
        words=words,
        unheard=unheard,
    )


def _states(events: Iterable[Event]) -> list[Stand]:
    """How it stood from each instant on: what is decided at once stands at once."""
    found: list[Stand] = []
    state: Incident | None = None
    for event in events:
        if isinstance(event.body, _STANDING):
            state = evolve(state, event)
            if found and found[-1].since == event.at:
                found.pop()
            if not state.watched:
                found.append(Stand(event.at, state))
    return found


def _over(events: Iterable[Event]) -> Event | None:
    over: Event | None = None
    for event in events:
        match event.body:
            case e.PhaseDeclared(phase=phase):
                over = (over or event) if phase in OVER else None
            case e.IncidentCancelled() | e.IncidentClosed():
                over = over or event
    return over


def _words(events: Sequence[Event], states: Sequence[Stand]) -> tuple[_Said, _Said]:
    """What was sent to somebody, and what to nobody; by audience."""
    sent: dict[str, tuple[int, e.MessageSent]] = {}
    for one in events:
        if isinstance(one.body, e.MessageSent):
            sent.setdefault(one.body.message_id, (one.seq, one.body))
    deeds = [one.seq for one in events if _deed(one)]
    heard: _Said = {}
    unheard: _Said = {}
    for event in events:
        body = event.body
        if not isinstance(body, e.MessageReleased) or body.kind not in TO_AUDIENCES:
            continue
        left = sent.get(body.message_id)
        if body.audience is None or left is None:
            continue
        said = (heard if left[1].tally else unheard).setdefault(body.audience, [])
        since = said[-1].seq if said else 0
        fresh = body.kind not in {"alert", "holding"} and any(since < n < event.seq for n in deeds)
        word = Word(
            seq=event.seq,
            body=body,
            sent_seq=left[0],
            sent_at=left[1].sent_at,
            persons=not body.automatic or fresh,
            severity=[one.incident.severity for one in states if one.since <= event.at][-1],
        )
        said.append(word)
    return heard, unheard


_Said = dict[str, list[Word]]


def _deed(event: Event) -> bool:
    """Whether a person did something that can be told: an answer that silence gave is none."""
    return isinstance(event.body, DEEDS) and event.actor.startswith("person:")


def _by_seq(word: Word) -> int:
    return word.seq
