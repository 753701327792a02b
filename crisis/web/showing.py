"""What stands on a status page or a board: the last word of each incident that was brought there.

Only what the ledger says was delivered to that page, by its place: no other message, no name but
those in its words. A page shows the end for as long as people may come back and look for it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, TypeVar

import structlog

from crisis.config.people import Place
from crisis.core.incident import OVER, Incident
from crisis.ports import OWN_PAGES, DeliveryRow, MessageRow, Unavailable, View
from crisis.web.service import Service

_log = structlog.get_logger(__name__)

Found = TypeVar("Found")

STAYS_WITHIN = timedelta(hours=16)
"""How long the end stays on a page: whoever left in the evening reads it in the morning."""
LOOKED_AT, MOST_LOOKED_AT = 20, 160
"""Last words asked for at first and at most, old incidents' too: fewer than are kept in memory."""

Next = Literal["by", "late", "missing", "none", "over"]
"""Of the next word: promised and not yet due, past its time, broken, not promised, not owed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One message as it stands on a page."""

    message: MessageRow
    words: Mapping[str, Mapping[str, str]]
    """Language -> ``subject``, ``text``, ``screen`` and the other forms."""
    audience: Mapping[str, str]
    next: Next
    next_at: datetime | None = None

    @property
    def over(self) -> bool:
        """Whether it says that it is over."""
        return self.next == "over"

    def said(self, language: str) -> Mapping[str, str]:
        """The words in this language, or in the first one that there is."""
        return self.words.get(language) or next(iter(self.words.values()))

    def lines(self, language: str) -> list[str]:
        """What a screen has room for, the most important line first."""
        said = self.said(language)
        return (said.get("screen") or said["short"]).splitlines()

    @property
    def size(self) -> str:
        """How large it can be written: by its longest language."""
        longest = max(sum(map(len, self.lines(language))) for language in self.words)
        return "large" if longest <= _LARGE else "middle" if longest <= _MIDDLE else "small"


_LARGE, _MIDDLE = 200, 400
"""Letters that fit on half a wide screen under their heading, at 5.4 and at 4.5 % of its height."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One status page or board: the places whose address it is, and what stands on it."""

    channel: str
    address: str
    title: Mapping[str, str]
    zone: str
    languages: tuple[str, ...]
    """That of the place first, then the organisation's."""
    shown: tuple[Shown, ...] = ()

    @property
    def exercise(self) -> bool:
        """Whether all that it shows is an exercise."""
        return bool(self.shown) and all(one.message.exercise for one in self.shown)


def addresses(service: Service, channel: str, site: str | None = None) -> dict[str, list[str]]:
    """Every page of a channel: its address -> the ids of the places there, as they are now."""
    found: dict[str, list[str]] = {}
    for name, place in _places(service).items():
        address = place.addresses.get(channel)
        if address is not None and site in {None, place.site}:
            found.setdefault(address, []).append(name)
    return found


def pages_at(service: Service, site: str) -> list[Page]:
    """The pages on which messages about this site may stand, without what stands there."""
    return [
        _empty(service, channel, address, names)
        for channel in sorted(OWN_PAGES, reverse=True)
        for address, names in addresses(service, channel, site).items()
    ]


def page_of(service: Service, channel: str, address: str) -> Page | None:
    """One page with all that stands on it now; None where no place has this address."""
    names = addresses(service, channel).get(address)
    if names is None:
        return None
    page = _empty(service, channel, address, names)
    with service.store.read() as view:
        rows = [row for name in names for row in _brought(view, channel, name)]
        found = list(_standing(service, view, rows))
    ended = {name for one in found for name in one.message.ends}
    shown = [one for one in found if one.message.id not in ended]
    shown.sort(key=lambda one: one.message.released_at, reverse=True)
    shown.sort(key=lambda one: (one.over, not one.message.life_safety))
    return replace(page, shown=tuple(shown))


def _places(service: Service) -> Mapping[str, Place]:
    return service.organisation().configuration.people.places


def _empty(service: Service, channel: str, address: str, names: list[str]) -> Page:
    organisation = service.organisation()
    place = _places(service)[names[0]]
    return Page(
        channel=channel,
        address=address,
        title=place.title,
        zone=organisation.sites[place.site].zone,
        languages=tuple(dict.fromkeys((place.language, *organisation.settings.languages))),
    )


def _brought(view: View, channel: str, name: str) -> list[DeliveryRow]:
    """The last words at a place; what ended long ago never hides what goes on behind it."""
    limit = LOOKED_AT
    while len(rows := view.shown(channel, name, limit=limit)) == limit < MOST_LOOKED_AT:
        limit *= 2
    return rows


def _standing(service: Service, view: View, rows: Iterable[DeliveryRow]) -> Iterable[Shown]:
    """Each message once, while it is worth reading; words that were erased are gone here too."""
    now = service.clock.now()
    for message_id in dict.fromkeys(row.message_id for row in rows):
        message = view.message(message_id)
        if message is None:
            continue
        incident = _known(service.incident, message)
        if (
            incident is not None
            and incident.over
            and _over_since(incident, message) < (now - STAYS_WITHIN)
        ):
            continue
        texts = view.texts(list(message.texts.values()))
        words = {
            language: json.loads(texts[id_].content)
            for language, id_ in message.texts.items()
            if id_ in texts
        }
        if words:
            state, at = _next(incident, message, now)
            yield Shown(
                message=message,
                words=words,
                audience=_audience(service, message),
                next=state,
                next_at=at,
            )


def _known(look_up: Callable[[str], Found | None], message: MessageRow) -> Found | None:
    """What is known about an incident; one that cannot be read hides no words, least of others."""
    try:
        return look_up(message.incident_id)
    except Unavailable:
        raise  # nothing is wrong with the incident: the whole page waits for the store
    except Exception as error:  # noqa: BLE001 - whatever it is, what was delivered still stands
        fault = type(error).__name__
        _log.error("a page cannot read an incident", incident=message.incident_id, fault=fault)
        return None


def _over_since(incident: Incident, message: MessageRow) -> datetime:
    """Since when a page has said that it is over, or since when it was, if no end came there.

    What is told after the end counts from when it is told: a promise that is made good then.
    """
    if message.phase in OVER:
        return message.released_at
    return min((incident.phases[one] for one in OVER if one in incident.phases),
               default=incident.last_at)  # fmt: skip


def _next(
    incident: Incident | None, message: MessageRow, now: datetime
) -> tuple[Next, datetime | None]:
    """What the readers of this page may expect next; a promise that was missed is said."""
    if (message.kind == "end" and message.phase in OVER) or (incident and incident.over):
        return "over", None
    heard = incident.audiences.get(message.audience or "") if incident else None
    if incident is None or heard is None:
        return "none", None
    promise = incident.commitments.get(heard.promise or "")
    if promise is not None:
        return ("late" if promise.due_at < now else "by"), promise.due_at
    return ("missing" if heard.broken_at is not None else "none"), None


def _audience(service: Service, message: MessageRow) -> Mapping[str, str]:
    pinned = _known(service.pinned, message)
    known = pinned.plan.audiences.get(message.audience or "") if pinned else None
    return known.title if known else {}
