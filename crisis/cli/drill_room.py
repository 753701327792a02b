"""A crisis of an exercise as those who take part in it see it: what reaches them, what they do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from crisis.core.incident import Incident
from crisis.core.pinned import Pinned
from crisis.intake.faults import BadPayload
from crisis.ports import Pending
from crisis.proof.crew import Crew
from crisis.proof.fakes import StoryClock
from crisis.runtime.embedded import Embedded
from crisis.web.commands import Asking, command_of

_ARRIVED = frozenset({"sent", "delivered"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """What somebody asked for, and why the answer was no."""

    at: datetime
    incident_id: str
    """The crisis of which it was asked: the exercised one, or one that it has opened."""
    person: str
    command: str
    words: Mapping[str, str]


@dataclass(slots=True, kw_only=True)
class Room:
    """The crisis that is exercised, or one that it has opened, with its crew."""

    service: Embedded
    clock: StoryClock
    site: str
    incident_id: str
    refused: Callable[[Refused], None]
    """Hears of everything that people ask and are refused."""
    numbers: Iterator[int]
    """Of what is asked in the exercise."""
    crew: Crew = field(init=False)
    """Who takes part."""

    def now(self) -> datetime:
        """The time on everyone's watch."""
        return self.clock.now()

    def incident(self) -> Incident | None:
        """What the room shows."""
        return self.service.incident(self.incident_id)

    def pinned(self) -> Pinned:
        """The playbook on the wall."""
        pinned = self.service.pinned(self.incident_id)
        if pinned is None:
            raise LookupError(self.incident_id)
        return pinned

    def offer_links(self) -> Mapping[str, str]:
        """Offer -> its delivery, for those whose message has arrived."""
        found: dict[str, str] = {}
        with self.service.store.read() as view:
            for message in view.messages(self.incident_id):
                if message.offer_id is not None:
                    rows = [row for row in view.deliveries(message.id) if row.sent_at is not None]
                    if rows:
                        found[message.offer_id] = rows[0].id
        return found

    def unread(self) -> dict[str, str]:
        """Delivery -> person, of what arrived and asks for "I have it"."""
        found: dict[str, str] = {}
        with self.service.store.read() as view:
            for message in view.messages(self.incident_id):
                if message.acknowledge and message.offer_id is None:
                    rows = view.deliveries(message.id)
                    found |= {row.id: row.recipient_id for row in rows if row.state in _ARRIVED}
        return found

    async def read(self, delivery_id: str) -> None:
        """A person presses "I have it"."""
        await self.service.acknowledge(delivery_id, self.now())

    async def press(self, link: str, choice: str) -> None:
        """A person answers an offer by the button of its message."""
        await self.read(link)
        with self.service.store.read() as view:
            row = view.delivery(link)
            message = view.message(row.message_id) if row else None
        if row is not None and message is not None:
            await self.ask(f"{choice}-roles", row.recipient_id, offer_id=message.offer_id)

    def askers(self) -> tuple[str, ...]:
        """Those on the list of exercises who hold no function: they are told, and may ask."""
        organisation = self.service.organisation()
        group = organisation.settings.exercises.group
        return tuple(
            name for name, one in sorted(organisation.configuration.people.people.items())
            if one.site == self.site and group in one.groups and not one.functions
        )  # fmt: skip

    def asked(self, message_id: str) -> tuple[str, ...]:
        """The people whom a message has reached, in order."""
        people = self.service.organisation().configuration.people.people
        with self.service.store.read() as view:
            rows = view.deliveries(message_id)
        reached = (row.recipient_id for row in rows if row.sent_at is not None)
        return tuple(sorted({one for one in reached if one in people}))

    async def ask(self, command: str, person: str, **fields: Any) -> bool:
        """A person does something, as from the command line; a refusal is shown and counted."""
        asking = Asking.model_validate(
            {"type": command, "incident": self.incident_id, "fields": fields, "as": person}
        )
        try:
            built = command_of(self.service, asking, door="drill", authority="operator")
        except BadPayload as wrong:
            self._refused(command, person, wrong.faults[0].what)
            return False
        built = replace(built, id=f"drill-{next(self.numbers):06}")
        decision = await self.service.inbox.submit(built)
        if isinstance(decision, Pending) or decision.refusal is not None:
            words = {} if isinstance(decision, Pending) else decision.refusal.words
            self._refused(command, person, words)
            return False
        return True

    def _refused(self, command: str, person: str, words: Mapping[str, str]) -> None:
        self.refused(
            Refused(
                at=self.now(),
                incident_id=self.incident_id,
                person=person,
                command=command,
                words=words,
            )
        )
