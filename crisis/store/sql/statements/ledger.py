"""Every statement about messages, fan-outs and deliveries."""

from __future__ import annotations

from operator import itemgetter

from sqlalchemy import Dialect, bindparam, func, not_, select, update

from crisis.ports import MAY_HAVE_BEEN_SENT, ON_THE_PAGE, DeliveryRow, FanoutRow, MessageRow
from crisis.store.schema import (
    HAS_REF,
    IS_QUEUED,
    IS_SENDING,
    IS_UNFINISHED,
    IS_UNTOLD,
    ON_A_PAGE,
    deliveries,
    fanouts,
    messages,
    spelt,
    tallies,
)
from crisis.store.shape import Shape
from crisis.store.sql.statements.compiled import AMONG, Compiled, Values, among, first, given

IDENTITY = {"id", "message_id", "incident_id", "recipient_id", "medium"}
"""What is written of a delivery once and for all."""

WAS_SENT = deliveries.c.state.in_([spelt(state) for state in sorted(MAY_HAVE_BEEN_SENT)])
IS_BROUGHT = deliveries.c.state.in_([spelt(state) for state in sorted(ON_THE_PAGE)])


class LedgerStatements(Compiled):
    """Named statements; no rules, for SQL is only storage."""

    def __init__(self, dialect: Dialect) -> None:
        super().__init__(dialect)
        self.messages = Shape(MessageRow, messages, dialect)
        self.fanouts = Shape(FanoutRow, fanouts, dialect)
        self.deliveries = Shape(DeliveryRow, deliveries, dialect)
        self._message_statements()
        self._fanout_statements()
        self._read_deliveries()
        self._read_pages()
        self._read_waiting()
        self._write_deliveries()
        self._tally_statements()

    def _message_statements(self) -> None:
        rows = select(*self.messages.columns)
        of_incident = rows.where(given(messages.c.incident_id))
        self.add_message = self._add(messages, self.messages)
        """Add a message, unless it stands."""
        self.message = self._sql(rows.where(given(messages.c.id)), "this_id")
        """One message."""
        self.messages_of = self._sql(of_incident.order_by(messages.c.number), "this_incident_id")
        """An incident's messages by number."""

    def _fanout_statements(self) -> None:
        rows = select(*self.fanouts.columns)
        oldest = first(rows.order_by(fanouts.c.place))
        names = [name for name in self.fanouts.written if name != "message_id"]
        values: Values = {name: bindparam(name) for name in names}
        self.add_fanout = self._add(fanouts, self.fanouts)
        """Add a fan-out, unless it stands."""
        self.moved = self.fanouts.writer([*names, "message_id"])
        self.save_fanout = self._sql(
            update(fanouts).where(given(fanouts.c.message_id)).values(values),
            " ".join([*names, "this_message_id"]),
        )
        """Move, finish or close a fan-out."""
        self.fanout = self._sql(rows.where(given(fanouts.c.message_id)), "this_message_id")
        """The fan-out of one message."""
        self.unfinished_fanouts = self._sql(oldest.where(IS_UNFINISHED), "limit")
        """Fan-outs that have recipients left, oldest first."""
        self.untold_fanouts = self._sql(
            rows.where(IS_UNTOLD, not_(IS_UNFINISHED)).order_by(fanouts.c.place)
        )
        """Fan-outs that ended without the incident being told, oldest first."""
        self.all_fanouts = self._sql(oldest, "limit")
        """All fan-outs, oldest first."""

    def _read_deliveries(self) -> None:
        rows = select(*self.deliveries.columns)
        table = deliveries.c
        by_ref = rows.where(given(table.channel, table.provider_ref), HAS_REF)
        thread = select(table.id).where(
            given(table.incident_id, table.recipient_id, table.medium), WAS_SENT
        )
        sent_to = select(table.recipient_id, table.medium, table.channel, table.language).where(
            among(table.message_id), WAS_SENT
        )
        self.delivery = self._sql(rows.where(given(table.id)), "this_id")
        """One row of the ledger."""
        self.deliveries_among = self._sql(rows.where(among(table.id)), AMONG)
        """Rows by id."""
        self.deliveries_of = self._sql(
            rows.where(given(table.message_id)).order_by(table.place), "this_message_id"
        )
        """Every row of a message."""
        self.delivery_by_ref = self._sql(
            first(by_ref.order_by(table.place.desc())),
            "this_channel this_provider_ref limit",
        )
        """The newest row with a provider's reference."""
        self.sent_to = self._sql(sent_to.distinct(), AMONG)
        """Who was sent some messages, or may have been."""
        self.thread = self._sql(
            thread.order_by(table.place), "this_incident_id this_recipient_id this_medium"
        )
        """What one recipient was sent of one incident."""

    def _read_pages(self) -> None:
        table = deliveries.c
        turn = func.row_number().over(
            partition_by=[table.incident_id, messages.c.audience],
            order_by=messages.c.number.desc(),
        )
        brought = (
            select(*self.deliveries.columns, table.place, turn.label("turn"))
            .join(messages, messages.c.id == table.message_id)
            .where(given(table.channel, table.recipient_id), ON_A_PAGE, IS_BROUGHT)
            .subquery("brought")
        )
        columns = [brought.c[column.name] for column in self.deliveries.columns]
        last = select(*columns).where(brought.c.turn == spelt(1))
        self.shown = self._sql(
            first(last.order_by(brought.c.place.desc())), "this_channel this_recipient_id limit"
        )
        """The last word of each incident and audience on a page."""

    def _read_waiting(self) -> None:
        rows = select(*self.deliveries.columns)
        table = deliveries.c
        falling = rows.where(table.fallback_at <= bindparam("now"))
        leased_out = rows.where(
            IS_SENDING,
            (table.lease_until <= bindparam("real")) | (table.owner == bindparam("holder")),
        )
        self.queued_after = self._sql(
            select(func.min(table.channel)).where(IS_QUEUED, table.channel > bindparam("after")),
            "after",
        )
        """The next channel by name for which something is queued."""
        ended = func.count().filter(table.lease_until <= bindparam("real"))
        claims = select(func.count(), ended, func.min(table.lease_until))
        self.claims = self._sql(claims.select_from(deliveries).where(IS_SENDING), "real")
        """How many rows are claimed, how many of them by nobody now, and the first lease's end."""
        self.attempted_at = self._sql(
            select(func.max(func.coalesce(table.sent_at, table.done_at))).where(
                given(table.message_id)
            ),
            "this_message_id",
        )
        """When a row of a message was sent or given up last."""
        self.next_attempt_at = self._sql(select(func.min(table.next_attempt_at)).where(IS_QUEUED))
        """The earliest attempt of what is queued."""
        self.next_fallback_at = self._sql(
            select(func.min(table.fallback_at)).where(table.fallback_at.is_not(None))
        )
        """The earliest fallback."""
        self.due_fallbacks = self._sql(
            first(falling.order_by(table.fallback_at, table.place)), "now limit"
        )
        """Rows whose next rung is to be asked."""
        self.leased_out = self._sql(leased_out.order_by(table.place), "real holder")
        """Claims whose lease ran out, or that one owner holds."""

    def _write_deliveries(self) -> None:
        table = deliveries.c
        names = [name for name in self.deliveries.written if name not in IDENTITY]
        values: Values = {name: bindparam(name) for name in names}
        due = select(table.place).where(
            given(table.channel, table.lane), IS_QUEUED, table.next_attempt_at <= bindparam("now")
        )
        turn = first(due.order_by(table.next_attempt_at, table.place))
        claimed = [
            (table.state, spelt("sending")),
            (table.owner, bindparam("its_owner")),
            (table.lease_until, bindparam("its_lease")),
            (table.attempts, table.attempts + spelt(1)),
        ]
        self.add_delivery = self._add(deliveries, self.deliveries)
        """Add a row to the ledger, unless it stands."""
        self.saved = self.deliveries.writer([*names, "id"])
        self.save_delivery = self._sql(
            update(deliveries).where(given(table.id)).values(values),
            " ".join([*names, "this_id"]),
        )
        """Write a row back."""
        self.turn = itemgetter(self.deliveries.written.index("next_attempt_at"), -1)
        """What claimed rows are sorted by: their time, then their place, which comes last."""
        self.claim = self._sql(
            update(deliveries)
            .where(table.place.in_(turn.with_for_update(skip_locked=True)))
            .ordered_values(*claimed)
            .returning(*self.deliveries.columns, table.place),
            "its_owner its_lease this_channel this_lane now limit",
        )
        """Take the rows of one lane of a channel that are due, past those that others hold."""

    def _tally_statements(self) -> None:
        table = deliveries.c
        add = self._insert(tallies).values(
            message_id=bindparam("message_id"), state=bindparam("state"), count=bindparam("count")
        )
        self.standing = self._sql(
            select(table.id, table.message_id, table.state, table.attempts).where(among(table.id)),
            AMONG,
        )
        """How rows are counted before they are written back."""
        self.add_to_tally = self._sql(
            add.on_conflict_do_update(
                index_elements=[tallies.c.message_id, tallies.c.state],
                set_={"count": tallies.c.count + add.excluded.count},
            ),
            "message_id state count",
        )
        """So many rows more, or fewer, of a message in a state."""
        self.tally = self._sql(
            select(tallies.c.state, tallies.c.count).where(given(tallies.c.message_id)),
            "this_message_id",
        )
        """The counts of one message."""
