"""The choice that a message asks for: its options as buttons on the page of its link."""

from __future__ import annotations

from dataclasses import dataclass

from crisis.core.commands import Actor, ChooseOption, Command
from crisis.core.committing_commands import DecideCost
from crisis.core.cost import Cost
from crisis.core.incident import Incident
from crisis.intake.links import AckLink
from crisis.web.room_view import RoomView, StepShown
from crisis.web.service import Service


@dataclass(frozen=True, slots=True, kw_only=True)
class CostShown:
    """A cost that somebody is asked to grant, and where it stands."""

    step: StepShown
    cost: Cost


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceShown:
    """A choice that somebody is asked for, and where it stands for them."""

    step: StepShown
    mine: str | None
    """What they have chosen already, of several who must choose the same."""
    late: bool
    """Whether its time has passed: another choice is a correction then."""

    @property
    def chosen(self) -> str | None:
        """What a person has chosen; None while nobody has, or where the default holds."""
        return self.step.state.value if self.late and not self.step.state.assumed else None


def choice_in(
    service: Service, incident: Incident | None, message_id: str, person: str
) -> ChoiceShown | None:
    """The choice that this message asks of this person; None where it asks for none."""
    if incident is None or incident.phase == "closed":
        return None
    pinned = service.pinned(incident.id)
    asked = [name for name, state in incident.steps.items() if message_id in state.asked_in]
    if pinned is None or not asked:
        return None
    shown = RoomView(service, incident, pinned, person).shown(asked[0])
    if shown is None or shown.state.state == "moot":
        return None
    mine = shown.state.backed.get(person)
    return ChoiceShown(step=shown, mine=mine, late=shown.state.state == "done")


def cost_in(
    service: Service, incident: Incident | None, message_id: str, person: str
) -> CostShown | None:
    """The cost that this message asks this person to grant; None where it asks for none."""
    if incident is None or incident.phase == "closed":
        return None
    pinned = service.pinned(incident.id)
    for name, state in incident.steps.items():
        if state.cost is not None and message_id in state.cost.asked_in and pinned is not None:
            shown = RoomView(service, incident, pinned, person).shown(name)
            return CostShown(step=shown, cost=state.cost) if shown is not None else None
    return None


def cost_decided(link: AckLink, incident: Incident, person: str, step: str, answer: str) -> Command:
    """The answer of the person whom the link is for to a cost; pressed again, it is one act."""
    cost = incident.steps[step].cost
    times = cost.times if cost is not None else 0
    state = cost.state if cost is not None else ""
    return Command(
        id=f"link-{link.delivery_id}-{step}-{answer}-{state}-{times}",
        stream="incident",
        stream_id=incident.id,
        body=DecideCost(step=step, answer="grant" if answer == "grant" else "refuse"),
        actor=Actor(kind="person", id=person),
        authority="signed-link",
        door="acknowledgement",
        exercise=incident.exercise,
    )


def choice_of(link: AckLink, incident: Incident, person: str, step: str, option: str) -> Command:
    """The choice of the person whom the link is for; pressed again, it is one act."""
    made = incident.steps[step].said_seq
    return Command(
        id=f"link-{link.delivery_id}-{step}-{option}-{made}",
        stream="incident",
        stream_id=incident.id,
        body=ChooseOption(step=step, option=option),
        actor=Actor(kind="person", id=person),
        authority="signed-link",
        door="acknowledgement",
        exercise=incident.exercise,
    )
