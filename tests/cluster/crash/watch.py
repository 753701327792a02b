"""What the database saw: each message that was handled, in its order; and when all is at rest."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from crisis.runtime.brokers import Brokers
from crisis.runtime.publish import lease_name

QUIET_WITHIN_S, STILL_S = 90.0, 1.0

_WATCHED = """
CREATE TABLE trial_seen (place bigserial, topic text, part bigint, pos bigint, at timestamptz);
CREATE FUNCTION trial_see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO trial_seen (topic, part, pos, at)
  VALUES (NEW.topic, NEW.partition, NEW."offset", clock_timestamp());
  RETURN NEW;
END $$;
CREATE TRIGGER trial_see AFTER INSERT OR UPDATE ON positions
FOR EACH ROW EXECUTE FUNCTION trial_see();
"""
_AGAIN = """
SELECT count(*) FROM (SELECT pos, max(pos) OVER (PARTITION BY topic, part ORDER BY place
  ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before FROM trial_seen) AS seen
WHERE pos <= before
"""
_FURTHEST = "SELECT topic, part, max(pos) FROM trial_seen GROUP BY topic, part"
_GAP = """
SELECT coalesce(max(extract(epoch FROM at - before)), 0)::float FROM (SELECT at, lag(at)
  OVER (PARTITION BY topic, part ORDER BY place) AS before FROM trial_seen
  WHERE topic = %s AND at < to_timestamp(%s)) AS seen
"""
_OPEN = """
SELECT 'sending', id FROM deliveries WHERE state = 'sending'
UNION ALL SELECT 'queued', id FROM deliveries WHERE state = 'queued' AND channel = 'email'
UNION ALL SELECT 'not expanded', message_id FROM fanouts WHERE NOT finished AND NOT closed
UNION ALL SELECT 'not told', message_id FROM fanouts WHERE NOT told
"""
_DUE = """
WITH now AS (SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS at)
SELECT (SELECT count(*) FROM deliveries, now WHERE state = 'queued' AND next_attempt_at <= now.at)
  + (SELECT count(*) FROM streams, now WHERE next_due_at <= now.at AND parked IS NULL)
"""
_UNTOLD = """
SELECT coalesce((SELECT max(position) FROM journal), 0)
  - coalesce((SELECT reached FROM leases WHERE name = %s), 0)
"""
_MOVED = """
SELECT (SELECT max(position) FROM journal), (SELECT count(*) FROM trial_seen),
  (SELECT count(*) FROM deliveries), (SELECT sum(attempts) FROM deliveries)
"""


@asynccontextmanager
async def opened(client: Any) -> AsyncIterator[Any]:
    """A client of the brokers for the time of the block; closed also where none of them answers."""
    try:
        await client.start()
        yield client
    finally:
        await client.stop()


class Watch:
    """Looks into the database from outside."""

    def __init__(self, database: str, names: Brokers) -> None:
        self._database = database
        self._names = names

    def rows(self, statement: str, *values: object) -> list[Any]:
        """Ask the database."""
        with psycopg.connect(self._database, autocommit=True) as connection:
            found = connection.execute(statement.encode(), values or None)
            return found.fetchall() if found.description else []

    def begin(self) -> None:
        """Write down from now on what is handled, and when."""
        self.rows(_WATCHED)

    def begun(self) -> bool:
        """Whether somebody works."""
        return bool(self.rows("SELECT 1 FROM trial_seen LIMIT 1"))

    def incidents(self) -> list[str]:
        """Those that there are."""
        return [row[0] for row in self.rows("SELECT stream_id FROM streams WHERE key IS NOT NULL")]

    def seen_again(self) -> int:
        """Messages that a worker or dispatcher had to look at a second time."""
        return int(self.rows(_AGAIN)[0][0])

    def longest_gap(self, until: float) -> float:
        """Seconds for which reports of one partition waited longest, up to an instant."""
        return float(self.rows(_GAP, self._names.reports, until)[0][0])

    async def until_at_rest(self) -> str | None:
        """Wait until nothing is left to do and nothing moves; answers what is, where that fails."""
        until, before, since = time.monotonic() + QUIET_WITHIN_S, None, time.monotonic()
        while True:
            left = await self._left()
            now = None if left else await asyncio.to_thread(self.rows, _MOVED)
            if now is None or now != before:
                before, since = now, time.monotonic()
            elif time.monotonic() - since > STILL_S:
                return None
            if time.monotonic() > until:
                return left or "it does not come to rest"
            await asyncio.sleep(0.2)

    async def _left(self) -> str | None:
        """What is still to be done."""
        try:
            owed = await asyncio.to_thread(self.rows, _OPEN)
            due = (await asyncio.to_thread(self.rows, _DUE))[0][0]
            if owed or due:
                some = ", ".join(f"{id_} is {how}" for how, id_ in owed[:5])
                return f"{len(owed)} messages or deliveries are open, {due} are due; {some}"
            name = lease_name(self._names.timeline, self._names.cluster)
            untold = (await asyncio.to_thread(self.rows, _UNTOLD, name))[0][0]
            if untold:
                return f"{untold} events of the journal are not in the timeline"
            unread = await self._unread()
        except (psycopg.Error, KafkaError, OSError) as error:
            return str(error)
        return f"not handled: {', '.join(unread)}" if unread else None

    async def _unread(self) -> list[str]:
        """Messages behind the positions of the store; the markers of transactions are none."""
        stands = await asyncio.to_thread(
            self.rows, 'SELECT topic, partition, "offset" FROM positions WHERE cluster_id = %s',
            self._names.cluster,
        )  # fmt: skip
        handled = {(topic, partition): offset for topic, partition, offset in stands}
        reading = AIOKafkaConsumer(
            bootstrap_servers=self._names.bootstrap, enable_auto_commit=False
        )
        async with opened(reading) as reader:
            names = (self._names.reports, self._names.commands, self._names.receipts)
            every = [TopicPartition(name, one) for name in names for one in range(12)]
            reader.assign(every)
            ends = await reader.end_offsets(every)
            after = {tp: handled.get((tp.topic, tp.partition), -1) + 1 for tp in every}
            behind = [tp for tp in every if after[tp] < ends[tp]]
            if not behind:
                return []
            reader.assign(behind)
            for tp in behind:
                reader.seek(tp, after[tp])
            found = await reader.getmany(timeout_ms=500)
        seen = {
            (topic, partition): offset for topic, partition, offset in
            await asyncio.to_thread(self.rows, _FURTHEST)
        }  # fmt: skip
        return [
            f"{tp.topic}-{tp.partition} from {after[tp]} ({len(some)} messages; once handled up to "
            f"{seen.get((tp.topic, tp.partition))})"
            for tp, some in found.items()
        ]
