"""What was said in an incident, how far it has come, and what is left for people to do by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from crisis.core.delivery import by_hand
from crisis.core.incident import Incident
from crisis.core.pinned import Pinned
from crisis.ports import DeliveryRow, MessageRow
from crisis.web.service import Service

_LISTED = 40
"""What is left to do by hand of one message, and is listed: more is a task for several people."""

_LOOKED_THROUGH = 2000
"""Rows of one message that a page looks through: of a larger one it says the number only."""

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageShown:
    """A message and how far it has come."""

    row: MessageRow
    audience: Words
    subject: Words
    tally: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHand:
    """What a person must still do for one message: go there, hang it up, or telephone."""

    message: MessageShown
    left: tuple[tuple[DeliveryRow, Words, str], ...]
    """The delivery, its medium, and whom it is for: name, where to find them, number."""
    more: int
    """How many there are beside those that are listed."""


class Said:
    """The messages of one incident."""

    def __init__(self, service: Service, incident: Incident, pinned: Pinned) -> None:
        self._service = service
        self._incident = incident
        self._pinned = pinned

    @cached_property
    def messages(self) -> list[MessageShown]:
        """Every message, the newest first, with the count of its deliveries."""
        with self._service.store.read() as view:
            rows = view.messages(self._incident.id)
            tallies = {row.id: view.tally(row.id) for row in rows}
            texts = view.texts([text for row in rows for text in row.texts.values()])
        shown = []
        for row in reversed(rows):
            counts = {name: n for name, n in tallies[row.id].items() if n and name != "untried"}
            shown.append(
                MessageShown(
                    row=row,
                    audience=self._audience(row.audience),
                    subject={
                        language: json.loads(texts[name].content).get("subject", "")
                        for language, name in row.texts.items()
                        if name in texts
                    },
                    tally=counts,
                )
            )
        return shown

    @property
    def by_hand(self) -> list[ByHand]:
        """What no machine can do and still matters, the newest message first."""
        left = [self._left(shown) for shown in self.messages if self._matters(shown)]
        return [one for one in left if one.left or one.more]

    def _matters(self, shown: MessageShown) -> bool:
        """Whether it is worth anybody's steps: nothing newer was said, nobody has answered."""
        row = shown.row
        if not shown.tally.get("suppressed"):
            return False
        if row.offer_id is not None:
            offer = self._incident.offers.get(row.offer_id)
            return offer is not None and offer.state == "open"
        if row.audience is None:
            return True
        return all(
            one.row.number <= row.number or one.row.audience != row.audience
            for one in self.messages
        )

    def _left(self, shown: MessageShown) -> ByHand:
        if sum(shown.tally.values()) > _LOOKED_THROUGH:
            return ByHand(message=shown, left=(), more=shown.tally["suppressed"])
        with self._service.store.read() as view:
            rows = [row for row in view.deliveries(shown.row.id) if by_hand(row)]
        media = self._pinned.plan.media
        titles: dict[str, Words] = {name: medium.title for name, medium in media.items()}
        left = tuple((row, titles.get(row.medium, {}), self._whom(row)) for row in rows[:_LISTED])
        return ByHand(message=shown, left=left, more=len(rows) - len(left))

    def _whom(self, row: DeliveryRow) -> str:
        """The name, and with it where a person is found and by which number."""
        directory = self._service.organisation().directory
        name = directory.name(row.recipient_id)
        known = directory.recipient(row.recipient_id)
        where = known.addresses.get(row.channel, "") if known else ""
        return where if where.startswith(name) else ", ".join(filter(None, (name, where)))

    def _audience(self, name: str | None) -> Words:
        known = self._pinned.plan.audiences.get(name) if name else None
        return known.title if known else {}
