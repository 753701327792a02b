"""``/objectives``: what is promised and what came of it, for everybody, without a name."""

from __future__ import annotations

from crisis.core.objectives import Result, results
from crisis.core.scorecard import scorecard
from tests.web.test_room import AUTH, House, flood, house, lead

__all__ = ["house"]


async def test_anybody_reads_what_is_promised_and_what_came_of_it(house: House) -> None:
    """Without token, cookie or script; a crisis counts once it is over, and names nobody."""
    visitor, service = house
    before = await visitor.get("/objectives?lang=en")
    assert before.status == 200
    assert "Set-Cookie" not in before.headers
    assert "<script" not in before.text
    assert "first word within 5 min" in before.text
    assert "no results" in before.text
    incident = await flood(house)
    person = await lead(house, incident)
    for phase in ("safe", "normal"):
        declared = {"type": "declare-phase", "f.phase": phase, "override": "seen by the lead"}
        assert (await visitor.submit(f"/incidents/{incident.id}", declared)).status == 303
    told = await visitor.get("/record/objectives", Authorization=AUTH)
    assert told.json["counted"]["en"] == "Results of the last 1 crises and 0 exercises"
    pinned = service.pinned(incident.id)
    assert pinned is not None
    events = service.events("incident", incident.id)
    card = scorecard(events, pinned, now=service.clock.now())
    assert results([card]).by["lead", ""] == Result(kept=1, of=1)
    assert "Somebody leads in time: 1 of 1" in [one["en"] for one in told.json["results"]]
    assert service.organisation().directory.name(person) not in told.text
    french = await visitor.get("/objectives?lang=fr")
    assert "premier message en 5 min" in french.text
    assert (await visitor.get("/status?lang=en")).text.count('href="/objectives"') == 1
