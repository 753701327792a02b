"""Doctrine 5.1 and 5.2: words that need an approval leave with it, or when silence allows it."""

from __future__ import annotations

from collections.abc import Iterator

from crisis.core.events import (
    ApprovalSilent,
    DraftApproved,
    IncidentClosed,
    MessageDrafted,
    MessageReleased,
)
from crisis.proof.invariants.record import Breach, Record

_UNASKED = frozenset({"joined", "reminder", "survey"})


def d5_nothing_leaves_unapproved(record: Record) -> Iterator[Breach]:
    """What needs an approval leaves in the words that were drafted, and after every stage of it.

    What saves lives asks nobody (G12). Whoever hears that what they knew of is followed here needs
    nobody's approval either; nor does what was approved once, and is told again as works near. A
    survey says nothing of the event.
    """
    drafts = {body.draft_id: body for _, body in record.of(MessageDrafted)}
    for event, body in record.released():
        if not _asks(record, event.seq, body) or event.rule in _UNASKED:
            continue
        draft = drafts.get(body.draft_id or "")
        if draft is None:
            yield record.breach("5.1", f"{body.message_id} left and nobody was asked about it")
        elif draft.digest != body.digest:
            yield record.breach("5.1", f"{body.message_id} left in other words than were approved")
        elif not _passed(record, draft.draft_id):
            yield record.breach("5.1", f"{body.message_id} left before it was approved")


def _asks(record: Record, seq: int, body: MessageReleased) -> bool:
    before = record.states[seq - 2] if seq > 1 else None
    if before is None or body.audience is None or body.life_safety or record.repinned is not None:
        return False
    playbook = record.pinned.in_force(before.situation)
    told = record.pinned.plan.audiences[body.audience]
    return bool(
        record.pinned.approval(playbook, body.audience) and body.kind not in told.preapproved
    )


def _passed(record: Record, draft_id: str) -> bool:
    """Whether somebody said yes to it last, or silence let it go, or somebody did by name."""
    if any(body.draft_id == draft_id for _, body in record.of(DraftApproved)):
        return True
    silences = [one.silence for _, one in record.of(ApprovalSilent) if one.draft_id == draft_id]
    return bool(silences) and silences[-1] != "hold"


def d5_silence_has_an_answer(record: Record) -> Iterator[Breach]:
    """Nobody answers: the next are asked, the words leave, or they wait where a person sees it."""
    last = record.states[-1]
    for audience, draft in (last.drafts if last is not None else {}).items():
        if draft.state == "waiting" and record.late(draft.stage_until, None):
            words = f"the words for {audience} wait beyond {draft.stage_until:%H:%M} UTC"
            yield record.breach("5.2", words)


def waits_to_leave(record: Record, audience: str) -> bool:
    """Whether a word to them is ready, and waits for its approval or for the directorate.

    Where somebody closed over it, by name, it waited until then, and the record says who let it be.
    """
    closed = next((event.seq for event, _ in record.of(IncidentClosed)), None)
    states = (
        record.states[-1:] if closed is None else [record.states[closed - 2], *record.states[-1:]]
    )
    return any(
        one is not None and (audience in one.drafts or audience in one.held) for one in states
    )
