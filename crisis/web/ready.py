"""The next update of each audience as it would leave now: the room shows it before it is asked for.

Nothing is decided here: the same functions compose it that the rules use at its time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from crisis.compose import Composer
from crisis.coordinator.prepare import Prepare
from crisis.core.commands import Actor, Command, Fulfil
from crisis.core.decide.ahead import BEFORE, leaves_by_itself
from crisis.core.decide.telling import message_to
from crisis.core.deciding import Deciding, Facts
from crisis.core.incident import Incident
from crisis.core.pinned import Pinned
from crisis.core.values import Text
from crisis.web.service import Service


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """An update that leaves by itself at that time, in each language."""

    audience: Text
    leaves_at: datetime
    texts: tuple[str, ...]


def ready(service: Service, incident: Incident, pinned: Pinned) -> Iterator[Ready]:
    """Give the updates that are ready, in the order of the audiences."""
    now = service.clock.now()
    d = Deciding(incident, _looking(incident, now), pinned, Facts(), now)
    for audience, heard in incident.audiences.items():
        promise = incident.commitments.get(heard.promise or "")
        if promise is None or not leaves_by_itself(d, promise):
            continue
        message = message_to(d, audience, "update")
        with service.store.read() as view:
            prepare = Prepare(
                view=view, own=(), words=_composer(), pinned=pinned,
                names=service.organisation().directory, salt=str,
            )  # fmt: skip
            prepare(message)
        prepared = prepare.done[message.id].values()
        yield Ready(
            audience=pinned.plan.audiences[audience].title,
            leaves_at=promise.due_at - BEFORE,
            texts=tuple(str(json.loads(one.content)["text"]) for one in prepared),
        )


def _looking(incident: Incident, now: datetime) -> Command:
    """A look, which asks for nothing."""
    return Command(
        id="look",
        stream="incident",
        stream_id=incident.id,
        body=Fulfil(rule="look", subject="", due_at=now),
        actor=Actor(kind="rule", id="look"),
        authority="rule",
        door="room",
        exercise=incident.exercise,
    )


@cache
def _composer() -> Composer:
    return Composer()
