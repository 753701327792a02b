"""Wiring the service: data folder, organisation, store, runtime and web, in one process."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import structlog
import uvicorn

from crisis.channels.credentials import Secrets
from crisis.config import check_secrets, read_folder
from crisis.organisation import Organisation
from crisis.ports import Store
from crisis.runtime.embedded import Embedded
from crisis.runtime.home import Home
from crisis.runtime.rehearsal import rehearse
from crisis.store import open_store
from crisis.web.app import create_app

_log = structlog.get_logger(__name__)

SECRETS = "secrets"
"""Folder of the organisation in which each secret is a file; never part of what is stored."""


def open_service(
    home: Home, org: Path | None, *, public_url: str | None = None, port: int | None = None
) -> Embedded:
    """Open everything that one service needs, and put the organisation folder into the store.

    Raises NotAcceptable with every finding of the folder, StoreRefused when the store cannot be
    opened, NoConfiguration when neither the folder nor the store has an organisation.
    """
    files = checked_folder(org) if org is not None else None
    store = open_store(home.store)
    try:
        if files is not None:
            now = datetime.now(UTC)  # noqa: TID251 - before there is a service with a clock
            _put(store, files, now)
        folder = org / SECRETS if org is not None else home.path / SECRETS
        return Embedded(
            store=store,
            secrets=Secrets.read(folder, os.environ),
            link_secret=home.link_secret(),
            operator_token=home.operator_token(),
            public_url=public_url or (f"http://127.0.0.1:{port}" if port else None),
        )
    except BaseException:
        store.close()
        raise


def _put(store: Store, files: Mapping[str, str], now: datetime) -> None:
    done = store.transact([lambda unit: unit.add_configuration(files, at=now)])
    if isinstance(done[0], Exception):
        raise done[0]


def checked_folder(org: Path) -> Mapping[str, str]:
    """Read an organisation folder and check it whole; raises NotAcceptable, PermissionError."""
    files = read_folder(org)
    check_secrets(org)
    Organisation.from_files(files)
    return files


@asynccontextmanager
async def running(service: Embedded, listener: socket.socket) -> AsyncIterator[asyncio.Task[None]]:
    """Run the service and its doors on a socket that listens already, until the block ends.

    Gives the service's own work, which ends before the block only if it broke. A planned stop
    finishes what is in flight: nothing is left in doubt.
    """
    web = uvicorn.Server(
        uvicorn.Config(
            create_app(service),
            access_log=False,  # some addresses are personal
            log_config=None,
            log_level=None,
            lifespan="off",
            timeout_graceful_shutdown=2,  # a page that is open holds its line for ever
        )
    )
    served = asyncio.create_task(web._serve([listener]))  # noqa: SLF001 - serve() takes the signals
    work = asyncio.create_task(service.run())
    try:
        # uvicorn tells by an attribute only that it has started.
        while not (web.started or served.done() or work.done()):  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        yield work
    finally:
        web.should_exit = True
        await served
        if not work.done():
            await service.dispatcher.rest()
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        await service.close()


def listen(host: str, port: int) -> socket.socket:
    """Listen on an address; OSError where somebody else does already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(512)
    except OSError:
        listener.close()
        raise
    return listener


async def serve(
    org: Path | None, home_path: Path, *, host: str | None = None, port: int | None = None
) -> None:
    """Serve until a signal asks to stop (SIGTERM, SIGINT), then finish what is in flight."""
    home = Home.at(home_path)
    service = open_service(home, org)
    rehearse(service.organisation(), service.dispatcher.abilities, service.clock.now())
    web = service.organisation().settings.web
    listener = listen(host or web.host, web.port if port is None else port)
    here = listener.getsockname()
    url = f"http://{here[0]}:{here[1]}"
    if host is not None or port is not None:
        service.links.public_url = url  # asked for by hand: links must lead here
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with running(service, listener) as work:
        announce(service, home, url)
        may_repeat = service.dispatcher.in_flight_bound()
        _log.info(
            "crisis serves", url=url, home=str(home.path), may_repeat_after_a_crash=may_repeat
        )
        asked = asyncio.create_task(stop.wait())
        await asyncio.wait((asked, work), return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        if work.done():
            work.result()  # it broke: end loudly, so that whoever supervises starts it again
    _log.info("crisis has stopped")


def announce(service: Embedded, home: Home, url: str) -> None:
    """Write where the service is, and whom to telephone when it is not."""
    organisation = service.organisation()
    now = service.clock.now()
    call_first = {
        language: organisation.directory.call_first(now, language)
        for language in organisation.settings.languages
    }
    home.announce(url=url, call_first=call_first)
