"""What is stored: the journal, the decision log, prose, messages and the ledger, row by row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

StreamKind = Literal["report", "incident"]
Lane = Literal["now", "soon", "bulk"]
"""Urgency lanes of the ledger: life-safety and role offers, then briefs, then everything else."""

LANES: tuple[Lane, ...] = ("now", "soon", "bulk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One event as it is stored. ``text`` is the stored JSON, over which the chain is computed."""

    stream: StreamKind
    stream_id: str
    seq: int
    at: datetime
    type: str
    version: int
    text: str
    command_id: str
    head: str
    """SHA-256 over the previous head and this event's stored fields: the tamper-evident chain."""
    position: int = 0
    """Place in the whole journal, commit-safe: set by the store, never reused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamRow:
    """Where a stream stands: its version, chain head, snapshot and when to look at it again."""

    stream: StreamKind
    stream_id: str
    version: int
    head: str
    exercise: bool
    config_version: int
    key: str | None = None
    """The correlation key while the incident is open; unique among open incidents."""
    next_due_at: datetime | None = None
    snapshot: str | None = None
    snapshot_schema: int = 0
    snapshot_seq: int = 0
    parked: str | None = None
    """Why nobody may decide on this stream until a person looks (an unknown event, a bug)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRow:
    """One command and its answer: dedup mark, audit, replay input, and the reply to a repeat."""

    command_id: str
    stream: StreamKind
    stream_id: str
    command: str
    """Its JSON, with references to prose, never the prose itself."""
    actor: str
    authority: str
    door: str
    exercise: bool
    at: datetime
    facts: str
    config_version: int
    rules_version: int
    accepted: bool
    answer: str
    """JSON: the refusal with its rule and reason, or what the sender is told."""
    first_seq: int = 0
    last_seq: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRow:
    """Prose apart from the journal. Erasing salt and content leaves the chain whole."""

    id: str
    owner: str
    """The stream it belongs to."""
    salt: str
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow:
    """An approved message, as the dispatcher needs it. ``texts`` is language -> id of its text.

    The text's content is JSON: ``{"subject": …, "text": …, "short": …, "say": …}``.
    """

    id: str
    incident_id: str
    number: int
    kind: str
    audience: str | None
    phase: str
    urgency: str
    life_safety: bool
    exercise: bool
    lane: Lane
    released_at: datetime
    texts: Mapping[str, str]
    sender: str
    """The id of who speaks, a person's or a function's: each reader gets the name."""
    contact: str
    """The id of the function that answers questions."""
    acknowledge: bool = False
    """Whether a person must say "I have it": the ladder goes on until then."""
    expires_at: datetime | None = None
    offer_id: str | None = None
    ends: tuple[str, ...] = ()
    """Messages that this one ends or corrects: it goes to exactly those who were sent them."""
    config_version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FanoutRow:
    """A message on its way to an audience: expanded a thousand at a time from a cursor."""

    message_id: str
    incident_id: str
    audience: str
    directory_version: int
    cursor: str = ""
    finished: bool = False
    closed: bool = False
    """Closed by a correction or an end before it was finished: nobody further gets it."""
    told: bool = False
    """Whether its turning points have gone back to the incident."""
    by_hand: int = 0
    """How often its rows have changed since the first of them came to somebody's hand."""
    by_hand_told: int = 0
    """Up to which of these changes the incident knows how many only a person can tell."""


DeliveryState = Literal[
    "queued", "sending", "sent", "delivered", "acknowledged", "failed", "suppressed", "unknown"
]

DELIVERY_STATES: tuple[DeliveryState, ...] = get_args(DeliveryState)

MAY_HAVE_BEEN_SENT: frozenset[DeliveryState] = frozenset(
    {"sending", "sent", "delivered", "acknowledged", "unknown"}
)
"""Who has to hear the correction or the end of a message (G7): where in doubt, they are told."""

OWN_PAGES = frozenset({"status", "board"})
"""Channels that are pages of the product: always there, nothing to configure."""

ON_THE_PAGE: frozenset[DeliveryState] = frozenset({"sent", "delivered", "acknowledged"})
"""What stands on one of them: what was handed over, and its receipt is durable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    """One recipient's delivery of one message on one medium: the ledger's row.

    ``queued`` waits for its attempt; ``sending`` is claimed, and handed to a connection or about
    to be; ``sent`` was taken by the next hop; ``delivered`` reached the device; ``acknowledged``
    means a person said "I have it"; ``failed`` will not be tried again on this medium;
    ``suppressed`` was never tried, and the reason says why; ``unknown`` may have left and nobody
    can say: it is not sent again by itself unless the channel is repeat-safe.
    """

    id: str
    message_id: str
    incident_id: str
    recipient_id: str
    medium: str
    channel: str
    rung: int
    lane: Lane
    language: str
    state: DeliveryState
    reason: str = ""
    attempts: int = 0
    next_attempt_at: datetime | None = None
    """Business time of the next attempt: a queued row must have one, or it would wait for ever."""
    fallback_at: datetime | None = None
    """Business time at which the next rung is asked; taken away once asked or not needed."""
    lease_until: datetime | None = None
    """Real time until which the claim of ``owner`` holds."""
    owner: str = ""
    sent_at: datetime | None = None
    done_at: datetime | None = None
    provider_ref: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """Deliveries in ``sending``, at one moment of real time."""

    held: int = 0
    """Those whose lease lasts: somebody has them in hand."""
    lost: int = 0
    """Those whose lease ran out: nobody has, see ``Unit.leased_out``."""
    lost_since: datetime | None = None
    """Real time at which the first of those leases ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineRow:
    """The raw body of something that could not be accepted, kept where a person sees it."""

    id: str
    at: datetime
    door: str
    source: str
    reason: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseRow:
    """What one process at a time does for all of them, and how far it has come."""

    name: str
    owner: str
    until: datetime
    """Real time until which nobody else takes it."""
    reached: int = 0
    """How far it has come: whoever takes it next goes on there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterRow:
    """What one person has said of one subject of an incident: their last word on it."""

    incident_id: str
    subject: str
    """A roll-call, a question, a survey: by its name in the incident."""
    person: str
    said: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationRow:
    """A numbered, content-addressed version of the organisation folder: path -> text."""

    version: int
    digest: str
    at: datetime
    files: Mapping[str, str]
