"""What the rules and the runtimes may ask of the world: every promise stands in its docstring.

Each protocol has a reference implementation and passes one contract suite; nothing here does I/O.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol, TypeVar, get_args

T = TypeVar("T")
S_co = TypeVar("S_co", covariant=True)

StreamKind = Literal["report", "incident"]
Lane = Literal["now", "soon", "bulk"]
"""Urgency lanes of the ledger: life-safety and role offers, then briefs, then everything else."""

LANES: tuple[Lane, ...] = ("now", "soon", "bulk")


class Clock(Protocol):
    """Two times. Business time drives the rules and may be advanced; real time drives the wires."""

    def now(self) -> datetime:
        """Business time, UTC: what deadlines, promises and the journal speak of."""

    def real(self) -> datetime:
        """Real time, UTC: what leases, sessions and network time-outs speak of."""


# --- the journal and what stands beside it ---


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
    contact: str
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


DeliveryState = Literal[
    "queued", "sending", "sent", "delivered", "acknowledged", "failed", "suppressed", "unknown"
]

DELIVERY_STATES: tuple[DeliveryState, ...] = get_args(DeliveryState)

MAY_HAVE_BEEN_SENT: frozenset[DeliveryState] = frozenset(
    {"sending", "sent", "delivered", "acknowledged", "unknown"}
)
"""Who has to hear the correction or the end of a message (G7): where in doubt, they are told."""


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


class Conflict(Exception):  # noqa: N818 - it is not an error but a reason to decide again
    """Somebody else decided first (version or key taken): reload and decide again."""


class Unavailable(Exception):  # noqa: N818 - read as a sentence: the store is unavailable
    """The store cannot write or read just now (a full disk, a lost connection): nothing stands."""


class View(Protocol):
    """What may be read. Every answer is of one committed moment."""

    def stream(self, stream: StreamKind, stream_id: str) -> StreamRow | None:
        """Where this stream stands, or None where there is none."""

    def open_stream(self, key: str) -> str | None:
        """The id of the open incident that holds this correlation key."""

    def streams(self, stream: StreamKind, *, limit: int = 100) -> list[StreamRow]:
        """The newest streams first."""

    def due(self, now: datetime, limit: int) -> list[str]:
        """Incidents with ``next_due_at`` not after ``now``, not parked; longest wait first."""

    def next_due_at(self) -> datetime | None:
        """The earliest ``next_due_at`` of all incidents that are not parked."""

    def events(self, stream: StreamKind, stream_id: str, *, after: int = 0) -> list[Recorded]:
        """The stream's events with seq greater than ``after``, in order of seq."""

    def since(self, position: int, limit: int) -> list[Recorded]:
        """The whole journal beyond a position, in order; no row ever appears behind the reader."""

    def decision(self, command_id: str) -> DecisionRow | None:
        """The answer already given to this command."""

    def decisions(self, stream: StreamKind, stream_id: str) -> list[DecisionRow]:
        """Every command that this stream has met, refused ones too, in order."""

    def texts(self, ids: Sequence[str]) -> dict[str, TextRow]:
        """Prose by id; an erased or unknown one is absent."""

    def message(self, message_id: str) -> MessageRow | None:
        """One message."""

    def messages(self, incident_id: str) -> list[MessageRow]:
        """The incident's messages, in the order of their numbers."""

    def fanouts(self, *, unfinished: bool = True, limit: int = 100) -> list[FanoutRow]:
        """Fan-outs, oldest first; only those neither finished nor closed unless told otherwise."""

    def fanout(self, message_id: str) -> FanoutRow | None:
        """The fan-out of one message."""

    def deliveries(self, message_id: str) -> list[DeliveryRow]:
        """Every row of one message, oldest first."""

    def delivery(self, delivery_id: str) -> DeliveryRow | None:
        """One row of the ledger."""

    def ledger(self, delivery_ids: Sequence[str]) -> dict[str, DeliveryRow]:
        """Rows of the ledger by id; an unknown one is absent."""

    def delivery_by_ref(self, channel: str, provider_ref: str) -> DeliveryRow | None:
        """The row that a provider's call-back speaks of; the newest, should a reference repeat."""

    def tally(self, message_id: str) -> dict[str, int]:
        """How many rows of this message are in each state (every state is named, 0 where none).

        ``untried`` counts those of the queued that were never attempted. Costs the same for ten
        recipients and for a million.
        """

    def sent_to(self, message_ids: Sequence[str]) -> list[tuple[str, str, str, str]]:
        """(recipient, medium, channel, language) that were sent, or may have been sent, any.

        Each once, sorted. See :data:`MAY_HAVE_BEEN_SENT`.
        """

    def thread(self, incident_id: str, recipient_id: str, medium: str) -> list[str]:
        """Delivery ids of this incident's messages to this recipient on a medium, oldest first.

        Only those that were sent or may have been; the row that asks is among them once claimed.
        """

    def next_attempt_at(self) -> datetime | None:
        """The earliest business time at which the ledger has something to do.

        The least ``next_attempt_at`` of what is queued and ``fallback_at`` of what has one.
        """

    def quarantined(self, limit: int = 100) -> list[QuarantineRow]:
        """What could not be read at a door, newest first."""

    def configuration(self, version: int | None = None) -> ConfigurationRow | None:
        """One version of the organisation's content, the newest when none is named."""

    def clock_offset(self) -> timedelta:
        """How far business time runs ahead of real time."""


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
class ConfigurationRow:
    """A numbered, content-addressed version of the organisation folder: path -> text."""

    version: int
    digest: str
    at: datetime
    files: Mapping[str, str]


class Unit(View, Protocol):
    """One transaction: everything below becomes durable together, or not at all."""

    def save_stream(self, row: StreamRow, *, expected_version: int) -> None:
        """Write where the stream stands; :class:`Conflict` when version or key is not as expected.

        ``expected_version`` 0 means that the stream does not exist yet. A ``snapshot`` of None
        keeps the stored one.
        """

    def append(self, events: Sequence[Recorded]) -> None:
        """Add events to the journal; :class:`Conflict` when a seq of the stream is taken."""

    def record(self, row: DecisionRow) -> None:
        """Add the decision row; :class:`Conflict` when the command has one."""

    def add_texts(self, rows: Sequence[TextRow]) -> None:
        """Add prose; a text that stands already is left as it is."""

    def add_messages(self, rows: Sequence[MessageRow]) -> None:
        """Add released messages; one that stands already is left as it is."""

    def add_fanouts(self, rows: Sequence[FanoutRow]) -> None:
        """Add fan-outs, not begun; one that stands already is left as it is."""

    def save_fanout(self, row: FanoutRow) -> None:
        """Move a fan-out's cursor, finish or close it; LookupError where there is none."""

    def add_deliveries(self, rows: Sequence[DeliveryRow]) -> None:
        """Add rows to the ledger; a row that stands already is left as it is (G2).

        ValueError when a row is queued without ``next_attempt_at``.
        """

    def claim(
        self,
        *,
        channel: str,
        now: datetime,
        real: datetime,
        owner: str,
        lease: timedelta,
        limit: int,
    ) -> list[DeliveryRow]:
        """Take queued rows of a channel whose attempt is due: lanes in order, oldest first.

        They become ``sending`` under this owner's lease, which ends at ``real + lease``, with one
        attempt more. A row whose lease ran out may have left: it is never taken from here, see
        :meth:`leased_out`.
        """

    def save_deliveries(self, rows: Sequence[DeliveryRow]) -> None:
        """Write rows back: receipts, retries, acknowledgements, fallbacks asked.

        Id, message, incident, recipient and medium stay what they were. LookupError where a row
        does not stand; ValueError as in :meth:`add_deliveries`; then none is written.
        """

    def due_fallbacks(self, now: datetime, limit: int) -> list[DeliveryRow]:
        """Rows whose ``fallback_at`` is not after ``now``, the longest waiting first."""

    def leased_out(self, *, owner: str | None, real: datetime) -> list[DeliveryRow]:
        """Rows in ``sending`` whose lease ran out, or that a former life of ``owner`` held."""

    def quarantine(self, row: QuarantineRow) -> None:
        """Keep a raw body that could not be accepted."""

    def add_configuration(self, files: Mapping[str, str], *, at: datetime) -> ConfigurationRow:
        """Add a version; the same content as the newest one answers that one."""

    def set_clock_offset(self, offset: timedelta) -> None:
        """Set how far business time runs ahead; ValueError when it would go back."""


Job = Callable[[Unit], T]


class Store(Protocol):
    """The truth. One transaction for all jobs that wait; a job that raises is undone alone."""

    def transact(self, jobs: Sequence[Job[Any]]) -> list[Any | Exception]:
        """Run the jobs in order, each once, in one durable transaction (group commit).

        Answers each job's value, or the exception that it raised: that job left nothing behind,
        the others stand. When the commit itself fails it raises :class:`Unavailable`, and
        nothing of any job stands. A unit serves only within its job, and a job that met a
        :class:`Conflict` lets it through. Called from one thread at a time.
        """

    def read(self) -> AbstractContextManager[View]:
        """A consistent view; never waits for a writer; may be used from any thread."""

    def close(self) -> None:
        """Give back files and connections."""


# --- people ---


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Where and for what: what a rule about people is matched against."""

    site: str
    building: str | None = None
    floor: str | None = None
    exercise: bool = False
    holders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Role -> people who hold it in this incident."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Somebody, or a place (a board, a public address), that messages can go to."""

    id: str
    language: str
    addresses: Mapping[str, str]
    """Channel -> address. Personal: never logged, never in events."""
    place: bool = False


class Directory(Protocol):
    """People and rota of one version of the organisation, answered at one instant."""

    version: int

    def candidates(self, who: Any, scope: Scope, at: datetime) -> tuple[str, ...]:
        """Ids of the people that a playbook's ``who`` names, in the organisation's order."""

    def audience(
        self, name: str, told: Sequence[str], scope: Scope, at: datetime, *, after: str, limit: int
    ) -> list[Recipient]:
        """The next recipients of an audience after a cursor (a recipient id), in order of id.

        A person belongs to the first of the plan's audiences among ``told`` that fits.
        """

    def recipient(self, recipient_id: str) -> Recipient | None:
        """One recipient, as the directory has them now."""

    def name(self, person_id: str) -> str:
        """The name that is shown; the function's title where the person is not known any more."""

    def title(self, function: str, language: str) -> str:
        """What a function is called in a language; never a bare id."""

    def contact(self, function: str, language: str) -> str:
        """How a function or person is reached by those who have a question: one short line."""


# --- channels ---


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One delivery, ready to be handed to a connection."""

    delivery_id: str
    """Of (message, recipient, medium): makes the Message-ID; the same on every attempt."""
    incident_id: str
    message_id: str
    number: int
    kind: str
    urgency: str
    exercise: bool
    address: str
    """Personal: never logged."""
    language: str
    subject: str
    text: str
    """The long form, the same for all recipients of (message_id, language)."""
    short: str
    """The short form: text message, voice, push."""
    sender: str
    contact: str
    thread: tuple[str, ...] = ()
    """Delivery ids of earlier messages of this incident to this recipient here, oldest first."""
    ack_url: str | None = None
    """Signed link to the page where the person answers: personal."""
    ack_label: str = ""
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of one outgoing delivery."""

    delivery_id: str
    state: Literal["sent", "delivered", "failed", "unknown"]
    at: datetime
    temporary: bool = False
    """Only with ``failed``: worth another attempt."""
    reason: str = ""
    """One line, nothing personal."""
    provider_ref: str = ""
    """The provider's id, by which a later call-back is matched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """What a channel can do."""

    form: Literal["long", "short"]
    confirms: bool
    """Tells later whether it was delivered."""
    repeat_safe: bool
    """The same delivery id sent twice does no harm."""
    connections: int
    depth: int
    """In flight at most ``connections × depth``: handed over without a committed receipt."""


class Channel(Protocol):
    """One way to reach people. Never raises, never loses a delivery: unknown is said unknown."""

    name: str
    abilities: Abilities

    async def send(self, batch: Sequence[Outgoing]) -> list[Receipt]:
        """Hand over a batch of at most ``depth``; one receipt for each, in any order."""

    async def close(self) -> None:
        """Give back connections."""


# --- the door into the rules ---


class Inbox(Protocol[S_co]):
    """The one door: every command, from wherever it comes, is submitted here."""

    async def submit(self, command: Any, *, wait: timedelta | None = None) -> S_co:
        """Answer with the decision once it is durable; a repeat gets the first answer again."""
