"""One message of each kind about announced works, for the tests of the words."""

from __future__ import annotations

from typing import Any

from crisis.core.message import Message, WorksNews, WorksTold
from tests.unit.compose.house import minutes, text
from tests.unit.compose.world import message

_DAY = 24 * 60
_SPEECH: dict[str, Any] = {
    "impact": text("Un service sera coupé : {place}.", "A service will be off: {place}."),
    "instruction": text(
        "Éteignez vos appareils avant le début.", "Switch your devices off before the beginning."
    ),
}


def _works(news: WorksNews, phase: str = "expected", **changes: Any) -> Message:
    told = WorksTold(
        starts_at=minutes(9 * _DAY), ends_at=minutes(9 * _DAY + 240), news=news,
        postponed=news == "postponed",
    )  # fmt: skip
    days = 9 * _DAY if phase != "expected" else 0
    base = {
        "kind": "update", "life_safety": False,
        "event": text("Travaux programmés", "Planned works"), "phase": phase,
        "works": told, "issued_at": minutes(days), "number": 2,
        "next_update_at": minutes(days + 240),
    }  # fmt: skip
    return message(**base | changes)


WORKS: dict[str, Message] = {
    "works-announced": _works("announced", kind="alert", number=1, **_SPEECH),
    "works-announced-once": _works(
        "announced", kind="alert", number=1, next_update_at=None, last_before_end=True, **_SPEECH
    ),
    "works-reminder": _works("reminder", **_SPEECH),
    "works-moved": _works("moved", **_SPEECH),
    "works-postponed": _works("postponed"),
    "works-still-postponed": _works(
        "postponed", kind="holding", number=3, audience="front-line"
    ),
    "works-begun": _works("begun", "open", kind="instruction", impact=_SPEECH["impact"]),
    "works-new-end": _works("new-end", "open", impact=_SPEECH["impact"]),
    "works-cancelled": _works(
        "cancelled", "cancelled", kind="end", next_update_at=None,
        impact=text("Rien n'est coupé.", "Nothing is interrupted."),
        instruction=text("Travaillez comme d'habitude.", "Work as usual."),
    ),
}  # fmt: skip
"""By the name of its approved text."""
