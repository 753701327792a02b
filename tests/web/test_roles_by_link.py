"""Whoever takes a role by the link in a message can do its work there, as themselves."""

from tests.web.fakes import OPERATOR_TOKEN, Reply
from tests.web.test_room import House, flood, house, offer_of

__all__ = ["house"]


async def accepted(house: House) -> tuple[str, str, str]:
    """Take the lead by the link in the mail; the link's path, the incident, and who it was."""
    visitor, service = house
    incident = await flood(house)
    offer_id, person = offer_of(incident, "lead")
    with service.store.read() as view:
        message = next(r for r in view.messages(incident.id) if r.offer_id == offer_id)
        delivery = view.deliveries(message.id)[0]
    path = service.links.acknowledgement(delivery.id).removeprefix(service.links.public_url)
    service.acknowledge = _noted  # type: ignore[method-assign,assignment]  # the ledger is not run
    early = await visitor.submit(path, {"choice": "room"})
    assert early.status == 400
    reply = await press(house, path, "accept")
    assert reply.status == 200
    assert 'value="room"' in reply.text
    return path, incident.id, person


async def _noted(*_: object) -> None:
    return None


async def press(house: House, path: str, choice: str) -> Reply:
    """Press a button of the page behind a link."""
    return await house[0].submit(path, {"choice": choice, "press": "0123456789abcdef"})


async def test_a_role_opens_the_room_of_its_incident(house: House) -> None:
    """The button leads into the room; acts there are signed with the name of who holds the role."""
    visitor, service = house
    path, incident_id, person = await accepted(house)
    room = f"/incidents/{incident_id}"
    assert (await visitor.get(room)).status == 303
    reply = await press(house, path, "room")
    assert (reply.status, reply.headers["Location"]) == (303, room)
    assert "SameSite=strict" in reply.headers["Set-Cookie"]
    assert (await visitor.get(room)).status == 200
    done = await visitor.submit(room, {"type": "record-measure", "f.measure": "Valve is shut"})
    assert done.status == 303
    event = service.events("incident", incident_id)[-1]
    assert event.actor == f"person:{person}"


async def test_a_role_opens_nothing_else(house: House) -> None:
    """Other incidents, the list, the quarantine and the record stay shut; nobody can pose."""
    visitor, _ = house
    path, incident_id, _ = await accepted(house)
    await press(house, path, "room")
    for page in ("/", "/quarantine", "/me", "/incidents/i-other", "/incidents/i-other/timeline"):
        reply = await visitor.get(page)
        assert (reply.status, reply.headers["Location"]) == (303, f"/incidents/{incident_id}")
    assert (await visitor.submit("/me", {"person": "e101"})).status == 403
    posed = await visitor.submit("/incidents/i-other", {"type": "send-brief"})
    assert posed.status == 403
    for record in ("/record/incidents", "/record/incidents/i-other/timeline", "/record/verify"):
        assert (await visitor.get(record)).status == 401
    assert (await visitor.get(f"/record/incidents/{incident_id}/timeline")).status == 200
    assert (await visitor.get("/raise")).headers["Location"].startswith("/login")


async def test_an_operator_is_not_narrowed(house: House) -> None:
    """Whoever shows the operator token afterwards may go everywhere again."""
    visitor, _ = house
    path, _, _ = await accepted(house)
    await press(house, path, "room")
    assert (await visitor.submit("/login", {"token": OPERATOR_TOKEN})).status == 303
    assert (await visitor.get("/")).status == 200


async def test_the_same_answer_again_is_no_refusal(house: House) -> None:
    """Whoever presses "I accept" twice reads that it is noted, not that it failed."""
    path, _, _ = await accepted(house)
    visitor, _ = house
    again = await visitor.submit(f"{path}?lang=en", {"choice": "accept", "press": "fedcba98-0000"})
    assert "Noted: you have accepted." in again.text
    assert "could not be taken" not in again.text


async def test_a_link_to_watch_shows_its_incident_alone(house: House) -> None:
    """Whoever may look at one incident sees neither the list nor what could not be read."""
    visitor, service = house
    incident = await flood(house)
    link = service.links.watching(incident.id).partition("?")[2]
    assert (await visitor.get(f"/incidents/{incident.id}?{link}")).status == 200
    assert (await visitor.get(f"/incidents/{incident.id}/timeline?{link}")).status == 200
    for page in ("/", "/quarantine", "/me"):
        assert (await visitor.get(f"{page}?{link}")).status == 303
    assert (await visitor.get(f"/record/incidents?{link}")).status == 401
