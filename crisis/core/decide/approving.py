"""Whether a message needs an approval, the draft that waits for it, and who is asked.

Stages come one after the other; in each all are asked at once and the first answer counts. What
keeps people safe asks nobody (G12); kinds that the plan calls ``preapproved`` neither.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from crisis.core.decide.notices import holders, lead_or_above, unsaid
from crisis.core.decide.release import digest_of, release
from crisis.core.decide.telling import common, speaker, speaker_function
from crisis.core.deciding import Deciding
from crisis.core.draft import Draft
from crisis.core.events import ApprovalSought, DraftDropped, MessageDrafted
from crisis.core.message import ApprovalAsked, Kind, Message
from crisis.core.prose import TextRef
from crisis.core.tell import ApprovalStage
from crisis.core.values import Text
from crisis.core.wording import of_words

DIRECTORATE = "directorate"
UNSAID = timedelta(minutes=15)
"""How long a stage waits at a severity for which nobody said it."""
TOO_NEAR = timedelta(minutes=2)
"""Words that promise a time nearer than this are made again before they leave."""


def stages(d: Deciding, audience: str) -> tuple[ApprovalStage, ...]:
    """The stages that a message to these people goes through; none for most."""
    return d.pinned.approval(d.playbook, audience)


def needed(d: Deciding, message: Message) -> bool:
    """Whether somebody must approve this message before it leaves."""
    audience = message.audience
    return (
        audience is not None and not message.life_safety and asks_first(d, audience, message.kind)
    )


def asks_first(d: Deciding, audience: str, kind: Kind) -> bool:
    """Whether these people hear that kind only once somebody has approved it."""
    return bool(stages(d, audience)) and kind not in d.pinned.plan.audiences[audience].preapproved


def fingerprint(message: Message) -> str:
    """A short digest of the facts in a message: its number, not its times."""
    facts = (
        message.kind, message.phase, message.nth, message.impact, message.instruction,
        message.workaround, message.say, message.regret, message.graver, message.measures,
        message.known, message.corrected, message.promises, message.broken, message.own_words,
        message.speaker,
    )  # fmt: skip
    return sha256(repr(facts).encode()).hexdigest()[:12]


def waiting_words(d: Deciding, message: Message) -> Draft | None:
    """The draft of exactly this message, if there is one whose words are still good."""
    draft = d.incident.drafts.get(message.audience or "")
    if draft is None or draft.kind != message.kind or draft.fingerprint != fingerprint(message):
        return None
    at = draft.next_update_at
    return draft if at is None or at > d.now + TOO_NEAR else None


def waiting_own_words(d: Deciding, audience: str, kind: Kind) -> TextRef | None:
    """A person's words that wait, and that a newer draft says too: facts replace no person.

    What need not wait says them only where it is what they wait to be: nobody is told twice. The
    end does not say them any more; nothing says what somebody has rejected.
    """
    draft = d.incident.drafts.get(audience)
    urgency = d.pinned.urgency(d.playbook, d.incident.severity)
    at_once = not asks_first(d, audience, kind) or d.pinned.life_safety(kind, audience, urgency)
    if draft is None or kind == "end" or (at_once and draft.kind != kind):
        return None
    return draft.words if draft.state in {"waiting", "held"} else None


def draft_of(d: Deciding, message: Message, *, rule: str) -> None:
    """Keep the words of this message until they are approved, and ask for it.

    A draft of the same facts stays as it is, rejected or waiting. One that events have overtaken
    is dropped: nobody approves what is not so any more. A person whose words go with it hears so.
    """
    audience = message.audience or ""
    earlier = d.incident.drafts.get(audience)
    if earlier is not None:
        if waiting_words(d, message) is not None:
            return
        d.record(DraftDropped(audience=audience, draft_id=earlier.id), rule="approval")
        if earlier.author is not None and not message.own_words and earlier.state != "rejected":
            unsaid(d, (earlier.author,), audience, earlier.words)
    author = d.command.actor.person if message.own_words is not None else None
    if earlier is not None and earlier.words == message.own_words:
        author = earlier.author
    draft_id = f"{d.incident.id}-d{d.incident.seq + 1}"
    texts = d.facts.words(replace(message, id=draft_id))
    d.record(
        MessageDrafted(
            draft_id=draft_id,
            audience=audience,
            kind=message.kind,
            owed_by=rule,
            texts=dict(texts),
            digest=digest_of(texts),
            fingerprint=fingerprint(message),
            author=author,
            words=message.own_words,
            next_update_at=message.next_update_at,
            measures=tuple(one.id for one in message.measures),
        ),
        rule="approval",
        pointer=f"/tell/{audience}/approval",
    )
    seek(d, audience, 0)


def seek(d: Deciding, audience: str, number: int) -> None:
    """Ask the people of a stage: those who have not approved it before, and not its author."""
    draft = d.incident.drafts[audience]
    stage = stages(d, audience)[number]
    span = stage.within.at(d.incident.severity)
    until = d.pinned.site.add(d.now, span) if span is not None else d.now + UNSAID
    people = approvers(d, stage, draft)
    message = asking(d, audience, stage, until, people)
    d.record(
        ApprovalSought(
            audience=audience,
            draft_id=draft.id,
            stage=number,
            to=people,
            until=until,
            message_id=message.id if message is not None else "",
        ),
        rule="approval",
        pointer=f"/tell/{audience}/approval/{number}",
    )


def approvers(d: Deciding, stage: ApprovalStage, draft: Draft) -> tuple[str, ...]:
    """Who is asked: the holders of the stage's roles; where nobody holds one, whoever leads."""
    named = [*holders(d, stage.by)]
    if DIRECTORATE in stage.by:
        named += [who for rank in d.facts.candidates.get(DIRECTORATE, ()) for who in rank.people]
    barred = {*draft.approved_by, draft.author}
    people = tuple(dict.fromkeys(who for who in named if who not in barred))
    return people or tuple(who for who in lead_or_above(d) if who not in barred)


def asking(
    d: Deciding,
    audience: str,
    stage: ApprovalStage,
    until: datetime,
    people: tuple[str, ...],
) -> Message | None:
    """Send the question, with exactly the words that wait; None where there is nobody to ask."""
    draft = d.incident.drafts[audience]
    if not people:
        return None
    message = Message(
        **common(d),
        kind="approval",
        phase=d.incident.phase,
        audience=None,
        to=people,
        urgency=d.pinned.urgency(d.playbook, d.incident.severity),
        life_safety=False,
        speaker=speaker(d, "lead"),
        speaker_function=speaker_function(d, "lead"),
        contact=d.pinned.plan.audiences[DIRECTORATE].contact,
        approval=ApprovalAsked(
            draft=audience,
            kind=draft.kind,
            audience=d.pinned.plan.audiences[audience].title,
            due_at=until,
            silence=stage.silence,
            words=draft.texts,
            digest=draft.digest,
            findings=_findings(d, draft),
        ),
    )
    release(d, message, rule="approval", automatic=True)
    return message


def _findings(d: Deciding, draft: Draft) -> tuple[Text, ...]:
    """What the rules of wording say of a person's words in it."""
    if draft.words is None:
        return ()
    found = of_words(
        "/words", d.facts.text(draft.words.id), exercise=d.incident.exercise,
        voice=d.pinned.plan.voice,
    )  # fmt: skip
    return tuple(dict.fromkeys(one.says for one in found))
