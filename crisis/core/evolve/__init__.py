"""The fold: what each event does to the state. No rules here, and nothing here can fail.

``evolve(incident | None, event) -> Incident``. One small function an event, one file a family; a
test checks that every event of the journal has its place in :data:`FOLDS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from crisis.core import events as e
from crisis.core.events import Event
from crisis.core.evolve import (
    after,
    approvals,
    beginning,
    commitments,
    costs,
    crossing,
    ends,
    legal,
    loudness,
    media,
    messages,
    people,
    review,
    roles,
    sheets,
    steps,
    works,
)
from crisis.core.evolve.folding import replace
from crisis.core.incident import REMEMBERED, Incident
from crisis.core.life import Turn

FOLDS: Mapping[type, Callable[[Incident, Event, Any], Incident]] = {
    **beginning.FOLDS,
    **media.FOLDS,
    **loudness.FOLDS,
    **crossing.FOLDS,
    **roles.FOLDS,
    **steps.FOLDS,
    **costs.FOLDS,
    **messages.FOLDS,
    **approvals.FOLDS,
    **commitments.FOLDS,
    **ends.FOLDS,
    **works.FOLDS,
    **review.FOLDS,
    **people.FOLDS,
    **after.FOLDS,
    **legal.FOLDS,
    **sheets.FOLDS,
}
"""Each event after the first, and what it does to the state."""

TURNS = (
    e.StepAnswered,
    e.ChoiceMade,
    e.SeverityChanged,
    e.HoursChanged,
    e.DangerReported,
    e.PhaseDeclared,
    e.WentDown,
    e.CameBack,
)
"""The events that may change what a playbook's ``when`` looks at."""


def evolve(incident: Incident | None, event: Event) -> Incident:
    """Answer the state after the event; the first event of an incident declares it."""
    if isinstance(event.body, e.IncidentDeclared):
        return beginning.declared(event, event.body)
    if incident is None:
        msg = "the first event of an incident declares it"
        raise ValueError(msg)
    folded = FOLDS[type(event.body)](incident, event, event.body)
    last_at = max(incident.last_at, event.at)
    if isinstance(event.body, TURNS) and folded.situation != incident.situation:
        turn = Turn(at=last_at, situation=folded.situation)
        folded = replace(folded, situations=(*folded.situations, turn)[-REMEMBERED:])
    return replace(folded, seq=event.seq, last_at=last_at)
