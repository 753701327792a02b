"""What an incident holds. Little: roles, steps, commitments, tallies, each audience's last word.

Never a row per recipient (that is the ledger) and never a list that grows with the timeline, so
that one decision costs the same on the first hour and on the tenth day. What events change has no
slots: every event makes a changed copy, and a dictionary is copied at once. Nothing here decides:
see :mod:`crisis.core.evolve` for the fold and :mod:`crisis.core.decide` for the rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from crisis.core.commands import Stage
from crisis.core.prose import TextRef

PHASES = ("open", "safe", "worked_around", "normal")
"""The order of the phases; closed and cancelled come after any."""

OVER = frozenset({"normal", "closed", "cancelled"})
"""The phases in which nothing more is said to audiences."""
UNDO, COUNTERPART = ".undo", ".counterpart"
"""What a step or a broken engagement leaves to be done, as a step of its own: ``NAME.undo``."""

REMEMBERED = 40
"""How many measures, lapses and situations are kept in mind; the journal keeps all of them."""


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One person is asked to take some roles."""

    person: str
    roles: tuple[str, ...]
    ranks: tuple[str, ...]
    made_at: datetime
    accept_by: datetime
    state: Literal["open", "accepted", "declined", "lapsed", "withdrawn"] = "open"


@dataclass(frozen=True, kw_only=True)
class RoleState:
    """How far the search for a holder has come."""

    holder: str | None = None
    since: datetime | None = None
    asked: tuple[str, ...] = ()
    """Ranks that were asked: ``holder``, ``deputy-1`` …, ``last-resort``."""
    unfilled: bool = False


@dataclass(frozen=True, kw_only=True)
class StepState:
    """Where a step stands."""

    ready_at: datetime
    state: Literal["ready", "done", "moot"] = "ready"
    done_at: datetime | None = None
    value: str | None = None
    """The answer or the choice."""
    assumed: bool = False
    said_seq: int = 0
    """The last word of a person about it: an answer, or when the contractor comes or came."""
    was: str | None = None
    """The answer of a person that a later one has replaced."""
    was_seq: int = 0
    """The event that had given it: whoever was told after that was told wrong."""
    escalations: int = 0
    escalated_at: datetime | None = None
    """Since when it counts again: each wait is twice the one before."""
    passed_to: str | None = None
    stage: Stage | None = None
    eta_at: datetime | None = None
    arrived_at: datetime | None = None
    told_at: datetime | None = None
    """Since when its measure is true: done, or the contractor called."""
    told_seq: int = 0
    """The event that made it true."""
    words: TextRef | None = None
    """What a person promised in case a promise breaks; the playbook's words stand there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A measure beyond the playbook's."""

    id: str
    seq: int
    measure: TextRef
    expected_result: TextRef | None
    at: datetime
    inside_only: bool


@dataclass(frozen=True, kw_only=True)
class Commitment:
    """The next word by a time, or something promised; with a counterpart it is an engagement."""

    audience: str
    kind: Literal["update", "promise", "engagement"]
    made_at: datetime
    due_at: datetime
    state: Literal["open", "answered", "late"] = "open"
    how: Literal["update", "holding"] | None = None
    message_id: str | None = None
    asked: bool = False
    left_to_people: bool = False
    seq: int = 0
    """The event that made it."""
    step: str | None = None
    words: TextRef | None = None
    counterpart: TextRef | None = None


@dataclass(frozen=True, kw_only=True)
class Broken:
    """A promise to an audience that was not kept, and what is done instead: they are told both."""

    audience: str
    due_at: datetime
    seq: int
    """The event that broke it: whoever was told after that knows."""
    step: str | None = None
    words: TextRef | None = None
    owed: str | None = None
    """What does what was promised in that case, as a step (``NAME.counterpart``)."""
    counterpart: TextRef | None = None
    done_at: datetime | None = None
    done_seq: int = 0
    """The event by which that was done."""


@dataclass(frozen=True, kw_only=True)
class AudienceState:
    """What an audience has been told."""

    first_message_id: str
    last_message_id: str
    last_at: datetime
    told_seq: int
    """Everything up to this event has been told to them."""
    phase: str
    messages: int = 1
    """How many since it began, or began again: some audiences have enough after a few."""
    told: int = 1
    """How many in all: the number that the last one had for its readers."""
    holdings: int = 0
    """Holding statements in a row."""
    promise: str | None = None
    """The commitment that names the next word's time."""
    broken_at: datetime | None = None
    """Since when a promise to them is broken and nobody has spoken."""
    owed_since: datetime | None = None
    """The time that was promised and passed without a word: lateness is counted from it."""
    escalations: int = 0
    escalated_at: datetime | None = None
    severity: str = ""
    """The severity at the last word: a graver one may want a quicker rhythm, or wake people."""
    speech: str = ""
    """Marks of impact and instruction as last told: when they change, that is material."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A word to people outside that waits for the directorate's, and until when at most."""

    until: datetime
    words: TextRef | None = None
    """A person's own words, if that is what waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsent:
    """A message that was released and whose sending is not yet known."""

    audience: str | None
    kind: str
    seq: int
    released_at: datetime
    offer_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapse:
    """Something that went less than well: what the review starts from."""

    reason: str
    subject: str
    seq: int
    at: datetime
    """When it was seen: what turns out to have been done before was no lapse."""


@dataclass(frozen=True, kw_only=True)
class Action:
    """An action of the plan that the review leaves."""

    reason: str = ""
    subject: str = ""
    what: TextRef | None = None
    owner: str | None = None
    due_at: datetime | None = None
    proof: TextRef | None = None
    state: Literal["proposed", "agreed", "finished", "verified"] = "proposed"
    reminders: int = 0


@dataclass(frozen=True, kw_only=True)
class Review:
    """The review: whose, and by when."""

    owner: str | None
    opened_at: datetime
    due_at: datetime
    hot_wash_at: datetime | None = None
    hot_wash_asked: bool = False
    held_at: datetime | None = None
    avoidable: str | None = None
    reminders: int = 0
    past: bool = False
    """Whether it has begun again since: another one opens at the new end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The situation from a time on."""

    at: datetime
    situation: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Incident:
    """The state of one incident, folded from its events."""

    id: str
    key: str
    exercise: bool
    kind: str
    playbook: str
    playbook_digest: str
    site: str
    building: str | None
    place: TextRef | None
    by_machine: bool
    observed_at: datetime
    opened_at: datetime
    severity: str
    danger: str
    hours: str
    danger_again_at: datetime | None = None
    """Since when people are reported in danger after normal, and nobody has said if it is so."""
    hours_until: datetime | None = None
    severities: tuple[str, ...] = ()
    """Every severity that it has had: a review looks at the gravest."""
    situations: tuple[Turn, ...] = ()
    """How the situation changed: the newest last."""
    raised: tuple[str, ...] = ()
    """Rules of the playbook that are spent: each raises once, and none against a person."""
    phase: str = "open"
    phases: Mapping[str, datetime] = field(default_factory=dict)
    proposed: tuple[str, ...] = ()
    """Phases whose conditions hold and which a person was asked to declare."""
    overdue: Mapping[str, int] = field(default_factory=dict)
    end_proposed: str | None = None
    seq: int = 0
    last_at: datetime
    change_seq: int = 0
    """The last material change: what the directorate must know before others outside."""
    known_seq: int = 0
    """What the directorate has been sent."""
    waived_seq: int = 0
    """The change for which it could not be reached within its bound."""
    reports: int = 1
    offers: Mapping[str, Offer] = field(default_factory=dict)
    roles: Mapping[str, RoleState] = field(default_factory=dict)
    lead_missing: int = 0
    lead_missing_at: datetime | None = None
    steps: Mapping[str, StepState] = field(default_factory=dict)
    measures: tuple[Measure, ...] = ()
    workaround: TextRef | None = None
    workaround_seq: int = 0
    messages: int = 0
    """How many messages were released: the next one's number less one."""
    unsent: Mapping[str, Unsent] = field(default_factory=dict)
    audiences: Mapping[str, AudienceState] = field(default_factory=dict)
    held: Mapping[str, Held] = field(default_factory=dict)
    """Audiences outside whose word waits for the directorate's (G6)."""
    commitments: Mapping[str, Commitment] = field(default_factory=dict)
    broken: Mapping[str, Broken] = field(default_factory=dict)
    """What was promised to audiences, other than a next word, and was not kept."""
    tallies: Mapping[str, int] = field(default_factory=dict)
    """Commitments made, kept_by_update, kept_by_holding, kept_by_deed, late, broken."""
    briefs: int = 0
    last_brief_at: datetime | None = None
    next_brief_at: datetime | None = None
    brief_seq: int = 0
    lapses: tuple[Lapse, ...] = ()
    review: Review | None = None
    actions: Mapping[str, Action] = field(default_factory=dict)
    closed_at: datetime | None = None

    @property
    def lead(self) -> str | None:
        """The person who leads, once somebody has accepted."""
        state = self.roles.get("lead")
        return state.holder if state else None

    @property
    def over(self) -> bool:
        """Whether nothing more is said to audiences."""
        return self.phase in OVER

    @property
    def situation(self) -> Mapping[str, str]:
        """What a playbook's ``when`` may look at."""
        of, seen = _LAST[0]
        if of is not self:
            seen = _situation(self)
            _LAST[0] = self, seen
        return seen

    def roles_of(self, person: str) -> tuple[str, ...]:
        """The roles that a person holds."""
        return tuple(name for name, state in self.roles.items() if state.holder == person)


def _situation(incident: Incident) -> dict[str, str]:
    seen = {name: state.value for name, state in incident.steps.items() if state.value is not None}
    return seen | {
        "severity": incident.severity,
        "site": incident.site,
        "hours": incident.hours,
        "danger": incident.danger,
        "down": "nothing",
    }


_LAST: list[tuple[Incident | None, Mapping[str, str]]] = [(None, {})]
"""The situation that was asked for last: one decision asks for the same one a hundred times."""
