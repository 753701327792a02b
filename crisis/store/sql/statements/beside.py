"""Every statement about what stands beside the journal: quarantine, content, clock, leases."""

from __future__ import annotations

from sqlalchemy import Dialect, bindparam, select, update

from crisis.ports import ConfigurationRow, LeaseRow, QuarantineRow, RegisterRow
from crisis.store.schema import clock, configurations, leases, positions, quarantine, register
from crisis.store.shape import Shape
from crisis.store.sql.statements.compiled import Compiled, first, given


class BesideStatements(Compiled):
    """Named statements; no rules, for SQL is only storage."""

    def __init__(self, dialect: Dialect) -> None:
        super().__init__(dialect)
        self.quarantine = Shape(QuarantineRow, quarantine, dialect)
        self.configurations = Shape(ConfigurationRow, configurations, dialect)
        self.leases = Shape(LeaseRow, leases, dialect)
        bodies = select(*self.quarantine.columns).order_by(quarantine.c.place.desc())
        versions = select(*self.configurations.columns)
        newest = first(versions.order_by(configurations.c.version.desc()))
        set_ahead = self._insert(clock).values(id=bindparam("id"), ahead=bindparam("ahead"))

        self.add_quarantined = self._add(quarantine, self.quarantine)
        """Keep a raw body."""
        self.quarantined = self._sql(first(bodies), "limit")
        """The newest of them."""
        self.add_configuration = self._add(configurations, self.configurations)
        """Add a version of the organisation's content."""
        self.configuration = self._sql(
            versions.where(given(configurations.c.version)), "this_version"
        )
        """One version."""
        self.newest_configuration = self._sql(newest, "limit")
        """The newest version."""
        self.clock = self._sql(select(clock.c.ahead))
        """How far business time runs ahead; also what pins the moment of a view."""
        self.set_clock = self._sql(
            set_ahead.on_conflict_do_update(
                index_elements=[clock.c.id], set_={"ahead": set_ahead.excluded.ahead}
            ),
            "id ahead",
        )
        """Set it."""
        self._position_statements()
        self._lease_statements()
        self._register_statements()

    def _position_statements(self) -> None:
        here = [positions.c.cluster_id, positions.c.topic, positions.c.partition]
        names = "cluster_id topic partition offset"
        put = self._insert(positions).values({name: bindparam(name) for name in names.split()})
        self.positions = self._sql(
            select(positions.c.topic, positions.c.partition, positions.c.offset).where(
                given(positions.c.cluster_id)
            ),
            "this_cluster_id",
        )
        """How far each partition of a cluster has been handled."""
        self.save_position = self._sql(
            put.on_conflict_do_update(index_elements=here, set_={"offset": put.excluded.offset}),
            names,
        )
        """Handled as far as this."""
        self.advance_position = self._sql(
            put.on_conflict_do_update(
                index_elements=here,
                set_={"offset": put.excluded.offset},
                where=positions.c.offset < put.excluded.offset,
            ),
            names,
        )
        """Handled as far as this, or further."""

    def _lease_statements(self) -> None:
        put = self._insert(leases).values({name: bindparam(name) for name in self.leases.written})
        self.leased = self._sql(
            select(*self.leases.columns).where(given(leases.c.name)), "this_name"
        )
        """Who has a lease."""
        self.lease = self._sql(
            put.on_conflict_do_update(
                index_elements=[leases.c.name],
                set_={"owner": put.excluded.owner, "until": put.excluded.until},
            ),
            " ".join(self.leases.written),
        )
        """Let somebody have it; how far it has come stays."""
        self.reach = self._sql(
            update(leases)
            .values(reached=bindparam("to"))
            .where(given(leases.c.name, leases.c.reached)),
            "to this_name this_reached",
        )
        """It has come further, if it stood where it was expected."""

    def _register_statements(self) -> None:
        self.registers = Shape(RegisterRow, register, self._dialect)
        of_it = select(*self.registers.columns).where(
            given(register.c.incident_id, register.c.subject)
        )
        put = self._insert(register).values(
            {name: bindparam(name) for name in self.registers.written}
        )
        self.registered = self._sql(
            of_it.where(given(register.c.person)), "this_incident_id this_subject this_person"
        )
        """What one person has said of one subject."""
        self.register = self._sql(
            of_it.order_by(register.c.person), "this_incident_id this_subject"
        )
        """What everybody has said of it."""
        self.save_register = self._sql(
            put.on_conflict_do_update(
                index_elements=[register.c.incident_id, register.c.subject, register.c.person],
                set_={"said": put.excluded.said, "at": put.excluded.at},
            ),
            " ".join(self.registers.written),
        )
        """The last word of one person on one subject."""
