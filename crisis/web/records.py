"""``/record``: what the command line and other programs read, and the timeline as a page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from crisis.web import record, score, upkeep
from crisis.web.access import Session, is_operator, session_of
from crisis.web.digest import digest, this_month
from crisis.web.doors import no_token
from crisis.web.language import language_of
from crisis.web.left_over import left_over
from crisis.web.objectives import objectives
from crisis.web.pages import render, trouble
from crisis.web.problems import Problem
from crisis.web.record import NotOnRecord
from crisis.web.released import released
from crisis.web.service import Service
from crisis.web.sheets import sheets

Read = Callable[[Service, Request], Any]

_LARGEST = 2**62


def routes() -> list[Route]:
    """The addresses of the record; each answers JSON to those who run the service."""
    return [
        Route("/record/incidents", _json(lambda service, _: record.incidents(service))),
        Route("/record/actions", _json(lambda service, _: record.actions(service))),
        Route(
            "/record/upkeep",
            _json(lambda service, _: upkeep.upkeep(service, service.clock.now())),
        ),
        Route(
            "/record/objectives",
            _json(lambda service, _: objectives(service, service.clock.now())),
        ),
        Route("/record/digest/{month}", _json(_digest)),
        Route("/record/verify", _verified),
        Route(
            "/record/incidents/{incident_id}/timeline",
            _json(lambda service, asked: record.timeline(service, _id(asked))),
        ),
        Route(
            "/record/incidents/{incident_id}/messages/{seq:int}",
            _json(lambda service, asked: released(service, _id(asked), _seq(asked))),
        ),
        Route(
            "/record/incidents/{incident_id}/by-hand",
            _json(lambda service, asked: left_over(service, _id(asked))),
        ),
        Route(
            "/record/incidents/{incident_id}/sheets",
            _json(lambda service, asked: sheets(service, _id(asked))),
        ),
        Route(
            "/record/incidents/{incident_id}/score",
            _json(lambda service, asked: score.score(service, _id(asked), service.clock.now())),
        ),
        Route(
            "/record/incidents/{incident_id}/score/anonymous",
            _json(lambda service, asked: score.anonymous(service, _id(asked), service.clock.now())),
        ),
        Route(
            "/record/incidents/{incident_id}/why/{seq:int}",
            _json(lambda service, asked: record.why(service, _id(asked), _seq(asked))),
        ),
    ]


async def timeline_page(request: Request, service: Service, session: Session) -> Response:
    """``/incidents/ID/timeline``: the whole record, to read or to print."""
    del session
    try:
        told = record.timeline(service, _id(request))
        hung = sheets(service, _id(request))
    except NotOnRecord:
        return trouble(request, "unknown-incident", 404)
    return render(
        request, "timeline.html", told=told, zone=told["zone"], exercise=told["exercise"],
        hung=hung, moment=datetime.fromisoformat,
    )  # fmt: skip


async def by_hand_page(request: Request, service: Service, session: Session) -> Response:
    """``/incidents/ID/by-hand``: whom to call or to visit and what to say, to print."""
    del session
    incident_id = _id(request)
    try:
        left = left_over(service, incident_id)
    except NotOnRecord:
        return trouble(request, "unknown-incident", 404)
    incident, pinned = service.incident(incident_id), service.pinned(incident_id)
    due = {key: one.due_at for key, one in incident.errands.items()} if incident else {}
    return render(
        request, "by_hand.html", incident=incident_id,
        left=[one | {"due": due[one["audience"]]} for one in left],
        zone=pinned.site.zone if pinned else "UTC",
        exercise=incident is not None and incident.exercise,
    )  # fmt: skip


async def score_page(request: Request, service: Service, session: Session) -> Response:
    """``/incidents/ID/score``: the five errors, each figure with its place in the timeline."""
    del session
    try:
        told = score.score(service, _id(request), service.clock.now())
    except NotOnRecord:
        return trouble(request, "unknown-incident", 404)
    return render(request, "score.html", told=told, zone=told["zone"], exercise=told["exercise"])


async def _verified(request: Request) -> Response:
    """Whether every chain is whole: stream by stream, so that nobody at another door waits."""
    service: Service = request.app.state.service
    if not is_operator(request, service) and not _may_read(request, service):
        return no_token(language_of(request))
    found: dict[str, Any] = {}
    for found in record.verifying(service):  # noqa: B007 - the last one is the answer
        await asyncio.sleep(0)
    return JSONResponse(found)


def _json(read: Read) -> Callable[[Request], Any]:
    async def answer(request: Request) -> Response:
        service: Service = request.app.state.service
        language = language_of(request)
        if not is_operator(request, service) and not _may_read(request, service):
            return no_token(language)
        try:
            return JSONResponse(read(service, request))
        except NotOnRecord as missing:
            return Problem("unknown-incident", 404, language, detail=str(missing))

    return answer


def _digest(service: Service, request: Request) -> dict[str, Any]:
    now, asked = service.clock.now(), str(request.path_params["month"])
    return digest(service, this_month(service, now) if asked == "now" else asked, now)


def _may_read(request: Request, service: Service) -> bool:
    """Whether somebody who has logged in may read this: a role is for its own incident."""
    session = session_of(request, service)
    asked = request.path_params.get("incident_id")
    return session is not None and session.incident_id in {None, asked}


def _id(request: Request) -> str:
    return str(request.path_params["incident_id"])


def _seq(request: Request) -> int:
    """The number of an event; one that no journal can hold is that of none."""
    return min(int(request.path_params["seq"]), _LARGEST)
