"""The notice board on pages: printed, hung by name, listed, and taken down at the end."""

from __future__ import annotations

import pytest

from crisis.core.due import due
from crisis.core.events import TakeDownAsked
from crisis.documents.hung import sheets_of
from crisis.ports import DeliveryRow, MessageRow, Receipt
from tests.web.test_room import House, act, flood, house, lead

__all__ = ["house"]

STAFF = "front-line"


async def test_a_sheet_is_printed_hung_and_taken_down_at_the_end(house: House) -> None:
    """Number, state and words on a page a language; where it hangs is known until it is down."""
    visitor, service = house
    incident = await flood(house)
    await lead(house, incident)
    room = f"/incidents/{incident.id}"
    with service.store.read() as view:
        messages = [one for one in view.messages(incident.id) if one.audience == STAFF]
    number = messages[0].number
    page = await visitor.get(f"{room}/sheets/{number}?lang=en")
    assert page.status == 200
    assert f"Sheet no. {number}" in page.text
    assert f"Feuille n° {number}" in page.text
    assert 'class="state">under way<' in page.text
    assert "when the crisis is over" in page.text
    assert "Replaces" not in page.text
    brief = next(one.number for one in _messages(house, incident.id) if one.kind == "brief")
    assert (await visitor.get(f"{room}/sheets/{brief}")).status == 404
    assert (await visitor.get(f"/incidents/i-none/sheets/{number}")).status == 404

    hung = {"audience": STAFF, "at": "hall-z", "number": str(number)}
    assert (await act(house, incident, "hang-sheets", **hung)).status == 303
    assert "n° 99" in (await act(house, incident, "hang-sheets", **(hung | {"number": "99"}))).text
    shown = (await visitor.get(f"{room}?lang=en")).text
    assert f"no. {number}, hall-z: hung by" in shown

    said = {"audiences": STAFF, "words": "Second lift is out"}
    assert (await act(house, incident, "say", **said)).status == 303
    newer = [one.number for one in _messages(house, incident.id) if one.audience == STAFF][-1]
    assert newer > number
    paths = (f"{room}/sheets/{newer}?at=hall-z", f"{room}/sheets/{newer}")
    for path in paths:
        assert f"Replaces sheet no. {number}" in (await visitor.get(path)).text
    assert "Replaces" not in (await visitor.get(f"{room}/sheets/{newer}?at=hall-y")).text
    assert (await act(house, incident, "hang-sheets", audience=STAFF, at="hall-z")).status == 303

    end = {"type": "declare-phase", "f.phase": "normal", "override": "it is dry"}
    assert (await visitor.submit(room, end)).status == 303
    over, pinned = service.incident(incident.id), service.pinned(incident.id)
    assert over is not None
    assert pinned is not None
    for command in due(over, pinned, service.clock.now()):
        await service.inbox.submit(command)
    kinds = {type(event.body) for event in service.events("incident", incident.id)}
    assert TakeDownAsked in kinds
    last = [one for one in _messages(house, incident.id) if one.audience == STAFF][-1]
    assert "Take down after:" in (await visitor.get(f"{room}/sheets/{last.number}")).text
    listed = (await visitor.get(f"/record/incidents/{incident.id}/sheets")).json
    assert [(one["number"], one["replaced_by"], bool(one["down_at"])) for one in listed] == [
        (number, newer, True), (newer, None, False),
    ]  # fmt: skip
    assert "still hangs" in (await visitor.get(f"{room}/timeline?lang=en")).text
    assert (await act(house, incident, "take-down-sheets")).status == 303
    paper = (await visitor.get(f"{room}/timeline?lang=en")).text
    assert "still hangs" not in paper
    assert f"replaced by no. {newer}" in paper
    assert "taken down" in paper
    assert all(one.down_at for one in sheets_of(service.events("incident", incident.id)))


@pytest.mark.parametrize(("channel", "hangs"), [("paper", True), ("person", False)])
async def test_a_place_that_is_ticked_off_is_on_the_list(
    house: House, channel: str, hangs: bool
) -> None:
    """Whoever ticks "lobby of building A" on the list has hung it there: nothing is typed."""
    visitor, service = house
    incident = await flood(house)
    await lead(house, incident)
    with service.store.read() as view:
        message = next(one for one in view.messages(incident.id) if one.audience == STAFF)
    left = DeliveryRow(
        id="d-hall", message_id=message.id, incident_id=incident.id, recipient_id="hq-lobby-a",
        medium="notice", channel=channel, rung=0, lane="now", language="fr", state="suppressed",
        reason="by-hand: notice",
    )  # fmt: skip

    async def receive(_channel: str, _receipts: list[Receipt]) -> None:
        return None

    service.receive = receive  # type: ignore[method-assign,assignment]  # the ledger is not run here
    service.store.transact([lambda unit: unit.add_deliveries([left])])
    path = f"/incidents/{incident.id}/by-hand"
    assert (await visitor.submit(path, {"delivery": "d-hall"})).status == 303
    now = service.incident(incident.id)
    assert now is not None
    assert [one.place for one in now.sheets.values()] == (["hq-lobby-a"] if hangs else [])


def _messages(house: House, incident_id: str) -> list[MessageRow]:
    with house[1].store.read() as view:
        return view.messages(incident_id)
