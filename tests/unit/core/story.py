"""A crisis told as a story: a playbook, a clock on the wall, and people who act or stay silent.

Every decision on the way is held against what always holds: the events folded give the state of
the decision, events and messages are numbered without a gap, and the same question has the same
answer. A story fails at the line where one of them does not.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from crisis.core import commands as c
from crisis.core import events as e
from crisis.core.decide import decide
from crisis.core.decide.opening import decide_report
from crisis.core.deciding import Decision, Facts, NoOthers, Others, Rank, Refusal
from crisis.core.due import TIMELESS, due, next_due_at
from crisis.core.evolve import evolve
from crisis.core.incident import Incident
from crisis.core.message import TO_AUDIENCES, Message
from crisis.core.pinned import Pinned
from crisis.core.place import Site
from crisis.core.plan import CommunicationPlan
from crisis.core.prose import TextRef
from crisis.core.report import incident_id, report_id
from crisis.core.values import Span
from crisis.library.legal import legal_clocks
from crisis.yamlfile import read
from tests.unit.core.said import Said

ROOT = Path(__file__).parents[3]
SHIPPED = ROOT / "playbooks"
ZONE = ZoneInfo("Europe/Paris")
MONDAY = date(2026, 11, 23)
PLAYBOOKS = ("flood", "fire", "generic")

B = TypeVar("B")


@cache
def document(folder: Path, name: str) -> Any:
    """A YAML document as plain values."""
    return read((folder / f"{name}.yaml").read_text(), name).value


def edited(source: Any, edits: Mapping[str, Any]) -> Any:
    """A copy in which some fields, named as ``steps/leave/within``, are changed; ... takes out."""
    source = copy.deepcopy(source)
    for path, value in edits.items():
        *above, last = path.split("/")
        target = source
        for part in above:
            target = target.setdefault(part, {})
        if value is ...:
            del target[last]
        else:
            target[last] = value
    return source


@cache
def site() -> Site:
    """The head office: people are there from eight to seven on workdays."""
    days = ("monday", "tuesday", "wednesday", "thursday", "friday")
    hours = dict.fromkeys(days, "08:00-19:00")
    title = {"fr": "Siège", "en": "Head office"}
    return Site.model_validate({
        "name": "hq", "title": title, "zone": "Europe/Paris", "hours": hours,
    })  # fmt: skip


def pinned(
    playbook: str,
    edits: Mapping[str, Any] | None = None,
    plan: Mapping[str, Any] | None = None,
    folder: Path = SHIPPED,
) -> Pinned:
    """A playbook with its plan, changed for one story."""
    if edits or plan:
        return _pinned(
            edited(document(folder, playbook), edits or {}),
            edited(document(folder, "communication-plan"), plan or {}),
        )
    return as_shipped(playbook, folder)


@cache
def as_shipped(playbook: str, folder: Path = SHIPPED) -> Pinned:
    """A playbook with its plan as they are."""
    return _pinned(document(folder, playbook), document(folder, "communication-plan"))


def _pinned(source: Any, plan: Any) -> Pinned:
    return Pinned(source=source, plan=CommunicationPlan.model_validate(plan), site=site(),
                  legal=legal_clocks())  # fmt: skip


def cast(roles: Iterable[str]) -> dict[str, tuple[Rank, ...]]:
    """Who is on call: for each role its holder and a deputy; above the lead, the director."""
    found: dict[str, tuple[Rank, ...]] = {
        role: (Rank("holder", (role,)), Rank("deputy-1", (f"{role}-deputy",))) for role in roles
    }
    found["lead"] = (*found["lead"], Rank("last-resort", ("director",)))
    return found | {"directorate": (Rank("member", ("dg",)),)}


def words(name: str) -> TextRef:
    """A person's words."""
    return TextRef(f"t-{name}", f"digest of {name}")


@dataclass
class Story:
    """One incident. Times are those of the clock on the wall, in Paris, from Monday at ten."""

    playbook: str = "flood"
    edits: Mapping[str, Any] | None = None
    plan: Mapping[str, Any] | None = None
    people: Mapping[str, tuple[Rank, ...]] | None = None
    begins: str = "10:00"
    exercise: bool = False
    ledger: bool = True
    """Whether dispatch runs: every message is reported as sent at the moment it leaves."""
    failing: set[str] = field(default_factory=set)
    """Audiences (and ``directorate``) nobody of whom can be sent anything."""
    empty: set[str] = field(default_factory=set)
    """Audiences to which nobody belongs."""
    folder: Path = SHIPPED
    others: Others = field(default_factory=NoOthers)
    """Other incidents, where the story has some."""
    library: tuple[str, ...] = PLAYBOOKS
    """The playbooks that there are."""
    followed: Pinned | None = None
    """The playbook before, where the story goes by another one."""
    texts: dict[str, Mapping[str, str]] = field(default_factory=dict)
    """Texts whose words matter to the story, by id; a person's words are otherwise their name."""

    def __post_init__(self) -> None:
        self.pinned = pinned(self.playbook, self.edits, self.plan, self.folder)
        roles = self.pinned.in_force({}).roles
        self.candidates = dict(self.people) if self.people is not None else cast(roles)
        self.now = datetime.combine(MONDAY, time.fromisoformat(self.begins), ZONE).astimezone(UTC)
        self.log: list[e.Event] = []
        self.messages: list[Message] = []
        self.state: Incident | None = None
        self._numbers = count(1)
        self.register = Said()

    # --- what happens ---

    def report(self, **changes: Any) -> Decision:
        """Somebody reports trouble: the first report opens the incident, the others join it."""
        number = next(self._numbers)
        fields: dict[str, Any] = {
            "source": "phone", "native_id": str(number), "kind": self.playbook, "site": "hq",
            "building": "a",
        }  # fmt: skip
        body = c.SubmitReport(**(fields | changes))
        command = self._command(body, "reporter", stream=report_id(body.source, body.native_id))
        openings = {self.playbook: ((body.kind, None, ()),)}
        known = self.state.id if self.state is not None else None
        routed = decide_report(
            None, command, Facts(openings=openings, open_incident=known), self.now
        )
        assert routed.accepted
        assert len(routed.follow) == 1
        if self.state is None:
            assert routed.follow[0].stream_id == incident_id(command.stream_id)
        return self._accepted(routed.follow[0])

    def does(self, body: c.Body, by: str = "lead", **more: Any) -> list[e.EventBody]:
        """A person does something, and it is accepted; gives what came of it."""
        decision = self._accepted(self._command(body, by, **more))
        return [event.body for event in decision.events]

    def tries(self, body: c.Body, by: str = "lead", **more: Any) -> Decision:
        """A person asks for something; the answer is yes, or no with its reason."""
        command = self._command(body, by, **more)
        before, answer = self.state, self._ask(command)
        if answer.accepted:
            return self._accepted(command)
        assert answer.events == ()
        assert answer.incident == before
        assert answer.refusal is not None
        assert set(answer.refusal.words) == {"fr", "en"}
        return answer

    def refused(self, body: c.Body, by: str = "lead", **more: Any) -> Refusal:
        """A person asks for something, and the answer is no; gives the reason."""
        answer = self.tries(body, by, **more)
        assert not answer.accepted, f"{body} was accepted"
        assert answer.refusal is not None
        return answer.refusal

    def accept(self, *roles: str) -> None:
        """Those who were last asked for these roles accept; for all that are open, when none."""
        for offer_id, offer in tuple(self.incident.offers.items()):
            still = self.incident.offers[offer_id].state == "open"
            if still and (not roles or any(role in roles for role in offer.roles)):
                self.does(c.AcceptRoles(offer_id=offer_id), offer.person)

    def offer(self, role: str) -> str:
        """The open offer of a role."""
        return next(
            offer_id for offer_id, offer in self.incident.offers.items()
            if role in offer.roles and offer.state == "open"
        )  # fmt: skip

    def at(self, clock: str) -> None:
        """The clock goes on to the next such time, and what falls due on the way is done."""
        local = self.now.astimezone(ZONE)
        strikes = datetime.combine(local.date(), time.fromisoformat(clock), ZONE)
        if strikes < local:
            strikes += timedelta(days=1)
        self._until(strikes.astimezone(UTC))

    def passes(self, span: str) -> None:
        """Some time passes, and what falls due on the way is done."""
        self._until(self.now + Span.parse(span).delta)

    def away(self, span: str) -> list[c.Command]:
        """Nothing runs for some time; then all that has fallen due is done, at once."""
        self.now += Span.parse(span).delta
        return self.catch_up()

    def catch_up(self) -> list[c.Command]:
        """Do what is due now. Each thing is accepted, changes something, and is then not due."""
        done: list[c.Command] = []
        for _ in range(200):
            owed = due(self.incident, self.pinned, self.now)
            if not owed:
                later = next_due_at(self.incident, self.pinned)
                assert later is None or later > self.now
                return done
            decision = self._accepted(owed[0])
            assert decision.events, f"{owed[0].body} changed nothing"
            done.append(owed[0])
        raise AssertionError("it never ends: " + ", ".join(one.id for one in done[-5:]))

    def note_sent(self, message: Message, *, sent: bool = True) -> None:
        """The ledger says of one message that it was sent, or could not be."""
        nobody = sent and message.audience in self.empty
        tally = {} if nobody else {"sent": 1} if sent else {"failed": 1}
        body = c.NoteSent(message_id=message.id, sent=sent, sent_at=self.now, tally=tally)
        command = c.Command(
            id=f"ledger-{next(self._numbers)}", stream="incident", stream_id=self.incident.id,
            body=body, actor=c.Actor(kind="rule", id="ledger"), authority="ledger",
            door="dispatch", exercise=self.exercise,
        )  # fmt: skip
        self._accepted(command)

    def dispatch(self) -> None:
        """The ledger catches up with everything that was released."""
        for message in self.messages:  # which grows: the ledger's word may let others go
            if message.id in self.incident.unsent:
                self.note_sent(message, sent=message.audience not in self.failing)

    # --- what can be seen ---

    @property
    def incident(self) -> Incident:
        """The state."""
        assert self.state is not None
        return self.state

    def said(self, kind: type[B], since: int = 0) -> list[B]:
        """What happened, of one class, after an event."""
        return [event.body for event in self.log
                if isinstance(event.body, kind) and event.seq > since]  # fmt: skip

    def sent(
        self, audience: str | None = None, kind: str | None = None, since: int = 0
    ) -> list[Message]:
        """The messages to an audience, of a kind, after an event."""
        released = {
            event.body.message_id for event in self.log
            if isinstance(event.body, e.MessageReleased) and event.seq > since
        }  # fmt: skip
        return [
            one for one in self.messages
            if one.id in released and audience in {None, one.audience} and kind in {None, one.kind}
        ]  # fmt: skip

    def notices(self, person: str, topic: str | None = None, since: int = 0) -> list[Message]:
        """What was written to one person about what is owed."""
        return [
            one for one in self.sent(since=since)
            if one.notice is not None and topic in {None, one.notice.topic}
            and (person in one.to or person == one.audience)
        ]  # fmt: skip

    def clock(self, at: datetime) -> str:
        """A time as the clock on the wall shows it."""
        return at.astimezone(ZONE).strftime("%H:%M")

    def phase_at(self, seq: int) -> str:
        """The phase in which an event happened."""
        phase = "open"
        for event in self.log[: seq - 1]:
            if isinstance(event.body, e.PhaseDeclared):
                phase = event.body.phase
            elif isinstance(event.body, e.IncidentCancelled):
                phase = "cancelled"
        return phase

    @property
    def seq(self) -> int:
        """Where the journal is."""
        return self.incident.seq

    # --- the laws that hold in every story ---

    def _until(self, end: datetime) -> None:
        while (at := next_due_at(self.incident, self.pinned)) is not None and at <= end:
            assert not due(self.incident, self.pinned, at - timedelta(microseconds=1))
            self.now = max(self.now, at)
            self.catch_up()
        self.now = end

    def _accepted(self, command: c.Command) -> Decision:
        answer = self._ask(command)
        assert answer.accepted, answer.refusal
        folded = self.state
        for number, event in enumerate(answer.events, start=folded.seq + 1 if folded else 1):
            assert event.seq == number
            stood, folded = folded, evolve(folded, event)
            if stood is not None and type(event.body) in TIMELESS:
                assert next_due_at(stood, self.pinned) == next_due_at(folded, self.pinned)
        assert folded == answer.incident
        before = self.state.messages if self.state else 0
        assert [one.number for one in answer.messages] == list(
            range(before + 1, before + 1 + len(answer.messages))
        )
        told = [one for one in answer.messages if one.kind in TO_AUDIENCES and not one.joined]
        assert len(told) == len({(one.audience, one.kind) for one in told}), "G2: told twice"
        self.state = answer.incident
        self.log += answer.events
        self.register.enter(answer.events)
        self.messages += answer.messages
        if self.ledger and not isinstance(command.body, c.NoteSent):
            self.dispatch()
        return answer

    def _ask(self, command: c.Command) -> Decision:
        facts = self.facts()
        answer = decide(self.state, command, self.pinned, facts, self.now)
        assert decide(self.state, command, self.pinned, facts, self.now) == answer
        return answer

    def facts(self) -> Facts:
        """What a decision of this story is given."""
        return Facts(
            candidates=self.candidates, head="head", words=self._rendered, text=self._text,
            register=self.register, others=self.others,
            openings=dict.fromkeys(self.library, ()), followed=self.followed,
        )  # fmt: skip

    def _text(self, text_id: str) -> Mapping[str, str]:
        return self.texts.get(text_id) or ({"": text_id[2:]} if text_id[:2] == "t-" else {})

    def _rendered(self, message: Message) -> dict[str, TextRef]:
        return {
            language: TextRef(
                f"{message.id}.{language}",
                sha256(f"{message.id}{language}{message.kind}".encode()).hexdigest(),
            )
            for language in self.pinned.plan.languages
        }

    def _command(
        self, body: c.Body, by: str, *, stream: str | None = None, **more: Any
    ) -> c.Command:
        fields: dict[str, Any] = {
            "id": f"c{next(self._numbers)}",
            "stream": "report" if stream else "incident",
            "stream_id": stream or (self.state.id if self.state else "i-none"),
            "body": body,
            "actor": c.Actor(kind="person", id=by),
            "authority": "operator",
            "door": "cli",
            "exercise": self.exercise,
        }
        return c.Command(**(fields | more))


def told(story: Story, audience: str) -> list[tuple[str, str]]:
    """What an audience was told: clock time and kind."""
    return [(story.clock(one.issued_at), one.kind) for one in story.sent(audience)]


__all__ = ["Decision", "Story", "told", "words"]
