"""The poster of a site: a code on the wall that opens the page on which trouble is raised."""

from __future__ import annotations

import segno
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from crisis.intake.links import leads_here_alone
from crisis.web.access import Session
from crisis.web.language import SPOKEN, word
from crisis.web.pages import render, trouble
from crisis.web.service import Service


async def poster(request: Request, service: Service, session: Session) -> Response:
    """``/sites/{site}/poster``: printed and hung up, read by whoever stands before the trouble.

    Whoever scans it raises at this site and at no other, without logging in; the code is good until
    the secret of the links is changed.
    """
    del session
    organisation = service.organisation()
    site = organisation.sites.get(request.path_params["site"])
    if site is None:
        return trouble(request, "site-unknown", 404)
    link = service.links.raising(site.name)
    said = {
        language: {
            name: word("poster", name, language) for name in ("title", "scan", "what", "or-call")
        }
        | {
            "danger": word("raise", "danger-first", language),
            "contact": organisation.directory.contact(organisation.settings.contact, language),
        }
        for language in SPOKEN
    }
    return render(
        request, "poster.html", site=site, link=link, code=_code(link), said=said,
        alone=leads_here_alone(service.links.public_url),
    )  # fmt: skip


def _code(link: str) -> Markup:
    """The code as a drawing; it can still be read with a quarter of it torn or soiled (level Q)."""
    drawing = segno.make_qr(link, error="q").svg_inline(scale=1, border=4, omitsize=True)
    return Markup(drawing)  # noqa: S704 - drawn here; the link stands in it as dots only
