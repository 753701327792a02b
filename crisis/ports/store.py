"""Where it is stored: what may be read, and what one transaction may do."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol, TypeVar

from crisis.ports.rows import (
    Claims,
    ConfigurationRow,
    DecisionRow,
    DeliveryRow,
    FanoutRow,
    LeaseRow,
    MessageRow,
    QuarantineRow,
    Recorded,
    RegisterRow,
    StreamKind,
    StreamRow,
    TextRow,
)

T = TypeVar("T")


class Conflict(Exception):  # noqa: N818 - it is not an error but a reason to decide again
    """Somebody else decided first (version or key taken): reload and decide again."""


class Unavailable(Exception):  # noqa: N818 - read as a sentence: the store is unavailable
    """The store cannot write or read just now (a full disk, a lost connection): nothing stands."""


class InDoubt(Unavailable):
    """The store has not said whether what was asked of it stands: it may, now or in a while."""


class View(Protocol):
    """What may be read. Every answer is of one committed moment."""

    def stream(self, stream: StreamKind, stream_id: str) -> StreamRow | None:
        """Where this stream stands, or None where there is none."""

    def open_stream(self, key: str) -> str | None:
        """The id of the open incident that holds this correlation key."""

    def holders(self, prefix: str, *, limit: int = 200) -> list[StreamRow]:
        """The open incidents whose correlation key begins so, the oldest first."""

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

    def untold(self) -> list[FanoutRow]:
        """Fan-outs that ended, and of which the incident may not have been told; oldest first."""

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

    def queued_channels(self) -> list[str]:
        """Every channel for which something is queued, by name: one look for each."""

    def shown(self, channel: str, recipient_id: str, *, limit: int = 20) -> list[DeliveryRow]:
        """What stands on a page: for each incident and audience, the last word brought there.

        ``channel`` is one of :data:`OWN_PAGES`. The last word is the message with the highest
        number of those that were delivered to this recipient; the newest of them come first.
        """

    def claims(self, real: datetime) -> Claims:
        """How many rows are claimed (handed to a connection, or about to be), and by nobody now."""

    def attempted_at(self, message_id: str) -> datetime | None:
        """When a row of this message was sent, or given up, last; None where none was."""

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

    def positions(self, cluster_id: str) -> dict[tuple[str, int], int]:
        """The offset of the last handled message, by (topic, partition) of this log's cluster.

        A resume point only: what is already done is said by the decision of a command. None is
        absent, for a cluster that is not known the answer is empty.
        """

    def leased(self, name: str) -> LeaseRow | None:
        """Who does this for all of us, or did last, and how far it has come."""

    def registered(self, incident_id: str, subject: str, person: str) -> RegisterRow | None:
        """What this person has said of this subject last."""

    def register(self, incident_id: str, subject: str) -> list[RegisterRow]:
        """What everybody has said of this subject, in the order of their ids."""


class Unit(View, Protocol):
    """One transaction: everything below becomes durable together, or not at all."""

    def save_stream(self, row: StreamRow, *, expected_version: int) -> None:
        """Write where the stream stands; :class:`Conflict` when version or key is not as expected.

        ``expected_version`` 0 means that the stream does not exist yet. A ``snapshot`` of None
        keeps the stored one.
        """

    def claim_due(self, now: datetime, limit: int) -> list[str]:
        """Like :meth:`View.due`, and they are this transaction's until its end.

        Those that another transaction holds are passed over, never waited for. Whoever claims
        does what is owed in the same job: with its end everybody finds what is due then.
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

    def save_position(self, cluster_id: str, topic: str, partition: int, offset: int) -> None:
        """Set how far a partition is handled: what is written last holds.

        A lower one too: a topic that was made anew starts at 0 again.
        """

    def advance_position(self, cluster_id: str, topic: str, partition: int, offset: int) -> None:
        """Note the last handled message of a partition, with what came of it.

        Where the store is further, it stays so: a worker that stood still and wakes up with an old
        message in its hands moves nothing back.
        """

    def lease(self, name: str, *, owner: str, real: datetime, span: timedelta) -> LeaseRow | None:
        """Take what nobody holds at ``real``, or renew what is ours, until ``real + span``.

        None while somebody else holds it. A span of zero gives it back. What was reached under
        it stays.
        """

    def reach(self, name: str, *, expected: int, reached: int) -> None:
        """Note how far it has come; :class:`Conflict` when it is not at ``expected`` any more.

        So whoever stood still past the end of their lease finds out, and takes nothing back.
        """

    def save_register(self, rows: Sequence[RegisterRow]) -> None:
        """Keep what people have said: the last word of each on a subject replaces the one before.

        Of several rows of one person on one subject the last counts.
        """


Job = Callable[[Unit], T]

Stir = Literal["journal", "ledger", "clock", "organisation"]
"""What was committed: events or decisions; messages to send; business time; a version."""


class Bell(Protocol):
    """Rings when anybody has committed something, in whatever process. Used by one thread."""

    def heed(self, of: Collection[Stir]) -> None:
        """Hear of such things alone: the rest, many times a second, wakes nobody.

        Raises :class:`Unavailable`.
        """

    def wait(self, within: timedelta) -> frozenset[Stir]:
        """What has stirred since the last answer; nothing, where nothing did within this time.

        A hint only: it may name what did not stir (after a lost connection it names all), and
        whoever looks finds what was committed. Raises :class:`Unavailable`.
        """

    def close(self) -> None:
        """Listen no more."""


class Store(Protocol):
    """The truth. One transaction for all jobs that wait; a job that raises is undone alone."""

    def transact(self, jobs: Sequence[Job[Any]]) -> list[Any | Exception]:
        """Run the jobs in order, each once, in one durable transaction (group commit).

        Answers each job's value, or the exception that it raised: that job left nothing behind,
        the others stand. :class:`Unavailable` as an answer is no fault of the job: it may come
        again. When the commit itself fails it raises :class:`Unavailable`, and nothing of any job
        stands; only where the connection to a server was lost in the very commit may all of it
        stand, so what comes again has to find its own decision. A unit serves only within its
        job, and a job that met a :class:`Conflict` lets it through. Called from one thread at a
        time.
        """

    def read(self) -> AbstractContextManager[View]:
        """A consistent view; never waits for a writer; may be used from any thread."""

    def listen(self) -> Bell:
        """Hear of every commit from now on; raises :class:`Unavailable`."""

    def close(self) -> None:
        """Give back files and connections."""
