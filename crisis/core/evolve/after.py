"""After the end: each answer counted once, each day and each word to the audiences noted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from crisis.core import events as e
from crisis.core.afterwards import Action
from crisis.core.events import Event
from crisis.core.evolve.folding import put, replace
from crisis.core.incident import Incident


def _after(incident: Incident, **changes: Any) -> Incident:
    return replace(incident, after=replace(incident.after, **changes))


def _sent(incident: Incident, event: Event, body: e.SurveySent) -> Incident:
    asked: Mapping[str, Mapping[str, int]] = {name: {} for name in body.audiences}
    return _after(incident, surveyed_at=event.at, survey={**asked, **incident.after.survey})


def _answered(incident: Incident, _event: Event, body: e.SurveyAnswered) -> Incident:
    counts = dict(incident.after.survey.get(body.audience, {}))
    counts[body.rating] = counts.get(body.rating, 0) + 1
    if body.was is not None:
        counts[body.was] = counts.get(body.was, 1) - 1
    return _after(
        incident, survey=put(incident.after.survey, body.audience, counts),
        comments=incident.after.comments + int(body.comment is not None),
    )  # fmt: skip


def _presented(incident: Incident, _event: Event, _body: e.ReviewPresented) -> Incident:
    return _after(incident, presented=True)


def _publication(incident: Incident, _event: Event, body: e.PublicationReminded) -> Incident:
    return _after(incident, publish_reminders=body.count)


def _published(incident: Incident, event: Event, _body: e.ReviewPublished) -> Incident:
    return _after(incident, published_at=event.at)


def _followed(incident: Incident, _event: Event, body: e.ActionsFollowed) -> Incident:
    return _after(incident, followed=body.count)


def _thanked(incident: Incident, _event: Event, _body: e.ContributorsThanked) -> Incident:
    return _after(incident, thanked=True)


def _tied(incident: Incident, _event: Event, body: e.ActionTied) -> Incident:
    before = incident.actions.get(body.action_id, Action())
    tied = replace(before, playbook=body.playbook, playbook_digest=body.digest)
    return replace(incident, actions=put(incident.actions, body.action_id, tied))


FOLDS: Mapping[type, Callable[[Incident, Event, Any], Incident]] = {
    e.SurveySent: _sent,
    e.SurveyAnswered: _answered,
    e.ReviewPresented: _presented,
    e.PublicationReminded: _publication,
    e.ReviewPublished: _published,
    e.ActionsFollowed: _followed,
    e.ContributorsThanked: _thanked,
    e.ActionTied: _tied,
}
