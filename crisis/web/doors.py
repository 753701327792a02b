"""The doors for machines: reports in, each answered only after it is durable (G1)."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from uuid_utils import uuid7

from crisis.core.commands import Actor
from crisis.intake import alertmanager, report
from crisis.intake.faults import BadPayload
from crisis.intake.submission import Incoming, Sender
from crisis.ports import Pending, QuarantineRow
from crisis.web import problems
from crisis.web.access import OPERATOR, known, sender_of
from crisis.web.body import LARGEST_REPORT, TooLarge, TooLargeProblem, TooSlow, read_body
from crisis.web.language import language_of, word
from crisis.web.pending import kept
from crisis.web.problems import Problem, problem_of
from crisis.web.service import Service

_log = structlog.get_logger(__name__)

Read = Callable[[bytes, Sender], Incoming]

_UNSAID = "other"
"""The kind of a report that says none."""


async def receive_report(request: Request) -> Response:
    """``POST /reports``: one report, the same again under the same ``Idempotency-Key``."""
    service: Service = request.app.state.service
    key = request.headers.get("idempotency-key")
    return await _receive(
        request, "reports", lambda body, who: report.read(body, who, known(service), key=key)
    )


async def receive_alertmanager(request: Request) -> Response:
    """``POST /hooks/alertmanager``: a group of alerts, firing or resolved."""
    service: Service = request.app.state.service
    return await _receive(
        request, "alertmanager", lambda body, who: alertmanager.read(body, who, known(service))
    )


async def _receive(request: Request, door: str, read: Read) -> Response:
    service: Service = request.app.state.service
    language = language_of(request, service.organisation().settings.languages)
    sender = sender_of(request, service)
    if sender is None:
        return no_token(language)
    try:
        body = await read_body(request, LARGEST_REPORT)
    except TooLarge as large:
        aside = await _set_aside(service, door, sender, "too-large", large.kept)
        detail = word("problems", "too-large-limit", language, limit=LARGEST_REPORT)
        return TooLargeProblem("too-large", 413, language, detail=detail, quarantine=aside)
    except TooSlow:
        return Problem("too-slow", 408, language)
    try:
        incoming = read(body, sender)
    except BadPayload as bad:
        if not body.strip():
            return problem_of(bad, language)
        aside = await _set_aside(service, door, sender, str(bad), body[:LARGEST_REPORT])
        return problem_of(bad, language, quarantine=aside)
    return await take_in(service, incoming, sender, door, language)


async def take_in(
    service: Service, incoming: Incoming, sender: Sender, door: str, language: str
) -> Response:
    """Submit the report; 202 with its id and tracking address once it is durable.

    The same where the answer is still to come, and ``pending``: the report is kept all the same.
    """
    decision = await service.inbox.submit(
        incoming.command(
            actor=actor_of(incoming, sender),
            authority="operator" if sender.name == OPERATOR else "source-token",
            door=door,
        )
    )
    tracking = service.links.tracking(incoming.report_id)
    answer: dict[str, Any] = {"report_id": incoming.report_id, "tracking": tracking}
    if isinstance(decision, Pending):
        answer |= kept(service, decision, language)
    elif not decision.accepted:
        return problems.refused(decision.refusal, language)
    if not incoming.by_machine and (note := _unforeseen(service, incoming.kind, language)):
        answer["note"] = note
    return JSONResponse(
        answer,
        status_code=202,
        headers={"Location": tracking, "Cache-Control": "no-store"},
    )


def _unforeseen(service: Service, kind: str, language: str) -> str:
    """What the sender should know where no playbook is written for the kind: it may be a slip."""
    known = {one.kind for book in service.organisation().playbooks.values()
             for one in book.playbook.opens_on}  # fmt: skip
    if kind in known or kind == _UNSAID:
        return ""
    near = get_close_matches(kind, sorted(known), n=1)
    if near:
        return word("reports", "slip", language, kind=kind, near=near[0])
    return word("reports", "unforeseen", language, kind=kind)


def actor_of(incoming: Incoming, sender: Sender) -> Actor:
    """Whose report it is: a person's, where the operator token vouches for it, or the source's."""
    if sender.name == OPERATOR and incoming.for_person:
        return Actor(kind="person", id=incoming.for_person)
    return Actor(kind="source", id=sender.name, for_person=incoming.for_person)


def no_token(language: str) -> Problem:
    """401: nothing was read, nothing is kept."""
    detail = word("problems", "no-token-fix", language)
    return Problem(
        "no-token",
        401,
        language,
        detail=detail,
        headers={"WWW-Authenticate": 'Bearer realm="crisis"'},
    )


async def _set_aside(service: Service, door: str, sender: Sender, reason: str, body: bytes) -> str:
    row = QuarantineRow(
        id=f"q-{uuid7()}",
        at=service.clock.now(),
        door=door,
        source=sender.name,
        reason=reason[:500],
        body=body,
    )
    await service.quarantine(row)
    if sender.name != OPERATOR:  # whoever sits at the machine reads the answer
        _log.warning("body_set_aside", door=door, source=sender.name, quarantine=row.id)
    return row.id
