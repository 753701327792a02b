"""One decision in the making: the state so far, what is recorded, what is released.

Each rule records events through :meth:`Deciding.record`, which folds them at once, so that the
next rule sees what the last one did. From outside, a decision stays a function of its inputs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NoReturn, Protocol

from crisis.core.commands import Command
from crisis.core.events import Event, EventBody, RefusalOverridden
from crisis.core.evolve import evolve
from crisis.core.incident import Incident
from crisis.core.message import Message, OtherCrisis
from crisis.core.pinned import Pinned
from crisis.core.playbook import Playbook
from crisis.core.prose import TextRef
from crisis.core.register import NoRegister, Register
from crisis.core.report import Openings
from crisis.core.values import Text

RULES_VERSION = 1
"""Raised when a rule answers differently: replay of ``decide`` is exact within one version."""


@dataclass(frozen=True, slots=True)
class Rank:
    """Who is asked together for a role: its holder, a deputy, or the last resort."""

    name: str
    people: tuple[str, ...]
    parts: tuple[str, ...] = ()
    """Where each of them has their place, for a role that each floor, building or site has."""


class Others(Protocol):
    """What is known of other incidents, as they stand in the same transaction."""

    def incident(self, incident_id: str) -> Incident | None:
        """One of them; None where there is none of that name."""

    def holding(self, prefix: str) -> Sequence[Incident]:
        """Those that hold a correlation key that begins so, the oldest first."""


class NoOthers:
    """There is no other incident."""

    def incident(self, incident_id: str) -> Incident | None:
        """None."""
        del incident_id
        return None

    def holding(self, prefix: str) -> Sequence[Incident]:
        """None of them."""
        del prefix
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the rules may not look up themselves. They say *what* is owed, never *whether*."""

    config_version: int = 0
    open_incident: str | None = None
    """For a report: the open incident that holds its correlation key."""
    openings: Openings = field(default_factory=dict)
    """For a report: what opens each playbook."""
    others: Others = field(default_factory=NoOthers)
    """Other incidents, where a rule asks for one."""
    candidates: Mapping[str, tuple[Rank, ...]] = field(default_factory=dict)
    """Role -> who may hold it, in the order in which they are asked."""
    words: Callable[[Message], Mapping[str, TextRef]] = lambda _message: {}
    """Message -> language -> the words prepared for it; the same message has the same words."""
    text: Callable[[str], Mapping[str, str]] = lambda _id: {}
    """The id of a text -> language -> words (or ``text``, ``short`` of a message); ``""`` where the
    language is not known. Nothing for one that is not there, or was erased."""
    register: Register = field(default_factory=NoRegister)
    """Who has said what: asked a question, answered a roll-call."""
    playbook_digest: Callable[[str], str] = lambda _name: ""
    """Playbook -> the digest of its newest version; empty where there is none of that name."""
    followed: Pinned | None = None
    """For another playbook: the one that was followed so far."""
    beside: Callable[[], tuple[OtherCrisis, ...]] = tuple
    """The other crises that are open, for a brief to name them."""
    head: str = ""
    """Chain head of the incident's journal, which a brief prints."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why not, and what to do instead, for a person at 3 a.m."""

    rule: str
    words: Text
    overridable: bool = False
    """Whether a person may set it aside by name, with a reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The answer to a command: events, or a refusal with its reason."""

    accepted: bool
    refusal: Refusal | None = None
    events: tuple[Event, ...] = ()
    messages: tuple[Message, ...] = ()
    follow: tuple[Command, ...] = ()
    """Commands to other streams that these events call for: handled in the same transaction."""
    incident: Incident | None = None


class Refused(Exception):  # noqa: N818 - an answer, not an error
    """Carries a refusal out of a rule."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.rule)
        self.refusal = refusal


class Deciding:
    """The working copy that the rules of one decision share."""

    def __init__(
        self,
        incident: Incident | None,
        command: Command,
        pinned: Pinned,
        facts: Facts,
        now: datetime,
    ) -> None:
        self.command = command
        self.pinned = pinned
        self.facts = facts
        self.now = max(now, incident.last_at) if incident else now
        self.events: list[Event] = []
        self.messages: list[Message] = []
        self.follow: list[Command] = []
        self._incident = incident
        self._playbook: Playbook | None = None

    @property
    def incident(self) -> Incident:
        """The state as it stands now, within this decision."""
        if self._incident is None:
            msg = "there is no incident yet"
            raise LookupError(msg)
        return self._incident

    @property
    def playbook(self) -> Playbook:
        """The playbook in force: base and layers, worked out after every event."""
        if self._playbook is None:
            self._playbook = self.pinned.in_force(self.incident.situation)
        return self._playbook

    def record(self, body: EventBody, *, rule: str, pointer: str = "") -> None:
        """Add an event and fold it."""
        event = Event(
            seq=self._incident.seq + 1 if self._incident else 1,
            at=self.now,
            body=body,
            actor=self._actor(),
            happened_at=self.command.happened_at,
            rule=rule,
            pointer=pointer,
        )
        self.events.append(event)
        self._incident = evolve(self._incident, event)
        self._playbook = None

    def refuse(self, rule: str, fr: str, en: str) -> NoReturn:
        """Answer no: nothing of this decision stands."""
        raise Refused(Refusal(rule=rule, words=Text({"fr": fr, "en": en})))

    def object(self, rule: str, fr: str, en: str) -> None:
        """Answer no, unless a person sets that aside by name and with a reason."""
        reason = self.command.override
        if reason is None or self.command.actor.person is None:
            raise Refused(Refusal(rule=rule, words=Text({"fr": fr, "en": en}), overridable=True))
        self.record(RefusalOverridden(rule=rule, reason=reason), rule=rule)

    def decided(self) -> Decision:
        """Close: what was recorded and released."""
        return Decision(
            accepted=True,
            events=tuple(self.events),
            messages=tuple(self.messages),
            follow=tuple(self.follow),
            incident=self._incident,
        )

    def _actor(self) -> str:
        actor = self.command.actor
        proxy = f" for person:{actor.for_person}" if actor.for_person else ""
        return f"{actor.kind}:{actor.id}{proxy}"
