"""Postfix's own measuring tools, ``smtp-sink`` and ``smtp-source``, as limits written in C.

They come out of Debian's package into ``.cache/``; Postfix itself is neither installed nor started.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

CACHE = Path(".cache") / "postfix"


@dataclass(frozen=True, slots=True)
class Tools:
    """Where the tools are."""

    root: Path

    @property
    def environment(self) -> dict[str, str]:
        """The tools need the libraries beside them."""
        return {**os.environ, "LD_LIBRARY_PATH": str(self.root / "usr" / "lib" / "postfix")}

    def command(self, name: str) -> str:
        """The path of a tool."""
        return str(self.root / "usr" / "sbin" / name)

    @asynccontextmanager
    async def sink(self) -> AsyncIterator[int]:
        """An SMTP server on loopback that takes everything; its port."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        child = await asyncio.create_subprocess_exec(
            self.command("smtp-sink"), *user, f"127.0.0.1:{port}", "1024", env=self.environment
        )
        try:
            await _listening(port)
            yield port
        finally:
            child.terminate()
            await child.wait()

    async def source(self, port: int, mails: int, size: int) -> tuple[float, float]:
        """Send so many mails over eight kept connections; seconds, and seconds of CPU."""
        before, cpu = time.monotonic(), os.times()
        child = await asyncio.create_subprocess_exec(
            self.command("smtp-source"), "-d", "-s", "8", "-m", str(mails), "-l", str(size),
            "-f", "crisis@example.org", "-t", "g@example.org", f"127.0.0.1:{port}",
            env=self.environment,
        )  # fmt: skip
        if await child.wait():
            raise RuntimeError("smtp-source failed")
        spent, after = time.monotonic() - before, os.times()
        used = after.children_user + after.children_system - cpu.children_user
        return spent, used - cpu.children_system


def tools() -> Tools | None:
    """The tools, fetched if need be; None where Debian's packages are not at hand."""
    root = CACHE.resolve()
    if not (root / "usr" / "sbin" / "smtp-sink").exists():
        if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
            return None
        root.mkdir(parents=True, exist_ok=True)
        try:
            _fetch(root)
        except (subprocess.CalledProcessError, StopIteration):
            return None
    return Tools(root)


def _fetch(root: Path) -> None:
    get = ["apt-get", "download", "-q", "postfix"]
    subprocess.run(get, cwd=root, check=True, capture_output=True)  # noqa: S603 - our own words
    package = next(root.glob("postfix_*.deb"))
    unpack = ["dpkg-deb", "-x", str(package), str(root)]
    subprocess.run(unpack, check=True, capture_output=True)  # noqa: S603 - our own words


async def _listening(port: int) -> None:
    async with asyncio.timeout(10):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.02)
                continue
            writer.close()
            return
