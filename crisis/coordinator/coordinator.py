"""From a command to its durable answer, within a transaction that somebody else commits."""

from __future__ import annotations

import secrets
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from crisis.codec import CannotRead, from_recorded, shape_of
from crisis.coordinator import record as log
from crisis.coordinator.aside import call_for
from crisis.coordinator.enter import enter
from crisis.coordinator.others import OtherIncidents, beside
from crisis.coordinator.prepare import Prepare, Words
from crisis.coordinator.release import carried, divert, let_go, release
from crisis.coordinator.turn import Turn
from crisis.core.chain import GENESIS
from crisis.core.commands import Command, Declare, SubmitReport
from crisis.core.decide import decide
from crisis.core.decide.opening import decide_report, key_of
from crisis.core.deciding import Decision, Facts
from crisis.core.due import due, next_due_at
from crisis.core.events import CameBack, WentDown
from crisis.core.evolve import evolve
from crisis.core.incident import Incident
from crisis.core.life_commands import RepinPlaybook, SplitIncident
from crisis.core.pinned import Pinned
from crisis.core.report import GENERIC, Report, evolve_report
from crisis.facts import Candidates, Registered, scope_of
from crisis.ledger import count_by_hand, course_of, direct_fanout, first_rows
from crisis.marks import mark
from crisis.organisation import Organisation
from crisis.ports import Abilities, DeliveryRow, Recorded, StreamRow, Unit, View

_log = structlog.get_logger(__name__)

REMEMBERED = 4096
"""Incidents kept in memory between commands."""
_CHOOSES = (SplitIncident, RepinPlaybook)
"""Commands that may name another playbook."""
_SHUT = frozenset({"closed", "cancelled"})
ROUNDS = 64
"""Most things that one incident may do in one look at the clock; the rest waits for the next."""


def fresh_salt() -> str:
    """What makes a digest say nothing of its text; known to nobody beforehand."""
    return secrets.token_hex(16)


class Parked(Exception):  # noqa: N818 - a state of a stream
    """Nobody may decide on this stream until a person has looked at it; the words say why."""


@dataclass(slots=True, kw_only=True)
class Released:
    """Work for the dispatcher, who is told of it once it is durable."""

    rows: list[DeliveryRow] = field(default_factory=list)
    """First deliveries to named people."""
    messages: int = 0
    """How many messages, to audiences and to named people, go out or go another way."""
    media_changed: bool = False
    """Something that media need has failed, or is back: what was read of messages is stale."""


class Coordinator:
    """Decides commands within transactions. Called from one thread at a time.

    ``organisation`` gives a version of the configuration (None: the newest); ``stamp`` may claim
    rows for this process's dispatcher before they are committed.
    """

    def __init__(
        self,
        *,
        organisation: Callable[[int | None], Organisation],
        words: Words,
        abilities: Mapping[str, Abilities],
        stamp: Callable[[Sequence[DeliveryRow]], list[DeliveryRow]] = list,
        salt: Callable[[], str] = fresh_salt,
    ) -> None:
        self._organisation = organisation
        self._words = words
        self._abilities = abilities
        self._stamp = stamp
        self._salt = salt
        self._known: OrderedDict[str, tuple[str, Incident]] = OrderedDict()
        """Incident -> its chain's head, which no other history has, and the state there."""
        self.released = Released()
        """What this transaction lets go; whoever begins one puts a new one here."""

    # --- doors ---

    def handle(self, unit: Unit, command: Command, now: datetime) -> Decision:
        """Answer a command, and everything that it calls for in other streams."""
        first = self._one(unit, command, now)
        following = deque(first.follow)
        while following:
            following.extend(self._one(unit, following.popleft(), now).follow)
        mark("decide.before-commit")
        return first

    def tick(self, unit: Unit, incident_id: str, now: datetime) -> int:
        """Do everything that an incident owes at this moment; answers how much that was."""
        for done in range(ROUNDS):
            row = unit.stream("incident", incident_id)
            if row is None or row.parked is not None:
                return done
            incident = self._incident(unit, row)
            pinned = self._organisation(row.config_version).pinned(incident.playbook, incident.site)
            owed = due(incident, pinned, max(now, incident.last_at))
            if not owed:
                _look_later(unit, row, incident, pinned, now)
                return done
            if not any(self._moved_by(unit, command, row, now) for command in owed):
                log.put_off(unit, row, now)
                return done
        return ROUNDS

    def _moved_by(self, unit: Unit, command: Command, row: StreamRow, now: datetime) -> bool:
        """Do what is owed; whether the incident is further than it was."""
        self.handle(unit, command, now)
        stands = unit.stream("incident", row.stream_id)
        return stands is None or stands.head != row.head

    def park(self, unit: Unit, incident_id: str, reason: str, now: datetime) -> None:
        """Set an incident aside, so that it stops no other; people are called to it.

        It lets go of its key: what is reported from now on opens an incident that people are
        called to, and does not wait in this one where nobody is told (G1).
        """
        row = unit.stream("incident", incident_id)
        if row is not None:
            parked = replace(row, parked=reason, key=None, next_due_at=None, snapshot=None)
            unit.save_stream(parked, expected_version=row.version)
            self._call_people(unit, row, now)

    def unpark(self, unit: Unit, incident_id: str, now: datetime) -> None:
        """Let an incident that was set aside go on, due at once: the fault may be mended.

        It takes its key again, unless another incident has it by now. Raises LookupError where it
        is not set aside, CannotRead and Parked where its journal still cannot be read.
        """
        row = unit.stream("incident", incident_id)
        if row is None or row.parked is None:
            raise LookupError(incident_id)
        incident = fold(unit, row)
        held = unit.open_stream(incident.key) is not None or incident.phase in _SHUT
        goes_on = replace(
            row, parked=None, key=None if held else incident.key, next_due_at=now, snapshot=None
        )
        unit.save_stream(goes_on, expected_version=row.version)

    def _call_people(self, unit: Unit, row: StreamRow, now: datetime) -> None:
        """Write a call to people; whatever stands in its way, the incident is set aside."""
        try:
            incident = fold_as_far_as_known(unit, row)
            pinned = self._organisation(row.config_version).pinned(incident.playbook, incident.site)
            call = call_for(
                unit,
                row,
                incident,
                pinned=pinned,
                organisation=self._organisation(None),
                now=now,
                words=self._words,
                salt=self._salt,
            )
            awake = [to.id for to in call.to]
            course = course_of(
                call.message, pinned, self._abilities, awake=awake, down=incident.down
            )
            rows = [one for to in call.to for one in first_rows(call.message, to, course, now)]
        except Exception:  # noqa: BLE001 - a fault has led here; a second one must not undo it
            _log.exception("nobody could be called to an incident", incident=row.stream_id)
            return
        if unit.message(call.message.id) is not None:
            return  # it was tried again and got no further: those people are called already
        unit.add_texts(call.texts)
        unit.add_messages([call.message])
        unit.add_fanouts([direct_fanout(call.message, told=True)])
        stamped = self._stamp(rows)
        unit.add_deliveries(stamped)
        self.released.rows += stamped
        self.released.messages += 1

    # --- one command ---

    def _one(self, unit: Unit, command: Command, now: datetime) -> Decision:
        answered = unit.decision(command.id)
        if answered is not None:
            return log.as_before(answered)
        row = unit.stream(command.stream, command.stream_id)
        turn = Turn(unit=unit, command=command, row=row, now=now)
        if row is not None and row.parked is not None:
            return self._record(turn, log.parked(row.parked))
        if command.stream == "report":
            return self._report(turn)
        try:
            return self._decide(turn)
        except (
            CannotRead,
            Parked,
        ) as reason:  # never skipped, never guessed: the stream waits for a person
            self.park(unit, command.stream_id, str(reason), now)
            return self._record(replace(turn, row=None), log.parked(str(reason)))

    def _report(self, turn: Turn) -> Decision:
        command = turn.command
        organisation = self._organisation(None)
        openings = organisation.library.openings
        others = OtherIncidents(turn.unit, self._incident)
        facts = Facts(config_version=organisation.version, openings=openings, others=others)
        if isinstance(command.body, SubmitReport):
            key = key_of(command.body, openings, exercise=command.exercise)
            facts = replace(facts, open_incident=turn.unit.open_stream(key))
        report: Report | None = None
        for recorded in turn.unit.events("report", command.stream_id) if turn.row else ():
            report = evolve_report(report, from_recorded(recorded))
        decision = decide_report(report, command, facts, turn.now)
        return self._record(replace(turn, facts=facts), decision)

    def _decide(self, turn: Turn) -> Decision:
        row, command = turn.row, turn.command
        incident = self._incident(turn.unit, row) if row is not None else None
        current = self._organisation(None)
        organisation = self._organisation(row.config_version if row is not None else None)
        followed = pinned = _pinned(organisation, incident, command)
        if incident is not None and isinstance(command.body, RepinPlaybook):
            name = command.body.playbook or incident.playbook
            if name in current.playbooks and incident.site in current.sites:
                organisation, pinned = current, current.pinned(name, incident.site)
        if pinned is None:
            return self._record(turn, log.unknown(command.stream_id))
        newest = self._organisation(None)
        directory = newest.directory
        candidates = Candidates(
            directory=directory,
            planned=organisation.directory,
            pinned=pinned,
            incident=incident,
            scope=scope_of(incident, command),
            at=turn.now,
        )
        prepare = Prepare(
            view=turn.unit,
            own=command.prose,
            words=self._words,
            pinned=pinned,
            names=directory,
            salt=self._salt,
        )
        facts = Facts(
            config_version=organisation.version,
            candidates=candidates,
            openings=organisation.library.openings if isinstance(command.body, _CHOOSES) else {},
            others=OtherIncidents(turn.unit, self._incident),
            words=prepare,
            text=prepare.text,
            register=Registered(turn.unit, command.stream_id, newest.configuration.people.people),
            playbook_digest=newest.playbook_digest,
            followed=followed,
            beside=beside(turn, self._incident, self._organisation),
            head=row.head if row is not None else GENESIS,
        )
        turn = replace(turn, facts=facts, pinned=pinned, prepared=prepare.done)
        return self._record(turn, decide(incident, command, pinned, facts, turn.now))

    def _record(self, turn: Turn, decision: Decision) -> Decision:
        head = log.record(turn, decision)
        incident = decision.incident
        if incident is None or not decision.events or turn.pinned is None:
            return decision
        if decision.messages:
            rows = release(
                turn,
                decision,
                incident,
                turn.pinned,
                directory=self._organisation(None).directory,
                planned=self._organisation(turn.facts.config_version).directory,
                abilities=self._abilities,
            )
            stamped = self._stamp(rows)
            turn.unit.add_deliveries(stamped)
            count_by_hand(turn.unit, stamped)
            self.released.rows += stamped
            self.released.messages += len(decision.messages)
        let_go(turn, decision)
        carried(turn, decision)
        if any(isinstance(event.body, WentDown | CameBack) for event in decision.events):
            diverted = divert(turn, incident, turn.pinned)
            self.released.media_changed = True
            self.released.rows += diverted
            self.released.messages += len({row.message_id for row in diverted})
        enter(turn, decision)
        self._remember(head, incident)
        return decision

    # --- what is remembered ---

    def _incident(self, unit: Unit, row: StreamRow) -> Incident:
        known = self._known.get(row.stream_id)
        if known is not None and known[0] == row.head:
            self._known.move_to_end(row.stream_id)
            return known[1]
        incident = fold(unit, row)
        self._remember(row.head, incident)
        return incident

    def _remember(self, head: str, incident: Incident) -> None:
        self._known[incident.id] = (head, incident)
        self._known.move_to_end(incident.id)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)


def _look_later(
    unit: Unit, row: StreamRow, incident: Incident, pinned: Pinned, now: datetime
) -> None:
    """Where the row says "now" and nothing is owed (other rules, another version), say when."""
    if row.next_due_at is not None and row.next_due_at <= now:
        later = replace(row, next_due_at=next_due_at(incident, pinned), snapshot=None)
        unit.save_stream(later, expected_version=row.version)


def fold(view: View, row: StreamRow) -> Incident:
    """Give the incident from its snapshot and the events after it; raises CannotRead, Parked."""
    incident = _snapshot(row)
    after = row.snapshot_seq if incident is not None else 0
    for recorded in view.events("incident", row.stream_id, after=after):
        incident = evolve(incident, from_recorded(recorded))
    if incident is None:
        reason = f"incident {row.stream_id} has no events"
        raise Parked(reason)
    return incident


def fold_as_far_as_known(
    view: View,
    row: StreamRow,
    *,
    incident: Incident | None = None,
    since: Sequence[Recorded] | None = None,
) -> Incident:
    """Give the incident; one with an event that cannot be read or folded, as it was before.

    Nobody may decide on it any more, but people can look at it and are called to it, and what was
    released before still reaches them (G13). Raises what went wrong where not even its beginning
    is known, Parked where it has no events. Whoever knows the ``incident`` as it was gives what
    happened ``since``.
    """
    if since is None:
        incident = _snapshot(row)
        after = row.snapshot_seq if incident is not None else 0
        since = view.events("incident", row.stream_id, after=after)
    for recorded in since:
        try:
            incident = evolve(incident, from_recorded(recorded))
        except Exception as fault:
            if incident is None:
                raise
            seq, name = recorded.seq, type(fault).__name__
            _log.warning("an incident is known to here", incident=incident.id, seq=seq, fault=name)
            break
    if incident is None:
        reason = f"incident {row.stream_id} has no events"
        raise Parked(reason)
    return incident


def _snapshot(row: StreamRow) -> Incident | None:
    """Give the state that was kept; None where there is none, or another release wrote it.

    The journal says it all: a snapshot that does not fit any more only costs time.
    """
    if row.snapshot is None or row.snapshot_schema != log.SNAPSHOT_SCHEMA:
        return None
    try:
        return shape_of(Incident).load(row.snapshot)
    except CannotRead:
        return None


def _pinned(
    organisation: Organisation, incident: Incident | None, command: Command
) -> Pinned | None:
    """Give what the incident is pinned to, or will be when this command opens it."""
    if incident is not None:
        return organisation.pinned(incident.playbook, incident.site)
    if isinstance(command.body, Declare):
        known = command.body.playbook in organisation.playbooks
        playbook = command.body.playbook if known else GENERIC
        return organisation.pinned(playbook, command.body.report.site)
    return None
