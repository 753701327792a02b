"""The five errors of an incident: a page, an answer for programs, an export that names nobody."""

from __future__ import annotations

import re

from tests.web.test_room import AUTH, EVIL, House, flood, house, lead

__all__ = ["house"]


async def test_the_page_shows_each_error_with_its_evidence(house: House) -> None:
    """In both languages; each figure leads to the lines of the timeline that show it."""
    visitor, _ = house
    incident = await flood(house)
    await lead(house, incident)
    for language, title, error in (
        ("fr", "Bilan : les cinq erreurs à éviter", "« rester en retrait »"),
        ("en", "Scorecard: the five errors to avoid", "standing back"),
    ):
        page = await visitor.get(f"/incidents/{incident.id}/score?lang={language}")
        assert page.status == 200
        assert title in page.text
        assert error in page.text
        assert re.search(rf"/incidents/{incident.id}/timeline#e\d+", page.text)
    for path in (f"/incidents/{incident.id}", f"/incidents/{incident.id}/timeline"):
        assert f"/incidents/{incident.id}/score" in (await visitor.get(path)).text


async def test_an_incident_that_there_is_not_has_no_score(house: House) -> None:
    """The page says so; so does the record."""
    visitor, _ = house
    await visitor.log_in("e101")
    assert (await visitor.get("/incidents/i-none/score")).status == 404
    for path in ("score", "score/anonymous"):
        answer = await visitor.get(f"/record/incidents/i-none/{path}", Authorization=AUTH)
        assert answer.status == 404


async def test_what_is_shared_with_peers_names_nobody(house: House) -> None:
    """Neither people, nor prose, nor places, nor days: only what happened, and after how long."""
    visitor, service = house
    incident = await flood(house)
    person = await lead(house, incident)
    path = f"/record/incidents/{incident.id}/score"
    whole = await visitor.get(path, Authorization=AUTH)
    assert whole.json["errors"][0]["figures"][0]["evidence"]
    shared = await visitor.get(f"{path}/anonymous", Authorization=AUTH)
    assert shared.json["timeline"][0] == {
        "seq": 1, "after_s": 0, "type": "IncidentDeclared", "by": "source",
    }  # fmt: skip
    year = str(service.clock.now().year)
    for secret in (person, EVIL, incident.id, "hq", year, "reception"):
        assert secret not in shared.text
    assert (await visitor.get(f"{path}/anonymous")).status in {200, 401}
