"""``/digest``: a month for the activity report, without anybody's words or name."""

from __future__ import annotations

from tests.web.test_room import AUTH, EVIL, House, flood, house, lead

__all__ = ["house"]


async def test_the_month_is_read_by_page_and_by_program(house: House) -> None:
    """In the month in which it began, once over with its paragraph; no other month has it."""
    visitor, service = house
    incident = await flood(house)
    person = await lead(house, incident)
    told = await visitor.get("/record/digest/now", Authorization=AUTH)
    month = told.json["month"]
    assert [one["paragraph"] for one in told.json["incidents"]] == [{}]
    for phase in ("safe", "normal"):
        declared = {"type": "declare-phase", "f.phase": phase, "override": "seen by the lead"}
        assert (await visitor.submit(f"/incidents/{incident.id}", declared)).status == 303
    whole = await visitor.get("/digest?lang=en")
    assert told.json["title"]["en"] in whole.text
    assert "Flood, Headquarters: reported on " in whole.text
    again = await visitor.get(f"/digest?month={month}&lang=en")
    assert again.text.partition("<main")[2] == whole.text.partition("<main")[2]
    for secret in (EVIL, "alert(", service.organisation().directory.name(person)):
        assert secret not in whole.text.partition("<main")[2]
    assert "Nothing happened" in (await visitor.get("/digest?month=2020-10&lang=en")).text
    assert (await visitor.get("/digest?month=2020-13")).status == 404
    assert (await visitor.get("/record/digest/soon", Authorization=AUTH)).status == 404
    assert 'href="/digest"' in (await visitor.get("/")).text
