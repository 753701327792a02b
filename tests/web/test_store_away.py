"""While the store is away: what a log can keep is taken in, and nobody is told that it was not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from crisis.core.commands import AcceptRoles, Command, DeclineRoles
from crisis.core.deciding import Decision, Refusal
from crisis.core.values import Text
from crisis.intake.links import Links
from crisis.ports import Check, Health, Unavailable
from crisis.runtime.embedded import Embedded
from tests.unit.intake.test_alertmanager import webhook
from tests.web.fakes import OPERATOR_TOKEN, FakeVisitor, LateInbox, Visitor
from tests.web.house import open_house
from tests.web.test_acknowledgement import put
from tests.web.test_pending import KEPT
from tests.web.test_room import flood

AUTH = f"Bearer {OPERATOR_TOKEN}"
OFFER = "i-7c1f-o1"


@dataclass
class Cut:
    """A service whose log takes commands while nothing can be read from its store."""

    visitor: Visitor
    service: Embedded
    late: LateInbox
    acknowledged: list[str]

    @property
    def links(self) -> Links:
        """The service's."""
        return self.service.links

    def path(self, url: str) -> str:
        """The path of one of its links."""
        return url.removeprefix(self.links.public_url)


@pytest.fixture
async def cut(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Cut]:
    """Cut off after the service has read its organisation."""
    async with open_house() as (visitor, service):
        await flood((visitor, service))
        late = LateInbox(service.clock.now())
        monkeypatch.setattr(Embedded, "inbox", property(lambda _: late))
        told: list[str] = []

        async def acknowledge(delivery_id: str, at: datetime) -> None:
            del at
            told.append(delivery_id)

        def away(*_: object, **__: object) -> Any:
            raise Unavailable("the store is away")

        monkeypatch.setattr(service, "acknowledge", acknowledge)
        monkeypatch.setattr(service.store, "read", away)
        yield Cut(visitor, service, late, told)


async def test_machines_report_without_a_store(cut: Cut) -> None:
    """G1: tokens are checked and reports kept by what the service holds in memory."""
    said = {"kind": "fire", "site": "hq", "danger": "no"}
    for path, body in (("/reports", said), ("/hooks/alertmanager", webhook())):
        assert (await cut.visitor.post(path, body)).status == 401
        reply = await cut.visitor.post(path, body, Authorization=AUTH, Accept_Language="en")
        assert reply.status == 202, reply.text
        assert reply.json["report_id"] == cut.late.waiting[-1].stream_id
        assert reply.json["pending"] is True
        assert KEPT["en"] in reply.json["detail"]


async def test_people_raise_without_a_store(cut: Cut) -> None:
    """G1: the form is shown, sent, and said to be kept: by the poster's link or after login."""
    poster = cut.path(cut.links.raising("hq"))
    await cut.visitor.log_in("e102")
    for path in (poster, "/raise"):
        assert (await cut.visitor.get(path)).status == 200
        fields = {"kind": "fire", "danger": "no", "site": "hq"}
        reply = await cut.visitor.submit(path, fields)
        assert reply.status == 303, reply.text
        page = await cut.visitor.get(f"{reply.headers['Location']}&lang=en", Accept="text/html")
        assert KEPT["en"] in page.text
        assert "Nothing" not in page.text
        assert page.headers["Refresh"] == "5"
    assert len(cut.late.waiting) == 2


@pytest.mark.parametrize(("choice", "body"), [("accept", AcceptRoles), ("decline", DeclineRoles)])
async def test_an_offer_is_answered_without_a_store(cut: Cut, choice: str, body: Any) -> None:
    """G3: "I accept" counts from the moment of the press, whatever has become of the store."""
    link = cut.path(cut.links.acknowledgement("d1", OFFER, person="e102", exercise=True))
    page = await cut.visitor.get(f"{link}?lang=en")
    assert page.status == 200
    assert "The message cannot be shown just now" in page.text
    assert "EXERCISE" in page.text
    assert page.text.count('name="choice"') == 2
    reply = await cut.visitor.submit(link, {"choice": choice, "press": "0123456789abcdef"})
    assert reply.status == 303
    kept = await cut.visitor.get(f"{reply.headers['Location']}&lang=en")
    assert KEPT["en"] in kept.text
    [command] = cut.late.waiting
    assert command.body == body(offer_id=OFFER)
    assert command.id == f"link-d1-{choice}-0123456789abcdef"
    assert command.stream_id == "i-7c1f"
    assert (command.actor.id, command.authority) == ("e102", "signed-link")
    assert command.exercise
    assert cut.acknowledged == ["d1"]


async def test_a_message_is_acknowledged_without_a_store(cut: Cut) -> None:
    """A person said "I have it": the ladder stops as soon as the ledger can be written."""
    link = cut.path(cut.links.acknowledgement("d2"))
    page = await cut.visitor.get(f"{link}?lang=en")
    assert page.text.count('name="choice"') == 1
    reply = await cut.visitor.submit(f"{link}?lang=en", {"choice": "read"})
    assert reply.status == 200
    assert "Noted. Thank you." in reply.text
    assert cut.acknowledged == ["d2"]
    assert not cut.late.waiting


@pytest.mark.parametrize(
    ("offer", "fields"),
    [
        (OFFER, {}),
        (OFFER, {"choice": "read", "press": "0123456789abcdef"}),
        (OFFER, {"choice": "accept", "press": "<x>"}),
        (None, {"choice": "accept", "press": "0123456789abcdef"}),
        (None, {}),
    ],
)
async def test_a_post_without_a_choice_counts_for_nothing(
    cut: Cut, offer: str | None, fields: dict[str, str]
) -> None:
    """As when the store is there: a scanner that posts the form has answered nothing."""
    link = cut.path(cut.links.acknowledgement("d1", offer, person="e102"))
    assert (await cut.visitor.submit(link, fields)).status == 400
    large = await cut.visitor.submit(link, {"choice": "read", "more": "x" * 70_000})
    assert large.status == 400
    assert not cut.late.waiting
    assert not cut.acknowledged


async def test_a_foreign_page_presses_nothing_without_a_store(cut: Cut) -> None:
    """The same guard holds."""
    link = cut.path(cut.links.acknowledgement("d1", OFFER, person="e102"))
    fields = {"choice": "accept", "press": "0123456789abcdef"}
    reply = await cut.visitor.submit(link, fields, Sec_Fetch_Site="cross-site")
    assert reply.status == 403
    assert not cut.late.waiting


async def test_a_page_that_needs_the_store_says_what_is_kept(
    cut: Cut, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G1: calm, with a telephone number, and with what the duty team was told; then it is back."""
    now = cut.service.clock.real()
    health = Health(
        checks={"store": Check(status="warn")}, waiting=12, waits_since=now, told_at=now
    )
    monkeypatch.setattr(cut.service, "health", lambda: health)
    for language, kept, told in (
        ("en", "What was reported is kept", "duty told at"),
        ("fr", "Ce qui a été signalé est gardé", "astreinte prévenue à"),
    ):
        page = await cut.visitor.get(f"/t/r-none?lang={language}", Accept="text/html")
        assert (page.status, page.headers["Refresh"]) == (503, "5")
        assert kept in page.text
        assert "12 " in page.text
        assert told in page.text
        assert "+33" in page.text

    async def quarantine(*_: object) -> None:
        raise Unavailable("the store is away")

    monkeypatch.setattr(cut.service, "quarantine", quarantine)
    unread = await cut.visitor.post("/reports", b"{", Authorization=AUTH)
    assert unread.status == 503
    assert unread.json["type"] == "urn:crisis:problem:store-away", "nobody says that it was kept"


async def test_a_link_that_does_not_say_whose_it_is_waits_for_the_store(cut: Cut) -> None:
    """A link of an earlier release: 503, and nothing is claimed."""
    link = cut.path(cut.links.acknowledgement("d1", OFFER))
    reply = await cut.visitor.get(link)
    assert (reply.status, reply.headers["Retry-After"]) == (503, "5")


async def test_a_decision_in_time_is_told_without_a_store(
    cut: Cut, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Decided just before the store went: the answer is told, a refusal with its reason."""
    answers = FakeAnswers()
    monkeypatch.setattr(Embedded, "inbox", property(lambda _: answers))
    link = cut.path(cut.links.acknowledgement("d1", OFFER, person="e102"))
    fields = {"choice": "accept", "press": "0123456789abcdef"}
    assert "Noted" in (await cut.visitor.submit(f"{link}?lang=en", fields)).text
    answers.refusal = True
    refused = await cut.visitor.submit(f"{link}?lang=en", fields)
    assert "could not be taken. Too late." in refused.text
    assert "Noted" not in refused.text


async def test_an_acknowledgement_is_not_denied_when_the_store_goes_just_after(
    visitor: FakeVisitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kept, then nothing can be read: "noted", never "nothing was kept"."""
    path = put(visitor.service, offer=None)
    read = visitor.service.store.read

    async def acknowledge(*_: object) -> None:
        monkeypatch.setattr(visitor.service.store, "read", away)

    def away(*_: object) -> Any:
        raise Unavailable("the store is away")

    monkeypatch.setattr(visitor.service, "acknowledge", acknowledge)
    reply = await visitor.submit(f"{path}?lang=en", {"choice": "read"})
    monkeypatch.setattr(visitor.service.store, "read", read)
    assert reply.status == 200
    assert "Noted. Thank you." in reply.text


class FakeAnswers:
    """An inbox that answers in time."""

    def __init__(self) -> None:
        """Accept."""
        self.refusal = False

    async def submit(self, command: Command) -> Decision:
        """Say yes, or that it is too late."""
        del command
        late = Refusal(rule="offer", words=Text({"fr": "Trop tard.", "en": "Too late."}))
        return Decision(accepted=not self.refusal, refusal=late if self.refusal else None)
