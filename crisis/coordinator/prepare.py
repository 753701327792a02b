"""Prepare, then decide: the words of the messages that a decision wants, salted, before it is made.

The rules then release exactly these, by digest (design: rendering lives in the shell).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from crisis.coordinator.turn import Turn
from crisis.core.deciding import Wanted
from crisis.core.message import Message
from crisis.core.pinned import Pinned
from crisis.core.prose import Prose, TextRef
from crisis.ports import Directory


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


def prepare(
    turn: Turn,
    wanted: Wanted,
    pinned: Pinned,
    *,
    words: Words,
    directory: Directory,
    salt: Callable[[], str],
) -> dict[str, dict[str, Prose]]:
    """Put each wanted message into words: message id -> language -> what will be kept of it."""
    own = {one.id: one.content for one in turn.command.prose}
    refs = {one for message in wanted.messages for one in _texts_of(message)} - set(own)
    texts = own | {id_: row.content for id_, row in turn.unit.texts(sorted(refs)).items()}
    prepared = {}
    for message in wanted.messages:
        rendered = words.render(message, pinned=pinned, names=directory, texts=texts)
        prepared[message.id] = {
            language: Prose(id=f"{message.id}.{language}", salt=salt(), content=content)
            for language, content in rendered.texts.items()
        }
    return prepared


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
    ]
    return (one.id for one in words if isinstance(one, TextRef))
