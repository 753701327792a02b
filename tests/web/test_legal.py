"""Legal clocks in the room: what, to whom, by when; a person files, corrects or waives."""

from __future__ import annotations

import pytest

from crisis.core.events import ClockWaived, NotificationFiled
from crisis.organisation import Organisation
from tests.web import house as houses
from tests.web.test_room import act, flood, lead


async def test_the_room_shows_the_clocks_that_run_and_takes_what_people_say(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each delay with its law and source, and the forms: filed, known since, not asked for here."""
    files = dict(houses.folder())
    name = next(one for one in files if one.endswith("flood.yaml"))
    clocks = "  tell-nis: {clock: nis2, by: lead}\n  tell-cnil: {clock: gdpr}\n"
    files[name] = files[name].replace("\nsteps:\n", f"\nsteps:\n{clocks}", 1)
    made = Organisation.from_files(files, version=1)
    monkeypatch.setattr(houses, "folder", lambda: files)
    monkeypatch.setattr(houses, "organisation", lambda: made)
    async with houses.open_house() as house:
        visitor, service = house
        incident = await flood(house)
        await lead(house, incident)
        page = (await visitor.get(f"/incidents/{incident.id}?lang=en")).text
        assert "Within 72 hours where feasible" in page
        assert "Directive (EU) 2022/2555" in page
        for kind, fields in (
            ("file-notification", {"step": "tell-nis", "delay": "early-warning",
                                   "reference": "ANSSI 42"}),
            ("become-aware", {"step": "tell-nis", "aware_at": "2026-11-22T14:00"}),
            ("waive-clock", {"step": "tell-cnil", "reason": "No personal records"}),
        ):  # fmt: skip
            reply = await act(house, incident, kind, **fields)
            assert reply.status == 303, reply.text
        page = (await visitor.get(f"/incidents/{incident.id}?lang=en")).text

        assert "filed at" in page
        assert "Does not apply here." in page
        kinds = {type(event.body) for event in service.events("incident", incident.id)}
        assert {NotificationFiled, ClockWaived} <= kinds
