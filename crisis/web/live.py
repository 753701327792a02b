"""Server-sent events: what has changed, so that an open page shows it without being asked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from crisis.web.access import session_of
from crisis.web.language import language_of
from crisis.web.problems import Problem
from crisis.web.service import Service

_HEARTBEAT = 15.0
"""Seconds: often enough that no proxy closes a quiet line."""

_AT_ONCE = 500


async def live(request: Request) -> Response:
    """``/events``: one event for each change of the journal beyond ``Last-Event-ID``.

    It names the streams that moved, never what happened in them: the page asks for itself.
    """
    service: Service = request.app.state.service
    if session_of(request, service) is None:
        return Problem("no-token", 401, language_of(request))
    after = request.headers.get("last-event-id", request.query_params.get("after", ""))
    position = int(after) if after.isdecimal() else _end(service)
    return StreamingResponse(
        _changes(service, position),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no"},
    )


async def _changes(service: Service, position: int) -> AsyncIterator[str]:
    yield f"retry: 2000\nid: {position}\n\n"
    while True:
        moved = _moved(service, position)
        if moved is not None:
            position, streams = moved
            yield f"event: changed\nid: {position}\ndata: {json.dumps(streams)}\n\n"
            continue
        try:
            async with asyncio.timeout(_HEARTBEAT):
                await service.changed(position)
        except TimeoutError:
            yield ": still here\n\n"


def _moved(service: Service, position: int) -> tuple[int, list[str]] | None:
    with service.store.read() as view:
        rows = view.since(position, _AT_ONCE)
    if not rows:
        return None
    return rows[-1].position, sorted({row.stream_id for row in rows})


def _end(service: Service) -> int:
    """The position of the journal's last event, found by halving: no event is read twice."""
    with service.store.read() as view:
        low, high = 0, 1
        while view.since(high, 1):
            low, high = high, high * 2
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if view.since(middle, 1) else (low, middle)
        return high if view.since(low, 1) else low
