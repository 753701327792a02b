"""Quarantine, configuration, clock, positions, leases and the register, in a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from crisis.ports import ConfigurationRow, Conflict, LeaseRow, QuarantineRow, RegisterRow
from crisis.store.columns import MICROSECOND
from crisis.store.integrity import digest_of, insist_on_going_forward, lease_of
from crisis.store.sql.wire import Wire

THE_CLOCK = 1


class BesideView(Wire):
    """What may be read: see :class:`crisis.ports.View` for what each promises."""

    __slots__ = ()

    def quarantined(self, limit: int = 100) -> list[QuarantineRow]:
        """Newest first."""
        sql = self._sql.beside
        return sql.quarantine.rows(self._all(sql.quarantined, limit))

    def configuration(self, version: int | None = None) -> ConfigurationRow | None:
        """One version, or the newest."""
        sql = self._sql.beside
        if version is None:
            found = self._one(sql.newest_configuration, 1)
        else:
            found = self._one(sql.configuration, version)
        return sql.configurations.row(found) if found else None

    def clock_offset(self) -> timedelta:
        """How far ahead."""
        return timedelta(microseconds=self._value(self._sql.beside.clock) or 0)

    def positions(self, cluster_id: str) -> dict[tuple[str, int], int]:
        """By topic and partition."""
        found = self._all(self._sql.beside.positions, cluster_id)
        return {(topic, partition): offset for topic, partition, offset in found}

    def leased(self, name: str) -> LeaseRow | None:
        """Who has it."""
        sql = self._sql.beside
        found = self._one(sql.leased, name)
        return sql.leases.row(found) if found else None

    def registered(self, incident_id: str, subject: str, person: str) -> RegisterRow | None:
        """One person's."""
        sql = self._sql.beside
        found = self._one(sql.registered, incident_id, subject, person)
        return sql.registers.row(found) if found else None

    def register(self, incident_id: str, subject: str) -> list[RegisterRow]:
        """Everybody's."""
        sql = self._sql.beside
        return sql.registers.rows(self._all(sql.register, incident_id, subject))


class BesideUnit(BesideView):
    """What may be written: see :class:`crisis.ports.Unit` for what each promises."""

    __slots__ = ()

    def quarantine(self, row: QuarantineRow) -> None:
        """Keep it."""
        sql = self._sql.beside
        self._write(sql.add_quarantined, sql.quarantine.values(row))

    def add_configuration(self, files: Mapping[str, str], *, at: datetime) -> ConfigurationRow:
        """A version more, when the content is another."""
        sql = self._sql.beside
        newest = self.configuration()
        digest = digest_of(files)
        if newest and newest.digest == digest:
            return newest
        version = newest.version + 1 if newest else 1
        row = ConfigurationRow(version=version, digest=digest, at=at, files=dict(files))
        self.stirred.add("organisation")
        self._write(sql.add_configuration, sql.configurations.values(row))
        return row

    def set_clock_offset(self, offset: timedelta) -> None:
        """Only forward."""
        insist_on_going_forward(self.clock_offset(), offset)
        self.stirred.add("clock")
        self._write(self._sql.beside.set_clock, (THE_CLOCK, offset // MICROSECOND))

    def save_position(self, cluster_id: str, topic: str, partition: int, offset: int) -> None:
        """The last one holds."""
        self._write(self._sql.beside.save_position, (cluster_id, topic, partition, offset))

    def advance_position(self, cluster_id: str, topic: str, partition: int, offset: int) -> None:
        """The highest one holds."""
        self._write(self._sql.beside.advance_position, (cluster_id, topic, partition, offset))

    def lease(self, name: str, *, owner: str, real: datetime, span: timedelta) -> LeaseRow | None:
        """Unless somebody else has it."""
        row = lease_of(self.leased(name), name, owner, real, span)
        if row is not None:
            sql = self._sql.beside
            self._write(sql.lease, sql.leases.values(row))
        return row

    def reach(self, name: str, *, expected: int, reached: int) -> None:
        """Only from where it was expected."""
        if not self._write(self._sql.beside.reach, (reached, name, expected)):
            raise Conflict(f"{name} is not at {expected} any more")

    def save_register(self, rows: Sequence[RegisterRow]) -> None:
        """The last word of each holds."""
        sql = self._sql.beside
        self._write_all(sql.save_register, [sql.registers.values(row) for row in rows])
