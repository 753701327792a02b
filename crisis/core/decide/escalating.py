"""Whoever sees that it goes beyond them says so: the next rank, or the directorate, hears at once.

No rule stands in the way of it, and no role is needed: it works at any time, after the end too.
"""

from __future__ import annotations

from crisis.core.committing_commands import Escalate
from crisis.core.decide.briefs import brief
from crisis.core.decide.notices import holders, notify
from crisis.core.decide.rights import DIRECTORATE, person
from crisis.core.deciding import Deciding
from crisis.core.events import Escalated

LEAD = "lead"


def escalate(d: Deciding, body: Escalate) -> None:
    """Tell those above a role, in their order; the directorate where nobody else is left."""
    who = person(d, "escalate")
    if body.to not in {DIRECTORATE, *d.playbook.roles}:
        known = ", ".join((*d.playbook.roles, DIRECTORATE))
        d.refuse(
            "escalate",
            f"Vers qui ? La direction, ou ceux qui suivent dans un rôle : {known}.",
            f"To whom? The directorate, or those who come next in a role: {known}.",
        )
    people = next_rank(d, body.to, but=who) if body.to != DIRECTORATE else ()
    to = body.to if people else DIRECTORATE
    d.record(
        Escalated(role=to, person=who, to=people, reason=body.reason),
        rule="escalate",
        pointer="" if to == DIRECTORATE else f"/roles/{to}",
    )
    if not people:
        brief(d, "escalated")
    notify(
        d, people, "escalated", rule="escalate", subject=LEAD if to == DIRECTORATE else to,
        words=body.reason, with_situation=True, audience=None if people else DIRECTORATE,
    )  # fmt: skip


def next_rank(d: Deciding, role: str, *, but: str) -> tuple[str, ...]:
    """Give those who come after whoever holds the role, or after the one who asks; else nobody."""
    ranks = d.facts.candidates.get(role, ())
    below = {*holders(d, (role,)), but}
    passed = max((place for place, rank in enumerate(ranks) if below & {*rank.people}), default=-1)
    for rank in ranks[passed + 1 :]:
        people = tuple(one for one in rank.people if one not in below)
        if people:
            return people
    return ()
