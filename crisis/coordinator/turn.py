"""What one command brings to the transaction that answers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from crisis.core.commands import Command
from crisis.core.deciding import Facts
from crisis.core.pinned import Pinned
from crisis.core.prose import Prose
from crisis.ports import StreamRow, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A command, its stream as it stands, the moment, and what the rules were given."""

    unit: Unit
    command: Command
    row: StreamRow | None
    """Where the stream stood before; None where it begins."""
    now: datetime
    facts: Facts = field(default_factory=Facts)
    pinned: Pinned | None = None
    prepared: Mapping[str, Mapping[str, Prose]] = field(default_factory=dict)
    """Message id -> language -> the words prepared for it; the rules fill it as they release."""
