"""Incidents that were set aside: a person has looked, and lets one be tried again."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from crisis.web.access import Session, is_operator
from crisis.web.language import language_of
from crisis.web.pages import operators, trouble
from crisis.web.problems import Problem
from crisis.web.service import Service


async def receive_unpark(request: Request) -> Response:
    """``POST /incidents/ID/unpark``: from the command line, or by the button of a page."""
    service: Service = request.app.state.service
    if not is_operator(request, service):
        return await _button(request)
    language = language_of(request, service.organisation().settings.languages)
    incident_id = request.path_params["incident_id"]
    try:
        reason = await service.unpark(incident_id)
    except LookupError:
        return Problem("not-parked", 404, language)
    if reason is not None:
        return Problem("still-parked", 409, language, detail=reason)
    return JSONResponse({"incident": incident_id, "parked": None})


async def _pressed(request: Request, service: Service, session: Session) -> Response:
    """The same for somebody who has logged in under a name."""
    incident_id = request.path_params["incident_id"]
    if session.person is None:
        return RedirectResponse(f"/me?then=/incidents/{incident_id}", 303)
    try:
        reason = await service.unpark(incident_id)
    except LookupError:
        return trouble(request, "not-parked", 404)
    if reason is not None:
        return trouble(request, "still-parked", 409, reason)
    return RedirectResponse(f"/incidents/{incident_id}", 303)


_button = operators(_pressed)
