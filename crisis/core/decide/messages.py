"""Messages to audiences: the first word, what has changed, what is new, a person's own words."""

from __future__ import annotations

from crisis.core.commands import Say
from crisis.core.decide.release import answer_promise, release
from crisis.core.decide.rights import require
from crisis.core.decide.telling import (
    SOONEST,
    marks,
    message_to,
    next_update_at,
    speech_for,
)
from crisis.core.deciding import Deciding
from crisis.core.events import MessageHeld, UpdatePromised
from crisis.core.incident import PHASES, AudienceState
from crisis.core.message import Kind
from crisis.core.prose import TextRef


def tell(
    d: Deciding,
    audience: str,
    kind: Kind,
    *,
    rule: str,
    automatic: bool = False,
    own_words: TextRef | None = None,
    ends: tuple[str, ...] = (),
) -> None:
    """Tell an audience, answer the open promise to it, and promise the next word.

    A message that goes outside waits for the directorate's brief (G6); one that an audience has
    had enough of (``at_most``) is not sent.
    """
    message = message_to(d, audience, kind, own_words=own_words, ends=ends)
    if enough(d, audience) and not d.incident.over:
        return
    if not message.life_safety and waits_for_directorate(d, audience):
        return
    speech = marks(speech_for(d, audience))
    promise = d.incident.audiences[audience].promise if audience in d.incident.audiences else None
    release(d, message, rule=rule, automatic=automatic, speech=speech)
    if promise is not None:
        answer_promise(d, audience, message, rule=rule)
    if message.next_update_at is not None:
        promised = UpdatePromised(
            commitment_id=f"{message.id}-next", audience=audience, due_at=message.next_update_at
        )
        d.record(promised, rule=rule, pointer=f"/tell/{audience}")


def enough(d: Deciding, audience: str) -> bool:
    """Whether only the end may still be told to these people."""
    at_most = d.pinned.plan.audiences[audience].at_most
    heard = d.incident.audiences.get(audience)
    return at_most is not None and heard is not None and heard.messages >= at_most - 1


def waits_for_directorate(d: Deciding, audience: str) -> bool:
    """G6: the directorate hears before, or with, those outside; for no longer than its bound.

    If it cannot be reached in ``unreachable_after`` the message goes, and the record says so.
    """
    incident = d.incident
    if not d.pinned.plan.audiences[audience].outside or _directorate_knows(d):
        return False
    until = incident.held.get(audience)
    if until is None:
        until = d.now + d.playbook.directorate.unreachable_after.delta
        d.record(
            MessageHeld(audience=audience, until=until),
            rule="directorate-first",
            pointer="/directorate/unreachable_after",
        )
    return d.now < until


def _directorate_knows(d: Deciding) -> bool:
    """Whether it was sent the last material change, or could not be within its bound."""
    return max(d.incident.known_seq, d.incident.waived_seq) >= d.incident.change_seq


def first_words(d: Deciding) -> None:
    """G4: every audience that the playbook tells has its first word as soon as it is concerned."""
    if d.incident.over:
        return
    for audience, told in d.playbook.tell.items():
        reached = PHASES.index(d.incident.phase) >= PHASES.index(told.from_)
        holds = told.when is None or told.when.holds(d.incident.situation)
        fresh = audience not in d.incident.audiences and audience not in d.incident.held
        if fresh and reached and holds and speech_for(d, audience) is not None:
            tell(d, audience, "alert", rule="first-words", automatic=True)


def changed_words(d: Deciding) -> None:
    """Tell at once those for whom impact or instruction has changed: it is material."""
    if d.incident.over:
        return
    for audience, heard in tuple(d.incident.audiences.items()):
        speech = speech_for(d, audience)
        now = marks(speech)
        if speech is None or audience in d.incident.held:
            continue
        if now == heard.speech and not _quickened(d, heard):
            continue
        same_instruction = now.partition(":")[2] == heard.speech.partition(":")[2]
        kind: Kind = "update" if same_instruction else "instruction"
        tell(d, audience, kind, rule="changed-words", automatic=True)


def _quickened(d: Deciding, heard: AudienceState) -> bool:
    """Whether the next word was promised for later than the rhythm that holds now.

    When the severity goes up, the slower promise is answered at once and the quicker one made.
    """
    promise = d.incident.commitments.get(heard.promise) if heard.promise else None
    if promise is None or promise.message_id is not None:
        return False
    now_promised = next_update_at(d, promise.audience)
    return now_promised is not None and now_promised < promise.due_at - SOONEST


def held_words(d: Deciding) -> None:
    """Let go what waited for the directorate, once it knows."""
    if _directorate_knows(d):
        for audience in tuple(d.incident.held):
            let_go(d, audience)


def let_go(d: Deciding, audience: str) -> None:
    """Say to an audience outside what it should know now, whatever first made it wait."""
    heard = d.incident.audiences.get(audience)
    if heard is None and d.incident.over:
        return
    if heard is None:
        kind: Kind = "alert"
    elif heard.phase != d.incident.phase:
        kind = "end"
    else:
        kind = "update"
    ends = (heard.first_message_id,) if heard and kind == "end" and d.incident.over else ()
    tell(d, audience, kind, rule="directorate-first", automatic=True, ends=ends)


def spoken_again(d: Deciding) -> None:
    """After a broken promise, the first new fact of a person is told at once."""
    if d.incident.over:
        return
    for audience, heard in tuple(d.incident.audiences.items()):
        if heard.broken_at is not None and d.incident.fact_seq > heard.told_seq:
            tell(d, audience, "update", rule="spoken-again", automatic=True)


def say(d: Deciding, body: Say) -> None:
    """A person speaks now, to all who were told or to some of them."""
    require(d, "say", authority="send")
    if d.incident.over:
        d.refuse(
            "say",
            "La crise est finie pour ces publics ; une nouvelle information ouvre un signalement.",
            "The crisis is over for these audiences; new facts are a new report.",
        )
    unknown = [name for name in body.audiences if name not in d.incident.audiences]
    if unknown:
        d.refuse(
            "say",
            f"Ce public n'a pas encore été prévenu : {', '.join(unknown)}.",
            f"This audience has not been told anything yet: {', '.join(unknown)}.",
        )
    for audience in body.audiences or tuple(d.incident.audiences):
        tell(d, audience, "update", rule="say", own_words=body.words)
