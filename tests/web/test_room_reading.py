"""The room as a lead reads it at night: every word is filled in, and in the reader's language."""

import re
from dataclasses import replace

from tests.web.fakes import Visitor
from tests.web.test_room import AUTH, House, flood, house, lead

__all__ = ["house"]

BRACES = re.compile(r"\{[a-z]+[.a-z_-]*\}")


async def page(visitor: Visitor, incident_id: str, language: str) -> str:
    """The room in a language."""
    reply = await visitor.get(f"/incidents/{incident_id}?lang={language}")
    assert reply.status == 200
    return reply.text


async def test_steps_say_where_the_valve_is(house: House) -> None:
    """What the site knows stands in the step: no placeholder and no code name is left."""
    visitor, _ = house
    incident = await flood(house)
    await visitor.log_in("e102")
    for language, valve, who, asked in (
        ("fr", "vanne rouge", "Référent technique", "pas encore vérifié"),
        ("en", "red valve", "Technical lead", "not checked yet"),
    ):
        room = await page(visitor, incident.id, language)
        assert not BRACES.findall(room)
        assert valve in room
        assert f"{who}" in room
        assert asked in room
        assert "Siège" in room or "Headquarters" in room
        for code in ("by technical", "par technical", ">not-checked<", ">hq<"):
            assert code not in room


async def test_an_answer_says_what_it_will_tell(house: House) -> None:
    """The buttons of a question carry the words that the answer puts into the next message."""
    visitor, _ = house
    incident = await flood(house)
    await visitor.log_in("e102")
    room = await page(visitor, incident.id, "en")
    assert re.search(r'value="pipe">The water comes from a pipe\.<', room)


async def test_subjects_are_in_the_readers_language(house: House) -> None:
    """The list of messages is read by whoever reads the page."""
    visitor, _ = house
    incident = await flood(house)
    await visitor.log_in("e102")
    english, french = [await page(visitor, incident.id, one) for one in ("en", "fr")]
    assert "ROLE OFFERED" in english
    assert "RÔLE À PRENDRE" in french
    assert "RÔLE À PRENDRE" not in english


async def test_people_are_listed_once(house: House) -> None:
    """A house of ten thousand does not make every form of the page a directory."""
    visitor, service = house
    incident = await flood(house)
    await visitor.log_in("e102")
    room = await page(visitor, incident.id, "en")
    assert room.count('<option value="e101">') == 1
    without = [n for n, p in service.organisation().configuration.people.people.items()
               if not p.functions]  # fmt: skip
    assert without
    assert not any(f'<option value="{name}">' in room for name in without)


async def test_the_latest_reports_are_read_in_the_room(house: House) -> None:
    """What others say of the same trouble is seen, marked where a machine says it."""
    visitor, _ = house
    incident = await flood(house)
    for number in range(7):
        said = {"kind": "flood", "site": "hq", "what": f"report {number}"}
        assert (await visitor.post("/reports", said, Authorization=AUTH)).status == 202
    await visitor.log_in("e102")
    room = await page(visitor, incident.id, "en")
    assert "report 6" in room
    assert "report 1<" not in room


async def test_what_is_left_by_hand_says_whom_to_call_and_only_while_it_matters(
    house: House,
) -> None:
    """Name, place and number stand beside the task; once the offer is answered it is gone."""
    visitor, service = house
    incident = await flood(house)
    await visitor.log_in("e102")
    with service.store.read() as view:
        message = next(
            row for row in view.messages(incident.id)
            if row.offer_id and "lead" in incident.offers[row.offer_id].roles
        )  # fmt: skip
        sent = view.deliveries(message.id)[0]
    by_hand = replace(
        sent, id="d-hand", medium="call-list", channel="person", state="suppressed",
        reason="by-hand: call-list", next_attempt_at=None,
    )  # fmt: skip
    service.store.transact([lambda unit: unit.add_deliveries([by_hand])])
    room = await page(visitor, incident.id, "en")
    known = service.organisation().directory.recipient(sent.recipient_id)
    assert known is not None
    number = known.addresses["call"]
    tasks = room[room.index("Left to do") :][:1200]
    assert number.replace("+", "&#43;") in tasks or number in tasks
    assert "Printed call list" in tasks
    await lead(house, incident)
    assert "Left to do" not in await page(visitor, incident.id, "en")
