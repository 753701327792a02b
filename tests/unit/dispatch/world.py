"""A small organisation, its people, and channels that do as a test says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from crisis.core.pinned import Pinned
from crisis.core.place import Site
from crisis.core.plan import CommunicationPlan
from crisis.dispatch import Dispatcher, Ground, News
from crisis.ledger import count_by_hand, course_of, first_rows
from crisis.ports import (
    Abilities,
    Channel,
    DeliveryRow,
    FanoutRow,
    MessageRow,
    Outgoing,
    Receipt,
    Recipient,
    Scope,
    TextRow,
    Unit,
)
from crisis.store.memory import MemoryStore

T = TypeVar("T")

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def both(words: str) -> dict[str, str]:
    """The same in each language."""
    return {"fr": words, "en": words}


def an_audience(**other: Any) -> dict[str, Any]:
    """An audience of the plan."""
    expects = {"operational": both("What to do."), "emotional": both("Calm.")}
    return {
        "title": both("People"),
        "who": {"function": "staff"},
        "expects": expects,
        "contact": "desk",
    } | other


PLAN = CommunicationPlan.model_validate(
    {
        "communication_plan": "house",
        "languages": ["fr", "en"],
        "severities": {"S1": both("Grave.")},
        "urgency": {"S1": "immediate"},
        "quiet_hours": {"from": "22:00", "to": "07:00"},
        "cadence": {
            "lead_within": "30m",
            "first_within": "30m",
            "update_every": "30m",
            "directorate_within": "30m",
            "brief_every": "30m",
        },
        "media": {
            "mail": {"channel": "email", "title": both("Mail")},
            "sms": {"channel": "sms", "title": both("Text message")},
            "runner": {"channel": "person", "person": True, "title": both("Runner")},
        },
        "ladders": {
            "role_offer": {"any": [{"by": ["sms", "mail"], "wait": "10m"}, {"by": ["runner"]}]},
            "alert": {"immediate": [{"by": ["sms", "mail"], "wait": "3m"}, {"by": ["runner"]}]},
            "any": {
                "any": [{"by": ["mail"], "wait": "20m"}, {"by": ["sms"], "wait": "10m"},
                        {"by": ["runner"]}]
            },
        },
        "audiences": {
            "people": an_audience(),
            "in-danger": an_audience(at_risk=True),
            "on-duty": an_audience(on_duty=True),
        },
    }
)  # fmt: skip
SITE = Site(name="tower", title=both("Tower"), zone="Europe/Paris", address="1 rue du Pont")
PINNED = Pinned(source={"playbook": "flood"}, plan=PLAN, site=SITE)


@dataclass
class FakeClock:
    """Business time and real time, each moved by hand; they pass by themselves only a little."""

    business: datetime = NOON
    actual: datetime = NOON

    def now(self) -> datetime:
        """Business time."""
        return self.business

    def real(self) -> datetime:
        """Real time."""
        return self.actual


@dataclass
class FakeDirectory:
    """Whom there is."""

    people: dict[str, Recipient] = field(default_factory=dict)
    version: int = 1
    broken: bool = False

    def candidates(self, who: Any, scope: Scope, at: datetime) -> tuple[str, ...]:
        """Nobody asks here."""
        raise AssertionError(f"sending asks for nobody by role: {who} {scope} {at}")

    def audience(
        self, name: str, told: Sequence[str], scope: Scope, at: datetime, *, after: str, limit: int
    ) -> list[Recipient]:
        """Everybody, in order of id."""
        assert (name, told, scope.site, at) == ("people", ("people",), "tower", NOON)
        if self.broken:
            raise RuntimeError("the directory is broken")
        return [self.people[key] for key in sorted(self.people) if key > after][:limit]

    def recipient(self, recipient_id: str) -> Recipient | None:
        """One of them."""
        return self.people.get(recipient_id)

    def name(self, person_id: str) -> str:
        """Nobody asks here."""
        raise AssertionError(f"sending asks for no name: {person_id}")

    def title(self, function: str, language: str) -> str:
        """Who speaks, in a language."""
        return f"{function} ({language})"

    def contact(self, function: str, language: str) -> str:
        """Who answers, in a language."""
        return f"{function} ({language})"


@dataclass
class FakeLookup:
    """What messages stand on."""

    people: FakeDirectory
    holders: dict[str, tuple[str, ...]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    """Incidents that cannot be looked up."""

    def ground(self, message: MessageRow) -> Ground:
        """The tower."""
        if message.incident_id in self.broken:
            raise LookupError(f"incident {message.incident_id} is parked")
        scope = Scope(site="tower", holders=self.holders)
        return Ground(pinned=PINNED, scope=scope, told=("people",))

    def directory(self, version: int | None = None) -> FakeDirectory:
        """There is one version."""
        assert version in {None, 1}
        return self.people


Answer = Callable[[Outgoing], Receipt]


def answers(state: Any = "sent", **other: Any) -> Answer:
    """A channel's answer to every delivery."""
    return lambda one: Receipt(delivery_id=one.delivery_id, state=state, at=NOON, **other)


@dataclass
class FakeChannel:
    """Keeps what it is handed; answers as it is told to."""

    name: str = "email"
    confirms: bool = False
    repeat_safe: bool = True
    connections: int = 2
    depth: int = 4
    answer: Answer = field(default_factory=answers)
    gate: asyncio.Event | None = None
    """Where there is one, a batch is answered once it is set."""
    out: list[Outgoing] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)
    busy: int = 0
    busiest: int = 0
    abilities: Abilities = field(init=False)

    def __post_init__(self) -> None:
        """As declared."""
        self.abilities = Abilities(
            form="long",
            confirms=self.confirms,
            repeat_safe=self.repeat_safe,
            connections=self.connections,
            depth=self.depth,
        )

    async def send(self, batch: Sequence[Outgoing]) -> list[Receipt]:
        """Keep it, and answer when allowed to."""
        self.batches.append(len(batch))
        self.busy += len(batch)
        self.busiest = max(self.busiest, self.busy)
        self.out += batch
        try:
            if self.gate:
                await self.gate.wait()
            else:
                await asyncio.sleep(0)
        finally:
            self.busy -= len(batch)
        return [self.answer(one) for one in batch]

    async def close(self) -> None:
        """Nothing to give back."""

    def reached(self) -> list[str]:
        """Addresses, in the order of hand-over."""
        return [one.address for one in self.out]


def someone(name: str, **other: Any) -> Recipient:
    """A person with mail and telephone."""
    to = Recipient(
        id=name, language="fr", addresses={"email": f"{name}@example.org", "sms": f"+{name}"}
    )
    return replace(to, **other)


def a_message(message_id: str = "m1", **other: Any) -> MessageRow:
    """An update to people, in French and English."""
    row = MessageRow(
        id=message_id,
        incident_id="i1",
        number=1,
        kind="update",
        audience="people",
        phase="open",
        urgency="expected",
        life_safety=False,
        exercise=False,
        lane="bulk",
        released_at=NOON,
        texts={"fr": f"{message_id}-fr", "en": f"{message_id}-en"},
        sender="duty",
        contact="desk",
    )
    return replace(row, **other)


def an_offer(message_id: str = "offer-1", **other: Any) -> MessageRow:
    """A role is offered to a person."""
    offer = {"kind": "role_offer", "audience": None, "offer_id": "o1", "lane": "now"}
    return a_message(message_id, **(offer | other))


class World:
    """A store, an organisation, channels and news; outlives the dispatchers that work on it."""

    def __init__(self, *channels: FakeChannel, people: Sequence[Recipient] = ()) -> None:
        self.store = MemoryStore()
        self.clock = FakeClock()
        self.directory = FakeDirectory({one.id: one for one in people})
        self.lookup = FakeLookup(self.directory)
        self.channels = {one.name: one for one in channels}
        self.news: list[News] = []
        self.hear: Callable[[News], None] = self.news.append
        self.writes = 0
        self.disk_is_full = False

    async def write(self, job: Callable[[Unit], T]) -> T:
        """One transaction for this job, as the runtime's group commit would."""
        await asyncio.sleep(0)
        if self.disk_is_full:
            raise OSError("the disk is full")
        self.writes += 1
        (answer,) = self.store.transact([job])
        await asyncio.sleep(0)
        if isinstance(answer, Exception):
            raise answer
        return answer  # type: ignore[no-any-return] # transact answers any job

    async def report(self, news: News) -> None:
        """The incident hears it."""
        self.hear(news)

    def dispatcher(self, **other: Any) -> Dispatcher:
        """One more life."""
        channels: list[Channel] = [*self.channels.values()]
        wiring: dict[str, Any] = {
            "write": self.write,
            "read": self.store.read,
            "lookup": self.lookup,
            "channels": channels,
            "clock": self.clock,
            "sign": lambda row, _message: f"https://crisis.example/{row.id}",
            "report": self.report,
            "owner": "here",
        }
        return Dispatcher(**(wiring | other))

    @asynccontextmanager
    async def running(self, **other: Any) -> AsyncIterator[Dispatcher]:
        """A dispatcher at work, until the block ends."""
        dispatcher = self.dispatcher(**other)
        work = asyncio.create_task(dispatcher.run())
        await asyncio.sleep(0)
        try:
            yield dispatcher
        finally:
            work.cancel()
            await asyncio.wait([work])

    def commit(self, job: Callable[[Unit], Any]) -> None:
        """What the coordinator commits."""
        (answer,) = self.store.transact([job])
        if isinstance(answer, Exception):
            raise answer

    def release(self, message: MessageRow, *to: str, fanout: bool = True) -> list[DeliveryRow]:
        """A message to an audience; or to these people, rows and all."""
        abilities = {name: one.abilities for name, one in self.channels.items()}
        course = course_of(message, PINNED, abilities)
        now = self.clock.now()
        people = [self.directory.people[one] for one in to]
        rows = [row for one in people for row in first_rows(message, one, course, now)]

        def job(unit: Unit) -> None:
            unit.add_texts([a_text(message, language) for language in message.texts])
            unit.add_messages([message])
            unit.add_deliveries(rows)
            if fanout:
                unit.add_fanouts([
                    FanoutRow(
                        message_id=message.id,
                        incident_id=message.incident_id,
                        audience=message.audience or "",
                        directory_version=1,
                        finished=bool(to),
                    )
                ])  # fmt: skip
            count_by_hand(unit, rows)

        self.commit(job)
        return rows

    def rows(self, message_id: str = "m1") -> dict[tuple[str, str], DeliveryRow]:
        """(recipient, medium) -> row."""
        with self.store.read() as view:
            return {(row.recipient_id, row.medium): row for row in view.deliveries(message_id)}

    def states(self, message_id: str = "m1") -> dict[tuple[str, str], str]:
        """(recipient, medium) -> state."""
        return {key: row.state for key, row in self.rows(message_id).items()}


def a_text(message: MessageRow, language: str) -> TextRow:
    """What is said in a language."""
    said = {name: f"{name} {message.id} {language}" for name in ("subject", "text", "short", "say")}
    return TextRow(
        id=message.texts[language],
        owner=message.incident_id,
        salt="s",
        content=json.dumps(said),
    )


async def until(holds: Callable[[], Any], *, turns: int = 5000) -> None:
    """Let everything run until something holds; AssertionError when it never does."""
    for _ in range(turns):
        if holds():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never came to that")


async def quiet(dispatcher: Dispatcher) -> None:
    """Let everything run until nothing is left to do now."""
    await until(dispatcher.idle)


async def before_long(holds: Callable[[], Any]) -> None:
    """Let real time pass, two seconds at most, until something holds."""
    for _ in range(400):
        if holds():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it did not come to that in time")
