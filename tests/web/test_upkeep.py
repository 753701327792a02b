"""What keeps the playbooks alive is owed by somebody, and shown where people look."""

from __future__ import annotations

from datetime import timedelta

from tests.web.test_room import AUTH, House, flood, house

__all__ = ["house"]


async def test_what_is_owed_is_told_with_its_owner_and_its_date(house: House) -> None:
    """To programs and to the command line: each playbook that asks for it, in both languages."""
    visitor, _ = house
    told = (await visitor.get("/record/upkeep", Authorization=AUTH)).json
    assert {one["playbook"] for one in told} >= {"flood", "fire"}
    exercise = next(one for one in told if (one["playbook"], one["what"]) == ("flood", "exercise"))
    assert not exercise["overdue"]
    assert exercise["owners"], "somebody is on duty for it"
    assert "à faire par : Astreinte" in exercise["line"]["fr"]
    assert exercise["line"]["en"].startswith("Exercise of the playbook")


async def test_what_is_overdue_stands_on_the_overview_until_it_is_played(house: House) -> None:
    """A year later nobody has played the flood; an exercise on the service takes it away."""
    visitor, service = house
    await flood(house)
    await visitor.log_in("e101")
    assert "LATE" not in (await visitor.get("/?lang=en")).text
    await service.advance(service.clock.now() + timedelta(days=500))
    page = (await visitor.get("/?lang=en")).text
    assert "Playbooks to exercise" in page
    late = [line for line in page.splitlines() if "LATE" in line]
    assert any("Flood" in line and "Exercise of" in line for line in late)
    said = {"kind": "flood", "site": "hq", "what": "drill", "exercise": True}
    assert (await visitor.post("/reports", said, Authorization=AUTH)).status == 202
    page = (await visitor.get("/?lang=en")).text
    late = [line for line in page.splitlines() if "LATE" in line]
    assert not any("Flood" in line for line in late)
