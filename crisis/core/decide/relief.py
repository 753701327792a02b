"""Relief: who has held a role for long is replaced before the limit, and nothing is lost on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from crisis.core.decide.lateness import doubled
from crisis.core.decide.notices import chain_of_lead, lead_or_above, notify
from crisis.core.decide.promises import ASKED_AT
from crisis.core.deciding import Deciding
from crisis.core.events import ReliefMissing, ReliefSought
from crisis.core.incident import Incident, RoleState
from crisis.core.obligation import Owed
from crisis.core.pinned import Pinned
from crisis.core.playbook import Playbook


def owed_relief(incident: Incident, playbook: Playbook, pinned: Pinned) -> Iterator[Owed]:
    """The next one is looked for at 80 % of the hours; at the limit it is told that there is none.

    And again, each time after twice the wait, until somebody takes over.
    """
    if incident.over:
        return
    for name, role in playbook.roles.items():
        state = incident.roles.get(name)
        if role.relieve_after is None or state is None or state.since is None:
            continue
        limit = pinned.site.add(state.since, role.relieve_after)
        sought = state.since + (limit - state.since) * ASKED_AT
        if state.relief_at is None:
            yield Owed(sought, "relief", name)
        elif state.relief_missing_at is None:
            yield Owed(limit, "relief-missing", name)
        else:
            again = doubled(state.relief_missing_at, limit - sought, state.relief_missing)
            yield Owed(again, "relief-missing", name)


def seek_relief(d: Deciding, _name: str) -> None:
    """Look for who takes over, for all that falls due together: one person gets one offer."""
    for name in _ripe(d, "relief"):
        d.record(
            ReliefSought(role=name, person=_holder(d, name)),
            rule="relief",
            pointer=f"/roles/{name}/relieve_after",
        )


def relief_missing(d: Deciding, _name: str) -> None:
    """Say that somebody works for too long, to whoever can end it; all are asked once more."""
    told: dict[str, list[str]] = {}
    for name in _ripe(d, "relief-missing"):
        holder, count = _holder(d, name), d.incident.roles[name].relief_missing + 1
        d.record(
            ReliefMissing(role=name, person=holder, count=count),
            rule="relief-missing",
            pointer=f"/roles/{name}/relieve_after",
        )
        above = chain_of_lead(d) if name == "lead" else lead_or_above(d)
        for who in dict.fromkeys((holder, *above)):
            told.setdefault(who, []).append(name)
    for who, names in told.items():
        notify(
            d, (who,), "relief-missing", rule="relief-missing", subject=",".join(names),
            count=max(d.incident.roles[name].relief_missing for name in names),
        )  # fmt: skip


def _ripe(d: Deciding, rule: str) -> tuple[str, ...]:
    owed = owed_relief(d.incident, d.playbook, d.pinned)
    return tuple(one.subject for one in owed if one.rule == rule and one.at <= d.now)


def _holder(d: Deciding, name: str) -> str:
    return str(d.incident.roles[name].holder)


def asked_since(state: RoleState | None) -> datetime | None:
    """Give since when an answer counts: those who could not at first are asked for the relief."""
    return (state.relief_missing_at or state.relief_at) if state is not None else None


def resting(d: Deciding, name: str) -> frozenset[str]:
    """Give those who were relieved so lately that nobody asks them for this role."""
    rest = d.playbook.roles[name].rest
    return frozenset(
        who for who, at in d.incident.relieved.items() if d.pinned.site.add(at, rest) > d.now
    )


def hand_over(d: Deciding, who: str, before: Mapping[str, str]) -> None:
    """Tell those who held these roles that they are relieved, and the new one how things stand."""
    if not before:
        return
    for person in dict.fromkeys(before.values()):
        theirs = ",".join(role for role, one in before.items() if one == person)
        notify(d, (person,), "relieved", subject=theirs, rule="hand-over")
    notify(
        d, (who,), "handover", subject=",".join(before), rule="hand-over", with_situation=True
    )  # fmt: skip
