"""Who may do what. Roles carry authority; every refusal can be set aside by name, with a reason.

« Se réfugier derrière les règlements » is a failure too: an override is recorded, not refused.
"""

from __future__ import annotations

from crisis.core.deciding import Deciding
from crisis.core.playbook import Step

DIRECTORATE = "directorate"
"""May stand among roles: those who are the directorate hold none, and need none."""


def counts_as(d: Deciding, who: str, role: str) -> bool:
    """Whether this person holds the role, or is one of the directorate where that stands."""
    if role == DIRECTORATE:
        return any(who in rank.people for rank in d.facts.candidates.get(DIRECTORATE, ()))
    return role in d.incident.roles_of(who)


def person(d: Deciding, rule: str) -> str:
    """Give the person who acts; a rule or a source may not do what only people do."""
    who = d.command.actor.person
    if who is None:
        d.refuse(
            rule,
            "Seule une personne peut le faire.",
            "Only a person can do this.",
        )
    return who


def require(
    d: Deciding, rule: str, *, authority: str | None = None, roles: tuple[str, ...] = ()
) -> None:
    """Check that the person holds one of these roles, or a role with this authority.

    The last resort of the lead always may: somebody must be able to act when nobody accepts.
    """
    who = person(d, rule)
    held = d.incident.roles_of(who)
    if any(role in roles for role in held):
        return
    in_force = d.playbook.roles
    if any(authority in in_force[role].authority for role in held if role in in_force):
        return
    ranks = d.facts.candidates.get("lead", ())
    if any(who in rank.people for rank in ranks if rank.name == "last-resort"):
        return
    wanted = ", ".join(roles) or f"authority: {authority}"
    d.object(
        rule,
        f"Il faut pour cela le rôle ou le pouvoir « {wanted} ». Passez outre avec un motif si la"
        " situation l'exige : le journal le dira.",
        f'This takes the role or authority "{wanted}". Override with a reason if the situation'
        " demands it: the record will say so.",
    )


def step_named(d: Deciding, name: str) -> Step:
    """Give the step of the playbook in force, or say which there are."""
    step = d.playbook.steps.get(name)
    if step is None:
        known = ", ".join(d.playbook.steps)
        d.refuse(
            "step",
            f"Le plan en vigueur n'a pas d'étape « {name} ». Étapes : {known}.",
            f'The playbook in force has no step "{name}". Steps: {known}.',
        )
    return step
