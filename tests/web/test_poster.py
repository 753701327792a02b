"""The poster on the wall: whoever stands before the trouble raises it in half a minute."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import segno

from crisis.runtime.embedded import Embedded
from tests.web.fakes import Visitor
from tests.web.house import open_house

House = tuple[Visitor, Embedded]


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A service with the shipped organisation."""
    async with open_house() as opened:
        yield opened


async def test_a_site_prints_the_code_that_opens_its_page(house: House) -> None:
    """The drawing is the site's own signed link; both languages stand beside it."""
    visitor, service = house
    await visitor.log_in("e101")
    page = await visitor.get("/sites/hq/poster?lang=en")

    assert page.status == 200
    link = re.search(r'<a href="([^"]+/raise\?link=[^"]+)"', page.text)
    assert link is not None
    assert service.links.read_raising(link[1].partition("link=")[2]) == "hq"
    dots = segno.make_qr(link[1], error="q").svg_inline(scale=1, border=4, omitsize=True)
    assert dots in page.text
    assert "Report it here" in page.text
    assert "Signalez-le ici" in page.text
    assert "Call 112 first" in page.text
    assert "+33" in page.text, "who has no phone with a camera calls"


async def test_an_address_that_no_phone_can_reach_is_said_before_it_is_printed(
    house: House,
) -> None:
    """A service that was told no public address would be printed on a wall in vain."""
    visitor, service = house
    await visitor.log_in("e101")
    warning = "no phone can open"
    service.links.public_url = "http://127.0.0.1:8080"
    assert warning in (await visitor.get("/sites/hq/poster?lang=en")).text
    service.links.public_url = "http://localhost"
    assert warning in (await visitor.get("/sites/hq/poster?lang=en")).text
    service.links.public_url = "https://crisis.example.org"
    assert warning not in (await visitor.get("/sites/hq/poster?lang=en")).text


async def test_the_poster_is_for_those_who_run_the_service(house: House) -> None:
    """The code lets anybody raise: only operators hand it out; a site that is not there is said."""
    visitor, _ = house
    assert (await visitor.get("/sites/hq/poster")).headers["Location"].startswith("/login")
    await visitor.log_in("e101")
    assert (await visitor.get("/sites/moon/poster")).status == 404
    assert "/sites/hq/poster" in (await visitor.get("/raise")).text
