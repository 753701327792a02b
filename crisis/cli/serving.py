"""Wiring the service: data folder, organisation, store, runtime and web, in one process."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import structlog
import uvicorn

from crisis.channels.credentials import Secrets
from crisis.cli.folder import SECRETS, checked_folder
from crisis.cli.speech import say
from crisis.intake.links import leads_here_alone
from crisis.organisation import Organisation
from crisis.ports import Abilities, Clock, Store
from crisis.runtime.embedded import Embedded
from crisis.runtime.home import Home
from crisis.runtime.rehearsal import rehearse
from crisis.runtime.standing import Standing
from crisis.store import open_store
from crisis.web.app import create_app
from crisis.web.service import Service

_log = structlog.get_logger(__name__)

_CARD_EVERY = 20.0
"""Seconds."""


def open_service(
    home: Home, org: Path | None, *, public_url: str | None = None, port: int | None = None
) -> Embedded:
    """Open everything that one service needs, and put the organisation folder into the store.

    Raises NotAcceptable with every finding of the folder, StoreRefused when the store cannot be
    opened, NoConfiguration when neither the folder nor the store has an organisation.
    """
    checked = checked_folder(org) if org is not None else None
    store = open_store(home.store)
    known: list[Organisation] = []
    try:
        if checked is not None:
            for finding in checked.findings:
                _log.warning("organisation", finding=str(finding))
            known.append(put(store, checked.files))
        folder = org / SECRETS if org is not None else home.path / SECRETS
        return Embedded(
            store=store,
            secrets=Secrets.read(folder, os.environ),
            link_secret=home.link_secret(),
            operator_token=home.operator_token(),
            public_url=public_url or (f"http://127.0.0.1:{port}" if port else None),
            known=known,
        )
    except BaseException:
        store.close()
        raise


def put(store: Store, files: Mapping[str, str]) -> Organisation:
    """Put the files into the store; the organisation that they are, under its number there."""
    now = datetime.now(UTC)  # noqa: TID251 - before there is a service with a clock
    [row] = store.transact([lambda unit: unit.add_configuration(files, at=now)])
    if isinstance(row, Exception):
        raise row
    return Organisation.from_files(files, version=row.version)


def doors(service: Service) -> uvicorn.Server:
    """The web server of a service, not yet listening."""
    return uvicorn.Server(
        uvicorn.Config(
            create_app(service),
            access_log=False,  # some addresses are personal
            log_config=None,
            log_level=None,
            lifespan="off",
            timeout_graceful_shutdown=2,  # a page that is open holds its line for ever
        )
    )


@asynccontextmanager
async def open_doors(
    service: Service,
    listener: socket.socket,
    work: Coroutine[Any, Any, None],
    rest: Callable[[], Awaitable[None]] | None = None,
) -> AsyncIterator[asyncio.Task[None]]:
    """Open the doors of a service beside its own work, until the block ends.

    Gives what ends before the block only if work or doors broke, and raises why: OSError for the
    doors, for a service that nobody can reach must not look alive. At the end the doors are shut
    first, while the work still answers those who are inside; then comes ``rest``.
    """
    web = doors(service)
    served = asyncio.create_task(web._serve([listener]))  # noqa: SLF001 - serve() takes the signals
    working = asyncio.create_task(work)
    broken = asyncio.create_task(_broken(served, working))
    try:
        # uvicorn tells by an attribute only that it has started.
        while not (web.started or broken.done()):  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        yield broken
    finally:
        web.should_exit = True
        await asyncio.wait((served,))
        for each in web.servers if web.started else ():
            each.close()  # where it broke, nobody else has
        listener.close()
        if rest is not None and not working.done():
            await rest()
        ends = (broken, working, served)
        for one in ends:
            one.cancel()
        await asyncio.gather(*ends, return_exceptions=True)


async def _broken(served: asyncio.Task[None], working: asyncio.Task[None]) -> None:
    """Wait until doors or work end, which neither does by itself: raises why."""
    await asyncio.wait((served, working), return_when=asyncio.FIRST_COMPLETED)
    if working.done():
        return working.result()
    why = served.exception()
    raise OSError(
        say(
            f"les portes se sont fermées d'elles-mêmes ({why or 'sans motif'}) : relancez ; si "
            "cela se répète, le journal au-dessus dit ce qui précède",
            f"the doors have closed by themselves ({why or 'no reason given'}): start it again; "
            "if that repeats, the log above says what came before",
        )
    ) from why


@asynccontextmanager
async def running(service: Embedded, listener: socket.socket) -> AsyncIterator[asyncio.Task[None]]:
    """Run the service and its doors on a socket that listens already, until the block ends.

    Gives what ends before the block only if something broke: see :func:`open_doors`. A planned
    stop finishes what is in flight: nothing is left in doubt.
    """
    try:
        async with open_doors(service, listener, service.run(), service.dispatcher.rest) as broken:
            yield broken
    finally:
        await service.close()


def listen(host: str, port: int) -> socket.socket:
    """Listen on an address; OSError says which, and what to do, where that cannot be."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(512)
    except (OSError, OverflowError) as error:
        listener.close()
        why = getattr(error, "strerror", None) or error
        says = say(
            f"impossible d'écouter sur {host}, port {port} ({why}) ; arrêtez ce qui y écoute "
            "déjà, ou choisissez avec --host et --port",
            f"cannot listen on {host}, port {port} ({why}); stop what listens there already, "
            "or choose with --host and --port",
        )
        raise OSError(says) from None
    return listener


async def serve(
    org: Path | None, home_path: Path, *, host: str | None = None, port: int | None = None
) -> None:
    """Serve until a signal asks to stop (SIGTERM, SIGINT), then finish what is in flight."""
    home = Home.at(home_path)
    service = open_service(home, org)
    web = service.organisation().settings.web
    listener = listen(host or web.host, web.port if port is None else port)
    prepared(service.organisation(), service.dispatcher.abilities, service.clock)
    url = local_url(listener)
    if leads_here_alone(web.public_url):
        service.links.public_url = url  # nobody has said otherwise: links must lead here
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with running(service, listener) as broken:
        announcing = asyncio.create_task(keep_announcing(service, home, url))
        may_repeat = service.dispatcher.in_flight_bound()
        _log.info(
            "crisis serves",
            url=url,
            status_page=f"{url}/status",
            boards=f"{url}/board",
            home=str(home.path),
            may_repeat_after_a_crash=may_repeat,
        )
        asked = asyncio.create_task(stop.wait())
        await asyncio.wait((asked, broken), return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        announcing.cancel()
        if broken.done():
            broken.result()  # end loudly, so that whoever supervises starts it again
    _log.info("crisis has stopped")


def prepared(organisation: Organisation, abilities: Mapping[str, Abilities], clock: Clock) -> None:
    """Rehearse, so that the first alarm is as quick as those after it."""
    rehearse(organisation, abilities, clock.now())
    gc.collect()
    gc.freeze()  # what was read stays: walking it anew would stop an alarm for a tenth of a second


def local_url(listener: socket.socket) -> str:
    """Where this machine reaches what listens there: a wildcard is no address to speak to."""
    host, port = listener.getsockname()[:2]
    address = ip_address(host)
    if address.is_unspecified:
        address = ip_address("::1" if address.version == 6 else "127.0.0.1")  # noqa: PLR2004
    return f"http://[{address}]:{port}" if address.version == 6 else f"http://{address}:{port}"  # noqa: PLR2004


async def keep_announcing(service: Standing, home: Home, url: str, *, shared: bool = False) -> None:
    """Keep the card true: who is on call changes with the rota and with each new version."""
    while True:
        try:
            announce(service, home, url, shared=shared)
        except OSError as error:
            _log.warning("the card cannot be written", error=str(error))
        await asyncio.sleep(_CARD_EVERY)


def announce(service: Standing, home: Home, url: str, *, shared: bool = False) -> None:
    """Write where the service is, and whom to telephone when it is not."""
    organisation = service.organisation()
    now = service.clock.now()
    call_first = {
        language: organisation.directory.call_first(now, language)
        for language in organisation.settings.languages
    }
    home.announce(url=url, call_first=call_first, shared=shared)
