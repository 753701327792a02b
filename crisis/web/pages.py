"""Pages for people: frames, words, and who may see them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import cache, partial
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from crisis.core.spoken import clock
from crisis.web.access import Session, same_origin, session_of
from crisis.web.language import language_of, spoken, word
from crisis.web.service import Service

_A_YEAR = 365 * 24 * 3600

Page = Callable[[Request, Service, Session], Awaitable[Response]]


@cache
def _frames() -> Environment:
    return Environment(
        loader=PackageLoader("crisis.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page in the reader's language; every value is escaped by the frame."""
    service: Service = request.app.state.service
    language = language_of(request, service.organisation().settings.languages)
    link = request.query_params.get("link")
    who = {
        "session": session_of(request, service),
        "watch": f"?link={link}" if link else "",
    }
    content = written(request, template, language, who | values)
    answer = HTMLResponse(content, status, headers={"Content-Language": language})
    if request.query_params.get("lang") == language:
        answer.set_cookie("lang", language, max_age=_A_YEAR, path="/", samesite="lax")
    return answer


def written(request: Request, template: str, language: str, values: Mapping[str, Any]) -> str:
    """The text of a page in a language, with nothing in it of who asks but what is given."""
    service: Service = request.app.state.service
    organisation = service.organisation()
    other = "en" if language == "fr" else "fr"
    zone = values.get("zone") or _zone(service)
    return _frames().get_template(template).render(
        {
            "language": language,
            "other": other,
            "other_url": str(request.url.include_query_params(lang=other).query),
            "organisation": spoken(organisation.settings.organisation, language),
            "session": None,
            "exercise": False,
            "w": partial(_word, language),
            "say": lambda text, known=language: spoken(text, known),
            "at": lambda moment, known=language, there=zone: _at(moment, service, there, known),
            "now": service.clock.now(),
            "name": organisation.directory.name,
            "colon": "\u00a0: " if language == "fr" else ": ",
            "semicolon": "\u202f; " if language == "fr" else "; ",
            "watch": "",
            **values,
        }
    )  # fmt: skip


def operators(page: Page) -> Callable[[Request], Awaitable[Response]]:
    """A page for those who run the service: without a session, the way to log in.

    What changes something must come from our own pages.
    """

    async def guarded(request: Request) -> Response:
        service: Service = request.app.state.service
        session = session_of(request, service)
        if session is None:
            return login_first(request)
        if request.method == "POST" and not same_origin(request):
            return foreign(request)
        if not _may(request, session):
            return _own_room(request, session)
        return await page(request, service, session)

    return guarded


def _may(request: Request, session: Session) -> bool:
    """Whether a session is for this page: that of a role is for its own incident alone."""
    asked = request.path_params.get("incident_id")
    return session.incident_id in {None, asked} or request.url.path == "/logout"


def _own_room(request: Request, session: Session) -> Response:
    """Whoever has taken a role is led back to its incident, and changes nothing elsewhere."""
    if request.method == "POST":
        return trouble(request, "other-incident", 403)
    return RedirectResponse(f"/incidents/{session.incident_id}", 303)


def login_first(request: Request) -> Response:
    """Log in, then come back here."""
    target = request.url.path if request.method in {"GET", "HEAD"} else "/"
    return RedirectResponse(f"/login?then={target}", status_code=303)


def foreign(request: Request) -> HTMLResponse:
    """A request from somebody else's page: nothing was done."""
    return trouble(request, "foreign-origin", 403)


def trouble(request: Request, name: str, status: int, detail: str = "") -> HTMLResponse:
    """A page that says what is wrong, and whom to call."""
    service: Service = request.app.state.service
    organisation = service.organisation()
    language = language_of(request, organisation.settings.languages)
    contact = organisation.directory.contact(organisation.settings.contact, language)
    return render(
        request, "trouble.html", status=status, problem=name, detail=detail, contact=contact
    )


def _word(language: str, page: str, name: str, /, **values: object) -> str:
    return word(page, name, language, **values)


def _at(moment: datetime | None, service: Service, zone: str, language: str) -> str:
    if moment is None:
        return ""
    return clock(moment, zone=zone, language=language, today=service.clock.now())


def _zone(service: Service) -> str:
    organisation = service.organisation()
    site = organisation.sites.get(organisation.settings.default_site)
    return site.zone if site else "UTC"
