"""G1, G7 and G8 between incidents: what was merged goes on where it is followed.

Whoever heard of it hears from there, and what was promised is owed there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crisis.codec import CannotRead
from crisis.core.events import (
    CommitmentBroken,
    CommitmentKept,
    CommitmentKeptLate,
    CommitmentRenewed,
    IncidentMerged,
    IncidentTakenOver,
    MessageHeld,
    PromiseMade,
)
from crisis.ports import View
from crisis.proof.invariants.record import Breach, decoded

_EVERY = 1_000_000
_ENDS = (CommitmentKept, CommitmentKeptLate, CommitmentBroken)


def g7_who_was_merged_is_told(view: View) -> Iterator[Breach]:
    """What was merged is known to the other, whose word has gone to all who had heard of it."""
    bodies = {}
    for row in view.streams("incident", limit=_EVERY):
        try:
            events = [decoded(one) for one in view.events("incident", row.stream_id)]
        except CannotRead:
            continue  # G11 tells
        bodies[row.stream_id] = [one.body for one in events]
    for merged, happened in bodies.items():
        for body in happened:
            if isinstance(body, IncidentMerged):
                into = bodies.get(body.into, [])
                yield from _one(view, merged, body.into, into)
                for name in promises_left_behind(happened, into):
                    words = f"{name} was open when {body.into} took it over, and is not owed there"
                    yield Breach(guarantee="G8", where=merged, words=words)


def _one(view: View, merged: str, into: str, happened: Sequence[object]) -> Iterator[Breach]:
    taken = [one for one in happened if isinstance(one, IncidentTakenOver) and one.other == merged]
    if not taken:
        words = f"it says that {into} has taken it over, which does not know it"
        yield Breach(guarantee="G1", where=merged, words=words)
    held = {one.audience for one in happened if isinstance(one, MessageHeld)}
    ended = {name for one in view.messages(into) for name in one.ends}
    for body in taken:
        for audience, told in body.told.items():
            if audience not in held and not ended & set(told):
                words = f"{audience} heard of {merged} and was never told that it is followed here"
                yield Breach(guarantee="G7", where=into, words=words)


def promises_left_behind(merged: Sequence[object], into: Sequence[object]) -> Iterator[str]:
    """Give what was promised in the one, had not ended, and is not owed in the other as it was.

    To the same audience or person, in the same words, by the same time; a step's promise is owed
    once, by whichever of the two playbooks made it first.
    """
    ended = {one.commitment_id for one in merged if isinstance(one, _ENDS)}
    moved = {one.commitment_id: one.due_at for one in merged if isinstance(one, CommitmentRenewed)}
    here = [one for one in into if isinstance(one, PromiseMade)]
    owed = {(one.audience, one.person, one.words, one.due_at) for one in here}
    steps = {one.step for one in here if one.step is not None}
    for one in merged:
        if not isinstance(one, PromiseMade) or one.commitment_id in ended or one.step in steps:
            continue
        due_at = moved.get(one.commitment_id, one.due_at)
        if (one.audience, one.person, one.words, due_at) not in owed:
            yield one.commitment_id
