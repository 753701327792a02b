"""What becomes of a message that waits: approved, rejected, answered by silence, overtaken.

A promised time holds meanwhile: at that time the prepared holding statement goes (G5).
"""

from __future__ import annotations

from collections.abc import Iterator

from crisis.core.commands import ApproveDraft, RejectDraft
from crisis.core.decide.approving import DIRECTORATE, seek, stages
from crisis.core.decide.messages import owed_word, tell
from crisis.core.decide.notices import lead_or_above, notify, unsaid
from crisis.core.decide.rights import person, require
from crisis.core.deciding import Deciding
from crisis.core.draft import Draft
from crisis.core.events import ApprovalSilent, DraftApproved, DraftDropped, DraftRejected
from crisis.core.incident import OVER, PHASES, Incident
from crisis.core.obligation import Owed
from crisis.core.pinned import Pinned
from crisis.core.playbook import Playbook


def approve(d: Deciding, body: ApproveDraft) -> None:
    """A person approves these words; the next stage is asked, or they leave, exactly these."""
    draft = _draft(d, body.audience)
    who = _may_answer(d, body.audience, draft)
    if body.digest and body.digest != draft.digest:
        d.refuse(
            "approve",
            "Ces mots ont changé depuis que vous les avez lus : relisez le nouveau projet.",
            "These words have changed since you read them: read the new draft.",
        )
    if draft.state == "rejected":
        d.object(
            "approve-rejected",
            "Ce message a été refusé. Dites-le autrement, ou passez outre avec un motif.",
            "This message was rejected. Say it otherwise, or override with a reason.",
        )
    if who in draft.approved_by or who == draft.author:
        d.object(
            "second-person",
            "Il faut l'accord d'une deuxième personne : vous avez écrit ou déjà approuvé ces mots."
            " Passez outre avec un motif si personne d'autre n'est là.",
            "A second person must approve: you wrote these words or have approved them already."
            " Override with a reason if nobody else is there.",
        )
    d.record(
        DraftApproved(
            audience=body.audience, draft_id=draft.id, stage=draft.stage, person=who,
            digest=draft.digest,
        ),
        rule="approve",
    )  # fmt: skip
    _passed(d, body.audience)


def reject(d: Deciding, body: RejectDraft) -> None:
    """A person says no, and why: the author hears it, and what to do next."""
    draft = _draft(d, body.audience)
    who = _may_answer(d, body.audience, draft)
    if draft.state == "rejected":
        d.refuse("reject", "C'est déjà noté. Merci.", "That is noted already. Thank you.")
    d.record(
        DraftRejected(
            audience=body.audience, draft_id=draft.id, person=who, reason=body.reason
        ),
        rule="reject",
    )  # fmt: skip
    author = (draft.author,) if draft.author is not None else lead_or_above(d)
    notify(d, author, "draft-rejected", rule="reject", subject=body.audience, words=body.reason)


def _draft(d: Deciding, audience: str) -> Draft:
    draft = d.incident.drafts.get(audience)
    if draft is None:
        waiting = ", ".join(d.incident.drafts) or "-"
        d.refuse(
            "approve",
            f"Aucun message n'attend d'accord sous ce nom. En attente : {waiting}.",
            f"No message waits for approval under that name. Waiting: {waiting}.",
        )
    return draft


def _may_answer(d: Deciding, audience: str, draft: Draft) -> str:
    """Whoever was asked may, and whoever has the power to approve."""
    who = person(d, "approve")
    stage = stages(d, audience)[draft.stage : draft.stage + 1]
    by = stage[0].by if stage else ()
    directors = d.facts.candidates.get(DIRECTORATE, ()) if DIRECTORATE in by else ()
    if not any(who in rank.people for rank in directors):
        require(d, "approve", authority="approve", roles=by)
    return who


def _passed(d: Deciding, audience: str) -> None:
    """This stage is over: the next is asked, or the words leave."""
    draft = d.incident.drafts[audience]
    if draft.stage + 1 < len(stages(d, audience)):
        seek(d, audience, draft.stage + 1)
    else:
        tell(d, audience, draft.kind, rule=draft.rule, own_words=draft.words)


def owed_approvals(incident: Incident, _playbook: Playbook, _pinned: Pinned) -> Iterator[Owed]:
    """The silence of those who were asked has its answer at its time."""
    for audience, draft in incident.drafts.items():
        if draft.state == "waiting":
            yield Owed(draft.stage_until, "approval-silent", audience)


def approval_silent(d: Deciding, audience: str) -> None:
    """Nobody has answered: the message leaves, the next are asked, or it waits for a person."""
    draft = d.incident.drafts[audience]
    stage = stages(d, audience)[draft.stage : draft.stage + 1]
    silence = stage[0].silence if stage else "send"
    d.record(
        ApprovalSilent(
            audience=audience, draft_id=draft.id, stage=draft.stage, silence=silence
        ),
        rule="approval-silent",
    )  # fmt: skip
    if silence == "hold":
        people = lead_or_above(d)
        notify(d, people, "approval-held", rule="approval-silent", subject=audience)
    elif silence == "next":
        _passed(d, audience)
    else:
        tell(d, audience, draft.kind, rule=draft.rule, own_words=draft.words)


def drop_overtaken(d: Deciding) -> None:
    """An end, or a new beginning, overtakes what waits: those words never leave (G7, G12).

    Whoever wrote them hears so, and may say them anew if they still hold.
    """
    for audience, draft in tuple(d.incident.drafts.items()):
        if not _overtaken(d.incident, draft.phase):
            continue
        d.record(DraftDropped(audience=audience, draft_id=draft.id), rule="overtaken")
        if draft.author is not None:
            unsaid(d, (draft.author,), audience, draft.words)


def _overtaken(incident: Incident, drafted_in: str) -> bool:
    """Whether it has ended, or begun again, since words were drafted in a phase."""
    if incident.over is not (drafted_in in OVER):
        return True
    return not incident.over and PHASES.index(drafted_in) > PHASES.index(incident.phase)


def drafts_follow(d: Deciding) -> None:
    """What waits is made again when its facts have changed, and dropped when nobody is owed it."""
    for audience, draft in tuple(d.incident.drafts.items()):
        if draft.state == "passed" or (draft.state == "rejected" and draft.words is not None):
            continue
        word = owed_word(d, audience)
        unowed = d.incident.over and draft.words is None  # what a review found is told after it
        if word is None and (unowed or audience not in d.incident.audiences):
            d.record(DraftDropped(audience=audience, draft_id=draft.id), rule="approval")
        elif word is not None and (draft.words is None or d.incident.over):
            tell(d, audience, word[0], rule=word[1])
        else:
            tell(d, audience, draft.kind, rule=draft.rule, own_words=draft.words)
