"""Answering a message by its link, also while the message itself cannot be read.

The link says which delivery it is for, which offer that makes, and to whom: enough to keep the
answer where a log takes it, so that a store that is away costs nobody their "I accept".
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from uuid_utils import uuid7

from crisis.core.commands import (
    AcceptRoles,
    Actor,
    ApproveDraft,
    Command,
    DeclineRoles,
    RejectDraft,
)
from crisis.core.draft import Draft
from crisis.core.prose import Prose
from crisis.intake.links import AckLink
from crisis.intake.submission import keep
from crisis.ports import Pending
from crisis.web.body import TooLarge, TooSlow, read_form
from crisis.web.language import language_of, spoken
from crisis.web.pages import render, trouble
from crisis.web.pending import back_to, kept_page, sent_before
from crisis.web.service import Service

PRESS = re.compile(r"[0-9a-f-]{8,40}")
"""What one showing of the page is known by: pressing it twice is one act."""

OFFERED: Mapping[str, type[AcceptRoles | DeclineRoles]] = {
    "accept": AcceptRoles,
    "decline": DeclineRoles,
}


def answer_of(link: AckLink, incident_id: str, choice: str, press: str) -> Command:
    """The answer of the person whom the link is for, to the offer that it names."""
    return Command(
        id=f"link-{link.delivery_id}-{choice}-{press}",
        stream="incident",
        stream_id=incident_id,
        body=OFFERED[choice](offer_id=link.offer_id or ""),
        actor=Actor(kind="person", id=link.person or ""),
        authority="signed-link",
        door="acknowledgement",
        exercise=link.exercise,
    )


ANSWERED = frozenset({"approve", "reject"})
"""What a person may answer who was asked to approve a message."""


def draft_answer(
    waiting: tuple[str, Draft], link: AckLink, incident_id: str, form: Mapping[str, str]
) -> Command | None:
    """The answer to a message that waits for this person's approval; None without a reason.

    It approves exactly the words that were asked about, by their digest.
    """
    (audience, draft), choice = waiting, form["choice"]
    prose: tuple[Prose, ...] = ()
    body: ApproveDraft | RejectDraft = ApproveDraft(audience=audience, digest=draft.digest)
    if choice == "reject":
        if not form["reason"].strip():
            return None
        prose = (keep(form["reason"][:LONGEST_REASON]),)
        body = RejectDraft(audience=audience, reason=prose[0].ref)
    return Command(
        id=f"link-{link.delivery_id}-{choice}-{form['press']}",
        stream="incident",
        stream_id=incident_id,
        body=body,
        actor=Actor(kind="person", id=link.person or ""),
        authority="signed-link",
        door="acknowledgement",
        exercise=link.exercise,
        prose=prose,
    )


LONGEST_REASON = 4000
"""Characters of a reason."""


async def answered_unseen(request: Request, service: Service, link: AckLink) -> Response:
    """The page while the message cannot be read: the buttons of its link, and nothing else.

    The link must be answerable. Whether the answer is still wanted is for the rules to say, once
    they can.
    """
    if request.method == "POST":
        return await _pressed(request, service, link)
    sent = sent_before(request, service)
    return kept_page(request, sent) if sent is not None else _buttons(request, link)


async def _pressed(request: Request, service: Service, link: AckLink) -> Response:
    try:
        form = await read_form(request)
    except (TooLarge, TooSlow):
        return trouble(request, "link-unknown", 400)
    choice, press = form.one("choice"), form.one("press")
    if link.offer_id is None:
        if choice != "read":
            return _buttons(request, link, status=400)
        await service.acknowledge(link.delivery_id, service.clock.now())
        return noted_unseen(request, link)
    if choice not in OFFERED or not PRESS.fullmatch(press):
        return _buttons(request, link, status=400)
    command = answer_of(link, link.incident_id, choice, press)
    decision = await service.inbox.submit(command)
    await service.acknowledge(link.delivery_id, service.clock.now())
    if isinstance(decision, Pending):
        return RedirectResponse(back_to(request.url.path, service, decision), 303)
    refusal = decision.refusal
    said = spoken(refusal.words, language_of(request)) if refusal is not None else ""
    return noted_unseen(request, link, refusal=said)


def noted_unseen(request: Request, link: AckLink, *, refusal: str = "") -> Response:
    """What became of an answer, where nothing else can be shown."""
    return _buttons(request, link, noted=not refusal, refusal=refusal)


def _buttons(
    request: Request, link: AckLink, *, status: int = 200, noted: bool = False, refusal: str = ""
) -> Response:
    service: Service = request.app.state.service
    organisation = service.organisation()
    language = language_of(request, organisation.settings.languages)
    return render(
        request,
        "unshown.html",
        status=status,
        exercise=link.exercise,
        offer=link.offer_id is not None,
        noted=noted,
        refusal=refusal,
        press=str(uuid7()),
        contact=organisation.directory.contact(organisation.settings.contact, language),
    )
