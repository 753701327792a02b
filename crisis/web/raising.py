"""The page on which anybody on a site raises trouble, from a phone, in under half a minute."""

from __future__ import annotations

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from uuid_utils import uuid7

from crisis.core.commands import Actor
from crisis.core.playbook import Playbook
from crisis.intake.faults import BadPayload, Fault, explain
from crisis.intake.links import BadLink
from crisis.intake.report import Report, taken
from crisis.intake.submission import Sender
from crisis.ports import Pending
from crisis.web.access import OwnSource, known, same_origin, session_of
from crisis.web.body import Form, TooLarge, TooSlow, read_form
from crisis.web.language import language_of, spoken
from crisis.web.pages import foreign, login_first, render, trouble
from crisis.web.pending import back_to
from crisis.web.service import Service

PAGE = "raise-page"
"""The source of what is raised here."""

_FIELDS = ("kind", "site", "building", "at", "what", "danger", "starts_at", "ends_at")
"""Fields of a report that the page asks for."""


async def raise_page(request: Request) -> Response:
    """``/raise``: by a site's signed link, or by somebody who has logged in."""
    service: Service = request.app.state.service
    link = request.query_params.get("link", "")
    session = session_of(request, service)
    if session is not None and session.incident_id is not None:
        session = None  # a role in one incident is no right to open others
    try:
        site = service.links.read_raising(link) if link else None
    except BadLink as bad:
        return trouble(request, f"link-{bad.trouble}", 404)
    if site is None and session is None:
        return login_first(request)
    if request.method != "POST":
        return _form(request, site, request.query_params.get("site", ""), {}, ())
    if session is not None and not same_origin(request):
        return foreign(request)
    person = session.person if session else None
    return await _raise(request, service, site, person)


async def _raise(
    request: Request, service: Service, site: str | None, person: str | None
) -> Response:
    try:
        form = await read_form(request)
    except (TooLarge, TooSlow):
        return trouble(request, "too-large", 413)
    given = {name: form.one(name) for name in _FIELDS if form.one(name)}
    if site is not None:
        given["site"] = site
    sender = Sender(name=PAGE, source=OwnSource(site=site or _default_site(service)))
    try:
        incoming = taken(_report(given), sender, known(service), key=_press(form))
    except BadPayload as bad:
        return _form(request, site, given.get("site", ""), given, bad.faults)
    actor = Actor(kind="person", id=person) if person else Actor(kind="source", id=PAGE)
    authority = "operator" if site is None else "signed-link"
    decision = await service.inbox.submit(
        incoming.command(actor=actor, authority=authority, door=PAGE)
    )
    track = f"/t/{incoming.report_id}"
    if isinstance(decision, Pending):
        return RedirectResponse(back_to(track, service, decision), 303)
    if decision.refusal is not None:
        reason = spoken(decision.refusal.words, language_of(request))
        return _form(request, site, given.get("site", ""), given, (), refused=reason)
    return RedirectResponse(track, 303)


def _report(given: dict[str, str]) -> Report:
    try:
        return Report.model_validate(given)
    except ValidationError as error:
        found = error.errors(include_url=False)
        raise BadPayload("wrong-shape", *(explain(one) for one in found)) from None


def _press(form: Form) -> str:
    return form.one("press")[:80] or str(uuid7())


def _default_site(service: Service) -> str:
    return service.organisation().settings.default_site


def _kind_of(playbook: Playbook) -> str:
    """The kind of report by which people open it; what opens on no kind is the unforeseen."""
    said = (one.kind for one in playbook.opens_on if one.source in {None, "person"})
    return next(said, playbook.playbook)


def _form(
    request: Request,
    site: str | None,
    wanted: str,
    given: dict[str, str],
    faults: tuple[Fault, ...],
    *,
    refused: str = "",
) -> Response:
    service: Service = request.app.state.service
    organisation = service.organisation()
    default = organisation.settings.default_site
    chosen = site or (wanted if wanted in organisation.sites else default)
    place = organisation.sites[chosen]
    kinds = [
        (_kind_of(book.playbook), book.playbook.title)
        for book in organisation.playbooks.values() if book.playbook.serves(chosen)
    ]  # fmt: skip
    return render(
        request,
        "raise.html",
        status=422 if faults else 409 if refused else 200,
        zone=place.zone,
        fixed=site is not None,
        sites=organisation.sites,
        chosen=chosen,
        place=place,
        kinds=kinds,
        given={name: given.get(name, "") for name in _FIELDS},
        faults=faults,
        refused=refused,
        press=str(uuid7()),
        contact=organisation.directory.contact(
            organisation.settings.contact, language_of(request, organisation.settings.languages)
        ),
    )
