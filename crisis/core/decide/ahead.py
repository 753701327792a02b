"""The update that is ready before its promised time, from what has been recorded since (design §5).

At 80 % of the span the lead is asked, and finds it there: one minute before the time it leaves as
it then stands. What must be approved first is asked about now, while there is time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import islice

from crisis.core.decide.approving import asks_first
from crisis.core.decide.messages import enough, tell
from crisis.core.decide.telling import message_to, news
from crisis.core.deciding import Deciding
from crisis.core.incident import Commitment
from crisis.core.message import DraftShown

BEFORE = timedelta(seconds=60)
"""How long before the promised time the word leaves, so that it is sent by then."""
SHOWN = 3
"""Drafts that one question shows: of more, the room shows the rest."""


def drafted_ahead(d: Deciding, promises: Iterable[Commitment]) -> Iterator[DraftShown]:
    """Give the updates that will leave by themselves; ask now for the approvals they need."""
    fresh = [one for one in promises if _fresh(d, one)]
    for one in fresh:
        if asks_first(d, one.audience, "update"):
            tell(d, one.audience, "update", rule="speak", automatic=True)
    leaving = (one for one in fresh if leaves_by_itself(d, one))
    for number, one in enumerate(islice(leaving, SHOWN)):
        message = message_to(d, one.audience, "update")
        apart = replace(message, id=f"{d.incident.id}-a{d.incident.seq}-{number}")
        yield DraftShown(
            audience=d.pinned.plan.audiences[one.audience].title,
            leaves_at=one.due_at - BEFORE,
            words=d.facts.words(apart),
        )


def leaves_by_itself(d: Deciding, promise: Commitment) -> bool:
    """Whether the update that keeps this promise leaves without anybody, as things stand."""
    if promise.kind != "update" or promise.message_id is not None or d.incident.over:
        return False
    return _fresh(d, promise) and not asks_first(d, promise.audience, "update")


def _fresh(d: Deciding, promise: Commitment) -> bool:
    """Whether a person has recorded something that these people may hear."""
    return news(d, promise.audience) and not enough(d, promise.audience)
