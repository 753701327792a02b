"""The frame that fits a message, by what it holds, and what that frame shows."""

from __future__ import annotations

from crisis.compose.answering import asks
from crisis.compose.briefing import brief, request
from crisis.compose.telling import Telling
from crisis.compose.view import View, audience, next_word, notice, offer, shared


def view(telling: Telling) -> tuple[str, View]:
    """The frame that fits what the message holds, and what it shows."""
    message = telling.message
    if (asked := asks(telling)) is not None:
        frame, shown = asked
        more = shared(telling)
        return frame, more | {"next": next_word(telling), "contact": more["question"], **shown}
    if message.brief:
        return "brief", brief(telling, message.brief)
    if message.notice and message.request:
        return "request", request(telling, message.notice, message.request)
    if message.notice:
        return "notice", notice(telling, message.notice)
    if message.cards:
        return "offer", offer(telling)
    return "audience", audience(telling)
