"""What the contract of channels is held against: real servers on loopback, a clock, deliveries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from crisis.ports import Outgoing

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class StillClock:
    """Noon, always."""

    def now(self) -> datetime:
        """Business time."""
        return NOON

    def real(self) -> datetime:
        """Real time."""
        return NOON


@pytest.fixture
def clock() -> StillClock:
    """A clock that stands at noon."""
    return StillClock()


def outgoing(address: str = "anna@example.net", **changes: object) -> Outgoing:
    """One delivery of the second message about a flood, in French, changed as told."""
    fields: dict[str, object] = {
        "delivery_id": f"flood-1.2.{address.partition('@')[0].strip('+')}.mail",
        "incident_id": "flood-1",
        "message_id": "flood-1.2",
        "number": 2,
        "kind": "update",
        "urgency": "expected",
        "exercise": False,
        "address": address,
        "language": "fr",
        "subject": "Fuite d’eau au sous-sol",
        "text": "L’eau est coupée.\n\n- N’entrez pas au sous-sol.\n- Prenez l’escalier B.\n",
        "short": "Fuite d'eau au sous-sol. Prenez l'escalier B.",
        "sender": "Services généraux",
        "contact": "Standard, 01 23 45 67 89",
    }
    return Outgoing(**(fields | changes))  # type: ignore[arg-type]  # changes are a test's own


Make = Callable[..., Outgoing]


@pytest.fixture
def make() -> Make:
    """Make deliveries: see :func:`outgoing`."""
    return outgoing
