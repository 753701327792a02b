"""The page on which anybody concerned asks something, and later reads the reply.

Its link stands in every message and on the pages of reports; who has it in a message is known, and
is written to as well. The words of one person are shown to those who reply and to nobody else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from uuid_utils import uuid7

from crisis.core import events as e
from crisis.core.asked import Replied
from crisis.core.commands import Actor
from crisis.core.incident import Incident
from crisis.core.people_commands import AskQuestion
from crisis.core.prose import Prose, TextRef
from crisis.intake.links import AskLink, BadLink
from crisis.intake.submission import keep
from crisis.ports import Pending
from crisis.web.answering import PRESS
from crisis.web.body import Form, TooLarge, TooSlow, read_form
from crisis.web.commands import build
from crisis.web.language import language_of, spoken
from crisis.web.pages import render, trouble
from crisis.web.pending import back_to, sent_before
from crisis.web.prose import text_of
from crisis.web.service import Service

PAGE = "ask-page"
LONGEST = 2000
"""Letters of a question; a longer one is a letter, and wants a person."""
_SHUT = frozenset({"closed", "cancelled"})
_PRIVATE = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mine:
    """Where one person's question stands."""

    asked_at: datetime
    due_at: datetime
    place: int
    understood: TextRef | None
    reply: Replied | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A question that everybody may read, and the reply; until there is one, by when."""

    name: str
    question: TextRef
    reply: Replied | None = None
    due_at: datetime | None = None


async def ask_about(request: Request) -> Response:
    """``/ask/about/MESSAGE``: from a page for everybody to one's own page to ask on.

    The page for everybody is the same for all who read it, and is kept by proxies: no link of its
    own can stand there.
    """
    service: Service = request.app.state.service
    with service.store.read() as view:
        message = view.message(request.path_params["message_id"])
    if message is None or message.audience is None:
        return trouble(request, "link-unknown", 404)
    link = service.links.asking(message.incident_id, audience=message.audience)
    return RedirectResponse(link.removeprefix(service.links.public_url), 303)


async def ask_page(request: Request) -> Response:
    """``/ask/TOKEN``: GET shows what is asked and replied; POST asks, and shows the receipt."""
    service: Service = request.app.state.service
    try:
        link = service.links.read_asking(request.path_params["token"])
    except BadLink as bad:
        return trouble(request, f"link-{bad.trouble}", 410 if bad.trouble == "expired" else 404)
    incident = service.incident(link.incident_id)
    if incident is None:
        return trouble(request, "unknown-incident", 404)
    if request.method != "POST":
        answer = _show(request, service, incident)
    elif request.headers.get("sec-fetch-site") == "cross-site":
        return trouble(request, "foreign-origin", 403)
    else:
        answer = await _asked(request, service, incident, link)
    for name, value in _PRIVATE.items():
        answer.headers[name] = value
    return answer


async def _asked(request: Request, service: Service, incident: Incident, link: AskLink) -> Response:
    try:
        form = await read_form(request)
    except (TooLarge, TooSlow):
        return trouble(request, "too-large", 413)
    words, same_as = form.one("words").strip()[:LONGEST], form.one("same_as")
    press = form.one("press")
    if not (words or same_as) or not PRESS.fullmatch(press):
        return _show(request, service, incident, status=422)
    body, prose = _question(form, words, same_as, link.audience)
    command = build(service, incident.id, body, prose, door=PAGE, authority="signed-link")
    command = replace(
        command,
        id=f"ask-{press}",
        actor=Actor(kind="person", id=link.person)
        if link.person is not None
        else Actor(kind="source", id=PAGE),
    )
    decision = await service.inbox.submit(command)
    if isinstance(decision, Pending):
        return RedirectResponse(back_to(request.url.path, service, decision), 303)
    if decision.refusal is not None:
        said = spoken(decision.refusal.words, language_of(request))
        return _show(request, service, incident, status=409, refusal=said)
    return RedirectResponse(f"{request.url.path}?q={body.question_id}", 303)


def _question(
    form: Form, words: str, same_as: str, audience: str | None
) -> tuple[AskQuestion, tuple[Prose, ...]]:
    """The question of one showing of the page: pressed twice it has the same name."""
    name = f"q-{form.one('press').replace('-', '')[-10:]}"
    if same_as:
        return AskQuestion(question_id=name, same_as=same_as, audience=audience), ()
    prose = keep(words)
    return AskQuestion(question_id=name, words=prose.ref, audience=audience), (prose,)


def _show(
    request: Request,
    service: Service,
    incident: Incident,
    *,
    status: int = 200,
    refusal: str = "",
) -> Response:
    organisation = service.organisation()
    pinned = service.pinned(incident.id)
    site = organisation.sites.get(incident.site)
    values: dict[str, Any] = {
        "zone": site.zone if site else None,
        "exercise": incident.exercise,
        "title": pinned.in_force(incident.situation).title if pinned else {},
        "site": site.title if site else {},
        "over": incident.phase in _SHUT,
        "asked": incident.questions,
        "mine": mine(service, incident, request.query_params.get("q", "")),
        "shared": list(_shared(incident)),
        "text": partial(text_of, service),
        "press": lambda: str(uuid7()),
        "refusal": refusal,
        "sent": sent_before(request, service),
        "contact": organisation.directory.contact(
            organisation.settings.contact, language_of(request, organisation.settings.languages)
        ),
    }
    return render(request, "question.html", status=status, **values)


def _shared(incident: Incident) -> Iterator[Told]:
    """What everybody may read: restated for all, with the reply where there is one."""
    for name, replied in incident.questions.replied.items():
        if replied.shared:
            yield Told(name=name, question=replied.question, reply=replied)
    for name, waits in incident.questions.open.items():
        if waits.shared and waits.understood is not None:
            yield Told(name=name, question=waits.understood, due_at=waits.due_at)


def mine(service: Service, incident: Incident, question_id: str) -> Mine | None:
    """Where the question of this name stands, whatever it was grouped with since."""
    asked: e.Event | None = None
    name, due_at = "", incident.opened_at
    for event in service.events("incident", incident.id) if question_id else ():
        body = event.body
        if isinstance(body, e.QuestionAsked) and body.question_id == question_id:
            asked, name, due_at = event, body.question, body.due_at
        elif isinstance(body, e.QuestionsGrouped) and body.question == name:
            name = body.into
    if asked is None:
        return None
    waits = incident.questions.open.get(name)
    return Mine(
        asked_at=asked.at,
        due_at=min(due_at, waits.due_at) if waits else due_at,
        place=incident.questions.place(name),
        understood=waits.understood if waits else None,
        reply=incident.questions.replied.get(name),
    )
