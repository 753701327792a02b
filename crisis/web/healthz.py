"""Whether the service makes progress: for whoever watches over it, and for those it keeps waiting.

In the form of ``application/health+json`` (draft-inadarei-api-health-check): 200 while it does, 503
while somebody has to look. It names no person, no address, and nothing of an incident.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from crisis.compose.duty import reports
from crisis.core.spoken import clock
from crisis.ports import Health, Unavailable
from crisis.web.language import SPOKEN, language_of, word
from crisis.web.service import Service

AGAIN_AFTER = "5"
"""Seconds after which it is worth asking again."""


async def healthy(request: Request) -> Response:
    """``/healthz``: status, what was seen, and what people should know in each language."""
    service: Service = request.app.state.service
    health = service.health()
    fails = health.status == "fail"
    content = {
        "status": health.status,
        "now": service.clock.now().isoformat(),
        "configuration": service.organisation().version,
        "notes": [said for language in ("en", "fr") for said in _notes(service, health, language)],
        "checks": {name: asdict(one) for name, one in health.checks.items()},
    }
    return Response(
        json.dumps(content, ensure_ascii=False, default=datetime.isoformat),
        503 if fails else 200,
        headers={"Retry-After": AGAIN_AFTER} if fails else {},
        media_type="application/health+json",
    )


def note(request: Request) -> str:
    """What somebody should know who finds a page closed; nothing where nobody knows."""
    service: Service = request.app.state.service
    try:
        health = service.health()
    except Unavailable:
        return ""
    language = language_of(request, service.organisation().settings.languages)
    return _said(service, health, language if language in SPOKEN else "en")


def keeps(request: Request) -> bool:
    """Whether what comes in is kept while nothing can be read."""
    service: Service = request.app.state.service
    try:
        return service.health().checks["store"].status != "pass"
    except Unavailable:
        return False


def _notes(service: Service, health: Health, language: str) -> Iterator[str]:
    """What people should know: reports that wait undecided, and what nobody does."""
    if said := _said(service, health, language):
        yield said
    for one in health.checks.values():
        if one.status == "fail" and "waits" in one.observed:
            since = _spoken(service, one.observed["since"], language)
            yield word("health", one.observed["waits"], language, since=since)


def _said(service: Service, health: Health, language: str) -> str:
    if not health.waiting or health.waits_since is None:
        return ""
    since, told = (
        _spoken(service, at, language) if at is not None else ""
        for at in (health.waits_since, health.told_at)
    )
    name = "told" if told else "waiting"
    counted = reports(health.waiting, language, at_least=health.at_least)
    return word("health", name, language, reports=counted, since=since, told=told)


def _spoken(service: Service, at: datetime, language: str) -> str:
    organisation, now = service.organisation(), service.clock.real()
    site = organisation.sites.get(organisation.settings.default_site)
    return clock(at, zone=site.zone if site else "UTC", language=language, today=now)
