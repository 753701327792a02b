"""Contractors: called, on the way, there, gone, or not come. Their delay is a commitment too."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from crisis.core.commands import ReportContractor
from crisis.core.decide.lateness import count_late, doubled
from crisis.core.decide.notices import holders, lead_or_above, notify
from crisis.core.decide.rights import person, step_named
from crisis.core.deciding import Deciding
from crisis.core.events import ContractorReported
from crisis.core.incident import Incident, StepState
from crisis.core.obligation import Owed
from crisis.core.pinned import Pinned
from crisis.core.playbook import Playbook, Step


def contractor(d: Deciding, body: ReportContractor) -> None:
    """A contractor was called, gave its time, arrived, left, or did not come.

    One that is on its way was called: where nobody noted that, it is noted now.
    """
    who = person(d, "contractor")
    step = step_named(d, body.step)
    if step.trade is None:
        d.refuse(
            "contractor",
            f"« {body.step} » n'appelle pas d'entreprise.",
            f'"{body.step}" does not call a contractor.',
        )
    _plausible(d, body)
    state = d.incident.steps.get(body.step)
    pointer = f"/steps/{body.step}"
    if body.stage != "called" and (state is None or state.stage in {None, "no-show"}):
        d.record(
            ContractorReported(step=body.step, stage="called"), rule="contractor", pointer=pointer
        )
    d.record(
        ContractorReported(step=body.step, stage=body.stage, eta_at=body.eta_at),
        rule="contractor",
        pointer=pointer,
    )
    if body.stage == "no-show":
        people = (*holders(d, step.by), *lead_or_above(d))
        notify(
            d, tuple(one for one in people if one != who), "no-show", rule="contractor",
            subject=step.then_call or step.trade,
        )  # fmt: skip


def _plausible(d: Deciding, body: ReportContractor) -> None:
    if body.stage == "eta" and body.eta_at is None:
        d.refuse(
            "contractor",
            "À quelle heure l'entreprise arrive-t-elle ? Donnez l'heure.",
            "At what time will the contractor be there? Give the time.",
        )
    if body.eta_at is not None and body.eta_at <= (d.command.happened_at or d.now):
        d.refuse(
            "contractor",
            "Cette heure d'arrivée est passée. Si l'entreprise est là, notez qu'elle est arrivée.",
            "That arrival time has passed. If the contractor is there, record that it has arrived.",
        )


def owed_arrivals(incident: Incident, playbook: Playbook, pinned: Pinned) -> Iterator[Owed]:
    """A contractor that was called and has not come, by its contract and by its own word."""
    if incident.over:
        return
    for name, state in incident.steps.items():
        at = arrival_due(playbook.steps.get(name), state, incident, pinned)
        if at is not None:
            yield Owed(at, "contractor-late", name)


def arrival_due(
    step: Step | None, state: StepState, incident: Incident, pinned: Pinned
) -> datetime | None:
    """Give when a called contractor must be there: by contract, then at the time it gave itself.

    Both are asked about, because the audiences were told the second; then after twice the wait.
    """
    if step is None or state.told_at is None or state.state != "ready":
        return None
    if state.stage not in {"called", "eta"}:
        return None
    within = step.arrive_within.at(incident.severity) if step.arrive_within else None
    contract = pinned.site.add(state.told_at, within) if within is not None else None
    marks = [at for at in (contract, state.eta_at) if at is not None]
    asked = state.escalated_at
    still = [at for at in marks if asked is None or at > asked]
    if still:
        return min(still)
    if asked is None:
        return None
    wait = max(marks, default=asked) - state.told_at
    return doubled(asked, max(wait, timedelta()), state.escalations)


def contractor_late(d: Deciding, name: str) -> None:
    """Tell the lead that the contractor is late against its contract, and whom to call next."""
    step = d.playbook.steps[name]
    count = count_late(d, name)
    people = (*holders(d, step.by), *lead_or_above(d))
    notify(
        d, people, "contractor-late", rule="contractor-late",
        subject=step.then_call or step.trade or name, words=step.text, count=count,
    )  # fmt: skip
