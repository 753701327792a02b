"""Who is at the door: a source by its token, or somebody who runs the service."""

from __future__ import annotations

import binascii
import hmac
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from crisis.config import Person
from crisis.intake.links import SESSION_LASTS, BadLink
from crisis.intake.submission import Known, Sender
from crisis.web.service import Service

COOKIE = "crisis"
OPERATOR = "operator"
"""The source of reports that come with the operator token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSource:
    """The command line and our own pages as a source: people, any kind, any severity."""

    site: str
    by: str = "person"
    kind: str = "other"
    kinds: Mapping[str, str] = field(default_factory=dict)
    severities: Mapping[str, str] = field(default_factory=dict)

    def severity_of(self, word: str | None) -> str | None:
        """No words but the plan's."""
        return self.severities.get(word or "")

    def may(self, kind: str) -> bool:
        """All kinds."""
        return bool(kind)


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who has logged in, and whom they act as."""

    person: str | None
    incident_id: str | None = None
    """The only incident that it is for: that of a role which this person has taken."""

    @property
    def authority(self) -> str:
        """By what somebody acts: the operator token, or the link in their message."""
        return "operator" if self.incident_id is None else "signed-link"


def sender_of(request: Request, service: Service) -> Sender | None:
    """The source whose token the request shows; None where it shows none that we know.

    Every token is compared, in constant time: how long the answer takes tells nothing.
    """
    shown = _token(request)
    settings = service.organisation().settings
    found: Sender | None = None
    for name, source in settings.sources.items():
        if _same(shown, service.secrets.get(source.token, "")):
            found = Sender(name=name, source=source)
    if _same(shown, service.operator_token):
        found = own_sender(service)
    return found


def own_sender(service: Service) -> Sender:
    """The sender of what people write on our own pages."""
    return Sender(
        name=OPERATOR, source=OwnSource(site=service.organisation().settings.default_site)
    )


def is_operator(request: Request, service: Service) -> bool:
    """Whether the request shows the operator token."""
    return _same(_token(request), service.operator_token)


def opens(token: str, service: Service) -> bool:
    """Whether this is the operator token."""
    return _same(token.strip(), service.operator_token)


def session_of(request: Request, service: Service) -> Session | None:
    """The session of somebody who has logged in; None where there is none that holds.

    Whoever has a link to watch one incident looks at it as nobody, and changes nothing.
    """
    try:
        link = service.links.read_session(request.cookies.get(COOKIE, ""))
    except BadLink:
        watched = _watched(request, service)
        return Session(None, watched) if watched is not None else None
    return Session(link.person, link.incident_id)


def with_session(answer: Response, service: Service, session: Session) -> Response:
    """The answer, with the cookie of a session: for HTTP and this site alone, for twelve hours."""
    answer.set_cookie(
        COOKIE,
        service.links.session(session.person, session.incident_id),
        max_age=int(SESSION_LASTS.total_seconds()),
        path="/",
        httponly=True,
        samesite="strict",
        secure=service.links.public_url.startswith("https://"),
    )
    return answer


def _watched(request: Request, service: Service) -> str | None:
    """The incident that the link in the address lets somebody look at."""
    link = request.query_params.get("link")
    if link is None or request.method != "GET":
        return None
    try:
        return service.links.read_watching(link)
    except BadLink:
        return None


def same_origin(request: Request) -> bool:
    """Whether a request that changes something comes from our own pages, or from no browser.

    ``Sec-Fetch-Site`` where the browser sends it (only to secure addresses), else ``Origin``; a
    request with neither comes from no browser that could carry somebody else's cookie here.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin is None or origin.partition("://")[2] == request.headers.get("host", "")


def known(service: Service) -> Known:
    """What a report may name now."""
    organisation = service.organisation()
    return Known(
        now=service.clock.now(),
        sites={name: tuple(site.buildings) for name, site in organisation.sites.items()},
        severities=tuple(organisation.plan.severities),
        people=people_of(service),
        zones={name: site.zone for name, site in organisation.sites.items()},
    )


def people_of(service: Service) -> Mapping[str, Person]:
    """Everyone who may act, by id."""
    return service.organisation().configuration.people.people


def _token(request: Request) -> str:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return b64decode(value, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""


def _same(shown: str, kept: str) -> bool:
    digests = (sha256(one.encode("utf-8", "replace")).digest() for one in (shown, kept))
    return hmac.compare_digest(*digests) and bool(kept)
