"""Holds what people answered to their mails against the ledger and the journals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from crisis.ports import DecisionRow, DeliveryRow
from tests.cluster.crash.senders import Pressed


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """Of one event: roles that were offered, or that somebody has accepted."""

    incident: str
    command_id: str
    offer_id: str | None
    roles: frozenset[str]


def unacknowledged(pressed: Iterable[Pressed], ledger: Mapping[str, DeliveryRow]) -> Iterator[str]:
    """Whoever was told that their answer is kept has acknowledged, and the ledger says so."""
    for one in pressed:
        row = ledger.get(one.delivery)
        if row is None or row.state != "acknowledged":
            stands = row.state if row else "not in the ledger"
            yield f"lost: {one.choice!r} was kept, and {one.delivery} is {stands}"


def undecided(
    pressed: Iterable[Pressed],
    decisions: Mapping[str, DecisionRow],
    offered: Mapping[str, Roles],
    accepted: Sequence[Roles],
) -> Iterator[str]:
    """Who accepted has the roles in the journal, or is refused because others have them.

    ``offered`` is by delivery.
    """
    for one in pressed:
        if one.choice != "accept":
            continue
        offer = offered.get(one.delivery)
        decided = [decisions[id_] for id_ in one.commands if id_ in decisions]
        if offer is None or not decided:
            yield f"lost: {one.delivery} was accepted, and nothing has decided on it"
            continue
        for row in decided:
            took = [each for each in accepted if each.command_id == row.command_id]
            if row.accepted and [each.offer_id for each in took] != [offer.offer_id]:
                yield f"lost: {row.command_id} was accepted, and {len(took)} times it took roles"
        held = [each.roles for each in accepted if each.incident == offer.incident]
        free = offer.roles.difference(*held)
        if free:
            yield f"lost: {one.delivery} was accepted, and nobody has {', '.join(sorted(free))}"
