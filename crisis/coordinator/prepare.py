"""The words of each message that a rule releases, salted; exactly these leave, by digest.

The rules are handed them when they ask and never see how they are made: templates, names of people
and what people wrote stay outside of the core.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from crisis.core.message import Message
from crisis.core.pinned import Pinned
from crisis.core.prose import Prose, TextRef, given
from crisis.ports import Directory, View


class Rendered(Protocol):
    """The words of one message."""

    @property
    def texts(self) -> Mapping[str, str]:
        """Language -> JSON: subject, text, short."""


class Words(Protocol):
    """Puts typed messages into words (:mod:`crisis.compose`)."""

    def render(
        self,
        message: Message,
        *,
        pinned: Pinned,
        names: Directory,
        texts: Mapping[str, str],
    ) -> Rendered:
        """Give the words of a message; the same input gives the same bytes."""


class Prepare:
    """Puts a message into words, once; ``done`` keeps them: message id -> language -> prose."""

    def __init__(
        self,
        *,
        view: View,
        own: Sequence[Prose],
        words: Words,
        pinned: Pinned,
        names: Directory,
        salt: Callable[[], str],
    ) -> None:
        """``own`` is the prose that the command brings, which is in no store yet."""
        self.done: dict[str, dict[str, Prose]] = {}
        self._view = view
        self._said = {one.id: one.content for one in own}
        self._words = words
        self._pinned = pinned
        self._names = names
        self._salt = salt

    def __call__(self, message: Message) -> dict[str, TextRef]:
        """Give what an event may carry of the message's words, by language."""
        if message.id not in self.done:
            prepared = self.done[message.id] = self._prepared(message)
            self._said |= {one.id: one.content for one in prepared.values()}
        return {language: one.ref for language, one in self.done[message.id].items()}

    def text(self, text_id: str) -> Mapping[str, str]:
        """Give somebody's words by language, or the words of a message; nothing once erased."""
        if text_id not in self._said:
            found = self._view.texts([text_id])
            self._said |= {id_: row.content for id_, row in found.items()}
        content = self._said.get(text_id)
        return {} if content is None else given(content)

    def _prepared(self, message: Message) -> dict[str, Prose]:
        lacking = set(_texts_of(message)) - self._said.keys()
        if lacking:
            found = self._view.texts(sorted(lacking))
            self._said |= {id_: row.content for id_, row in found.items()}
        rendered = self._words.render(
            message, pinned=self._pinned, names=self._names, texts=self._said
        )
        return {
            language: Prose(id=f"{message.id}.{language}", salt=self._salt(), content=content)
            for language, content in rendered.texts.items()
        }


def _texts_of(message: Message) -> Iterable[str]:
    """Give the ids of the people's words that this message needs."""
    notice, brief = message.notice, message.brief
    promises = (*message.promises, *(brief.promises if brief else ()))
    words: list[object] = [
        message.place,
        message.workaround,
        message.own_words,
        *(one for told in message.measures for one in (told.words, told.expected_result)),
        *(one for promise in promises for one in (promise.words, promise.counterpart)),
        *(one for broken in message.broken for one in (broken.words, broken.counterpart)),
        *((notice.words, *notice.items) if notice else ()),
        *(one for draft in (notice.drafts if notice else ()) for one in draft.words.values()),
        *_asked_or_told(message),
    ]
    return (one.id for one in words if isinstance(one, TextRef))


def _asked_or_told(message: Message) -> Iterable[object]:
    """The words of replies, thanks and approvals."""
    reply = message.reply
    for one in (*((reply,) if reply is not None else ()), *message.asked):
        yield from (one.understood, one.words, one.alternative)
    for part in message.contributions:
        yield from part.did
    if message.approval is not None:
        yield from message.approval.words.values()
