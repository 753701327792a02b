"""Where a demo is played: a service that answers, and the hands on its clock."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from crisis.cli.serving import announce, listen, open_service, running
from crisis.intake.links import Links
from crisis.runtime.home import Home
from crisis.runtime.standing import Standing

Advance = Callable[[datetime], Awaitable[None]]
"""Moves business time ahead, never back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Theatre:
    """What a story needs of the runtime that it is played on."""

    service: Standing
    """How things stand."""
    links: Links
    """Where its doors and pages are."""
    at_rest: Callable[[], Awaitable[bool]]
    """Whether nothing is being decided, due, or on its way: business time may be moved."""
    next_at: Callable[[], datetime | None]
    """The next instant of business time at which anything happens by itself."""
    advance: Advance
    """Move business time ahead, for every process."""


Opens = Callable[[Path, Home], AbstractAsyncContextManager[Theatre]]
"""Runs an organisation's folder in a data folder, for the time of a block."""


def in_this_program(port: int = 0) -> Opens:
    """``crisis serve``, in this program; pages on this port, or on any free one."""
    return partial(_embedded, port)


@asynccontextmanager
async def _embedded(port: int, org: Path, home: Home) -> AsyncIterator[Theatre]:
    listener = listen("127.0.0.1", port)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    service = open_service(home, org, public_url=url)

    async def at_rest() -> bool:
        return service.idle()

    async with running(service, listener):
        announce(service, home, url)
        yield Theatre(
            service=service, links=service.links, at_rest=at_rest, next_at=service.next_at,
            advance=service.advance,
        )  # fmt: skip
