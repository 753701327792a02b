"""Signed links: what a link may do, for whom and until when stands in it and cannot be changed.

Each purpose has a salt of its own, so that a link to acknowledge never logs anybody in. Links age
in real time: business time may be advanced by a drill.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlsplit

from itsdangerous import BadSignature, SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from crisis.ports import Clock, DeliveryRow, MessageRow

ACKNOWLEDGE_WITHIN = timedelta(hours=72)
"""How long a link in a message may be used."""

SESSION_LASTS = timedelta(hours=12)
"""How long somebody who runs the service stays logged in."""

Trouble = Literal["expired", "invalid"]


class BadLink(Exception):  # noqa: N818 - the reader's link, not our mistake
    """A link that may not be used: too old, or not one of ours."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble)
        self.trouble: Trouble = trouble


@dataclass(frozen=True, slots=True)
class SessionLink:
    """Whom a session acts as, and the only incident that it is for, if it is for one."""

    person: str | None
    incident_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AckLink:
    """What an acknowledgement link is about."""

    delivery_id: str
    offer_id: str | None
    person: str | None = None
    """Whom it was sent to, where it makes an offer."""
    exercise: bool = False

    @property
    def answerable(self) -> bool:
        """Whether the message can be answered by what stands here alone."""
        return self.offer_id is None or (self.person is not None and bool(self.incident_id))

    @property
    def incident_id(self) -> str:
        """The incident of the offer, whose id begins with it; empty where there is none."""
        return (self.offer_id or "").rpartition("-o")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskLink:
    """The incident that somebody may ask about, and who they are, where that is known."""

    incident_id: str
    person: str | None = None
    audience: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLink:
    """A command that was kept before it was answered, and when (business time)."""

    command_id: str
    kept_at: datetime


def leads_here_alone(public_url: str) -> bool:
    """Whether links that begin so lead to this machine only: the address of a first trial."""
    return urlsplit(public_url).hostname in {"localhost", "127.0.0.1", "::1"}


class Links:
    """Makes and reads signed links of one service.

    ``secret`` is kept in the data folder; ``public_url`` is what links begin with.
    """

    def __init__(self, *, secret: str, clock: Clock, public_url: str) -> None:
        self._secret = secret
        self._clock = clock
        self.public_url = public_url.rstrip("/")
        self._serializers: dict[str, URLSafeTimedSerializer] = {}

    def acknowledgement(
        self,
        delivery_id: str,
        offer_id: str | None = None,
        *,
        person: str | None = None,
        exercise: bool = False,
    ) -> str:
        """The address of the page where one person answers one message; good for 72 hours.

        With an offer, the person whom it was made to: so that their answer can be kept by this link
        alone, while nothing can be read. Without one the link says nothing of them.
        """
        content = [delivery_id, offer_id]
        if offer_id is not None and person is not None:
            content += [person, "exercise" if exercise else ""]
        return f"{self.public_url}/a/{self._signed('acknowledge', content)}"

    def of_delivery(self, row: DeliveryRow, message: MessageRow) -> str:
        """The link in one delivery of a message."""
        return self.acknowledgement(
            row.id, message.offer_id, person=row.recipient_id, exercise=message.exercise
        )

    def read_acknowledgement(self, token: str) -> AckLink:
        """What the link is about; :class:`BadLink` when it is too old or not one of ours."""
        match self._opened("acknowledge", token, ACKNOWLEDGE_WITHIN):
            case [str(delivery_id), (str() | None) as offer_id]:
                return AckLink(delivery_id=delivery_id, offer_id=offer_id)
            case [str(delivery_id), str(offer_id), str(person), "" | "exercise" as exercise]:
                return AckLink(
                    delivery_id=delivery_id,
                    offer_id=offer_id,
                    person=person,
                    exercise=bool(exercise),
                )
        raise BadLink("invalid")

    def raising(self, site: str) -> str:
        """The address that a site prints as a QR code; good until the secret is changed."""
        return f"{self.public_url}/raise?link={self._signed('raise', site)}"

    def read_raising(self, token: str) -> str:
        """The site that people may raise at by this link; :class:`BadLink` otherwise."""
        match self._opened("raise", token, None):
            case str(site):
                return site
        raise BadLink("invalid")

    def tracking(self, report_id: str) -> str:
        """The address that says where a report stands."""
        return f"{self.public_url}/t/{report_id}"

    def asking(
        self, incident_id: str, *, person: str | None = None, audience: str | None = None
    ) -> str:
        """The address where somebody asks about an incident and reads the reply; for 72 hours.

        ``person`` is whom the reply is written to, where that is known.
        """
        content = [incident_id, person, audience]
        return f"{self.public_url}/ask/{self._signed('ask', content)}"

    def read_asking(self, token: str) -> AskLink:
        """What the link is about; :class:`BadLink` when it is too old or not one of ours."""
        match self._opened("ask", token, ACKNOWLEDGE_WITHIN):
            case [str(incident_id), (str() | None) as person, (str() | None) as audience]:
                return AskLink(incident_id=incident_id, person=person, audience=audience)
        raise BadLink("invalid")

    def kept(self, command_id: str, kept_at: datetime) -> str:
        """The mark in the address of a page that says that a command is kept; for 12 hours."""
        return self._signed("kept", [command_id, int(kept_at.timestamp())])

    def read_kept(self, token: str) -> KeptLink:
        """What the mark says; :class:`BadLink` when it is too old or not one of ours."""
        match self._opened("kept", token, SESSION_LASTS):
            case [str(command_id), int(kept_at)]:
                return KeptLink(command_id=command_id, kept_at=datetime.fromtimestamp(kept_at, UTC))
        raise BadLink("invalid")

    def watching(self, incident_id: str) -> str:
        """The address where somebody may look at one incident, and change nothing; for 12 hours."""
        link = self._signed("watch", incident_id)
        return f"{self.public_url}/incidents/{incident_id}?link={link}"

    def read_watching(self, token: str) -> str:
        """The incident that this link lets somebody look at; :class:`BadLink` otherwise."""
        match self._opened("watch", token, SESSION_LASTS):
            case str(incident_id):
                return incident_id
        raise BadLink("invalid")

    def session(self, person: str | None, incident_id: str | None = None) -> str:
        """The cookie of somebody who acts as this person; in this one incident, where one is named.

        Without one it is for those who have shown the operator token; with one, for those who have
        taken a role.
        """
        return self._signed("session", {"as": person, "in": incident_id})

    def read_session(self, token: str) -> SessionLink:
        """What the session is for; :class:`BadLink` when it is none."""
        match self._opened("session", token, SESSION_LASTS):
            case {"as": (str() | None) as person, "in": (str() | None) as incident_id}:
                return SessionLink(person, incident_id)
        raise BadLink("invalid")

    def _signed(self, purpose: str, content: Any) -> str:
        return str(self._serializer(purpose).dumps(content))

    def _opened(self, purpose: str, token: str, good_for: timedelta | None) -> Any:
        seconds = None if good_for is None else int(good_for.total_seconds())
        try:
            return self._serializer(purpose).loads(token, max_age=seconds)
        except SignatureExpired:
            raise BadLink("expired") from None
        except BadSignature:
            raise BadLink("invalid") from None

    def _serializer(self, purpose: str) -> URLSafeTimedSerializer:
        known = self._serializers.get(purpose)
        if known is None:
            known = self._serializers[purpose] = self._made(purpose)
        return known

    def _made(self, purpose: str) -> URLSafeTimedSerializer:
        clock = self._clock

        class Signer(TimestampSigner):
            """Told the time, as everything here is."""

            def get_timestamp(self) -> int:
                """Seconds of real time."""
                return int(clock.real().timestamp())

        return URLSafeTimedSerializer(self._secret, salt=f"crisis.{purpose}", signer=Signer)
