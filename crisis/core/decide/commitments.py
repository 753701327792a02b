"""Promises: the next word by its time, and deeds; kept, late, or visibly broken (G5, G8).

The marks of a promised time P (design §5): at 80 % of the span the lead is asked; one minute before
P the update leaves by itself if a person has recorded a new fact, otherwise the holding statement,
two in a row at most; kept when *sent* by P; late until 120 %, then broken. From the third time on
nothing is said in the lead's place, and the escalation repeats until a person speaks.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from crisis.core.commands import KeepPromise, MakePromise, NoteSent
from crisis.core.decide.messages import let_go, tell
from crisis.core.decide.notices import chain_of_lead, holders, lead_or_above, notify
from crisis.core.decide.rights import person, require
from crisis.core.decide.steps import keep
from crisis.core.deciding import Deciding
from crisis.core.events import (
    CommitmentBroken,
    CommitmentKept,
    CommitmentKeptLate,
    CommitmentLate,
    LeftToPeople,
    MessageFailed,
    MessageSent,
    PromiseMade,
    SilenceEscalated,
    UpdateAsked,
)
from crisis.core.incident import Commitment, Incident
from crisis.core.obligation import Owed
from crisis.core.pinned import Pinned
from crisis.core.playbook import Playbook

ASKED_AT = 0.8
"""Share of the span at which the lead is asked."""
BROKEN_AT = 1.2
"""Share of the span at which a promise counts as broken."""
BEFORE = timedelta(seconds=60)
"""How long before the promised time the word leaves, so that it is sent by then."""
HOLDINGS = 2
"""Holding statements in a row: a third would be an automatic answer (doctrine, E4)."""
UNPLANNED = timedelta(hours=1)
"""How often a silence is escalated where no cadence says so."""


def mark(commitment: Commitment, share: float) -> datetime:
    """Give the instant at that share of the commitment's span."""
    return commitment.made_at + (commitment.due_at - commitment.made_at) * share


def owed_commitments(incident: Incident, _playbook: Playbook, _pinned: Pinned) -> Iterator[Owed]:
    """The marks of every open commitment."""
    for name, commitment in incident.commitments.items():
        if commitment.kind == "update":
            yield from _owed_update(incident, name, commitment)
        elif not commitment.asked:
            yield Owed(mark(commitment, ASKED_AT), "ask-update", name)
        if commitment.state != "late":
            yield Owed(commitment.due_at + timedelta(microseconds=1), "promise-late", name)
        else:
            yield Owed(mark(commitment, BROKEN_AT), "promise-broken", name)


def _owed_update(incident: Incident, name: str, commitment: Commitment) -> Iterator[Owed]:
    if commitment.message_id is not None or incident.over:
        return
    waiting = commitment.audience in incident.held
    if not commitment.asked:
        yield Owed(mark(commitment, ASKED_AT), "ask-update", name)
    if not commitment.left_to_people and not waiting:
        half = mark(commitment, 0.5)
        yield Owed(max(commitment.due_at - BEFORE, half), "speak", name)


def ask_update(d: Deciding, name: str) -> None:
    """Ask for what was promised, while there is time to do it well."""
    commitment = d.incident.commitments[name]
    d.record(UpdateAsked(commitment_id=name), rule="ask-update")
    if d.now >= commitment.due_at:
        return
    people = (*lead_or_above(d), *holders(d, ("communication",)))
    words = commitment.words
    step = d.playbook.steps.get(commitment.step) if commitment.step else None
    if step is not None:
        people = (*holders(d, step.by), *people)
    notify(
        d,
        people,
        "ask-update",
        rule="ask-update",
        subject=commitment.audience,
        words=words or (step.text if step else None),
        due_at=commitment.due_at,
    )


def speak(d: Deciding, name: str) -> None:
    """Keep the promise: with what a person has recorded since, or with a holding statement."""
    audience = d.incident.commitments[name].audience
    heard = d.incident.audiences[audience]
    if d.incident.fact_seq > heard.told_seq:
        tell(d, audience, "update", rule="speak", automatic=True)
    elif heard.holdings < HOLDINGS:
        tell(d, audience, "holding", rule="speak", automatic=True)
    else:
        d.record(LeftToPeople(commitment_id=name), rule="speak")


def promise_late(d: Deciding, name: str) -> None:
    """The time has passed and the ledger has not said that it was kept."""
    d.record(CommitmentLate(commitment_id=name), rule="promise-late")


def promise_broken(d: Deciding, name: str) -> None:
    """Say so on the record, execute the counterpart, and ask higher up."""
    commitment = d.incident.commitments[name]
    owed = commitment.kind == "engagement"
    d.record(CommitmentBroken(commitment_id=name, counterpart_owed=owed), rule="promise-broken")
    people = (*lead_or_above(d), *chain_of_lead(d))
    step = d.playbook.steps.get(commitment.step) if commitment.step else None
    notify(
        d, people, "promise-broken", rule="promise-broken",
        subject=commitment.audience, due_at=commitment.due_at,
        words=commitment.words or (step.text if step else None),
    )  # fmt: skip
    if owed:
        people = (*(holders(d, step.by) if step else ()), *lead_or_above(d))
        notify(
            d, people, "counterpart-owed", rule="counterpart", subject=commitment.audience,
            words=commitment.counterpart or (step.counterpart if step else None),
        )  # fmt: skip


def owed_silence(incident: Incident, playbook: Playbook, pinned: Pinned) -> Iterator[Owed]:
    """A broken promise is escalated again at each cadence, until a person speaks."""
    if incident.over:
        return
    for audience, heard in incident.audiences.items():
        if heard.broken_at is not None:
            every = _rhythm(incident, playbook, pinned, audience)
            yield Owed(heard.broken_at + every * (heard.escalations + 1), "silence", audience)


def _rhythm(incident: Incident, playbook: Playbook, pinned: Pinned, audience: str) -> timedelta:
    span = pinned.update_every(playbook, audience, incident.severity, long=False)
    return span.delta if span is not None and span.delta else UNPLANNED


def silence(d: Deciding, audience: str) -> None:
    """Ask everyone who could speak, and the directorate, again."""
    heard = d.incident.audiences[audience]
    every = _rhythm(d.incident, d.playbook, d.pinned, audience)
    passed = int((d.now - heard.broken_at) // every) if heard.broken_at else 0
    count = max(heard.escalations + 1, passed)
    d.record(SilenceEscalated(audience=audience, count=count), rule="silence")
    notify(d, chain_of_lead(d), "silence", rule="silence", subject=audience, count=count)
    notify(
        d, (), "silence", rule="silence", subject=audience, count=count, audience="directorate"
    )  # fmt: skip


# --- what the ledger says, and what people promise ---


def note_sent(d: Deciding, body: NoteSent) -> None:
    """A message was sent to its audience, or could not be: promises are kept by *sent*."""
    if body.message_id not in d.incident.unsent:
        return
    if not body.sent:
        d.record(MessageFailed(message_id=body.message_id, tally=body.tally), rule="ledger")
        return
    d.record(
        MessageSent(message_id=body.message_id, sent_at=body.sent_at, tally=body.tally),
        rule="ledger",
    )
    for name, commitment in tuple(d.incident.commitments.items()):
        if commitment.message_id != body.message_id or commitment.how is None:
            continue
        if body.sent_at <= commitment.due_at:
            d.record(CommitmentKept(commitment_id=name, how=commitment.how), rule="promise-kept")
        else:
            d.record(CommitmentKeptLate(commitment_id=name), rule="promise-kept")


def make_promise(d: Deciding, body: MakePromise) -> None:
    """Promise something; with a counterpart it is an engagement, told to the audience."""
    require(d, "promise", authority="commit")
    if body.audience not in d.playbook.tell or body.due_at <= d.now:
        d.refuse(
            "promise",
            "Une promesse se fait à un public de ce plan, pour une heure à venir.",
            "A promise is made to an audience of this playbook, for a time to come.",
        )
    d.record(
        PromiseMade(
            commitment_id=body.promise_id,
            audience=body.audience,
            due_at=body.due_at,
            words=body.words,
            engagement=body.counterpart is not None,
            counterpart=body.counterpart,
        ),
        rule="promise",
    )


def keep_promise(d: Deciding, body: KeepPromise) -> None:
    """What was promised has been done."""
    person(d, "promise-kept")
    commitment = d.incident.commitments.get(body.promise_id)
    if commitment is None or commitment.kind == "update":
        d.refuse(
            "promise-kept",
            "Il n'y a pas de promesse ouverte de ce nom.",
            "There is no open promise of that name.",
        )
    keep(d, body.promise_id)


def owed_held(incident: Incident, _playbook: Playbook, _pinned: Pinned) -> Iterator[Owed]:
    """What waits for the directorate goes at its bound, whether it was reached or not (G6)."""
    for audience, until in incident.held.items():
        if incident.over and audience not in incident.audiences:
            continue  # never told, and nothing to tell any more
        yield Owed(until, "directorate-first", audience)


def directorate_silent(d: Deciding, audience: str) -> None:
    """The directorate could not be reached within its bound: the message goes."""
    let_go(d, audience)
