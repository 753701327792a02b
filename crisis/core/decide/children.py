"""Steps that open another playbook: a linked incident, whose end is known where it was opened."""

from __future__ import annotations

from crisis.core.commands import Declare, SubmitReport
from crisis.core.decide.crossing import ask_of
from crisis.core.deciding import Deciding
from crisis.core.events import IncidentsRelated
from crisis.core.life_commands import NoteRelated
from crisis.core.playbook import Step
from crisis.core.report import correlation_key, incident_id, report_id


def open_children(d: Deciding, ready: tuple[str, ...]) -> None:
    """Open what the steps that are ready now open; one that is open already is linked to."""
    for name in ready:
        step = d.playbook.steps.get(name)
        if step is not None and step.open is not None:
            _open(d, name, step, step.open)


def _open(d: Deciding, name: str, step: Step, playbook: str) -> None:
    incident = d.incident
    key = correlation_key(
        exercise=incident.exercise, site=incident.site, building=incident.building,
        playbook=playbook, group="", kind=playbook,
    )  # fmt: skip
    report = report_id("step", f"{incident.id}/{name}/{incident.seq}")
    held = [one for one in d.facts.others.holding(key) if one.key == key]
    child = held[0].id if held else incident_id(report)
    d.record(
        IncidentsRelated(other=child, how="child", step=name),
        rule="open",
        pointer=f"/steps/{name}/open",
    )
    if held:
        ask_of(d, child, NoteRelated(other=incident.id, how="parent"))
        return
    keep = {
        role: tuple(state.holders) for role in step.keep
        if (state := incident.roles.get(role)) is not None and state.holders
    }  # fmt: skip
    opened = SubmitReport(
        source="step",
        native_id=f"{incident.id}/{name}",
        kind=playbook,
        site=incident.site,
        building=incident.building,
        place=incident.place,
        observed_at=d.now,
    )
    ask_of(
        d,
        child,
        Declare(
            key=key, report_id=report, playbook=playbook, report=opened, accepted_at=d.now,
            of=incident.id, step=name, keep=keep,
        ),
    )  # fmt: skip
