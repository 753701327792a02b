"""Replies as messages tell them: to those who asked, and to everybody whom they help."""

from __future__ import annotations

from collections.abc import Iterator

from crisis.core.asked import Replied
from crisis.core.incident import AudienceState, Incident
from crisis.core.message import Reply


def told_reply(replied: Replied) -> Reply:
    """What was asked, as it was understood, and the reply; or the reason of a no, and what else."""
    return Reply(
        understood=replied.question,
        words=replied.reply,
        alternative=replied.alternative,
        asked_by=replied.count,
    )


def told_questions(
    incident: Incident, audience: str, heard: AudienceState | None
) -> Iterator[Reply]:
    """Give what people have asked, where a person said that all these readers may hear it.

    Each question once while it waits, with the time of the reply; then the reply, once.
    """
    since = heard.told_seq if heard is not None else 0
    for replied in incident.questions.replied.values():
        if replied.shared and replied.seq > since and replied.audience in {None, audience}:
            yield told_reply(replied)
    if incident.over:
        return
    for question in incident.questions.open.values():
        mine = question.audience in {None, audience}
        if question.shared and question.understood and question.seq > since and mine:
            yield Reply(understood=question.understood, due_at=question.due_at)
