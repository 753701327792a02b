"""The review and its actions, until each is verified."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from crisis.core import events as e
from crisis.core.after import After
from crisis.core.afterwards import Action, Review
from crisis.core.events import Event
from crisis.core.evolve.folding import made_good, put, replace
from crisis.core.incident import Incident


def _opened(incident: Incident, event: Event, body: e.ReviewOpened) -> Incident:
    review = Review(
        owner=body.owner, opened_at=event.at, due_at=body.due_at, hot_wash_at=body.hot_wash_at
    )
    said = incident.after
    return replace(incident, review=review, after=After(survey=said.survey, comments=said.comments))


def _change(incident: Incident, **changes: Any) -> Incident:
    if incident.review is None:
        return incident
    return replace(incident, review=replace(incident.review, **changes))


def _reminded(incident: Incident, _event: Event, body: e.ReviewReminded) -> Incident:
    if body.hot_wash:
        return _change(incident, hot_wash_asked=True)
    return _change(incident, reminders=body.count)


def _held(incident: Incident, event: Event, body: e.ReviewHeld) -> Incident:
    return _change(incident, held_at=event.at, avoidable=body.avoidable)


def _action(incident: Incident, action_id: str, **changes: Any) -> Incident:
    action = replace(incident.actions.get(action_id, Action()), **changes)
    return replace(incident, actions=put(incident.actions, action_id, action))


def _proposed(incident: Incident, _event: Event, body: e.ActionProposed) -> Incident:
    review = incident.review
    return _action(
        incident,
        body.action_id,
        reason=body.reason,
        subject=body.subject,
        owner=review.owner if review else None,
        due_at=review.due_at if review else None,
    )


def _agreed(incident: Incident, _event: Event, body: e.ActionAgreed) -> Incident:
    before = incident.actions.get(body.action_id, Action())
    return _action(
        incident,
        body.action_id,
        what=body.what or before.what,
        owner=body.owner,
        due_at=body.due_at,
        proof=body.proof,
        state="agreed",
        reminders=0,
    )


def _action_reminded(incident: Incident, _event: Event, body: e.ActionReminded) -> Incident:
    return _action(incident, body.action_id, reminders=body.count)


def _finished(incident: Incident, event: Event, body: e.ActionFinished) -> Incident:
    """Done; what was owed instead of a promise may have become an action at the close."""
    done = _action(incident, body.action_id, state="finished", proof=body.proof)
    at = event.happened_at or event.at
    return made_good(done, done.actions[body.action_id].subject, at, event.seq)


def _verified(incident: Incident, _event: Event, body: e.ActionVerified) -> Incident:
    return _action(incident, body.action_id, state="verified")


FOLDS: Mapping[type, Callable[[Incident, Event, Any], Incident]] = {
    e.ReviewOpened: _opened,
    e.ActionProposed: _proposed,
    e.ReviewReminded: _reminded,
    e.ReviewHeld: _held,
    e.ActionAgreed: _agreed,
    e.ActionReminded: _action_reminded,
    e.ActionFinished: _finished,
    e.ActionVerified: _verified,
}
