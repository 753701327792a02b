"""The roll-call on pages: one tap from a message, names by floor for those who look for people."""

from __future__ import annotations

from dataclasses import replace

from crisis.ports import DeliveryRow
from tests.web.test_room import House, act, flood, house, lead

__all__ = ["house"]


async def called(house: House) -> tuple[str, str, str]:
    """A roll-call of people on site that one person was asked in: incident, name, link's path."""
    _, service = house
    incident = await flood(house)
    await lead(house, incident)
    reply = await act(house, incident, "start-roll-call", audience="people-on-site")
    assert reply.status == 303, reply.text
    stands = service.incident(incident.id)
    assert stands is not None
    ((name, roll),) = stands.roll_calls.items()
    row = DeliveryRow(
        id="d-roll", message_id=roll.message_id, incident_id=incident.id, recipient_id="e105",
        medium="mail", channel="email", rung=0, lane="now", language="en", state="delivered",
    )  # fmt: skip
    board = replace(row, id="d-board", recipient_id="hq-a-lobby", channel="board")
    service.store.transact([lambda unit: unit.add_deliveries([row, board])])
    service.acknowledge = _noted  # type: ignore[method-assign,assignment]  # the ledger is not run
    path = service.links.acknowledgement(row.id).removeprefix(service.links.public_url)
    return incident.id, name, path


async def _noted(*_: object) -> None:
    return None


async def test_one_tap_from_the_message_is_an_answer(house: House) -> None:
    """Looking says nothing; pressing does, and may be changed; each person counts once."""
    visitor, service = house
    incident_id, name, path = await called(house)
    page = await visitor.get(f"{path}?lang=en")
    assert "I need help" in page.text
    assert (await visitor.submit(path, {"choice": "read", "press": "0123456789ab"})).status == 400
    await visitor.submit(path, {"choice": "help", "press": "0123456789ab"})
    stands = service.incident(incident_id)
    assert stands is not None
    assert stands.roll_calls[name].help == 1
    page = await visitor.submit(f"{path}?lang=en", {"choice": "safe", "press": "ba9876543210"})
    assert "you are safe" in page.text
    stands = service.incident(incident_id)
    assert stands is not None
    assert (stands.roll_calls[name].safe, stands.roll_calls[name].help) == (1, 0)


async def test_whoever_looks_for_people_sees_names_by_floor_and_answers_for_them(
    house: House,
) -> None:
    """A warden ticks off whom they see; closing it takes a reason while somebody is silent."""
    visitor, service = house
    incident_id, name, _ = await called(house)
    page = f"/incidents/{incident_id}/roll-call/{name}"
    shown = await visitor.get(f"{page}?lang=en")
    who = service.organisation().directory.name("e105")
    assert f"<strong>{who}</strong>" in shown.text
    assert "1 of 1 have not answered" in shown.text
    assert (await visitor.submit(page, {"choice": "close"})).status == 409
    assert (await visitor.submit(page, {"choice": "safe"})).status == 400
    assert (await visitor.submit(page, {"choice": "safe", "person": "e105"})).status == 303
    assert (await visitor.submit(page, {"choice": "close"})).status == 303
    shown = await visitor.get(f"{page}?lang=en")
    assert "Closed." in shown.text
    room = await visitor.get(f"/incidents/{incident_id}?lang=en")
    assert "0 of 1 have not answered" in room.text
    assert (await visitor.get(f"/incidents/{incident_id}/roll-call/none")).status == 404
    assert service.events("incident", incident_id)[-1].actor.startswith("person:")
