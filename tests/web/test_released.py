"""One message for other systems: its words, and itself as an alert of CAP 1.2."""

from __future__ import annotations

from tests.unit.documents.test_cap import held_to_the_schema, value
from tests.web.test_public import brought
from tests.web.test_room import AUTH, EVIL, House, flood, house

__all__ = ["house"]


async def test_a_message_is_read_as_an_alert_of_cap(house: House) -> None:
    """Whoever runs the service reads any message to an audience; the words are those released."""
    visitor, service = house
    incident = await flood(house)
    with service.store.read() as view:
        row = next(one for one in view.messages(incident.id) if one.audience == "people-on-site")
    path = f"/record/incidents/{incident.id}/messages"
    found = await visitor.get(f"{path}/{row.number}", Authorization=AUTH)
    assert found.status == 200, found.text
    root = held_to_the_schema(found.json["cap"])
    assert value(root, "status") == "Actual"
    assert value(root, "msgType") == "Alert"
    assert value(root, "scope") == "Public"
    assert value(root, "category") == "Infra"
    assert value(root, "severity") == "Moderate"
    assert value(root, "headline") in {one["subject"] for one in found.json["words"].values()}
    assert value(root, "expires") is not None
    assert (await visitor.get(f"{path}/999", Authorization=AUTH)).status == 404
    assert (await visitor.get(f"{path}/{row.number}")).status == 401


async def test_what_stands_on_a_status_page_is_there_for_other_systems(house: House) -> None:
    """Without token, as the page itself; what stands on none is not given away."""
    visitor, service = house
    incident = await flood(house)
    message = brought(service, incident, to="hq-status", channel="status")
    told = await visitor.get(f"/cap/{message.id}")
    assert told.status == 200
    assert told.headers["Content-Type"].startswith("application/cap+xml")
    assert value(held_to_the_schema(told.text), "identifier") == message.id
    assert EVIL not in told.text
    page = await visitor.get("/status/hq?lang=en")
    assert f'href="/cap/{message.id}"' in page.text
    with service.store.read() as view:
        other = next(one for one in view.messages(incident.id) if one.id != message.id)
    assert (await visitor.get(f"/cap/{other.id}", Accept="text/html")).status == 404
