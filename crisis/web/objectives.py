"""``/objectives``: what is promised to whom, what is done, and what came of it; for everybody.

Like the status page it asks for no token, sets no cookie and names nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from crisis.core.incident import OVER
from crisis.core.objectives import results
from crisis.core.scorecard import Scorecard, scorecard
from crisis.documents.objectives import LANGUAGES, published
from crisis.documents.sheet_words import say
from crisis.web.language import language_of
from crisis.web.public import shown_to_all
from crisis.web.record import Reader
from crisis.web.service import Service

LAST = 12
"""Crises and exercises whose results are shown: a year, where there is one each month."""
LOOKED_AT = 60
"""Incidents among which they are looked for, the newest first."""
KEPT_FOR = timedelta(minutes=5)
"""For how long results are given again: strangers may ask as often as they like."""


def objectives(reader: Reader, now: datetime) -> dict[str, Any]:
    """The objectives, the catalogue and the results, in both languages."""
    organisation = reader.organisation()
    site = organisation.settings.default_site
    playbooks = {
        name: organisation.pinned(name, site).in_force({})
        for name in sorted(organisation.playbooks)
    }
    cards = list(_cards(reader, now))
    exercises = sum(exercise for exercise, _ in cards)
    found = results(card for _, card in cards)
    counted = "counted" if cards else "nothing_counted"
    said = {
        one: say(counted, one, crises=len(cards) - exercises, exercises=exercises)
        for one in LANGUAGES
    }
    return {"counted": said} | published(
        organisation.plan, playbooks, organisation.directory, found
    )


def _cards(reader: Reader, now: datetime) -> Iterator[tuple[bool, Scorecard]]:
    """The last ones that are over, but for false alarms: whether an exercise, and its scorecard."""
    with reader.store.read() as view:
        rows = view.streams("incident", limit=LOOKED_AT)
    left = LAST
    for row in rows:
        if row.parked or not left:
            continue
        incident, pinned = reader.incident(row.stream_id), reader.pinned(row.stream_id)
        if incident is None or pinned is None or incident.phase not in OVER - {"cancelled"}:
            continue
        left -= 1
        events = reader.events("incident", incident.id)
        yield incident.exercise, scorecard(events, pinned, now=now)


async def objectives_page(request: Request) -> Response:
    """The page; its results are at most five minutes old."""
    service: Service = request.app.state.service
    now, version = service.clock.now(), service.organisation().version
    kept = getattr(request.app.state, "objectives", None)
    if kept is None or kept[0] != version or not now - kept[1] < KEPT_FOR:
        kept = request.app.state.objectives = (version, now, objectives(service, now))
    language = language_of(request, service.organisation().settings.languages, remembered=False)
    return shown_to_all(request, "objectives.html", language, told=kept[2])
