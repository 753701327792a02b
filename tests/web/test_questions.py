"""Asking by a page: the receipt at once, the same question once, the reply where it was asked."""

from __future__ import annotations

import re

from tests.web.fakes import Reply
from tests.web.test_public import brought
from tests.web.test_room import EVIL, House, act, flood, house, lead

__all__ = ["house"]


def path_of(house: House, incident_id: str, person: str | None = None) -> str:
    """The path of a link to ask by."""
    _, service = house
    link = service.links.asking(incident_id, person=person, audience="people-on-site")
    return link.removeprefix(service.links.public_url)


async def asks(house: House, path: str, words: str, press: str = "0123456789ab") -> Reply:
    """Press the button; gives the page that one comes back to."""
    visitor, _ = house
    reply = await visitor.submit(path, {"words": words, "press": press})
    assert reply.status == 303, reply.text
    return await visitor.get(reply.headers["Location"] + "&lang=en")


async def test_whoever_asks_sees_at_once_where_they_stand(house: House) -> None:
    """The page names the time of the reply and the place in the queue; looking changes nothing."""
    visitor, service = house
    incident = await flood(house)
    path = path_of(house, incident.id)
    assert (await visitor.get(path)).status == 200
    receipt = await asks(house, path, "When can we go back in?")
    other = await asks(house, path, "Is my car safe?", press="ba9876543210")

    assert "no. 1 in the queue; 1 people" in receipt.text
    assert "no. 2 in the queue; 2 people" in other.text
    stands = service.incident(incident.id)
    assert stands is not None
    assert stands.questions.waiting == 2
    assert "Is my car safe?" not in (await visitor.get(path)).text


async def test_pressing_twice_is_one_question(house: House) -> None:
    """The same showing of the page asks once."""
    _, service = house
    incident = await flood(house)
    path = path_of(house, incident.id)
    await asks(house, path, "When?")
    await asks(house, path, "When?")

    stands = service.incident(incident.id)
    assert stands is not None
    assert stands.questions.asked == 1


async def test_the_reply_stands_where_it_was_asked(house: House) -> None:
    """Restated for all, others join it by one press; then all read the reply, and its no."""
    visitor, service = house
    incident = await flood(house)
    await lead(house, incident)
    path = path_of(house, incident.id, person="e105")
    mine = (await visitor.submit(path, {"words": EVIL, "press": "0123456789ab"})).headers
    name = mine["Location"].partition("?q=")[2]
    room = await visitor.get(f"/incidents/{incident.id}")
    assert name in room.text
    assert EVIL not in room.text
    await act(house, incident, "restate-question", question=name, shared="on",
              understood="When can we go back in?")  # fmt: skip
    others = await visitor.get(path_of(house, incident.id))
    assert "When can we go back in?" in others.text
    joined = await visitor.submit(
        path_of(house, incident.id), {"same_as": name, "press": "ba9876543210"}
    )
    await act(house, incident, "refuse-question", question=name,
              reason="The floor is wet.", alternative="Use building B.")  # fmt: skip

    for where in (mine["Location"], joined.headers["Location"]):
        page = await visitor.get(f"{where}&lang=en")
        assert "Our reply is no." in page.text
        assert "Use building B." in page.text
    with service.store.read() as view:
        rows = [row for row in view.messages(incident.id) if row.kind == "refusal"]
        assert [one.recipient_id for one in view.deliveries(rows[0].id)][:1] == ["e105"]


async def test_a_page_for_everybody_leads_to_a_page_of_ones_own(house: House) -> None:
    """The status page is the same for all who read it: its link makes each reader theirs."""
    visitor, service = house
    incident = await flood(house)
    message = brought(service, incident, to="hq-status", channel="status")
    reply = await visitor.get(f"/ask/about/{message.id}")
    assert reply.status == 303
    page = await visitor.get(reply.headers["Location"])
    assert (page.status, page.headers["Cache-Control"]) == (200, "no-store")
    assert (await visitor.get("/ask/about/i-none-1")).status == 404


async def test_what_cannot_be_asked_is_said(house: House) -> None:
    """An empty question, a foreign page, a bad link, what nobody asked: nothing is recorded."""
    visitor, service = house
    incident = await flood(house)
    path = path_of(house, incident.id)
    assert (await visitor.submit(path, {"words": " ", "press": "0123456789ab"})).status == 422
    unknown = {"same_as": "q-none", "press": "0123456789ab"}
    assert (await visitor.submit(path, unknown)).status == 409
    assert (await visitor.get("/ask/nonsense")).status == 404
    assert (await visitor.get(path_of(house, "i-none"))).status == 404
    page = await visitor.get(f"{path}?q=q-none")
    assert not re.search(r"in the queue", page.text)
    stands = service.incident(incident.id)
    assert stands is not None
    assert stands.questions.asked == 0
