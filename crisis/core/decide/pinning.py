"""Another playbook, or the newest text of the same one, in the middle of a crisis.

What disappears is moot, what is new begins; whoever was told something keeps what was promised.
"""

from __future__ import annotations

from crisis.core.decide.readiness import COUNTERPART, to_undo, undo_of, words_of
from crisis.core.decide.review import propose_left
from crisis.core.decide.rights import require
from crisis.core.decide.works import begin_expected, foreseen
from crisis.core.deciding import Deciding
from crisis.core.events import PlaybookRepinned
from crisis.core.life_commands import RepinPlaybook
from crisis.core.report import correlation_key


def repin(d: Deciding, body: RepinPlaybook) -> None:
    """Go on by this playbook, as it is written now; ``d.pinned`` is it already, if there is one."""
    require(d, "repin", authority="close", roles=("lead",))
    incident = d.incident
    name = body.playbook or incident.playbook
    if d.pinned.name != name:
        known = ", ".join(d.facts.openings)
        d.refuse(
            "repin",
            f"Il n'y a pas de plan « {name} » ici. Plans : {known}.",
            f'There is no playbook "{name}" here. Playbooks: {known}.',
        )
    if d.pinned.digest == incident.playbook_digest:
        d.refuse(
            "repin",
            "L'incident suit déjà ce plan, tel qu'il est écrit aujourd'hui.",
            "The incident follows this playbook already, as it is written today.",
        )
    if incident.over:
        d.refuse(
            "repin",
            "La crise est finie : son plan ne change plus.",
            "The crisis is over: its playbook does not change any more.",
        )
    _nobody_is_lost(d)
    _nothing_is_forgotten(d)
    d.record(
        PlaybookRepinned(
            playbook=name,
            was=incident.playbook,
            playbook_digest=d.pinned.digest,
            config_version=d.facts.config_version,
            key=_key(d, name),
        ),
        rule="repin",
    )
    begins = foreseen(d.playbook, incident.kind, incident.site, by_machine=incident.by_machine)
    if incident.phase == "expected" and begins == "open":
        begin_expected(d, rule="repin")


def _nobody_is_lost(d: Deciding) -> None:
    """Whoever was told, and the severity that they were told, must be known to the new plan too."""
    plan = d.pinned.plan
    lost = [name for name in d.incident.audiences if name not in plan.audiences]
    if d.incident.severity not in plan.severities:
        lost.append(d.incident.severity)
    if lost:
        listed = ", ".join(lost)
        d.refuse(
            "repin",
            f"La nouvelle version ne connaît plus : {listed}. Remettez-le, puis reprenez.",
            f"The new communication plan does not know any more: {listed}. Put it back, then try"
            " again.",
        )


def _nothing_is_forgotten(d: Deciding) -> None:
    """What only the old playbook has words for is settled first, or becomes an action (G8).

    What is to be put back or made good, a promise of a step, a cost that nobody has answered.
    """
    incident, known = d.incident, d.playbook
    before = (d.facts.followed or d.pinned).in_force(incident.situation)
    left = [name for name in to_undo(incident, before) if undo_of(name, known) is None]
    left += [
        name for name, state in incident.steps.items()
        if state.state == "ready" and name.endswith(COUNTERPART)
        and words_of(incident, known, name) is None
    ]  # fmt: skip
    left += [
        one.step for one in incident.commitments.values()
        if one.step is not None and one.words is None and one.step not in known.steps
    ]  # fmt: skip
    left += [
        name for name, state in incident.steps.items()
        if state.cost is not None and state.cost.state == "asked" and name not in known.steps
    ]  # fmt: skip
    if left:
        listed = ", ".join(left)
        d.object(
            "repin",
            f"Le nouveau plan ne connaît pas ce qui reste à faire : {listed}. Réglez-le d'abord, ou"
            " passez outre avec un motif : cela devient une action du retour d'expérience.",
            f"The new playbook does not know what is still to be done: {listed}. Settle it first,"
            " or override with a reason: it becomes an action of the review.",
        )
        propose_left(d, tuple(left))


def _key(d: Deciding, name: str) -> str:
    """Reports of the new kind come here from now on, unless another incident takes them."""
    incident = d.incident
    if name == incident.playbook:
        return incident.key
    key = correlation_key(
        exercise=incident.exercise, site=incident.site, building=incident.building,
        playbook=name, group="", kind=incident.kind,
    )  # fmt: skip
    for other in d.facts.others.holding(key):
        if other.key == key and other.id != incident.id:
            d.refuse(
                "repin",
                f"L'incident {other.id} suit déjà ce plan ici. Réunissez-les : crisis merge"
                f" {other.id} {incident.id}",
                f"The incident {other.id} follows this playbook here already. Merge them: crisis"
                f" merge {other.id} {incident.id}",
            )
    return key
