"""An incident that was set aside is tried again: by the command line, or by a button."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from crisis.ports import InDoubt, PerhapsKept
from tests.web.fakes import OPERATOR_TOKEN, FakeVisitor
from tests.web.house import open_house
from tests.web.test_room import flood, lead

PATH = "/incidents/i-1/unpark"
AUTH = f"Bearer {OPERATOR_TOKEN}"


async def test_the_command_line_is_told_what_came_of_it(visitor: FakeVisitor) -> None:
    """It goes on; or stays aside, with the reason; or there is no such incident."""
    visitor.service.aside = {"i-1": None}
    assert (await visitor.post(PATH, Authorization=AUTH)).json == {
        "incident": "i-1",
        "parked": None,
    }
    unknown = await visitor.post(PATH, Authorization=AUTH)
    assert (unknown.status, unknown.json["type"]) == (404, "urn:crisis:problem:not-parked")
    visitor.service.aside = {"i-1": "the rules failed (KeyError)"}
    still = await visitor.post(PATH, Authorization=AUTH)
    assert (still.status, still.json["detail"]) == (409, "the rules failed (KeyError)")


async def test_the_button_is_for_people_with_a_name(visitor: FakeVisitor) -> None:
    """Without a session nothing is tried; without a name one is asked as whom one acts."""
    visitor.service.aside = {"i-1": None}
    assert (await visitor.submit(PATH, {})).headers["Location"].startswith("/login")
    await visitor.log_in()
    assert (await visitor.submit(PATH, {})).headers["Location"].startswith("/me")
    await visitor.log_in("p1")
    foreign = await visitor.submit(PATH, {}, Sec_Fetch_Site="cross-site")
    assert foreign.status == 403
    assert visitor.service.aside == {"i-1": None}
    assert (await visitor.submit(PATH, {})).headers["Location"] == "/incidents/i-1"
    assert (await visitor.submit(f"{PATH}?lang=en", {})).status == 404
    visitor.service.aside = {"i-1": "a bug <b>"}
    still = await visitor.submit(f"{PATH}?lang=en", {})
    assert still.status == 409
    assert "a bug &lt;b&gt;" in still.text


async def test_what_may_be_kept_is_never_said_to_be_lost(visitor: FakeVisitor) -> None:
    """G1, 504: telephone, and send it again; the same thing twice does no harm."""

    async def silent(*_: object, **__: object) -> None:
        raise PerhapsKept("the brokers have not answered within 8 s")

    await visitor.log_in("p1")
    with patch.object(visitor.service, "unpark", silent):
        asked = await visitor.post(PATH, Authorization=AUTH)
        page = await visitor.submit(f"{PATH}?lang=en", {})
    assert (asked.status, asked.json["type"]) == (504, "urn:crisis:problem:perhaps-kept")
    assert "We do not know whether this was kept" in page.text


async def test_what_may_have_been_done_is_never_said_to_be_undone(visitor: FakeVisitor) -> None:
    """504, to a machine and to a person: look before you ask again. Nobody does so for them."""

    async def hangs(_: str) -> None:
        raise InDoubt("the store has not answered within 10 s: it may stand")

    await visitor.log_in("p1")
    with patch.object(visitor.service, "unpark", hangs):
        asked = await visitor.post(PATH, Authorization=AUTH)
        page = await visitor.submit(f"{PATH}?lang=en", {})
    assert (asked.status, asked.json["type"]) == (504, "urn:crisis:problem:store-in-doubt")
    assert "may have been done" in page.text
    for reply in (asked, page):
        assert (reply.status, reply.headers.get("Retry-After")) == (504, None)


@pytest.mark.parametrize("path", ["/", "/incidents/{}"])
async def test_what_stands_still_is_seen_with_its_button(path: str) -> None:
    """Overview and room say why, what to do meanwhile, and let somebody try again."""
    async with open_house() as house:
        visitor, service = house
        incident = await flood(house)
        await lead(house, incident)

        def park(unit: object) -> None:
            service.decider._coordinator.park(unit, incident.id, "a bug", service.clock.now())  # type: ignore[arg-type]  # a unit

        service.store.transact([park])
        page = await visitor.get(path.format(incident.id))
        assert "a bug" in page.text
        assert f'action="/incidents/{incident.id}/unpark"' in page.text
        assert (await visitor.submit(f"/incidents/{incident.id}/unpark", {})).status == 303
        assert "a bug" not in (await visitor.get(path.format(incident.id))).text
