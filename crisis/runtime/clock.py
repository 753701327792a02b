"""Two times: real time, and business time, which may run ahead of it but never goes back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol

from crisis.ports import Clock


class AdvancedClock(Clock, Protocol):
    """A clock whose business time can be moved ahead."""

    offset: timedelta
    """How far it was moved ahead: what the store keeps."""


class ServiceClock:
    """Business time is real time and an offset, which the store keeps (design §2)."""

    def __init__(self, offset: timedelta = timedelta()) -> None:
        self.offset = offset

    def real(self) -> datetime:
        """Real time, UTC."""
        return datetime.now(UTC)  # noqa: TID251 - the one place that asks the machine

    def now(self) -> datetime:
        """Business time, UTC."""
        return self.real() + self.offset
