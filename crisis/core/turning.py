"""When a message as a whole was sent, or could not be: told to its incident once."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Turning(StrEnum):
    """What the ledger tells the incident about a message."""

    SENT = "sent"
    """Everyone had a first attempt, or waits for the morning, and somebody was reached."""
    FAILED = "failed"
    """Everything was tried and nobody was reached."""
    NOBODY = "nobody"
    """The audience has no recipients at this moment."""
    ENDED = "ended"
    """It was ended before anybody was reached: there is nothing to make good."""
    ASLEEP = "asleep"
    """Everyone who could be reached is in quiet hours: it goes when they end."""


def turning(
    tally: Mapping[str, int], *, asleep: int, climbing: bool, ended: bool = False
) -> Turning | None:
    """What may be told about a message whose recipients are all in the ledger; None for not yet.

    ``tally`` counts its rows by state, with ``untried`` for those queued and never attempted;
    ``asleep`` says how many of the untried are in quiet hours, ``climbing`` whether a further
    rung is still to be asked for somebody; ``ended`` whether nobody further gets it.
    """
    if tally.get("untried", 0) > asleep or tally.get("sending", 0):
        return None
    if any(tally.get(state, 0) for state in ("sent", "delivered", "acknowledged")):
        return Turning.SENT
    if ended:
        return Turning.ENDED
    if asleep:
        return Turning.ASLEEP
    if tally.get("queued", 0) or climbing:
        return None
    return Turning.FAILED if any(tally.values()) else Turning.NOBODY
