"""The room, the tracking page and the answer page before the real rules."""

import re
from collections.abc import AsyncIterator

import pytest
from crisis.runtime.embedded import Embedded
from tests.web.fakes import OPERATOR_TOKEN, Visitor
from tests.web.house import open_house

House = tuple[Visitor, Embedded]
EVIL = "<script>alert('x')</script>"


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A service with the shipped organisation."""
    async with open_house() as opened:
        yield opened


async def raised(visitor: Visitor) -> str:
    """Raise a flood, and answer the incident's id."""
    reply = await visitor.post(
        "/reports",
        {"kind": "flood", "site": "hq", "at": "2nd floor", "what": EVIL, "danger": "no"},
        Authorization=f"Bearer {OPERATOR_TOKEN}",
    )
    assert reply.status == 202, reply.text
    return "i-" + reply.json["report_id"].removeprefix("r-")


async def test_try(house: House) -> None:
    """x"""
    visitor, service = house
    incident_id = await raised(visitor)
    incident = service.incident(incident_id)
    print(incident.offers)
    await visitor.log_in("e105")
    page = await visitor.get(f"/incidents/{incident_id}?lang=en")
    open("/tmp/wt/room.html","w").write(page.text)
    print(page.status)
    print((await visitor.get("/?lang=en")).text)
    print((await visitor.get(f"/t/r-{incident_id[2:]}?lang=en")).text)
    print((await visitor.get("/raise?lang=en")).text)
    assert page.status == 200
