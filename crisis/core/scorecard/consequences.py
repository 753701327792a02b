"""E5, "ne pas tirer les conséquences": it is looked back at, and something changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from crisis.core import events as e
from crisis.core.scorecard.figure import Figure, Verdict, count, numbers, span
from crisis.core.scorecard.reading import Reading, happened

OfAction = TypeVar("OfAction", e.ActionProposed, e.ActionAgreed, e.ActionFinished, e.ActionVerified)


def consequences(read: Reading, playbook_now: str | None) -> Iterator[Figure]:
    """Give the figures of E5; ``playbook_now`` is the digest of the playbook as it is today."""
    opened = list(read.of(e.ReviewOpened))
    if opened:
        event, review = opened[-1]
        held = [one for one, _ in read.of(e.ReviewHeld) if one.seq > event.seq]
        shown = [one.seq for one in held] or [event.seq]
        took = happened(held[0]) - event.at if held else None
        so_far, within = read.now - event.at, review.due_at - event.at
        yield span("review", took, within, so_far, evidence=(event.seq, *shown))
        unanswered: Verdict = "failed" if so_far > within else "unknown"
        yield Figure(
            name="avoidable", value=1.0 if held else None, unit="answer",
            verdict="passed" if held else unanswered, evidence=numbers(shown),
        )  # fmt: skip
    yield from _actions(read)
    yield from _changed(read, playbook_now)


def _actions(read: Reading) -> Iterator[Figure]:
    """Of all actions, how many have an owner, are done, and were seen to be done.

    What is missing has failed once the review was due, or an action is past its date.
    """
    agreed, proposed = _ids(read, e.ActionAgreed), _ids(read, e.ActionProposed)
    everything = proposed | agreed
    if not everything:
        return
    past = any(body.due_at < read.now for _, body in read.of(e.ActionAgreed))
    reviews = [body.due_at for _, body in read.of(e.ReviewOpened)]
    unowned = bool(reviews) and reviews[-1] < read.now
    for name, found, overdue in (
        ("owned", agreed, unowned),
        ("done", _ids(read, e.ActionFinished), past or unowned),
        ("verified", _ids(read, e.ActionVerified), past or unowned),
    ):
        whole = len(found) >= len(everything)
        verdict: Verdict = "passed" if whole else "failed" if overdue else "unknown"
        yield Figure(
            name=name, value=len(found), of=len(everything), unit="count", limit=len(everything),
            verdict=verdict,
            evidence=numbers(seq for seqs in (found or everything).values() for seq in seqs),
        )  # fmt: skip


def _ids(read: Reading, kind: type[OfAction]) -> dict[str, list[int]]:
    """The events of each action of which this holds."""
    found: dict[str, list[int]] = {}
    for event, body in read.of(kind):
        found.setdefault(body.action_id, []).append(event.seq)
    return found


def _changed(read: Reading, playbook_now: str | None) -> Iterator[Figure]:
    """Whether the playbook is another one than it was: told, and for people to judge."""
    if playbook_now is not None:
        changed = read.states[0].incident.playbook_digest != playbook_now
        yield count("playbook-changed", int(changed), 1, evidence=(read.declared.seq,))
