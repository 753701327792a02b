"""Messages to audiences: the first word, what has changed, the end, what waits, what was wrong.

:func:`tell_audiences` looks at every audience after any change and asks one question: which word
are these people owed by the state as it stands (:func:`owed_word`)? Nothing else has to remember
to tell anybody.
"""

from __future__ import annotations

from dataclasses import replace

from crisis.core.commands import Say
from crisis.core.decide import wording
from crisis.core.decide.approving import draft_of, needed, waiting_own_words, waiting_words
from crisis.core.decide.debts import disappointed
from crisis.core.decide.release import answer_promise, release
from crisis.core.decide.rights import require
from crisis.core.decide.telling import (
    SOONEST,
    marks,
    message_to,
    news,
    next_update_at,
    read_anew,
    speech_for,
    wrong,
)
from crisis.core.deciding import Deciding
from crisis.core.draft import Draft
from crisis.core.events import DirectorateUnreached, DraftDropped, MessageHeld, UpdatePromised
from crisis.core.incident import OVER, PHASES, AudienceState, Incident
from crisis.core.message import Kind, Message
from crisis.core.playbook import Playbook
from crisis.core.prose import TextRef
from crisis.core.wording import Finding

HOLDINGS = 2
"""Holding statements in a row: a third would be an automatic answer (doctrine, E4)."""
REMINDER = "reminder"
"""The rule that owes what was approved and told once more, as the works come nearer."""
CATCH_UP = "catch-up"
"""The rule that owes a word to those who may have missed some."""


def tell(
    d: Deciding,
    audience: str,
    kind: Kind,
    *,
    rule: str,
    automatic: bool = False,
    own_words: TextRef | None = None,
) -> None:
    """Tell an audience, answer the open promise to it, and promise the next word.

    A message that goes outside waits for the directorate's brief (G6); one that an audience has
    had enough of (``at_most``) is not sent; what was approved leaves in its place. A life-safety
    message does none of this (G12). Those who were cut off (:data:`CATCH_UP`) hear all that was
    done so far. Those who heard of an incident that is followed here now are told so first, once,
    and nobody else with them: to whoever heard from here, nothing is said by it, and what was
    promised stands.
    """
    joined = d.incident.joining.get(audience, ()) if rule == "joined" else ()
    draft = d.incident.drafts.get(audience)
    safety = life_safety(d, kind, audience)
    if draft is not None and draft.state == "passed" and not joined and not safety:
        kind, own_words = draft.kind, draft.words
    elif not joined and rule != REMINDER:
        own_words = own_words or waiting_own_words(d, audience, kind)
    if not safety and (
        (enough(d, audience, kind) and not joined) or waits_for_directorate(d, audience, own_words)
    ):
        return
    beside = joined or (safety and draft is not None)  # what waits leaves by itself
    held = None if beside else d.incident.held.get(audience)
    words = own_words or (held.words if held is not None else None)
    ends = joined or _ends(d, audience, kind)
    message = message_to(
        d,
        audience,
        kind,
        own_words=words,
        ends=ends,
        joined=bool(joined),
        whole=rule == CATCH_UP,
    )
    approved = None
    if not joined and rule != REMINDER and needed(d, message):
        approved = waiting_words(d, message)
        if approved is None or approved.state != "passed":
            draft_of(d, message, rule=rule)
            return
        message = replace(message, next_update_at=approved.next_update_at)
    heard = d.incident.audiences.get(audience)
    speech = marks(speech_for(d, audience))
    release(d, message, rule=rule, automatic=automatic, speech=speech, approved=approved)
    if approved is None and not joined and draft is not None and _said_in(message, draft):
        d.record(DraftDropped(audience=audience, draft_id=draft.id), rule="approval")
    if joined and heard is not None:
        return
    if heard is not None and heard.promise is not None:
        answer_promise(d, heard.promise, message, rule=rule)
    if message.next_update_at is not None:
        promised = UpdatePromised(
            commitment_id=f"{message.id}-next", audience=audience, due_at=message.next_update_at
        )
        d.record(promised, rule=rule, pointer=f"/tell/{audience}")


def life_safety(d: Deciding, kind: Kind, audience: str) -> bool:
    """Whether such a message to these people waits for nothing now (G12)."""
    return d.pinned.life_safety(kind, audience, d.pinned.urgency(d.playbook, d.incident.severity))


def _said_in(message: Message, draft: Draft) -> bool:
    """Whether a message that needed no approval says what a draft waits to say.

    All that is new is in a word of safety, whatever kind of word was to say it.
    """
    same = message.life_safety or message.kind == draft.kind
    return same and message.own_words == draft.words


def plain_word(d: Deciding, audience: str) -> Kind:
    """Give what a word is to these people: an instruction to those at risk while there is danger.

    Then it leaves as the alarm did, and waits for nobody (G12); at any other time it is an update.
    """
    gravest = next(iter(d.pinned.plan.severities))
    in_danger = d.incident.danger == "yes" or d.incident.severity == gravest
    return "instruction" if in_danger and life_safety(d, "instruction", audience) else "update"


def _ends(d: Deciding, audience: str, kind: Kind) -> tuple[str, ...]:
    """G7: the end and a correction close the fan-out of what they end or correct.

    What is told after the end goes to those who have heard it, and to nobody else.
    """
    heard = d.incident.audiences.get(audience)
    if heard is None:
        return d.incident.joining.get(audience, ()) if kind == "end" else ()
    if kind == "correction" or (d.incident.over and heard.phase in OVER):
        return (heard.last_message_id,)
    first = (heard.first_message_id, *d.incident.taken.get(audience, ()))
    return first if kind == "end" and d.incident.over else ()


def enough(d: Deciding, audience: str, kind: Kind = "update") -> bool:
    """Whether only the end may still be told to these people, and what was told wrong (G7)."""
    at_most = d.pinned.plan.audiences[audience].at_most
    heard = d.incident.audiences.get(audience)
    works = d.incident.works
    if at_most is None or heard is None or d.incident.over or kind == "correction":
        return False
    if works is not None and works.seq > heard.told_seq:
        return False  # whoever was told an hour hears that it is another
    return heard.messages >= at_most - 1


def waits_for_directorate(d: Deciding, audience: str, own_words: TextRef | None) -> bool:
    """G6: the directorate hears before, or with, those outside; for no longer than its bound.

    If it cannot be reached in ``unreachable_after`` the message goes, and the record says so.
    """
    incident = d.incident
    if not d.pinned.plan.audiences[audience].outside or directorate_knows(incident):
        return False
    held = incident.held.get(audience)
    until = held.until if held else d.now + d.playbook.directorate.unreachable_after.delta
    if until <= d.now:
        unreached(d, audience)
        return False
    if held is None or own_words is not None:
        d.record(
            MessageHeld(audience=audience, until=until, words=own_words),
            rule="directorate-first",
            pointer="/directorate/unreachable_after",
        )
    return True


def directorate_knows(incident: Incident) -> bool:
    """Whether it was sent the last material change, or could not be within its bound."""
    return max(incident.known_seq, incident.waived_seq) >= incident.change_seq


def unreached(d: Deciding, audience: str) -> None:
    """The bound has passed: everyone who waits is told, and the next brief says so."""
    d.record(
        DirectorateUnreached(audiences=tuple(d.incident.held) or (audience,)),
        rule="directorate-first",
        pointer="/directorate/unreachable_after",
    )


def tell_audiences(d: Deciding) -> None:
    """Give every audience the word that it is owed by the state as it stands (G4, G7, G12).

    What those who join are told is all that holds; those who heard from here have theirs beside it.
    """
    if d.incident.hushed is not None or d.incident.merged:
        return
    for audience in dict.fromkeys((*d.playbook.tell, *d.incident.audiences, *d.incident.joining)):
        if audience in d.incident.joining and not d.incident.over:
            heard_here = audience in d.incident.audiences
            tell(d, audience, plain_word(d, audience), rule="joined", automatic=True)
            if not heard_here:
                continue
        word = owed_word(d, audience)
        if word is not None:
            kind, rule = word
            tell(d, audience, kind, rule=rule, automatic=rule != "phase")


def held_words(d: Deciding) -> None:
    """Let go what waited for the directorate, now that it knows or could not be reached (G6)."""
    if d.incident.held and directorate_knows(d.incident):
        tell_audiences(d)


def owed_word(d: Deciding, audience: str) -> tuple[Kind, str] | None:
    """Give the word that an audience is owed now, and the rule that says so; None: nothing new.

    What concerns safety comes first; a message says all that is new, so that one is enough.
    """
    incident = d.incident
    heard = incident.audiences.get(audience)
    if heard is None:
        return _first(d, audience)
    if incident.over and heard.phase in OVER:
        return ("update", "promise-told") if disappointed(incident, audience) else None
    if incident.over:
        return "end", "phase"
    if heard.phase in OVER or PHASES.index(heard.phase) > PHASES.index(incident.phase):
        return "alert", "begun-again"
    works = d.incident.works
    if works is not None and works.seq > heard.told_seq:
        return "update", "works-moved"
    return _changed(d, audience, heard) or _spoken(d, audience, heard) or _held(d, audience, heard)


def _first(d: Deciding, audience: str) -> tuple[Kind, str] | None:
    """The alert; for those who heard only of what was merged, the end once both are over (G7)."""
    if d.incident.over and audience in d.incident.joining:
        return "end", "phase"
    return ("alert", "first-words") if concerned(d.incident, d.playbook, audience) else None


def concerned(incident: Incident, playbook: Playbook, audience: str) -> bool:
    """Whether the playbook in force has a first word for these people now."""
    told = playbook.tell.get(audience)
    if told is None or incident.over:
        return False
    if incident.phase == "expected":
        heard = told.from_ in {"expected", "open"} and told.expected is not None
        return heard and (told.when is None or told.when.holds(incident.situation))
    reached = PHASES[1 : PHASES.index(incident.phase) + 1]
    if told.from_ not in {"expected", *reached} or not any(
        told.said_in(phase) for phase in reached
    ):
        return False
    return told.when is None or told.when.holds(incident.situation)


def _begun(d: Deciding) -> Kind:
    """What was expected alarms when it begins; of announced works it is no news that they do."""
    return "instruction" if d.playbook.planned else "alert"


def _changed(d: Deciding, audience: str, heard: AudienceState) -> tuple[Kind, str] | None:
    """What the playbook says to them has changed, or presses more: that is material."""
    told = d.playbook.tell.get(audience)
    speech = speech_for(d, audience)
    if told is None or speech is None:
        return ("correction", "correction") if any(wrong(d, heard)) else None
    if heard.phase != d.incident.phase and told.said_in(d.incident.phase) is not None:
        return ("end", "phase") if heard.phase != "expected" else (_begun(d), "begun")
    now = marks(speech)
    if now.partition(":")[2] != heard.speech.partition(":")[2] or _presses(d, audience, heard):
        return "instruction", "changed-words"
    if any(wrong(d, heard)):
        return "correction", "correction"
    if now != heard.speech or read_anew(d, heard) or _quickened(d, audience, heard):
        return "update", "changed-words"
    return None


def _presses(d: Deciding, audience: str, heard: AudienceState) -> bool:
    """Whether the same instruction is now a matter of life: it goes out again, as such (G12)."""
    if heard.severity == d.incident.severity:
        return False
    now, before = (
        d.pinned.life_safety("instruction", audience, d.pinned.urgency(d.playbook, severity))
        for severity in (d.incident.severity, heard.severity)
    )
    return now and not before


def _quickened(d: Deciding, audience: str, heard: AudienceState) -> bool:
    """Whether the next word was promised for later than the rhythm that holds now.

    When the severity goes up, the slower promise is answered at once and the quicker one made.
    """
    if heard.severity == d.incident.severity or heard.promise is None:
        return False
    promise = d.incident.commitments[heard.promise]
    if promise.message_id is not None:
        return False
    now_promised = next_update_at(d, audience)
    return now_promised is not None and now_promised < promise.due_at - SOONEST


def _spoken(d: Deciding, audience: str, heard: AudienceState) -> tuple[Kind, str] | None:
    """Nobody spoke in time: the first new fact that a person records is told at once."""
    promise = d.incident.commitments.get(heard.promise or "")
    waited = promise is not None and promise.left_to_people and promise.message_id is None
    if (waited or heard.broken_at is not None) and news(d, audience):
        return "update", "spoken-again"
    return None


def _held(d: Deciding, audience: str, heard: AudienceState) -> tuple[Kind, str] | None:
    """What waited for the directorate goes as soon as it knows, even if nothing is new by then."""
    held = d.incident.held.get(audience)
    if held is None or not directorate_knows(d.incident):
        return None
    fresh = held.words is not None or heard.holdings >= HOLDINGS or news(d, audience)
    return ("update" if fresh else "holding"), "directorate-first"


def say(d: Deciding, body: Say) -> None:
    """A person speaks now, to all who were told or to some of them."""
    require(d, "say", authority="send")
    if d.incident.over:
        d.refuse(
            "say",
            "La crise est finie pour ces publics ; une nouvelle information ouvre un signalement.",
            "The crisis is over for these audiences; new facts are a new report.",
        )
    if d.incident.hushed is not None:
        d.refuse(
            "say",
            f"Rien n'est encore annoncé. Pour le faire, tapez : crisis loud -i {d.incident.id}",
            f"Nothing is told yet. To tell it, type: crisis loud -i {d.incident.id}",
        )
    unknown = [name for name in body.audiences if name not in d.incident.audiences]
    if unknown:
        d.refuse(
            "say",
            f"Ce public n'a pas encore été prévenu : {', '.join(unknown)}.",
            f"This audience has not been told anything yet: {', '.join(unknown)}.",
        )
    kinds = {name: _kind(d, body, name) for name in body.audiences or d.incident.audiences}
    full = [
        name for name in body.audiences
        if enough(d, name, kinds[name]) and not life_safety(d, kinds[name], name)
    ]  # fmt: skip
    if full:
        d.refuse(
            "say",
            f"Ce public n'entend plus que la fin, comme prévu avec lui : {', '.join(full)}.",
            f"This audience now hears only the end, as agreed with it: {', '.join(full)}.",
        )
    found, before = _read(d, body, tuple(kinds)), len(d.messages)
    for audience, kind in kinds.items():
        tell(d, audience, kind, rule="say", own_words=body.words)
    wording.note(d, "say", (*found, *wording.as_sent(d, before)))


def _kind(d: Deciding, body: Say, audience: str) -> Kind:
    """Give the kind of a person's words; without any it is what was recorded, as at any time."""
    if body.correction:
        return "correction"
    return plain_word(d, audience) if body.words is not None else "update"


def _read(d: Deciding, body: Say, audiences: tuple[str, ...]) -> tuple[Finding, ...]:
    """Hold a person's words against the rules of wording, and against what was said before."""
    heard = d.incident.audiences
    at_once = any(life_safety(d, "instruction", name) for name in audiences)
    earlier = tuple(dict.fromkeys(heard[name].last_message_id for name in audiences))
    return wording.read(
        d, "say", {"words": body.words}, before=() if body.correction else earlier, at_once=at_once
    )
