"""How a promise ends: kept, kept late, or visibly broken; a broken engagement owes its counterpart.

Kept is what was sent, or done, by the promised time; late until 120 % of the span; then it is
broken, whoever looks first: the clock, the ledger, or the person who did it after all (G8).
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from crisis.core.decide.notices import chain_of_lead, holders, lead_or_above, notify
from crisis.core.decide.rights import DIRECTORATE
from crisis.core.deciding import Deciding
from crisis.core.events import CommitmentBroken, CommitmentKept, CommitmentKeptLate
from crisis.core.incident import COUNTERPART, Commitment

ONE_PERSON = "one-person"
"""What a notice is about that is owed to one person: the record, not the notice, says to whom."""
ASKED_AT = 0.8
"""Share of the span at which the lead is asked."""
BROKEN_AT = 1.2
"""Share of the span at which a promise counts as broken."""


def mark(commitment: Commitment, share: float) -> datetime:
    """Give the instant at that share of the commitment's span."""
    return commitment.made_at + (commitment.due_at - commitment.made_at) * share


def owed_by(d: Deciding, commitment: Commitment) -> tuple[str, ...]:
    """Give the roles that owe what was promised; ``directorate`` may be among them.

    What a contractor owes is asked of whoever calls it.
    """
    by = commitment.by or ""
    if by in d.playbook.roles or by == DIRECTORATE:
        return (by,)
    step = d.playbook.steps.get(commitment.step or by)
    return step.by if step is not None else ()


def settle(d: Deciding, name: str, at: datetime, how: Literal["update", "holding", "deed"]) -> None:
    """What was promised was sent, or done, at this instant: in time, late, or too late."""
    commitment = d.incident.commitments[name]
    if at <= commitment.due_at:
        d.record(CommitmentKept(commitment_id=name, how=how), rule="promise-kept")
    elif at <= mark(commitment, BROKEN_AT):
        d.record(CommitmentKeptLate(commitment_id=name), rule="promise-kept")
    else:
        break_promise(d, name)


def break_promise(d: Deciding, name: str) -> None:
    """Say so on the record, execute the counterpart, and ask higher up.

    The promises of a next word that break together are told of together.
    """
    commitment = d.incident.commitments[name]
    if commitment.kind == "update":
        _words_broken(d, name)
    else:
        _deed_broken(d, name, commitment)


def _words_broken(d: Deciding, first: str) -> None:
    """Those that break together are told of together; one that may still be answered waits."""
    broken = {
        name: one for name, one in d.incident.commitments.items()
        if name == first
        or (one.kind == "update" and mark(one, BROKEN_AT) <= d.now
            and (one.state == "late" or one.message_id is not None))
    }  # fmt: skip
    for name in broken:
        d.record(CommitmentBroken(commitment_id=name), rule="promise-broken")
    notify(
        d, (*lead_or_above(d), *chain_of_lead(d)), "promise-broken", rule="promise-broken",
        subject=",".join(dict.fromkeys(one.audience for one in broken.values())),
        due_at=min(one.due_at for one in broken.values()),
    )  # fmt: skip


def _deed_broken(d: Deciding, name: str, commitment: Commitment) -> None:
    owed = commitment.kind == "engagement"
    d.record(CommitmentBroken(commitment_id=name, counterpart_owed=owed), rule="promise-broken")
    step = d.playbook.steps.get(commitment.step) if commitment.step else None
    words, by = commitment.words or (step.text if step else None), owed_by(d, commitment)
    people = (*lead_or_above(d), *chain_of_lead(d), *holders(d, by))
    for audience in (None, *((DIRECTORATE,) if DIRECTORATE in by else ())):
        notify(
            d,
            () if audience else people,
            "promise-broken",
            rule="promise-broken",
            subject=commitment.audience or ONE_PERSON,
            due_at=commitment.due_at,
            words=words,
            audience=audience,
        )
    if commitment.person is not None:
        notify(
            d, (commitment.person,), "promise-lost", rule="promise-broken", words=words,
            items=(commitment.counterpart,) if commitment.counterpart is not None else (),
        )  # fmt: skip
    if owed:
        people = (*holders(d, by), *lead_or_above(d))
        notify(
            d, people, "counterpart-owed", rule="counterpart",
            subject=(commitment.step or name) + COUNTERPART,
            words=commitment.counterpart or (step.counterpart if step else None),
        )  # fmt: skip
