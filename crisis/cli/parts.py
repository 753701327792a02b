"""What each part of a cluster opens, and how it runs until it is told to stop."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError

from crisis.channels.credentials import Secrets
from crisis.cli.folder import SECRETS, checked_folder
from crisis.cli.leaving import leave_soon
from crisis.cli.output import REFUSED
from crisis.cli.serving import (
    announce,
    keep_announcing,
    listen,
    local_url,
    open_doors,
    prepared,
    put,
)
from crisis.cli.speech import say
from crisis.intake.links import Links, leads_here_alone
from crisis.organisation import Organisation
from crisis.ports import Abilities, Channel, Store, Unavailable
from crisis.runtime import provision, topics
from crisis.runtime.access import reached_at
from crisis.runtime.brokers import Brokers
from crisis.runtime.clock import ServiceClock
from crisis.runtime.duty import on_duty
from crisis.runtime.front import Front
from crisis.runtime.gate import Gate, LateStore
from crisis.runtime.home import Home
from crisis.runtime.lookout import Lookout, last_organisation
from crisis.runtime.opened import open_channels
from crisis.runtime.send import Sending
from crisis.runtime.watch import watching
from crisis.runtime.work import Work
from crisis.runtime.world import World
from crisis.store import StoreAway, open_store

_log = structlog.get_logger(__name__)

REST_WITHIN = 6.0
"""Seconds for what is in flight at a planned stop: supervisors wait for ten before they kill."""


AGAIN = 1.0
"""Seconds between two tries to reach brokers that are away."""


class NotReady(Exception):  # noqa: N818 - it says what to do
    """The brokers have not what this release needs: crisis topics apply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What every part has at hand."""

    store: Gate
    late: LateStore
    """The same store, for whoever finds out whether it is there."""
    brokers: Brokers
    home: Home
    secrets: Secrets
    clock: ServiceClock
    world: World

    @asynccontextmanager
    async def channels(self) -> AsyncIterator[list[Channel]]:
        """The channels of the organisation that holds now, open for the time of the block."""
        opened = open_channels(self.world.organisation(), self.secrets, self.clock)
        try:
            yield opened
        finally:
            for one in opened:
                await one.close()

    @asynccontextmanager
    async def producer(self) -> AsyncIterator[AIOKafkaProducer]:
        """Whatever it has kept stands on every broker that is there to keep it.

        Waits for brokers that have gone since they were asked last.
        """
        while True:
            producer = AIOKafkaProducer(
                **reached_at(self.brokers.bootstrap), acks="all",
                max_request_size=topics.DEAD_LETTERS.largest,
            )  # fmt: skip
            try:
                await producer.start()
                break
            except KafkaConnectionError as error:
                await producer.stop()
                _log.warning("no Kafka answers; this part waits for it", why=str(error))
                await asyncio.sleep(AGAIN)
        try:
            yield producer
        finally:
            await producer.stop()

    async def abilities(self) -> dict[str, Abilities]:
        """What each of them can do: the rules ask, and use none."""
        async with self.channels() as opened:
            return {one.name: one.abilities for one in opened}


async def run(
    part: Callable[[Part], Awaitable[None]],
    *,
    bootstrap: str,
    store: str,
    home: Path,
    org: Path | None,
    waits: bool = False,
) -> None:
    """Run a part until a signal asks to stop (SIGTERM, SIGINT).

    One that ``waits`` begins while the store is away too, where the last good copy of its
    organisation is on disk, or ``org`` is named. Raises what opening the store and the organisation
    may; what brokers that answer may; :class:`NotReady`.
    """
    outcome = await _answered(bootstrap)
    if any(one.severity == "error" for one in outcome.differences):
        raise NotReady(
            say(
                f"Les topics de {bootstrap} ne conviennent pas : crisis topics check, puis apply.",
                f"The topics of {bootstrap} do not fit: crisis topics check, then apply.",
            )
        )
    house = Home.at(home)
    files = checked_folder(org).files if org is not None else None
    late = LateStore(lambda: _opened(store, files))
    try:
        gate, world = _begun(late, house, files, waits=waits)
        clock = ServiceClock()
        with suppress(Unavailable), gate.read() as view:
            clock.offset = view.clock_offset()
        at_hand = Part(
            store=gate, late=late, home=house,
            secrets=Secrets.read((org or home) / SECRETS, os.environ),
            brokers=Brokers(bootstrap=bootstrap, cluster=outcome.cluster_id), clock=clock,
            world=world,
        )  # fmt: skip
        await _until_told(asyncio.ensure_future(part(at_hand)))
    finally:
        late.close()


async def _answered(bootstrap: str) -> provision.Outcome:
    """What the brokers have, as soon as one answers.

    A part that ended instead would be started anew later and later, by any supervisor that is
    patient with what keeps falling: and be missed for minutes after the brokers are back.
    """
    said = False
    while True:
        try:
            return await provision.check(bootstrap, topics.TOPICS)
        except provision.NoBroker:
            if not said:
                _log.critical("no Kafka answers; this part waits for it", bootstrap=bootstrap)
            said = True
            await asyncio.sleep(AGAIN)


def _opened(address: str, files: Mapping[str, str] | None) -> Store:
    """The store, with this organisation in it where it has none yet.

    One of many doors that starts anew with the folder that it has beside it must not bring an
    older organisation back for everybody: a new version is applied by a person.
    """
    opened = open_store(address)
    try:
        if files is not None:
            with opened.read() as view:
                holds = view.configuration()
            if holds is None:
                put(opened, files)
            elif dict(holds.files) != dict(files):
                _log.warning(
                    "the organisation's folder is not the version that holds; to make it so: "
                    "crisis org apply", version=holds.version,
                )  # fmt: skip
    except BaseException:
        opened.close()
        raise
    return opened


def _begun(
    late: LateStore, home: Home, files: Mapping[str, str] | None, *, waits: bool
) -> tuple[Gate, World]:
    """The store and the organisation, as far as they are there."""
    try:
        late.open()
    except (StoreAway, Unavailable) as away:
        known = last_organisation(home) if waits else None
        if known is None and waits and files is not None:
            known = Organisation.from_files(files)
        if known is None:
            raise
        _log.critical("the store is away; what comes in is kept", why=str(away))
        gate = Gate(late, str(away))
        world = World(gate)
        world.take(known)
        return gate, world
    gate = Gate(late)
    world = World(gate)
    world.organisation()
    return gate, world


async def _until_told(part: asyncio.Future[None]) -> None:
    """Until a signal comes, or the part breaks: then loudly, for whoever supervises.

    From then on this program is gone soon, whatever hangs.
    """
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    asked = asyncio.ensure_future(stop.wait())
    await asyncio.wait((asked, part), return_when=asyncio.FIRST_COMPLETED)
    asked.cancel()
    if part.done():
        _log.critical("this part ends by itself", why=type(part.exception()).__name__)
        leave_soon(REFUSED)
        part.result()
    leave_soon(0)
    part.cancel()
    await asyncio.gather(part, return_exceptions=True)
    _log.info("this part has stopped")


async def worker(part: Part) -> None:
    """Decide."""
    abilities = await part.abilities()
    prepared(part.world.organisation(), abilities, part.clock)
    _log.info("a worker begins", brokers=part.brokers.bootstrap)
    async with part.producer() as producer:
        await Work(
            store=part.store, clock=part.clock, abilities=abilities, brokers=part.brokers,
            producer=producer, world=part.world,
        ).run()  # fmt: skip


def dispatcher(name: str | None, lease: timedelta) -> Callable[[Part], Awaitable[None]]:
    """Send, under this name; what it claims is its own for as long as the lease."""
    owner = name or f"{socket.gethostname()}-{os.getpid()}"

    async def dispatching(part: Part) -> None:
        web = part.world.organisation().settings.web
        links = Links(secret=part.home.link_secret(), clock=part.clock, public_url=web.public_url)
        _log.info("a dispatcher begins", name=owner, brokers=part.brokers.bootstrap)
        async with part.channels() as channels, part.producer() as producer:
            sending = Sending(
                store=part.store, clock=part.clock, channels=channels, sign=links.of_delivery,
                brokers=part.brokers, producer=producer, owner=owner, world=part.world,
                lease=lease,
            )  # fmt: skip
            work = asyncio.ensure_future(sending.run())
            try:
                await asyncio.shield(work)
            except asyncio.CancelledError:
                await _rested(sending)
                raise
            finally:
                work.cancel()
                await asyncio.gather(work, return_exceptions=True)

    return dispatching


async def _rested(sending: Sending) -> None:
    """A planned stop: finish what is in flight, so that nobody gets it from another as well."""
    try:
        async with asyncio.timeout(REST_WITHIN):
            await sending.dispatcher.rest()
    except TimeoutError:
        _log.warning("what is in flight may come twice: it did not end in time")


def front(host: str | None, port: int | None) -> Callable[[Part], Awaitable[None]]:
    """Open doors and pages here."""

    async def fronting(part: Part) -> None:
        web = part.world.organisation().settings.web
        listener = listen(host or web.host, web.port if port is None else port)
        brokers = part.brokers
        async with (
            part.producer() as producer,
            watching(store=part.late, clock=part.clock, brokers=brokers) as watch,
            on_duty(producer, brokers, part.clock) as duty,
        ):
            lookout = Lookout(
                watch=watch, gate=part.store, duty=duty, world=part.world, home=part.home,
                secrets=part.secrets, clock=part.clock, brokers=brokers,
            )  # fmt: skip
            service = Front(
                store=part.store, secrets=part.secrets, link_secret=part.home.link_secret(),
                operator_token=part.home.operator_token(), producer=producer,
                topics=(brokers.reports, brokers.commands, brokers.receipts),
                abilities=await part.abilities(), world=part.world, lookout=lookout,
            )  # fmt: skip
            url = local_url(listener)
            if leads_here_alone(web.public_url):
                service.links.public_url = url
            announce(service, part.home, url, shared=True)
            announcing = asyncio.create_task(keep_announcing(service, part.home, url, shared=True))
            _log.info("doors are open", url=url)
            try:
                await _serve(service, listener)
            finally:
                announcing.cancel()

    return fronting


async def _serve(service: Front, listener: socket.socket) -> None:
    try:
        async with open_doors(service, listener, service.run()) as broken:
            await broken
    finally:
        service.writer.close()
