"""After the end, on pages: one tap for the survey, the word to the audiences, the newsletter."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crisis.core.due import due
from crisis.core.events import ReviewPublished
from crisis.organisation import Organisation
from crisis.ports import DeliveryRow
from tests.web import house as houses
from tests.web.test_room import act, flood, lead


async def test_from_the_survey_to_the_newsletter(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader taps, words optional; the room shows the counts; the owner tells what has changed.

    The words stand beside the journey of their audience, the counts in the report of the month.
    The newsletter names roles and nobody's name.
    """
    files = dict(houses.folder())
    name = next(one for one in files if one.endswith("flood.yaml"))
    rules = "\nreview:\n  publish_to: [people-on-site]\n"
    files[name] = files[name].replace("\nreview:\n", rules, 1)
    made = Organisation.from_files(files, version=1)
    monkeypatch.setattr(houses, "folder", lambda: files)
    monkeypatch.setattr(houses, "organisation", lambda: made)
    async with houses.open_house() as house:
        visitor, service = house
        incident = await flood(house)
        who = await lead(house, incident)
        room = f"/incidents/{incident.id}"
        assert (await visitor.get(f"{room}/journal")).status == 404
        end = {"type": "declare-phase", "f.phase": "normal", "override": "it is dry"}
        assert (await visitor.submit(room, end)).status == 303
        held = await act(house, incident, "hold-review", avoidable="no", why="Old pipes")
        assert held.status == 303
        await service.advance(service.clock.now() + timedelta(days=2))
        over, pinned = service.incident(incident.id), service.pinned(incident.id)
        assert over is not None
        assert pinned is not None
        for command in due(over, pinned, service.clock.now()):
            await service.inbox.submit(command)
        with service.store.read() as view:
            asked = next(one for one in view.messages(incident.id) if one.kind == "survey")
        row = DeliveryRow(
            id="d-survey", message_id=asked.id, incident_id=incident.id, recipient_id="e105",
            medium="mail", channel="email", rung=0, lane="bulk", language="en", state="delivered",
        )  # fmt: skip
        service.store.transact([lambda unit: unit.add_deliveries([row])])
        service.acknowledge = _noted  # type: ignore[method-assign,assignment]  # no ledger runs
        path = service.links.acknowledgement(row.id).removeprefix(service.links.public_url)
        page = await visitor.get(f"{path}?lang=en")
        assert "Were you kept well informed?" in page.text
        tap = {"choice": "well", "press": "0123456789ab", "comment": "Clear words"}
        assert (await visitor.submit(path, tap)).status == 200
        reply = await act(house, incident, "publish-review", words="New pipes are in.")
        assert reply.status == 303, reply.text

        shown = (await visitor.get(f"{room}?lang=en")).text
        assert "1 yes" in shown
        assert "Told to the audiences" in shown
        kinds = {type(event.body) for event in service.events("incident", incident.id)}
        assert ReviewPublished in kinds
        lived = (await visitor.get(f"{room}/score?lang=en")).text.partition("What these people")[2]
        assert "1 yes, 0 in part, 0 no" in lived
        assert "Clear words" in lived.partition("</section>")[0]
        month = (await visitor.get("/digest?lang=en")).text.partition("month by month")[2]
        assert "1 of 1 say that they were kept well informed" in month.partition("</ul>")[0]
        paper = (await visitor.get(f"{room}/journal?lang=en")).text
        assert "Of 1 who answered, 1 say" in paper
        assert "Thank you, and well done" in paper
        paragraph = paper.partition('section lang="en"')[2]
        assert made.directory.name(who) not in paragraph.partition("</section>")[0]


async def _noted(*_: object) -> None:
    return None
