"""The web application: every address, in one list that can be read."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from traceback import extract_tb
from typing import Any, cast

import structlog
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from crisis.ports import InDoubt, PerhapsKept, Unavailable
from crisis.web import public, records
from crisis.web.acknowledgement import acknowledgement
from crisis.web.aside import receive_unpark
from crisis.web.body import TooLarge, TooSlow
from crisis.web.callbacks import receive_callback
from crisis.web.commands import receive_command
from crisis.web.digest import digest_page
from crisis.web.doors import receive_alertmanager, receive_report
from crisis.web.folder import receive_folder
from crisis.web.healthz import healthy, keeps, note
from crisis.web.journal import journal_page
from crisis.web.language import language_of, words
from crisis.web.live import live
from crisis.web.login import act_as, login, logout
from crisis.web.objectives import objectives_page
from crisis.web.overview import overview, quarantine
from crisis.web.pages import operators, trouble
from crisis.web.pending import kept_page, sent_before
from crisis.web.poster import poster
from crisis.web.problems import Problem
from crisis.web.questions import ask_about, ask_page
from crisis.web.raising import raise_page
from crisis.web.records import by_hand_page, score_page, timeline_page
from crisis.web.released import cap_page
from crisis.web.roll_call import roll_call_page
from crisis.web.room import done_by_hand, room
from crisis.web.service import Service
from crisis.web.sheets import sheet_page
from crisis.web.tracking import tracking

_log = structlog.get_logger(__name__)

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""On every answer that does not say otherwise: nothing from outside, nothing kept, no frames."""


def create_app(service: Service) -> Starlette:
    """The doors and pages of this service.

    Run it with the server's access log switched off: some addresses are personal.
    """
    app = Starlette(
        routes=_routes(),
        middleware=[Middleware(_Guarded)],
        exception_handlers=cast("Mapping[Any, Any]", {HTTPException: _not_served}),
    )
    app.state.service = service
    words()  # what cannot be read must stop the start, not a page at 3 a.m.
    return app


def _routes() -> list[Route | Mount]:
    static = str(files("crisis.web").joinpath("static"))
    both = ["GET", "POST"]
    return [
        Route("/reports", receive_report, methods=["POST"]),
        Route("/hooks/alertmanager", receive_alertmanager, methods=["POST"]),
        Route("/commands", receive_command, methods=["POST"]),
        Route("/organisation", receive_folder, methods=["POST"]),
        Route("/callbacks/{channel}", receive_callback, methods=both),
        Route("/callbacks/{channel}/{token}", receive_callback, methods=both),
        Route("/a/{token}", acknowledgement, methods=both),
        Route("/ask/about/{message_id}", ask_about),
        Route("/ask/{token}", ask_page, methods=both),
        Route("/raise", raise_page, methods=both),
        Route("/t/{report_id}", tracking),
        Route("/status", public.status),
        Route("/status/{address:path}", public.status),
        Route("/cap/{message_id}", cap_page),
        Route("/objectives", objectives_page),
        Route("/board", public.boards),
        Route("/board/{address:path}", public.board),
        Route("/", operators(overview)),
        Route("/incidents/{incident_id}", operators(room), methods=both),
        Route("/incidents/{incident_id}/by-hand", operators(by_hand_page), methods=["GET"]),
        Route(
            "/incidents/{incident_id}/roll-call/{roll_call}",
            operators(roll_call_page),
            methods=both,
        ),
        Route("/incidents/{incident_id}/by-hand", operators(done_by_hand), methods=["POST"]),
        Route("/incidents/{incident_id}/sheets/{number:int}", operators(sheet_page)),
        Route("/incidents/{incident_id}/unpark", receive_unpark, methods=["POST"]),
        Route("/incidents/{incident_id}/journal", operators(journal_page)),
        Route("/incidents/{incident_id}/timeline", operators(timeline_page)),
        Route("/incidents/{incident_id}/score", operators(score_page)),
        *records.routes(),
        Route("/digest", operators(digest_page)),
        Route("/quarantine", operators(quarantine)),
        Route("/sites/{site}/poster", operators(poster)),
        Route("/login", login, methods=both),
        Route("/me", operators(act_as), methods=both),
        Route("/logout", operators(logout), methods=["POST"]),
        Route("/events", live),
        Route("/healthz", healthy),
        Mount("/static", StaticFiles(directory=static)),
    ]


class _Guarded:
    """Adds the headers that every answer has, and answers where a page broke.

    What broke is logged by its place in the code: the message of an exception, and the traceback
    that a server would print, may quote somebody's words or address.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and the answer back with its headers."""
        begun = False

        async def guarded(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self._app(scope, receive, guarded)
        except Exception as error:
            if begun or scope["type"] != "http":
                raise
            request = Request(scope, receive)
            await _broken(request, error)(scope, receive, guarded)


async def _not_served(request: Request, error: HTTPException) -> Response:
    name = {404: "not-found", 405: "not-allowed"}.get(error.status_code, "refused")
    if _by_a_person(request):
        return trouble(request, name, error.status_code)
    return Problem(name, error.status_code, language_of(request), headers=error.headers)


def _broken(request: Request, error: Exception) -> Response:
    """The sender must know that nothing was kept; where it broke is for our log."""
    if isinstance(error, TooLarge | TooSlow):
        name, status = ("too-large", 413) if isinstance(error, TooLarge) else ("too-slow", 408)
    elif isinstance(error, PerhapsKept):
        name, status = "perhaps-kept", 504
        _log.warning("brokers_away", path=request.scope["path"].split("/")[1], why=str(error))
    elif isinstance(error, InDoubt):
        name, status = "store-in-doubt", 504
        _log.warning("store_in_doubt", path=request.scope["path"].split("/")[1])
    elif isinstance(error, Unavailable):
        read = request.method == "GET" and keeps(request)  # what was sent here just now was not
        name, status = "store-away-kept" if read else "store-away", 503
        _log.warning("store_away", path=request.scope["path"].split("/")[1])
    else:
        name, status = "not-kept", 503
        _log.error(
            "request_failed",
            path=request.scope["path"].split("/")[1],
            error=type(error).__name__,
            where=[f"{one.filename}:{one.lineno}" for one in extract_tb(error.__traceback__)[-4:]],
        )
    headers = {"Retry-After": _AGAIN_AFTER} if status == _AWAY else {}
    if not _by_a_person(request):
        return Problem(name, status, language_of(request), headers=headers)
    page = _page_of(request, error, name, status)
    page.headers.update(headers)
    if status == _AWAY and request.method == "GET":
        page.headers["Refresh"] = _AGAIN_AFTER  # a screen in a hall has nobody who tries again
    return page


def _page_of(request: Request, error: Exception, name: str, status: int) -> Response:
    """What a person sees; what we said was kept is kept, wherever the store may be now."""
    if isinstance(error, Unavailable) and request.method == "GET":
        sent = sent_before(request, request.app.state.service)
        if sent is not None:
            return kept_page(request, sent)
    detail = note(request) if isinstance(error, Unavailable) else ""
    return trouble(request, name, status, detail)


_AWAY, _AGAIN_AFTER = 503, "5"
"""What is answered while nothing can be kept or read, and after how many seconds to try again."""


def _by_a_person(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")
