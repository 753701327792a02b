"""What is kept and not decided yet: said in the same words at every door and page.

A page comes back to its reader with a signed mark in the address: it says "kept" only where we said
so before, and tells the answer, a refusal too, to whoever looks again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from crisis.core.spoken import clock
from crisis.intake.links import BadLink
from crisis.ports import Pending, Unavailable
from crisis.web.language import language_of, word
from crisis.web.pages import render
from crisis.web.service import Service


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A command that was kept without an answer, as the page's address says, and what came of it.

    Neither answered nor refused: the answer still follows.
    """

    command_id: str
    kept_at: datetime
    answered: bool = False
    refused: Mapping[str, Any] | None = None
    """The refusal as the decision log keeps it: ``rule``, ``words``, ``overridable``."""

    @property
    def waits(self) -> bool:
        """Whether there is no answer yet."""
        return not self.answered


def back_to(path: str, service: Service, pending: Pending) -> str:
    """The address of the page that says that it is kept."""
    return f"{path}?kept={service.links.kept(pending.command_id, pending.kept_at)}"


def sent_before(request: Request, service: Service) -> Sent | None:
    """What the page's address says was kept; None where it says nothing that we said."""
    try:
        link = service.links.read_kept(request.query_params.get("kept", ""))
    except BadLink:
        return None
    answered, refused = answer_to(service, link.command_id)
    return Sent(
        command_id=link.command_id, kept_at=link.kept_at, answered=answered, refused=refused
    )


def answer_to(service: Service, command_id: str) -> tuple[bool, Mapping[str, Any] | None]:
    """Whether a command has its answer, and the refusal where it is one.

    While the store is away nobody can know: there is none yet.
    """
    try:
        with service.store.read() as view:
            row = view.decision(command_id)
    except Unavailable:
        return False, None
    if row is None or row.accepted:
        return row is not None, None
    return True, json.loads(row.answer)


def kept_page(request: Request, sent: Sent) -> Response:
    """A page of its own that says that it is kept, where no other can be shown yet."""
    service: Service = request.app.state.service
    organisation = service.organisation()
    language = language_of(request, organisation.settings.languages)
    contact = organisation.directory.contact(organisation.settings.contact, language)
    return render(request, "kept.html", kept_at=sent.kept_at, contact=contact)


def kept(service: Service, pending: Pending, language: str) -> dict[str, Any]:
    """What a machine is told beside what it is always told."""
    return {
        "pending": True,
        "kept_at": pending.kept_at.isoformat(),
        "detail": word("pending", "kept", language, time=_at(service, pending.kept_at, language)),
    }


def kept_answer(
    service: Service, pending: Pending, language: str, content: Mapping[str, Any]
) -> JSONResponse:
    """202: it is kept, the answer follows, and nobody need send it again."""
    return JSONResponse({**content, **kept(service, pending, language)}, status_code=202)


def _at(service: Service, moment: datetime, language: str) -> str:
    organisation = service.organisation()
    site = organisation.sites.get(organisation.settings.default_site)
    zone = site.zone if site else "UTC"
    return clock(moment, zone=zone, language=language, today=service.clock.now())
