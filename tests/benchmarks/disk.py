"""What the disk can do: nothing durable is faster than this."""

from __future__ import annotations

import os
import time
from pathlib import Path


def synced_writes(folder: Path, number: int = 300) -> list[float]:
    """Seconds of each of so many writes of 4 kB with fdatasync, one after the other."""
    path = folder / "synced"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    spent = []
    try:
        for _ in range(number):
            before = time.perf_counter()
            os.write(descriptor, b"x" * 4096)
            os.fdatasync(descriptor)
            spent.append(time.perf_counter() - before)
    finally:
        os.close(descriptor)
        path.unlink()
    return spent
