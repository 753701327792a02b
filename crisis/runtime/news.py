"""What the ledger has to tell the incident, as the command that every runtime submits."""

from __future__ import annotations

from crisis.core.commands import Actor, Command, NoteLeftOver, NoteSent
from crisis.core.turning import Turning
from crisis.dispatch import Acknowledged, LeftOver, News
from crisis.ports import Store

LEDGER = Actor(kind="rule", id="ledger")


def note_id(message_id: str, turned: Turning) -> str:
    """The id of the command by which an incident is told of a turning point."""
    return f"{message_id}/{turned}"


def note_of(news: News, store: Store) -> Command | None:
    """The turning point of a message; None for what concerns one delivery alone.

    Its id is the message's and the turning's: told twice, it is decided once.
    """
    if isinstance(news, Acknowledged):
        return None
    with store.read() as view:
        message = view.message(news.message_id)
    exercise = message is not None and message.exercise
    if isinstance(news, LeftOver):
        return Command(
            id=f"{news.message_id}/left-over/{news.count}-of-{news.of}",
            stream="incident",
            stream_id=news.incident_id,
            body=NoteLeftOver(
                message_id=news.message_id,
                kind=news.kind,
                audience=news.audience,
                count=news.count,
            ),
            actor=LEDGER,
            authority="ledger",
            door="dispatch",
            exercise=exercise,
        )
    return Command(
        id=note_id(news.message_id, news.turning),
        stream="incident",
        stream_id=news.incident_id,
        body=NoteSent(
            message_id=news.message_id,
            sent=news.turning is not Turning.FAILED,
            sent_at=news.at,
            tally={state: count for state, count in news.tally.items() if count},
        ),
        actor=LEDGER,
        authority="ledger",
        door="dispatch",
        exercise=exercise,
    )
