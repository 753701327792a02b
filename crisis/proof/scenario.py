"""A crisis told as a story in time, readable aloud, and held against every guarantee at its end.

    await story.at("14:05").report("flood", building="a")
    story.expect_mail(to="Nadia Benali", says="RÔLE À PRENDRE")
    await story.at("14:06").decline("lead")
    story.expect_call(to="Aline Petit", says="Pilote de crise")
    await story.expect_silence(of="users-away", until="18:00")

Business time moves only while the service is idle, from one thing that is owed to the next. A
story needs a :class:`Stage`, which opens the service that it runs on: it is told without change
on any runtime.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from crisis.core.events import Event, EventBody
from crisis.core.incident import Incident
from crisis.core.matching import Who
from crisis.core.values import Span
from crisis.organisation import Organisation
from crisis.ports import Scope
from crisis.proof.acting import Acting
from crisis.proof.fakes import FakeChannel, StoryClock
from crisis.proof.invariants import Away, Breach, Sinks, check
from crisis.proof.moment import Moment
from crisis.proof.seen import Seen, Sightings
from crisis.proof.stage import Runtime, Stage

PATIENCE = 20.0
"""Seconds of real time after which a service that is still busy is taken for stuck."""

FIRST_LOOK, LONGEST_PAUSE = 0.0005, 0.025
"""Seconds between two looks at whether all is done: what is still under way on brokers needs the
processor more than who looks."""

MAIL, TEXT, CALL = ("email",), ("sms", "sms-modem"), ("call",)


@dataclass(slots=True)
class Story:
    """One story. Use it as an async context manager: its end checks every invariant."""

    stage: Stage
    clock: StoryClock
    channels: Mapping[str, FakeChannel]
    zone: ZoneInfo
    place: str = "hq"
    incident_id: str = ""
    answered: list[str] = field(default_factory=list)
    """Reports that were answered with success."""
    away: list[Away] = field(default_factory=list)
    known_breaches: set[tuple[str, str]] = field(default_factory=set)
    """(guarantee, stream) of the breaches that this story is about."""
    repeats: int = 0
    """How many deliveries the story expects to be repeated, by crashes or odd servers."""
    numbers: int = 0
    moment: Acting | None = None
    """The last moment at which something was done."""
    _runtime: Runtime | None = None
    _running: asyncio.Task[None] | None = None
    _sightings: Sightings = field(init=False)
    _since: int = 0

    def __post_init__(self) -> None:
        self._sightings = Sightings(self.channels)

    async def __aenter__(self) -> Self:
        """Open the service."""
        await self.starts()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Hold the story against every guarantee, unless it failed already."""
        try:
            if kind is None:
                await self.settles()
                self.expect_guarantees()
        finally:
            await self.stops()

    # --- the service ---

    @property
    def runtime(self) -> Runtime:
        """The service that runs now."""
        if self._runtime is None:
            raise LookupError("nothing runs: the story has stopped the service")
        return self._runtime

    async def starts(self) -> None:
        """Start the service, for the first time or after a stop."""
        self._runtime = self.stage.open(self.clock, self.channels.values())
        self._running = asyncio.create_task(self._runtime.run())
        await self.settles()

    async def stops(self) -> None:
        """Stop the service as a power cut does."""
        if self._running is None or self._runtime is None:
            return
        self._running.cancel()
        try:
            await self._running
        except asyncio.CancelledError:
            pass
        finally:
            runtime, self._runtime, self._running = self._runtime, None, None
            await self.stage.shut(runtime)

    async def is_away(self, span: str) -> None:
        """Nothing runs for so long; then the service is started again."""
        began = self.clock.now()
        await self.stops()
        self.clock.pass_unseen(Span.parse(span).delta)
        self.away.append(Away(began, self.clock.now()))
        self.begin_looking()
        await self.starts()

    async def settles(self) -> None:
        """Wait until everything that is due now is done."""
        quiet, pause = 0, FIRST_LOOK
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while quiet < 3:  # noqa: PLR2004 - one task may wake another after the first look
            await asyncio.sleep(0 if quiet else pause)
            pause = min(1.5 * pause, LONGEST_PAUSE)
            if self._running is not None and self._running.done():
                self._running.result()
            quiet = quiet + 1 if self.runtime.idle() else 0
            if asyncio.get_running_loop().time() > deadline:
                raise AssertionError("the service does not come to rest: " + self._busy())

    def _busy(self) -> str:
        return f"it is {self.shown(self.clock.now())}, next at {self.runtime.next_at()}"

    def begin_looking(self) -> None:
        """What is expected from here on must arrive from here on."""
        self._since = self._sightings.count()

    # --- time ---

    def shown(self, at: datetime) -> str:
        """A time as it stands on the site's clocks."""
        return at.astimezone(self.zone).strftime("%Y-%m-%d %H:%M:%S")

    def clock_time(self, when: str | datetime) -> datetime:
        """Read ``14:05`` (the next time that it strikes there) or ``2026-03-10 14:05``."""
        if isinstance(when, datetime):
            return when
        now = self.clock.now().astimezone(self.zone)
        if "-" in when:
            return datetime.fromisoformat(when).replace(tzinfo=self.zone)
        struck = datetime.combine(now.date(), time.fromisoformat(when), self.zone)
        if struck < now:
            struck = datetime.combine(now.date() + timedelta(days=1), struck.time(), self.zone)
        return struck

    def on(self, day: str) -> Story:
        """Begin on this day; before anything has happened."""
        begins = datetime.combine(date.fromisoformat(day), time(), self.zone)
        if begins < self.clock.now():
            raise AssertionError(f"the story has passed {day} already")
        self.clock.pass_unseen(begins - self.clock.now())
        return self

    def at(self, when: str | datetime) -> Moment:
        """What somebody does at this time; what is owed until then happens before it."""
        return Moment(self, self.clock_time(when))

    def after(self, span: str) -> Moment:
        """What somebody does so much later."""
        return Moment(self, self.clock.now() + Span.parse(span).delta)

    @property
    def then(self) -> Moment:
        """What somebody does at once."""
        return Moment(self, self.clock.now())

    async def passes(self, span: str) -> None:
        """Let so much time pass."""
        await self.until(self.clock.now() + Span.parse(span).delta)

    async def until(self, when: str | datetime) -> None:
        """Let time pass until then, and do everything that is owed on the way."""
        to = self.clock_time(when)
        self.begin_looking()
        await self.settles()
        stuck = 0
        while (at := self.runtime.next_at()) is not None and at <= to:
            stuck = stuck + 1 if at <= self.clock.now() else 0
            if stuck > 2:  # noqa: PLR2004 - the first may have been done meanwhile
                raise AssertionError("something is owed and not done: " + self._busy())
            await self.runtime.advance(at)
            await self.settles()
        await self.runtime.advance(to)
        await self.settles()

    async def jumps(self, span: str) -> None:
        """Let the clock jump, as after a suspended machine: nothing happens on the way."""
        began = self.clock.now()
        self.begin_looking()
        await self.runtime.advance(began + Span.parse(span).delta)
        self.away.append(Away(began, self.clock.now()))
        await self.settles()

    # --- who and where ---

    @property
    def incident(self) -> Incident:
        """The incident that the story is about: the last one that was opened."""
        found = self.runtime.incident(self.incident_id)
        if found is None:
            raise AssertionError(f"there is no incident {self.incident_id!r}")
        return found

    def person(self, who: str, incident_id: str | None = None) -> str:
        """Give the id of a person: by name, by id, by role held or offered, or by function."""
        organisation = self.runtime.organisation()
        people = organisation.configuration.people
        if who in people.people or who in people.places:
            return who
        for id_, person in people.people.items():
            if person.name == who:
                return id_
        incident = self.runtime.incident(incident_id or self.incident_id)
        if incident is not None:
            state = incident.roles.get(who)
            if state is not None and state.holder is not None:
                return state.holder
            for offer in incident.offers.values():
                if offer.state == "open" and who in offer.roles:
                    return offer.person
        on_duty = self.on_duty(who) if who in people.functions else ()
        if on_duty:
            return on_duty[0]
        raise AssertionError(
            f"nobody is called {who!r}, nobody holds or is offered that role, or is on duty for it"
        )

    def on_duty(self, function: str) -> tuple[str, ...]:
        """Give the ids of those who answer for a function now."""
        organisation = self.runtime.organisation()
        scope = Scope(site=self.place)
        return organisation.directory.candidates(Who.parse(function), scope, self.clock.now())

    # --- what is expected ---

    def seen(
        self,
        *,
        to: str | None = None,
        by: tuple[str, ...] | None = None,
        says: str | None = None,
        kind: str | None = None,
        ever: bool = False,
    ) -> list[Seen]:
        """Give what has arrived since the last thing that was done; ``ever``: from the beginning.

        ``to`` is a person (by name, id or role) or an audience; ``by`` names channels.
        """
        found = self._sightings.since(0 if ever else self._since, self.runtime.store)
        audiences = self.runtime.organisation().plan.audiences
        if to is not None and to in audiences:
            found = [one for one in found if one.message.audience == to]
        elif to is not None:
            id_ = self.person(to)
            found = [one for one in found if one.row.recipient_id == id_]
        wanted: list[Callable[[Seen], bool]] = []
        if by is not None:
            wanted.append(lambda one: one.channel in by)
        if says is not None:
            wanted.append(lambda one: one.says(says))
        if kind is not None:
            wanted.append(lambda one: one.message.kind == kind)
        return [one for one in found if all(want(one) for want in wanted)]

    def expect(self, *, count: int | None = None, **wanted: Any) -> list[Seen]:
        """Expect that this arrived, ``count`` times where it is given; answers what did."""
        found = self.seen(**wanted)
        if not found if count is None else len(found) != count:
            what = ", ".join(f"{name}={value!r}" for name, value in wanted.items())
            many = "" if count is None else f" {count} times"
            raise AssertionError(f"expected{many}: {what}; arrived: {self.told()}")
        return found

    def expect_mail(self, **wanted: Any) -> list[Seen]:
        """Expect a mail."""
        return self.expect(by=MAIL, **wanted)

    def expect_sms(self, **wanted: Any) -> list[Seen]:
        """Expect a text message, by provider or modem."""
        return self.expect(by=TEXT, **wanted)

    def expect_call(self, **wanted: Any) -> list[Seen]:
        """Expect an automatic call."""
        return self.expect(by=CALL, **wanted)

    def expect_no_more(self, **wanted: Any) -> None:
        """Expect that nothing of this kind arrived since the last thing that was done."""
        found = self.seen(**wanted)
        if found:
            raise AssertionError(f"expected nothing like {wanted}; arrived: {self.told(found)}")

    async def expect_silence(self, *, of: str, until: str | datetime, **wanted: Any) -> None:
        """Let time pass until then, and expect that nothing arrived there meanwhile."""
        await self.until(until)
        self.expect_no_more(to=of, **wanted)

    def told(self, found: list[Seen] | None = None) -> str:
        """What has arrived since the last thing that was done: a line for each message and medium.

        For whoever wonders why a story went another way.
        """
        if found is None:
            found = self._sightings.since(self._since, self.runtime.store)
        lines: dict[str, list[str]] = {}
        for one in found:
            lines.setdefault(one.told(self.zone), []).append(one.row.recipient_id)
        shown = [f"{line} -> {', '.join(who[:4])} ({len(who)})" for line, who in lines.items()]
        return "\n".join([f"(it is {self.shown(self.clock.now())})", *shown[-40:]])

    def happened(self, *kinds: type[EventBody]) -> list[Event]:
        """Give the events of these kinds, in order."""
        events = self.runtime.events("incident", self.incident_id)
        return [event for event in events if isinstance(event.body, kinds)]

    def breaches(self) -> list[Breach]:
        """Hold journal, ledger and what has arrived against every guarantee."""
        copies = {id_: n for one in self.channels.values() for id_, n in one.copies().items()}
        asked = {id_: at for one in self.channels.values() for id_, at in one.asked().items()}
        sinks = Sinks(
            received=copies,
            asked=asked,
            answered=tuple(self.answered),
            in_flight_bound=self.repeats,
        )
        with self.runtime.store.read() as view:
            return check(
                view,
                organisation=self.version,
                now=self.clock.now(),
                sinks=sinks,
                away=tuple(self.away),
            )

    def version(self, version: int | None = None) -> Organisation:
        """One version of the organisation, read from the store."""
        with self.runtime.store.read() as view:
            row = view.configuration(version)
        if row is None:
            raise LookupError(f"there is no version {version} of the organisation")
        current = self.runtime.organisation()
        if current.version == row.version:
            return current
        return Organisation.from_files(row.files, version=row.version)

    def expect_guarantees(self) -> None:
        """Expect that no guarantee is broken, but for what the story is about."""
        left = [
            one for one in self.breaches() if (one.guarantee, one.where) not in self.known_breaches
        ]
        if left:
            raise AssertionError("\n".join(map(str, left)))
