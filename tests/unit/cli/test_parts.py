"""How a part ends: when its doors fall shut, when it is told to, and when something hangs."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import cast

import pytest
import uvicorn

from crisis.cli import parts
from crisis.cli.serving import listen
from crisis.runtime.front import Front
from crisis.store.memory import MemoryStore
from tests.web.house import open_house

HANGS = """
import asyncio, time
from crisis.cli import leaving, parts

async def part():
    asyncio.get_running_loop().run_in_executor(None, time.sleep, 600)
    {then}

async def main():
    await parts._until_told(asyncio.ensure_future(part()))

leaving.LEFT_WITHIN = 0.5
asyncio.run(main())
"""
WORKS = "print('ready', flush=True); await asyncio.sleep(600)"
BREAKS = "raise OSError('the doors have closed')"


def crashing(_: uvicorn.Server) -> None:
    """A fault in the web server."""
    raise RuntimeError("out of files")


def stopping(server: uvicorn.Server) -> None:
    """A web server that has had enough."""
    server.should_exit = True


@pytest.mark.parametrize(
    ("faulty", "why"), [(crashing, "out of files"), (stopping, "no reason given")]
)
async def test_doors_that_fall_shut_end_their_part(
    monkeypatch: pytest.MonkeyPatch, faulty: Callable[[uvicorn.Server], None], why: str
) -> None:
    """Nobody can reach it: it ends with an error that says why, and is started again."""

    async def tick(server: uvicorn.Server, _: int) -> bool:
        faulty(server)
        return server.should_exit

    monkeypatch.setattr(uvicorn.Server, "on_tick", tick)
    async with open_house(MemoryStore()) as (_, service):
        front = cast("Front", service)  # it has what is asked of one here
        with pytest.raises(OSError, match=f"closed by themselves.*{why}"):
            async with asyncio.timeout(20):
                await parts._serve(front, listen("127.0.0.1", 0))


@pytest.mark.parametrize(("then", "code"), [(WORKS, 0), (BREAKS, 1)])
def test_a_part_ends_whatever_hangs(then: str, code: int) -> None:
    """A thread that waits for a database that hangs keeps no part from its end."""
    script = HANGS.format(then=then)
    part = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)  # noqa: S603 - ours
    with part:
        try:
            assert part.stdout is not None
            if part.stdout.readline() == "ready\n":
                part.send_signal(signal.SIGTERM)
            part.wait(30)
        finally:
            part.kill()
    assert part.returncode == code
