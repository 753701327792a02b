"""Rows of the ledger for the tests of the verdict."""

from __future__ import annotations

from crisis.ports import DeliveryRow, DeliveryState


def row(id_: str, state: DeliveryState = "sent", *, to: str = "e101") -> DeliveryRow:
    """A mail to somebody."""
    return DeliveryRow(
        id=id_, message_id="m", incident_id="i", recipient_id=to, medium="mail", channel="email",
        rung=0, lane="now", language="fr", state=state, attempts=1,
    )  # fmt: skip
