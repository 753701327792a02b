"""What contractors cost: within a limit it is granted at once; above, those who may are asked.

The nearest role whose limit is high enough comes first, then the next ones, the directorate last:
each has as long as an offer of a role waits. Silence grants nothing: they are asked again, all of
them in turn, after twice the wait. Whoever sets a limit aside does it by name and with a reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from crisis.core.committing_commands import AnnounceCost, DecideCost
from crisis.core.cost import Cost, cost_question, within
from crisis.core.decide.briefs import brief_on_change
from crisis.core.decide.lateness import doubled
from crisis.core.decide.notices import holders, lead_or_above, notify
from crisis.core.decide.readiness import at_rest
from crisis.core.decide.rights import DIRECTORATE, counts_as, person, step_named
from crisis.core.deciding import Deciding
from crisis.core.events import CostAnnounced, CostAsked, CostDecided
from crisis.core.incident import Incident
from crisis.core.message import ChoiceRequest, OptionTold
from crisis.core.obligation import Owed
from crisis.core.pinned import Pinned
from crisis.core.playbook import Playbook, Role, Step
from crisis.core.values import Money, Text

_AMOUNT = re.compile(r"(\d{1,9})\s*([A-Za-z]{3}|€)\Z")


def announce(d: Deciding, body: AnnounceCost) -> None:
    """Somebody says what the contractor will cost: granted within their limit, else asked for."""
    who = person(d, "spend")
    step = step_named(d, body.step)
    if step.trade is None:
        d.refuse(
            "spend",
            f"« {body.step} » n'appelle pas d'entreprise.",
            f'"{body.step}" does not call a contractor.',
        )
    cost = _money(d, body.amount)
    state = d.incident.steps.get(body.step)
    if state is not None and state.cost is not None and state.cost.money == cost:
        d.refuse("spend", "C'est déjà noté. Merci.", "That is noted already. Thank you.")
    pointer = f"/steps/{body.step}/spend_up_to"
    d.record(
        CostAnnounced(step=body.step, amount=cost.amount, currency=cost.currency, person=who),
        rule="spend",
        pointer=pointer,
    )
    if _may_grant(d, who, step, cost):
        _decide(d, body.step, who, granted=True)
    else:
        _ask(d, body.step)


def _money(d: Deciding, written: str) -> Money:
    found = _AMOUNT.match(written.strip())
    if found is None:
        d.refuse(
            "spend",
            "Ce montant ne se lit pas. Écrivez par exemple 4200 EUR.",
            "This amount cannot be read. Write for example 4200 EUR.",
        )
    currency = "EUR" if found[2] == "€" else found[2].upper()
    return Money(int(found[1]), currency)


def may_spend(role: Role, cost: Money) -> bool:
    """Whether whoever holds this role may commit that much."""
    return "spend" in role.authority and (
        role.spend_up_to is None or within(role.spend_up_to, cost)
    )


def _may_grant(d: Deciding, who: str, step: Step, cost: Money) -> bool:
    held = d.incident.roles_of(who)
    owes = any(role in held for role in step.by)
    if owes and step.spend_up_to is not None and within(step.spend_up_to, cost):
        return True
    known = d.playbook.roles
    return any(may_spend(known[role], cost) for role in held if role in known)


def _above(d: Deciding, cost: Money) -> list[str]:
    """Give who may grant that much, the lowest limit first; the directorate last."""
    roles = [
        (role.spend_up_to.amount if role.spend_up_to else 10**9, name)
        for name, role in d.playbook.roles.items()
        if may_spend(role, cost) and holders(d, (name,))
    ]
    return [*(name for _, name in sorted(roles, key=lambda one: one[0])), DIRECTORATE]


def _ask(d: Deciding, name: str) -> None:
    """Ask whoever comes next, with a time to answer; after the last, the first again."""
    cost = _cost(d, name)
    above = _above(d, cost.money)
    place = (above.index(cost.of) + 1) % len(above) if cost.of in above else 0
    of = above[place]
    wait = d.pinned.accept_within(d.playbook.roles["lead"], d.incident.severity)
    span = d.pinned.site.add(d.now, wait) - d.now
    rounds = 1 + cost.times // len(above)
    due_at = doubled(d.now, span, rounds)
    if of == DIRECTORATE:
        brief_on_change(d)
    number = cost.request or d.incident.requests + 1
    following = above[place + 1 :]
    step = d.playbook.steps[name]
    message_id = notify(
        d,
        () if of == DIRECTORATE else holders(d, (of,)),
        "cost",
        rule="spend",
        subject=name,
        words=cost_question(cost.money, step.for_),
        due_at=due_at,
        count=cost.times + 1,
        audience=DIRECTORATE if of == DIRECTORATE else None,
        with_situation=True,
        request=ChoiceRequest(
            number=number,
            options=OPTIONS,
            otherwise=UNGRANTED,
            then_by=_title(d, following[0]) if following else None,
        ),
    )
    d.record(
        CostAsked(
            step=name, number=number, of=of, message_id=str(message_id), due_at=due_at,
            count=cost.times + 1,
        ),
        rule="spend",
        pointer=f"/steps/{name}/spend_up_to",
    )  # fmt: skip


OPTIONS = (
    OptionTold(
        name="grant",
        words=Text({"fr": "Accorder ce montant.", "en": "Grant this amount."}),
    ),
    OptionTold(
        name="refuse",
        words=Text({
            "fr": "Refuser : l'appelant le dit au prestataire.",
            "en": "Refuse: whoever called tells the contractor.",
        }),
    ),
)  # fmt: skip
UNGRANTED = Text({
    "fr": "Rien n'est accordé, et nous redemandons.",
    "en": "Nothing is granted, and we ask again.",
})  # fmt: skip


def _title(d: Deciding, name: str) -> Text:
    role = d.playbook.roles.get(name)
    return role.title if role is not None else d.pinned.plan.audiences[name].title


def _cost(d: Deciding, name: str) -> Cost:
    cost = d.incident.steps[name].cost
    if cost is None:
        raise LookupError(f"no cost was announced for {name}")
    return cost


def decide_cost(d: Deciding, body: DecideCost) -> None:
    """Whoever may, grants a cost that was asked for, or refuses it; by name."""
    who = person(d, "spend")
    step = step_named(d, body.step)
    state = d.incident.steps.get(body.step)
    cost = state.cost if state is not None else None
    if cost is None:
        d.refuse(
            "spend",
            f"Aucun coût n'est annoncé pour « {body.step} ».",
            f'No cost has been announced for "{body.step}".',
        )
    granted = body.answer == "grant"
    if cost.state == ("granted" if granted else "refused"):
        d.refuse("spend", "C'est déjà noté. Merci.", "That is noted already. Thank you.")
    if not (counts_as(d, who, DIRECTORATE) or _may_grant(d, who, step, cost.money)):
        able = ", ".join(_above(d, cost.money))
        d.object(
            "spend",
            f"Ce montant dépasse ce que vous pouvez engager. Le peuvent : {able}. Passez outre avec"
            " un motif si la situation l'exige : le journal le dira.",
            f"This amount is above what you may commit. These may: {able}. Override with a reason"
            " if the situation demands it: the record will say so.",
        )
    _decide(d, body.step, who, granted=granted)


def _decide(d: Deciding, name: str, who: str, *, granted: bool) -> None:
    cost, step = _cost(d, name), d.playbook.steps[name]
    d.record(
        CostDecided(
            step=name, amount=cost.amount, currency=cost.currency, granted=granted, person=who,
            again=cost.decided_by is not None,
        ),
        rule="spend",
        pointer=f"/steps/{name}/spend_up_to",
    )  # fmt: skip
    people = (cost.person, *holders(d, step.by), *lead_or_above(d))
    notify(
        d, tuple(one for one in people if one != who),
        "cost-granted" if granted else "cost-refused", rule="spend", subject=name,
        words=cost_question(cost.money, step.for_),
    )  # fmt: skip


# --- what time brings ---


def owed_costs(incident: Incident, playbook: Playbook, _pinned: Pinned) -> Iterator[Owed]:
    """A cost that was asked for and on which nobody has spoken in the time that they had.

    A contractor that was called waits for its answer after a false alarm too.
    """
    if at_rest(incident):
        return
    for name, state in incident.steps.items():
        cost = state.cost
        if cost is not None and cost.state == "asked" and cost.due_at and name in playbook.steps:
            yield Owed(cost.due_at, "cost-silent", name)


def cost_silent(d: Deciding, name: str) -> None:
    """The next one is asked; silence spends nothing."""
    _ask(d, name)
