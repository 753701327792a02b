"""Announced works in the room and on the page where they are raised."""

from datetime import timedelta

from crisis.core.incident import Incident
from tests.web.test_room import AUTH, House, act, house, lead

__all__ = ["house"]


async def announced(house: House) -> Incident:
    """Works that begin in two days, for four hours, raised as a program would."""
    visitor, service = house
    starts = service.clock.now() + timedelta(days=2)
    said = {
        "kind": "planned-works", "site": "hq", "building": "a", "at": "Power",
        "starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=4)).isoformat(),
    }  # fmt: skip
    reply = await visitor.post("/reports", said, Authorization=AUTH)
    assert reply.status == 202, reply.text
    incident = service.incident("i-" + reply.json["report_id"].removeprefix("r-"))
    assert incident is not None
    return incident


async def test_the_room_shows_works_to_come_and_moves_or_begins_them(house: House) -> None:
    """Their phase and times stand there; other times, and that they begin, are one form each."""
    visitor, service = house
    incident = await announced(house)
    await lead(house, incident)
    page = await visitor.get(f"/incidents/{incident.id}?lang=en")
    assert "Expected" in page.text
    assert "Announced end" in page.text
    assert incident.works is not None
    later = incident.works.ends_at + timedelta(hours=1)
    moved = await act(
        house, incident, "reschedule-works", ends_at=later.isoformat(),
        starts_at=incident.works.starts_at.isoformat(),
    )  # fmt: skip
    assert moved.status == 303
    now = service.incident(incident.id)
    assert now is not None
    assert now.works is not None
    assert now.works.ends_at == later
    assert (await act(house, incident, "declare-phase", phase="open")).status == 303
    begun = service.incident(incident.id)
    assert begun is not None
    assert begun.phase == "open"


async def test_works_are_raised_on_the_page_by_the_clocks_of_the_site(house: House) -> None:
    """Two times of a form, as a phone sends them; a wrong one is named and nothing is sent."""
    visitor, service = house
    await visitor.log_in("e101")
    starts = (service.clock.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    form = {"kind": "planned-works", "site": "hq", "starts_at": starts, "press": "0197-aaaa"}
    refused = await visitor.submit("/raise", {**form, "ends_at": starts})
    assert refused.status == 422
    ends = (service.clock.now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    assert (await visitor.submit("/raise", {**form, "ends_at": ends})).status == 303
