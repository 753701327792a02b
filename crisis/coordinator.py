"""The one path from a command to its durable answer; the same in every runtime.

``handle(unit, command)`` loads the stream, gathers the facts, prepares the words, asks the rules,
and writes decision, events, state, texts, messages and first deliveries into the transaction that
it was given. What crosses streams is handled in the same transaction. A refusal leaves its row and
nothing else.
"""

from __future__ import annotations

import json
import secrets
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Protocol

from crisis.codec import CannotRead, dump_command, from_recorded, shape_of, to_recorded
from crisis.core.chain import GENESIS, head_of
from crisis.core.commands import Command, Declare, SubmitReport
from crisis.core.decide import decide
from crisis.core.decide.opening import decide_report, key_of
from crisis.core.decide.release import expires_at, lane
from crisis.core.deciding import RULES_VERSION, Decision, Facts, Refusal, Wanted
from crisis.core.due import due, next_due_at
from crisis.core.events import Event, OfferLapsed, OfferWithdrawn, RolesAccepted, RolesDeclined
from crisis.core.evolve import evolve
from crisis.core.incident import Incident
from crisis.core.message import Message
from crisis.core.pinned import Pinned
from crisis.core.prose import Prose, TextRef
from crisis.core.report import Report, evolve_report
from crisis.core.values import Text
from crisis.facts import Candidates
from crisis.ledger import course_of, direct_fanout, first_rows, withdraw
from crisis.marks import mark
from crisis.organisation import Organisation
from crisis.ports import (
    Abilities,
    DecisionRow,
    DeliveryRow,
    Directory,
    FanoutRow,
    MessageRow,
    Recipient,
    Recorded,
    Scope,
    StreamRow,
    TextRow,
    Unit,
    View,
)

SNAPSHOT_EVERY = 32
"""Events between two snapshots: a refold of so few costs less than writing the state each time."""
SNAPSHOT_SCHEMA = 1
REMEMBERED = 4096
"""Incidents kept in memory between commands."""
ROUNDS = 64
"""Most things that one incident may do in one look at the clock; the rest waits for the next."""


class Rendered(Protocol):
    """The words of one message."""

    @property
    def texts(self) -> Mapping[str, str]:
        """Language -> JSON: subject, text, short."""


class Words(Protocol):
    """Puts typed messages into words (:mod:`crisis.compose`)."""

    def render(
        self,
        message: Message,
        *,
        pinned: Pinned,
        names: Directory,
        texts: Mapping[str, str],
    ) -> Rendered:
        """Give the words of a message; the same input gives the same bytes."""


class Parked(Exception):  # noqa: N818 - a state of a stream
    """Nobody may decide on this stream until a person has looked at it; the words say why."""


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
        salt: Callable[[], str] = lambda: secrets.token_hex(16),
    ) -> None:
        self._organisation = organisation
        self._words = words
        self._abilities = abilities
        self._stamp = stamp
        self._salt = salt
        self._known: OrderedDict[str, tuple[int, Incident]] = OrderedDict()
        self.written: list[DeliveryRow] = []
        """Rows of named people that this transaction writes: for the dispatcher, once durable."""

    # --- doors ---

    def handle(self, unit: Unit, command: Command, now: datetime) -> Decision:
        """Answer a command, and everything that it calls for in other streams."""
        first: Decision | None = None
        waiting = deque([command])
        while waiting:
            decision = self._one(unit, waiting.popleft(), now)
            waiting.extend(decision.follow)
            first = first or decision
        mark("decide.before-commit")
        if first is None:  # pragma: no cover - the loop ran at least once
            raise AssertionError
        return first

    def tick(self, unit: Unit, incident_id: str, now: datetime) -> int:
        """Do everything that an incident owes at this moment; answers how much that was."""
        for done in range(ROUNDS):
            row = unit.stream("incident", incident_id)
            if row is None or row.parked is not None:
                return done
            incident = self._incident(unit, row)
            owed = due(incident, self._pinned(incident, row), max(now, incident.last_at))
            if not owed:
                return done
            self.handle(unit, owed[0], now)
        return ROUNDS

    def park(self, unit: Unit, incident_id: str, reason: str = "its rules failed") -> None:
        """Set an incident aside, so that it stops no other; a person has to look at it."""
        row = unit.stream("incident", incident_id)
        if row is not None:
            parked = replace(row, parked=reason, next_due_at=None, snapshot=None)
            unit.save_stream(parked, expected_version=row.version)

    # --- one command ---

    def _one(self, unit: Unit, command: Command, now: datetime) -> Decision:
        answered = unit.decision(command.id)
        if answered is not None:
            return _as_before(answered)
        row = unit.stream(command.stream, command.stream_id)
        if row is not None and row.parked is not None:
            return self._record(unit, command, _parked(row.parked), now, facts=Facts(), row=row)
        if command.stream == "report":
            return self._report(unit, command, row, now)
        try:
            return self._decide(unit, command, row, now)
        except CannotRead as reason:
            return self._park(unit, command, row, now, str(reason))

    def _report(
        self, unit: Unit, command: Command, row: StreamRow | None, now: datetime
    ) -> Decision:
        organisation = self._organisation(None)
        openings = organisation.library.openings
        facts = Facts(config_version=organisation.version, openings=openings)
        if isinstance(command.body, SubmitReport):
            key = key_of(command.body, openings, exercise=command.exercise)
            facts = replace(facts, open_incident=unit.open_stream(key))
        report: Report | None = None
        for recorded in unit.events("report", command.stream_id) if row else ():
            report = evolve_report(report, from_recorded(recorded))
        decision = decide_report(report, command, facts, now)
        return self._record(unit, command, decision, now, facts=facts, row=row)

    def _decide(
        self, unit: Unit, command: Command, row: StreamRow | None, now: datetime
    ) -> Decision:
        incident = self._incident(unit, row) if row is not None else None
        version = row.config_version if row is not None else None
        organisation = self._organisation(version)
        pinned = self._pin(organisation, incident, command)
        if pinned is None:
            return self._record(unit, command, _unknown(command), now, facts=Facts(), row=row)
        scope = _scope(incident, command)
        current = self._organisation(None).directory
        candidates = Candidates(
            directory=current, pinned=pinned, incident=incident, scope=scope, at=now
        )
        facts = Facts(
            config_version=organisation.version,
            candidates=candidates,
            head=row.head if row is not None else GENESIS,
        )
        prose: dict[str, Prose] = {}
        answer = decide(incident, command, pinned, facts, now)
        while isinstance(answer, Wanted):
            facts = replace(
                facts,
                words=self._prepare(
                    unit,
                    command,
                    answer,
                    pinned=pinned,
                    directory=current,
                    facts=facts,
                    prose=prose,
                ),
            )
            answer = decide(incident, command, pinned, facts, now)
        return self._record(
            unit,
            command,
            answer,
            now,
            facts=facts,
            row=row,
            pinned=pinned,
            prose=tuple(prose.values()),
        )

    def _prepare(
        self,
        unit: Unit,
        command: Command,
        wanted: Wanted,
        *,
        pinned: Pinned,
        directory: Directory,
        facts: Facts,
        prose: dict[str, Prose],
    ) -> Mapping[str, Mapping[str, TextRef]]:
        """Put the wanted messages into words, salted; the rules then release exactly these."""
        own = {one.id: one.content for one in command.prose}
        refs = {one for message in wanted.messages for one in _texts_of(message)} - set(own)
        texts = own | {id_: row.content for id_, row in unit.texts(sorted(refs)).items()}
        words = dict(facts.words)
        for message in wanted.messages:
            rendered = self._words.render(
                message, pinned=pinned, names=directory, texts=texts
            ).texts
            for language, content in rendered.items():
                one = Prose(id=f"{message.id}.{language}", salt=self._salt(), content=content)
                prose[one.id] = one
            words[message.id] = {
                language: prose[f"{message.id}.{language}"].ref for language in rendered
            }
        return words

    # --- writing it down ---

    def _record(
        self,
        unit: Unit,
        command: Command,
        decision: Decision,
        now: datetime,
        *,
        facts: Facts,
        row: StreamRow | None,
        pinned: Pinned | None = None,
        prose: tuple[Prose, ...] = (),
    ) -> Decision:
        recorded = self._chained(command, decision.events, row)
        if recorded:
            unit.save_stream(
                self._stream_row(
                    command, decision, facts, row=row, recorded=recorded, pinned=pinned
                ),
                expected_version=row.version if row else 0,
            )
            unit.append(recorded)
        _keep(unit, command.stream_id, (*command.prose, *prose))
        if decision.messages and pinned is not None and decision.incident is not None:
            self._release(unit, decision, pinned, facts, now)
        self._withdraw(unit, decision, now)
        unit.record(_decision_row(command, decision, now, facts, recorded))
        if decision.incident is not None and recorded:
            self._remember(decision.incident)
        return decision

    def _chained(
        self, command: Command, events: Sequence[Event], row: StreamRow | None
    ) -> list[Recorded]:
        head = row.head if row is not None else GENESIS
        recorded: list[Recorded] = []
        for event in events:
            one = to_recorded(
                event, stream=command.stream, stream_id=command.stream_id, command_id=command.id
            )
            head = head_of(head, one)
            recorded.append(replace(one, head=head))
        return recorded

    def _stream_row(
        self,
        command: Command,
        decision: Decision,
        facts: Facts,
        *,
        row: StreamRow | None,
        recorded: Sequence[Recorded],
        pinned: Pinned | None,
    ) -> StreamRow:
        last = recorded[-1]
        incident = decision.incident
        stands = StreamRow(
            stream=command.stream,
            stream_id=command.stream_id,
            version=last.seq,
            head=last.head,
            exercise=command.exercise,
            config_version=row.config_version if row else facts.config_version,
            snapshot_seq=row.snapshot_seq if row else 0,
            snapshot_schema=row.snapshot_schema if row else 0,
        )
        if incident is None or pinned is None:
            return stands
        over = incident.phase in {"closed", "cancelled"}
        stands = replace(
            stands,
            key=None if over else incident.key,
            next_due_at=next_due_at(incident, pinned),
        )
        if last.seq - stands.snapshot_seq < SNAPSHOT_EVERY and row is not None:
            return stands
        return replace(
            stands,
            snapshot=shape_of(Incident).dump(incident),
            snapshot_seq=last.seq,
            snapshot_schema=SNAPSHOT_SCHEMA,
        )

    def _release(
        self, unit: Unit, decision: Decision, pinned: Pinned, facts: Facts, now: datetime
    ) -> None:
        """Write messages, the fan-outs of audiences, and the first deliveries of named people."""
        directory = self._organisation(None).directory
        incident = decision.incident
        if incident is None:
            return
        earlier = unit.messages(incident.id) if any(m.ends for m in decision.messages) else []
        rows, fanouts, deliveries = [], [], []
        awake = {state.holder for state in incident.roles.values() if state.holder}
        for message in decision.messages:
            texts = {lang: ref.id for lang, ref in facts.words[message.id].items()}
            row = _message_row(
                message,
                incident,
                texts,
                directory=directory,
                facts=facts,
                pinned=pinned,
                earlier=earlier,
            )
            rows.append(row)
            if message.audience is not None:
                fanouts.append(
                    FanoutRow(
                        message_id=message.id,
                        incident_id=incident.id,
                        audience=message.audience,
                        directory_version=directory.version,
                    )
                )
                continue
            fanouts.append(direct_fanout(row))
            course = course_of(row, pinned, self._abilities, awake={*awake, *message.to})
            for who in message.to:
                recipient = directory.recipient(who) or Recipient(
                    id=who, language=pinned.plan.languages[0], addresses={}
                )
                deliveries += first_rows(row, recipient, course, now)
        unit.add_messages(rows)
        unit.add_fanouts(fanouts)
        stamped = self._stamp(deliveries)
        unit.add_deliveries(stamped)
        self.written += stamped

    def _withdraw(self, unit: Unit, decision: Decision, now: datetime) -> None:
        """Stop the ladders of offers that were answered, or that nobody waits for any more."""
        answered = {
            event.body.offer_id
            for event in decision.events
            if isinstance(event.body, (RolesAccepted, RolesDeclined, OfferLapsed, OfferWithdrawn))
            and event.body.offer_id is not None
        }
        if answered and decision.incident is not None:
            ids = [
                row.id for row in unit.messages(decision.incident.id) if row.offer_id in answered
            ]
            withdraw(unit, ids, now)

    # --- reading it back ---

    def _incident(self, unit: Unit, row: StreamRow) -> Incident:
        known = self._known.get(row.stream_id)
        if known is not None and known[0] == row.version:
            self._known.move_to_end(row.stream_id)
            return known[1]
        incident = fold(unit, row)
        self._remember(incident)
        return incident

    def _remember(self, incident: Incident) -> None:
        self._known[incident.id] = (incident.seq, incident)
        self._known.move_to_end(incident.id)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    def _pinned(self, incident: Incident, row: StreamRow) -> Pinned:
        organisation = self._organisation(row.config_version)
        return organisation.pinned(incident.playbook, incident.site)

    def _pin(
        self, organisation: Organisation, incident: Incident | None, command: Command
    ) -> Pinned | None:
        if incident is not None:
            return organisation.pinned(incident.playbook, incident.site)
        if isinstance(command.body, Declare):
            return organisation.pinned(command.body.playbook, command.body.report.site)
        return None

    def _park(
        self, unit: Unit, command: Command, row: StreamRow | None, now: datetime, reason: str
    ) -> Decision:
        """Set a stream aside that cannot be read: never skipped, never guessed (design §2)."""
        if row is not None:
            parked = replace(row, parked=reason, next_due_at=None, snapshot=None)
            unit.save_stream(parked, expected_version=row.version)
        return self._record(unit, command, _parked(reason), now, facts=Facts(), row=None)


def fold(view: View, row: StreamRow) -> Incident:
    """Give the incident from its snapshot and the events after it; raises CannotRead."""
    incident: Incident | None = None
    if row.snapshot is not None and row.snapshot_schema == SNAPSHOT_SCHEMA:
        incident = shape_of(Incident).load(row.snapshot)
    after = row.snapshot_seq if incident is not None else 0
    for recorded in view.events("incident", row.stream_id, after=after):
        incident = evolve(incident, from_recorded(recorded))
    if incident is None:
        reason = f"incident {row.stream_id} has no events"
        raise Parked(reason)
    return incident


def _texts_of(message: Message) -> Iterable[str]:
    """Give the ids of the people's words that this message needs."""
    notice, brief = message.notice, message.brief
    words: list[object] = [
        message.place,
        message.workaround,
        message.own_words,
        *(one for m in message.measures for one in (m.words, m.expected_result)),
        *(one for p in message.promises for one in (p.words, p.counterpart)),
        *((notice.words, *notice.items) if notice else ()),
        *(one for p in (brief.promises if brief else ()) for one in (p.words, p.counterpart)),
    ]
    return (one.id for one in words if isinstance(one, TextRef))


def _keep(unit: Unit, owner: str, prose: Sequence[Prose]) -> None:
    if prose:
        unit.add_texts(
            [TextRow(id=one.id, owner=owner, salt=one.salt, content=one.content) for one in prose]
        )


def _message_row(
    message: Message,
    incident: Incident,
    texts: Mapping[str, str],
    *,
    directory: Directory,
    facts: Facts,
    pinned: Pinned,
    earlier: Sequence[MessageRow],
) -> MessageRow:
    language = pinned.plan.languages[0]
    audience = pinned.plan.audiences.get(message.audience) if message.audience else None
    ends = tuple(row.id for row in earlier if row.audience == message.audience and message.ends)
    return MessageRow(
        id=message.id,
        incident_id=incident.id,
        number=message.number,
        kind=message.kind,
        audience=message.audience,
        phase=message.phase,
        urgency=message.urgency,
        life_safety=message.life_safety,
        exercise=message.exercise,
        lane=lane(message),
        released_at=message.issued_at,
        texts=texts,
        sender=directory.name(message.speaker or message.speaker_function),
        contact=directory.contact(message.contact, language),
        acknowledge=audience is not None and message.kind in audience.acknowledge,
        expires_at=expires_at(message),
        offer_id=message.offer_id,
        ends=ends,
        config_version=facts.config_version,
    )


def _scope(incident: Incident | None, command: Command) -> Scope:
    if incident is None:
        report = command.body.report if isinstance(command.body, Declare) else None
        return Scope(
            site=report.site if report else "",
            building=report.building if report else None,
            exercise=command.exercise,
        )
    holders = {role: (state.holder,) for role, state in incident.roles.items() if state.holder}
    return Scope(
        site=incident.site,
        building=incident.building,
        exercise=incident.exercise,
        holders=holders,
    )


def _decision_row(
    command: Command,
    decision: Decision,
    now: datetime,
    facts: Facts,
    recorded: Sequence[Recorded],
) -> DecisionRow:
    refusal = decision.refusal
    answer = {"rule": refusal.rule, "words": dict(refusal.words)} if refusal else {}
    actor = command.actor
    return DecisionRow(
        command_id=command.id,
        stream=command.stream,
        stream_id=command.stream_id,
        command=dump_command(command),
        actor=f"{actor.kind}:{actor.id}" + (f"/{actor.for_person}" if actor.for_person else ""),
        authority=command.authority,
        door=command.door,
        exercise=command.exercise,
        at=now,
        facts=_facts_json(facts),
        config_version=facts.config_version,
        rules_version=RULES_VERSION,
        accepted=decision.accepted,
        answer=json.dumps(answer, ensure_ascii=False),
        first_seq=recorded[0].seq if recorded else 0,
        last_seq=recorded[-1].seq if recorded else 0,
    )


def _facts_json(facts: Facts) -> str:
    """Give the facts that the rules looked at, and no others: ids only, nothing personal."""
    seen = facts.candidates.seen if isinstance(facts.candidates, Candidates) else {}
    return json.dumps(
        {
            "open_incident": facts.open_incident,
            "candidates": {
                role: [[rank.name, *rank.people] for rank in ranks] for role, ranks in seen.items()
            },
            "head": facts.head,
            "words": {
                message: {lang: asdict(ref) for lang, ref in refs.items()}
                for message, refs in facts.words.items()
            },
        },
        separators=(",", ":"),
    )


def _as_before(row: DecisionRow) -> Decision:
    """Give the answer that this command got when it was first asked."""
    if row.accepted:
        return Decision(accepted=True)
    answer = json.loads(row.answer)
    return Decision(
        accepted=False, refusal=Refusal(rule=answer["rule"], words=Text(answer["words"]))
    )


def _unknown(command: Command) -> Decision:
    words = Text(
        {
            "fr": f"Il n'y a pas d'incident « {command.stream_id} ».",
            "en": f'There is no incident "{command.stream_id}".',
        }
    )
    return Decision(accepted=False, refusal=Refusal(rule="incident", words=words))


def _parked(reason: str) -> Decision:
    words = Text(
        {
            "fr": f"Cet incident est mis de côté jusqu'à ce qu'une personne l'examine : {reason}",
            "en": f"This incident is set aside until a person has looked at it: {reason}",
        }
    )
    return Decision(accepted=False, refusal=Refusal(rule="parked", words=words))
