"""Promises: the next word by its time, and deeds; kept, late, or visibly broken (G5, G8).

The marks of a promised time P (design §5): at 80 % of the span the lead is asked; one minute before
P the update leaves by itself if a person has recorded a new fact, otherwise the holding statement,
two in a row at most; kept when *sent* by P; late until 120 %, then broken. From the third time on
nothing is said in the lead's place, and the escalation repeats until a person speaks.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from crisis.core.commands import NoteSent
from crisis.core.decide.ahead import BEFORE, drafted_ahead
from crisis.core.decide.approving import asks_first
from crisis.core.decide.messages import (
    HOLDINGS,
    REMINDER,
    concerned,
    directorate_knows,
    tell,
    unreached,
)
from crisis.core.decide.notices import chain_of_lead, holders, lead_or_above, notify
from crisis.core.decide.promises import (
    ASKED_AT,
    BROKEN_AT,
    ONE_PERSON,
    break_promise,
    mark,
    owed_by,
    settle,
)
from crisis.core.decide.telling import news
from crisis.core.decide.works import ask_in_time, break_ends
from crisis.core.deciding import Deciding
from crisis.core.events import (
    CommitmentLate,
    LeftToPeople,
    MessageFailed,
    MessageSent,
    OfferLapsed,
    SilenceEscalated,
    UpdateAsked,
)
from crisis.core.incident import OVER, Commitment, Incident, Unsent
from crisis.core.message import TO_AUDIENCES
from crisis.core.obligation import Owed
from crisis.core.pinned import Pinned
from crisis.core.playbook import Playbook

NEAR = timedelta(seconds=60)
"""What is to be asked so soon after is asked at once: nobody wants two such messages a minute."""
DIRECTORATE = "directorate"
UNPLANNED = timedelta(hours=1)
"""How often a silence is escalated where no cadence says so."""


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
    if _at_works(incident, commitment):
        return  # the word that they begin leaves at that time
    if not commitment.asked and not _of_works(incident, commitment):
        yield Owed(mark(commitment, ASKED_AT), "ask-update", name)
    if not commitment.left_to_people and not waiting:
        half = mark(commitment, 0.5)
        yield Owed(max(commitment.due_at - BEFORE, half), "speak", name)


def _at_works(incident: Incident, commitment: Commitment) -> bool:
    """Whether the next word is that announced works begin."""
    works = incident.works
    if works is None or incident.phase != "expected" or works.postponed:
        return False
    return commitment.due_at == works.starts_at


def _of_works(incident: Incident, commitment: Commitment) -> bool:
    """Whether nobody need be asked for the next word: a reminder, or asked for with the end."""
    works = incident.works
    if works is None or works.postponed:
        return False
    return incident.phase == "expected" or commitment.due_at == works.ends_at


def ask_update(d: Deciding, name: str) -> None:
    """Ask for what was promised, while there is time to do it well; once for all that is near."""
    first = d.incident.commitments[name]
    if first.kind == "end":
        ask_in_time(d)
        return
    asked = [name]
    if first.kind == "update":
        asked = [
            other for other, one in d.incident.commitments.items()
            if one.kind == "update" and one.message_id is None and not one.asked
            and mark(one, ASKED_AT) <= d.now + NEAR
        ]  # fmt: skip
    for one in asked:
        d.record(UpdateAsked(commitment_id=one), rule="ask-update")
    ahead = [one for one in map(d.incident.commitments.__getitem__, asked) if one.due_at > d.now]
    if not ahead:
        return
    step = d.playbook.steps.get(first.step) if first.step else None
    by = owed_by(d, first) or ("communication",)
    words = first.words or (step.text if step else None)
    due_at = min(one.due_at for one in ahead)
    subject = ",".join(dict.fromkeys(one.audience or ONE_PERSON for one in ahead))
    people = (*lead_or_above(d), *holders(d, by))
    drafts = tuple(drafted_ahead(d, ahead)) if first.kind == "update" else ()
    notify(
        d, people, "ask-update", rule="ask-update", subject=subject, words=words, due_at=due_at,
        drafts=drafts,
    )  # fmt: skip
    if DIRECTORATE in by:
        notify(
            d, (), "ask-update", rule="ask-update", subject=subject, words=words, due_at=due_at,
            audience=DIRECTORATE,
        )  # fmt: skip


def speak(d: Deciding, _name: str) -> None:
    """Keep the promises that are due, all audiences together: they hear at the same time."""
    for owed in tuple(owed_commitments(d.incident, d.playbook, d.pinned)):
        if owed.rule == "speak" and owed.at <= d.now:
            _speak(d, owed.subject)


def _speak(d: Deciding, name: str) -> None:
    """Keep a promise: with what a person has recorded since, or with a holding statement."""
    audience = d.incident.commitments[name].audience
    heard = d.incident.audiences[audience]
    works = d.incident.works
    reminder = works is not None and not works.postponed and d.incident.phase == "expected"
    fresh, asked = news(d, audience), asks_first(d, audience, "update")
    if (reminder or fresh) and not (fresh and asked):
        tell(d, audience, "update", rule=REMINDER if reminder else "speak", automatic=True)
    elif heard.holdings < HOLDINGS:
        tell(d, audience, "holding", rule="speak", automatic=True)
        if reminder:  # what is new of the works is asked about now: nobody was asked before
            tell(d, audience, "update", rule="speak", automatic=True)
    else:
        d.record(LeftToPeople(commitment_id=name), rule="speak")


def promise_broken(d: Deciding, name: str) -> None:
    """The promise was not kept in a time that could still be called late."""
    if d.incident.commitments[name].kind == "end":
        break_ends(d)
    else:
        break_promise(d, name)


def promise_late(d: Deciding, name: str) -> None:
    """The time has passed and the ledger has not said that it was kept."""
    d.record(CommitmentLate(commitment_id=name), rule="promise-late")


def owed_silence(incident: Incident, playbook: Playbook, pinned: Pinned) -> Iterator[Owed]:
    """A broken promise is escalated again at each cadence, until a person speaks.

    Once it is over, that is owed to those who have not heard their end.
    """
    if incident.phase == "closed" or incident.merged:
        return
    for audience, heard in incident.audiences.items():
        if heard.broken_at is not None and not (incident.over and heard.phase in OVER):
            every = _rhythm(incident, playbook, pinned, audience)
            yield Owed((heard.escalated_at or heard.broken_at) + every, "silence", audience)


def _rhythm(incident: Incident, playbook: Playbook, pinned: Pinned, audience: str) -> timedelta:
    span = pinned.update_every(playbook, audience, incident.severity, long=False)
    return span.delta if span is not None and span.delta else UNPLANNED


def silence(d: Deciding, audience: str) -> None:
    """Ask everyone who could speak, and the directorate, again: once for all that wait."""
    silent = {owed.subject for owed in owed_silence(d.incident, d.playbook, d.pinned)
              if owed.at <= d.now} | {audience}  # fmt: skip
    for name in sorted(silent):
        count = d.incident.audiences[name].escalations + 1
        d.record(SilenceEscalated(audience=name, count=count), rule="silence")
    count = max(d.incident.audiences[name].escalations for name in silent)
    subject = ",".join(sorted(silent))
    notify(
        d, (*lead_or_above(d), *chain_of_lead(d)), "silence", rule="silence", subject=subject,
        count=count,
    )  # fmt: skip
    notify(
        d, (), "silence", rule="silence", subject=subject, count=count, audience=DIRECTORATE
    )  # fmt: skip


# --- what the ledger says ---


def note_sent(d: Deciding, body: NoteSent) -> None:
    """A message was sent to its audience, or could not be: promises are kept by *sent*.

    When nobody of an audience could be sent its word, the lead is told, and of the first word the
    deputies too: other ways must be found. An offer that could not be sent waits for nobody.
    """
    unsent = d.incident.unsent.get(body.message_id)
    if unsent is None:
        return
    if not body.sent:
        _not_sent(d, body, unsent)
        return
    d.record(
        MessageSent(message_id=body.message_id, sent_at=body.sent_at, tally=body.tally),
        rule="ledger",
    )
    for name, commitment in tuple(d.incident.commitments.items()):
        if commitment.message_id == body.message_id and commitment.how is not None:
            settle(d, name, body.sent_at, commitment.how)


def _not_sent(d: Deciding, body: NoteSent, unsent: Unsent) -> None:
    d.record(MessageFailed(message_id=body.message_id, tally=body.tally), rule="ledger")
    offer = d.incident.offers.get(unsent.offer_id or "")
    if unsent.offer_id is not None and offer is not None and offer.state == "open":
        d.record(OfferLapsed(offer_id=unsent.offer_id, person=offer.person), rule="ledger")
    if unsent.kind in TO_AUDIENCES or unsent.kind == "brief":
        heard = d.incident.audiences.get(unsent.audience or "")
        opening = unsent.kind == "brief" and d.incident.briefs == 1
        first = opening or (heard is not None and heard.first_message_id == body.message_id)
        above = chain_of_lead(d) if first else ()
        notify(
            d, (*lead_or_above(d), *above), "message-failed", rule="ledger",
            subject=unsent.audience or "",
        )  # fmt: skip


def owed_held(incident: Incident, playbook: Playbook, _pinned: Pinned) -> Iterator[Owed]:
    """What waits for the directorate goes at its bound, whether it was reached or not (G6)."""
    if directorate_knows(incident):
        return
    told = incident.audiences.keys() | incident.joining.keys()
    for audience, held in incident.held.items():
        if audience in told or concerned(incident, playbook, audience):
            yield Owed(held.until, "directorate-first", audience)


def directorate_silent(d: Deciding, audience: str) -> None:
    """The directorate could not be reached within its bound: what waits goes (G6)."""
    unreached(d, audience)
