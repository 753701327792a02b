"""What people do when it is not as planned: media fail, costs grow, troubles join or part."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import cast

from crisis.core import commands as c
from crisis.core import committing_commands as k
from crisis.core import legal_commands as legal
from crisis.core import life_commands as life
from crisis.core.errand import PEOPLE
from crisis.core.legal import in_force
from crisis.proof.acting import prose_of
from crisis.proof.simulator.acts import Act, Scene, Verb, nth
from crisis.proof.simulator.steps import Step


def down(scene: Scene, step: Step) -> Act | None:
    """Something that media need has failed."""
    what = nth(sorted(scene.pinned.plan.can_fail), step)
    body = c.ReportDown(what=what) if what else None
    return Act(body=body, who=scene.lead_or_anybody(step)) if body else None


def up(scene: Scene, step: Step) -> Act | None:
    """What had failed works again."""
    what = nth(sorted(scene.incident.down), step)
    body = c.ReportUp(what=what) if what else None
    return Act(body=body, who=scene.lead_or_anybody(step)) if body else None


def carry(scene: Scene, step: Step) -> Act | None:
    """Those whom no medium reaches were told, all of them or all but one."""
    found = nth(list(scene.incident.errands.items()), step)
    if found is None:
        return None
    carriers, told = found[1].carriers, found[0] in scene.incident.audiences
    body = c.CarryByHand(
        audience="" if found[0] == PEOPLE else found[0],
        at=("hall-a",) if told and step.holds("paper") else (),
    )
    return Act(body=body, who=carriers[0] if carriers else scene.lead_or_anybody(step))


def cost(scene: Scene, step: Step) -> Act | None:
    """A contractor says what it will cost."""
    known = scene.playbook.steps
    calls = [name for name in scene.incident.steps if name in known and known[name].trade]
    found = nth(calls, step)
    amount = nth(("80 EUR", "900 EUR", "4200 EUR", "60000 EUR", "12 CHF"), step, "k")
    body = k.AnnounceCost(step=found, amount=str(amount)) if found else None
    return Act(body=body, who=scene.lead_or_anybody(step)) if body else None


def grant(scene: Scene, step: Step) -> Act | None:
    """A cost that somebody was asked for is granted, or is not."""
    asked = [name for name, one in scene.incident.steps.items()
             if one.cost is not None and one.cost.state == "asked"]  # fmt: skip
    found = nth(asked, step)
    body = k.DecideCost(step=found, answer="refuse" if step.holds("fails") else "grant") \
        if found else None  # fmt: skip
    return Act(body=body, who=scene.lead_or_anybody(step)) if body else None


def renew(scene: Scene, step: Step) -> Act | None:
    """What was promised has a new time."""
    made = [id_ for id_, one in scene.incident.commitments.items() if one.kind != "update"]
    found = nth(made, step)
    due_at = scene.now + timedelta(minutes=step.number("minutes", 30))
    body = k.RenewPromise(promise_id=found, due_at=due_at) if found else None
    return Act(body=body, who=scene.lead_or_anybody(step)) if body else None


def above(scene: Scene, step: Step) -> Act | None:
    """It goes beyond whoever is there."""
    prose = prose_of(scene.act, reason="Nous ne sommes pas assez nombreux.")
    to = "directorate" if step.holds("one") else "lead"
    body = k.Escalate(to=to, reason=prose["reason"].ref)
    return Act(body=body, who=scene.lead_or_anybody(step), prose=prose)


def works(scene: Scene, step: Step) -> Act | None:
    """Works begin or end at another time."""
    known = scene.incident.works
    ends_at = (known.ends_at if known else scene.now) + timedelta(minutes=30 * step.number("k"))
    body = c.RescheduleWorks(ends_at=max(ends_at, scene.now + timedelta(minutes=5)))
    if not scene.playbook.planned:
        return None
    return Act(body=body, who=scene.lead_or_anybody(step))


# --- the law ---


def filed(scene: Scene, step: Step) -> Act | None:
    """A person says that they have told an authority."""
    found = nth(list(scene.incident.clocks.items()), step)
    clock = in_force(scene.pinned.legal, found[1].clock, found[1].aware_at) if found else None
    if found is None or clock is None:
        return None
    prose = prose_of(scene.act, reference="2026-117.")
    delay = nth(list(clock.delays), step, "k")
    body = legal.FileNotification(step=found[0], delay=str(delay), reference=prose["reference"].ref)
    return Act(body=body, who=scene.lead_or_anybody(step), prose=prose)


def waived(scene: Scene, step: Step) -> Act | None:
    """A person says that the law does not ask for it."""
    found = nth(list(scene.incident.clocks), step)
    prose = prose_of(scene.act, reason="Aucune personne n'est touchée.")
    body = legal.WaiveClock(step=found, reason=prose["reason"].ref) if found else None
    return Act(body=body, who=scene.lead_or_anybody(step), prose=prose) if body else None


def aware(scene: Scene, step: Step) -> Act | None:
    """They knew earlier than was thought."""
    found = nth(list(scene.incident.clocks), step)
    aware_at = scene.now - timedelta(minutes=step.number("k"))
    body = legal.BecomeAware(step=found, aware_at=aware_at) if found else None
    return Act(body=body, who=scene.lead_or_anybody(step)) if body else None


# --- several troubles, or one ---


def relate(scene: Scene, step: Step) -> Act | None:
    """Another incident belongs with this one."""
    other = nth(scene.others, step)
    body = life.RelateIncident(other=other) if other else None
    return Act(body=body, who=scene.lead_or_anybody(step)) if body else None


def merge(scene: Scene, step: Step) -> Act | None:
    """Another incident is the same trouble."""
    other = nth(scene.others, step)
    body = life.MergeIncident(other=other) if other else None
    return Act(body=body, who=scene.lead_or_anybody(step)) if body else None


def split(scene: Scene, step: Step) -> Act | None:
    """They are two troubles."""
    other = step.words("to")
    body = life.SplitIncident(playbook=other or None, building=nth(("a", "b"), step))
    return Act(body=body, who=scene.lead_or_anybody(step))


def repin(scene: Scene, step: Step) -> Act | None:
    """It goes by the newest text of its playbook, or by another one."""
    body = life.RepinPlaybook(playbook=step.words("to") or None)
    return Act(body=body, who=scene.lead_or_anybody(step))


COPING: Mapping[str, Verb] = {
    one.__name__: cast("Verb", one)
    for one in (
        down, up, carry, cost, grant, renew, above, works, filed, waived, aware, relate, merge,
        split, repin,
    )
}  # fmt: skip
"""Everything that people do when it is not as it was planned."""
