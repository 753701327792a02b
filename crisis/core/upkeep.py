"""What keeps a playbook alive: exercises, and tries of the addresses, owed by their owner.

A playbook that nobody has played and addresses that nobody has tried are a hope, not a plan. Both
are owed from the day on which the playbook was last read, then from the last exercise: an exercise
on the service tries every address of its list, and its score says who was reached (E3).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Literal

from crisis.core.place import Site
from crisis.core.playbook import Playbook
from crisis.core.spoken import zone_of
from crisis.core.values import Span, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """One thing that is owed to keep a playbook alive."""

    playbook: str
    title: Text
    what: Literal["exercise", "contact-test"]
    owner: str
    """The function that owes it."""
    last_at: datetime | None
    """When it was last done; None: never."""
    due_at: datetime

    def overdue(self, now: datetime) -> bool:
        """Whether it should have been done by now."""
        return self.due_at < now


def upkeep(
    playbooks: Iterable[Playbook], site: Site, *, exercised: Mapping[str, datetime]
) -> list[Upkeep]:
    """Give what is owed for each playbook that says so (``exercise``), what is due first first.

    ``exercised``: when each playbook was last exercised. Any exercise has tried the addresses,
    which all playbooks share. The calendar is that of ``site``.
    """
    tried_at = max(exercised.values(), default=None)
    owed = [
        one for playbook in playbooks for one in _owed(playbook, site, exercised, tried_at=tried_at)
    ]
    return sorted(owed, key=lambda one: (one.due_at, one.playbook, one.what))


def _owed(
    playbook: Playbook, site: Site, exercised: Mapping[str, datetime], *, tried_at: datetime | None
) -> Iterator[Upkeep]:
    rules = playbook.exercise
    if rules is None:
        return
    midnight = datetime.combine(playbook.reviewed_on, time(), zone_of(site.zone))
    read_at = midnight.astimezone(UTC)

    def of(
        what: Literal["exercise", "contact-test"], every: Span, last_at: datetime | None
    ) -> Upkeep:
        return Upkeep(
            playbook=playbook.name, title=playbook.title, what=what, owner=rules.owner,
            last_at=last_at, due_at=site.add(max(last_at or read_at, read_at), every),
        )  # fmt: skip

    yield of("exercise", rules.every, exercised.get(playbook.name))
    if rules.contact_test_every is not None:
        yield of("contact-test", rules.contact_test_every, tried_at)
