"""What an incident holds. Little: roles, steps, commitments, tallies, each audience's last word.

Never a row per recipient (that is the ledger), never a list that grows with the timeline. What
events change has no slots: a dictionary is copied at once. Nothing here decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from crisis.core.after import After
from crisis.core.afterwards import Action, Lapse, Review
from crisis.core.asked import Questions
from crisis.core.commands import Stage
from crisis.core.cost import Cost
from crisis.core.draft import Draft
from crisis.core.errand import Errand
from crisis.core.legal import ClockState
from crisis.core.life import Hushed, Related, Turn
from crisis.core.prose import TextRef
from crisis.core.roll import RollCall
from crisis.core.sheets import Sheet
from crisis.core.window import Works

PHASES = ("expected", "open", "safe", "worked_around", "normal")
"""The order of the phases; closed and cancelled come after any."""

OVER = frozenset({"normal", "closed", "cancelled"})
"""The phases in which nothing more is said to audiences."""
UNDO, COUNTERPART = ".undo", ".counterpart"
"""What a step or a broken engagement leaves to be done, as a step of its own: ``NAME.undo``."""

WATCHED = frozenset({"lasting", "unconfirmed", "muted"})
"""Why nothing at all is asked of anybody yet: it may be nothing."""

REMEMBERED = 40
"""How many measures, lapses and situations are kept in mind; the journal keeps all of them."""
ASKED_IN = 8
"""How many of the messages that ask for one choice are kept in mind."""


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One person is asked to take some roles."""

    person: str
    roles: tuple[str, ...]
    ranks: tuple[str, ...]
    made_at: datetime
    accept_by: datetime
    parts: Mapping[str, str] = field(default_factory=dict)
    """Role -> the floor, building or site that it is for, where each has its own."""
    state: Literal["open", "accepted", "declined", "lapsed", "withdrawn"] = "open"


@dataclass(frozen=True, kw_only=True)
class RoleState:
    """How far the search for those who hold a role has come."""

    holders: Mapping[str, datetime] = field(default_factory=dict)
    """Who holds it, since when; whoever has held it longest comes first."""
    parts: Mapping[str, str] = field(default_factory=dict)
    """Person -> the floor, building or site that they hold it for, where each has its own."""
    asked: tuple[str, ...] = ()
    """Ranks that were asked: ``holder``, ``deputy-1`` …, ``last-resort``."""
    unfilled: bool = False
    relief_at: datetime | None = None
    """Since when somebody is looked for who takes over from the holder."""
    relief_missing: int = 0
    """How often it was told that nobody takes over."""
    relief_missing_at: datetime | None = None

    @property
    def holder(self) -> str | None:
        """The person who holds it, of several whoever has held it longest."""
        return next(iter(self.holders), None)

    @property
    def since(self) -> datetime | None:
        """Since when."""
        return next(iter(self.holders.values()), None)


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
    """The last word about it: an answer, a choice, or when the contractor comes or came."""
    was: str | None = None
    """The answer of a person that a later one has replaced."""
    was_seq: int = 0
    """The event that had given it: whoever was told after that was told wrong."""
    escalations: int = 0
    escalated_at: datetime | None = None
    """Since when it counts again: each wait is twice the one before."""
    passed_to: str | None = None
    request: int = 0
    """The number of the request to decide it; 0 while nobody was asked."""
    asked_in: tuple[str, ...] = ()
    """The latest messages that asked for the choice: each leads to its page."""
    asked_soon: bool = False
    """Whether those who may choose were reminded."""
    backed: Mapping[str, str] = field(default_factory=dict)
    """Who of those who must choose the same has chosen what."""
    chosen_by: str | None = None
    cost: Cost | None = None
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
    """The next word, the end of works, or something promised; an engagement has a counterpart."""

    audience: str
    kind: Literal["update", "promise", "engagement", "end"]
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
    by: str | None = None
    """Who owes it, where it is not whoever made it: a role, ``directorate``, a ``call`` step."""
    person: str | None = None
    """The person to whom it was promised, where it is not an audience."""


@dataclass(frozen=True, kw_only=True)
class Broken:
    """A promise to an audience that was not kept, and what is done instead: they are told both."""

    audience: str
    due_at: datetime
    seq: int
    """The event that broke it: whoever was told after that knows."""
    step: str | None = None
    words: TextRef | None = None
    end: bool = False
    """Whether it was the announced end of works."""
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
    """Since when people are reported in danger after it was safe, and nobody has answered that."""
    hours_until: datetime | None = None
    down: Mapping[str, datetime] = field(default_factory=dict)
    """What media need and has failed (the plan's ``can_fail``), since when."""
    cut_at: datetime | None = None
    """Since when something or other has failed without a break: one failure may follow another."""
    hushed: Hushed | None = None
    """While it is recorded and not yet loud."""
    opened_by: str = ""
    """Who opened it, as the record names actors: ``source:NAME``."""
    related: Mapping[str, Related] = field(default_factory=dict)
    """Other incidents that have to do with this one."""
    taken: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Audience -> first words it had in incidents that were taken over: our end ends them too."""
    joining: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The same, of those who have not been told yet that it is followed here."""
    severities: tuple[str, ...] = ()
    """Every severity that it has had: a review looks at the gravest."""
    situations: tuple[Turn, ...] = ()
    """How the situation changed: the newest last."""
    raised: tuple[str, ...] = ()
    """Rules of the playbook that are spent: each raises once, and none against a person."""
    phase: str = "open"
    works: Works | None = None
    """The announced works, where it is about some."""
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
    relieved: Mapping[str, datetime] = field(default_factory=dict)
    """Who has been relieved, and when: they rest."""
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
    drafts: Mapping[str, Draft] = field(default_factory=dict)
    """Audience -> the message to it that waits for an approval: one at most."""
    held: Mapping[str, Held] = field(default_factory=dict)
    """Audiences outside whose word waits for the directorate's (G6)."""
    commitments: Mapping[str, Commitment] = field(default_factory=dict)
    broken: Mapping[str, Broken] = field(default_factory=dict)
    """What was promised to audiences, other than a next word, and was not kept."""
    tallies: Mapping[str, int] = field(default_factory=dict)
    """Commitments made, renewed, kept_by_update, kept_by_holding, kept_by_deed, late, broken."""
    requests: int = 0
    """How many decisions were asked for."""
    briefs: int = 0
    last_brief_at: datetime | None = None
    next_brief_at: datetime | None = None
    brief_seq: int = 0
    brief_id: str | None = None
    """The last brief: whoever carries an older one tells the directorate nothing newer."""
    lapses: tuple[Lapse, ...] = ()
    errands: Mapping[str, Errand] = field(default_factory=dict)
    """Audience (or PEOPLE) -> what somebody has to carry to those whom no medium reaches."""
    replaced: Mapping[str, Errand] = field(default_factory=dict)
    """Those that the newest word has replaced: who was asked to carry them is not asked anew."""
    sheets: Mapping[str, Sheet] = field(default_factory=dict)
    """What hangs on notice boards: ``PLACE/AUDIENCE`` -> the sheet."""
    review: Review | None = None
    actions: Mapping[str, Action] = field(default_factory=dict)
    closed_at: datetime | None = None
    questions: Questions = field(default_factory=Questions)
    """What people have asked."""
    after: After = field(default_factory=After)
    roll_calls: Mapping[str, RollCall] = field(default_factory=dict)
    clocks: Mapping[str, ClockState] = field(default_factory=dict)
    """The legal clocks that run, by step."""

    @property
    def lead(self) -> str | None:
        """The person who leads, once somebody has accepted."""
        state = self.roles.get("lead")
        return state.holder if state else None

    @property
    def watched(self) -> bool:
        """Whether it is recorded only: nothing has opened, and nobody is asked for anything."""
        return self.hushed is not None and self.hushed.why in WATCHED

    @property
    def merged(self) -> bool:
        """Whether another incident has taken this one over: its audiences are told there."""
        return any(known.how == "into" for known in self.related.values())

    @property
    def followed_in(self) -> str | None:
        """The incident that has taken this one over, and is not closed itself."""
        for other, known in self.related.items():
            if known.how == "into" and known.phase not in {"closed", "cancelled"}:
                return other
        return None

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
        return tuple(name for name, state in self.roles.items() if person in state.holders)


def _situation(incident: Incident) -> dict[str, str]:
    seen = {name: state.value for name, state in incident.steps.items() if state.value is not None}
    return seen | {
        "severity": incident.severity,
        "site": incident.site,
        "hours": incident.hours,
        "danger": incident.danger,
        "down": " ".join(sorted(incident.down)) or "nothing",
    }


_LAST: list[tuple[Incident | None, Mapping[str, str]]] = [(None, {})]
"""The situation that was asked for last: one decision asks for the same one a hundred times."""
