"""Two times: one for the rules, one for the wires."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Two times. Business time drives the rules and may be advanced; real time drives the wires."""

    def now(self) -> datetime:
        """Business time, UTC: what deadlines, promises and the journal speak of."""

    def real(self) -> datetime:
        """Real time, UTC: what leases, sessions and network time-outs speak of."""
