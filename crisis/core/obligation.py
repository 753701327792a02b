"""What is owed, and by when. The only timers that there are: they live in the state."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from crisis.core.incident import Incident
from crisis.core.pinned import Pinned
from crisis.core.playbook import Playbook

if TYPE_CHECKING:
    from crisis.core.deciding import Deciding


class Owed(NamedTuple):
    """One thing that falls due at an instant; ``subject`` tells it from others of the same rule."""

    at: datetime
    rule: str
    subject: str = ""


Owes = Callable[[Incident, Playbook, Pinned], Iterator[Owed]]
"""Gives everything of its kind that the state owes, due or not yet."""

Fulfils = Callable[["Deciding", str], None]
"""Does what is owed for one subject. What it records makes the same thing no longer owed."""
