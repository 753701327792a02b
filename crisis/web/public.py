"""The pages for everybody: what is going on at a site, and the screens in its halls.

They ask for no token, set no cookie and change nothing. A screen has no keyboard: its page comes
again by itself, without JavaScript, and says at what time it was true.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from crisis.core.spoken import zone_name
from crisis.web.language import SPOKEN, language_of, word
from crisis.web.pages import trouble, written
from crisis.web.service import Service
from crisis.web.showing import Page, addresses, page_of

KEPT_FOR = 10
"""Seconds for which a proxy may give the same answer: many readers, one question to the store."""


async def status(request: Request) -> Response:
    """``/status``: every status page; ``/status/ADDRESS``: one of them."""
    service: Service = request.app.state.service
    address = request.path_params.get("address")
    pages = standing(service, "status", address)
    if address is not None and not pages:
        return trouble(request, "not-found", 404)
    language = language_of(request, service.organisation().settings.languages, remembered=False)
    return shown_to_all(
        request, "status.html", language, pages=pages, zone=pages[0].zone if pages else None
    )


async def boards(request: Request) -> Response:
    """``/board``: the screens that there are."""
    service: Service = request.app.state.service
    language = language_of(request, service.organisation().settings.languages, remembered=False)
    return shown_to_all(request, "boards.html", language, pages=standing(service, "board"))


async def board(request: Request) -> Response:
    """``/board/ADDRESS``: one screen, in each language of its place."""
    service: Service = request.app.state.service
    page = page_of(service, "board", request.path_params["address"])
    if page is None:
        return trouble(request, "not-found", 404)
    answer = shown_to_all(request, "board.html", page.languages[0], page=page, zone=page.zone)
    answer.headers["Content-Language"] = ", ".join(page.languages)
    return answer


def standing(service: Service, channel: str, address: str | None = None) -> list[Page]:
    """Every page of a channel with what stands on it now; or the one at an address."""
    wanted: Sequence[str] = list(addresses(service, channel)) if address is None else [address]
    found = (page_of(service, channel, one) for one in wanted)
    return [page for page in found if page is not None]


def shown_to_all(request: Request, template: str, language: str, **values: Any) -> Response:
    """The page, for a moment's keeping; nothing at all where the reader has it already."""
    content = written(
        request,
        template,
        language,
        {
            "contact": lambda known, function: _contact(request, function, known),
            "spoken_in": lambda known: known if known in SPOKEN else "en",
            "word": lambda known, name, **filled: word("public", name, known, **filled),
            "zone_name": lambda known: zone_name(values.get("zone") or "UTC", known),
            **values,
        },
    )
    tag = f'"{sha256(content.encode()).hexdigest()[:32]}"'
    headers = {
        "Cache-Control": f"public, max-age={KEPT_FOR}",
        "ETag": tag,
        "Vary": "Accept-Language",
        "Content-Language": language,
    }
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type="text/html")


def _contact(request: Request, function: str, language: str) -> str:
    """Who answers a question, by the telephone of the function; never a person's own."""
    service: Service = request.app.state.service
    organisation = service.organisation()
    return organisation.directory.contact(function or organisation.settings.contact, language)
