"""G10: consequences are drawn, and chased until somebody has seen the proof."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from crisis.core.events import (
    ActionAgreed,
    ActionProposed,
    ActionReminded,
    ActionVerified,
    Event,
    IncidentCancelled,
    PhaseDeclared,
    ReviewHeld,
    ReviewOpened,
    ReviewReminded,
)
from crisis.proof.invariants.record import Breach, Record


def g10_a_review_with_owner_and_date(record: Record) -> Iterator[Breach]:
    """What was grave enough is reviewed, by somebody, by a date; overdue, it is asked for."""
    normal = _last_end(record)
    if normal is None:
        return
    opened = next((one for one in record.of(ReviewOpened) if one[0].seq > normal.seq), None)
    if opened is None:
        if _reviewed(record, normal.seq):
            yield record.breach("G10", "it is over and no review was opened")
        return
    body = opened[1]
    if body.owner is None:
        yield record.breach("G10", "nobody owns the review")
    since = opened[0].seq
    held_at = next((event.at for event, _ in record.of(ReviewHeld) if event.seq > since), None)
    asked_at = next((event.at for event, _ in record.of(ReviewReminded) if event.seq > since), None)
    if (held_at is None or held_at > body.due_at) and record.late(body.due_at, asked_at):
        yield record.breach(
            "G10", f"the review was due on {body.due_at:%Y-%m-%d} and not asked for"
        )


def _last_end(record: Record) -> Event | None:
    """The end after which it has not begun again."""
    last = None
    for event in record.events:
        body = event.body
        if _is_over(event):
            last = last or event
        elif isinstance(body, PhaseDeclared) and body.phase == "open":
            last = None
    return last


def _is_over(event: Event) -> bool:
    body = event.body
    normal = isinstance(body, PhaseDeclared) and body.phase == "normal"
    return normal or isinstance(body, IncidentCancelled)


def _reviewed(record: Record, seq: int) -> bool:
    """Whether the playbook wants a review of a crisis that went as this one did."""
    incident = record.states[seq - 1]
    if incident is None:
        return False
    rules = record.pinned.in_force(incident.situation).review
    return rules.when is None or rules.when.holds(incident.situation)


def g10_actions_are_chased(record: Record) -> Iterator[Breach]:
    """Every action has an owner and a date in the end, and is asked for when its date passes."""
    verified = {body.action_id: event.at for event, body in record.of(ActionVerified)}
    for action, (owner, due_at) in _actions(record).items():
        if not owner:
            yield record.breach("G10", f"nobody owns the action {action}")
        asked = [
            event.at for event, body in record.of(ActionReminded)
            if body.action_id == action and event.at >= due_at
        ]  # fmt: skip
        done_at = verified.get(action)
        if done_at is not None and done_at <= due_at:
            continue
        if record.late(due_at, asked[0] if asked else None):
            yield record.breach("G10", f"the action {action} is overdue and nobody was asked")


def _actions(record: Record) -> dict[str, tuple[str, datetime]]:
    """Give the owner and the date of each action: those agreed, or at first the review's own."""
    review: ReviewOpened | None = None
    found: dict[str, tuple[str, datetime]] = {}
    kinds = (ReviewOpened, ActionProposed, ActionAgreed)
    for body in (event.body for event in record.events if isinstance(event.body, kinds)):
        if isinstance(body, ReviewOpened):
            review = body
        elif isinstance(body, ActionAgreed):
            found[body.action_id] = (body.owner, body.due_at)
        elif review is not None:
            found[body.action_id] = (review.owner or "", review.due_at)
    return found
