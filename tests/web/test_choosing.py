"""A decision is taken by one gesture: the link in the request, a page, and one button."""

from __future__ import annotations

from datetime import timedelta

from crisis.core import events as e
from crisis.core.incident import Incident
from tests.web.fakes import Reply
from tests.web.test_room import House, flood, house, lead

__all__ = ["house"]


async def _noted(*_: object) -> None:
    return None


async def asked(house: House) -> tuple[str, Incident]:
    """The lead accepts and is asked who must leave; the path of the link, and the incident."""
    _, service = house
    incident = await flood(house)
    await lead(house, incident)
    service.acknowledge = _noted  # type: ignore[method-assign,assignment]  # the ledger is not run
    now = service.incident(incident.id)
    assert now is not None
    (message_id,) = now.steps["leave"].asked_in
    with service.store.read() as view:
        delivery = view.deliveries(message_id)[0]
    url = service.links.acknowledgement(delivery.id)
    return url.removeprefix(service.links.public_url), now


async def choose(house: House, path: str, option: str) -> Reply:
    """Press the button of an option."""
    return await house[0].submit(f"{path}?lang=en", {"option": option})


async def test_looking_at_a_request_decides_nothing(house: House) -> None:
    """The page shows the question, the options, the deadline and what silence means."""
    visitor, service = house
    path, incident = await asked(house)
    page = await visitor.get(f"{path}?lang=en&option=stay")

    assert page.text.count('name="option"') == 3
    assert "Who must leave?" in page.text
    assert "Choose before" in page.text
    assert "If nobody answers: The people on the affected floor." in page.text
    stands = service.incident(incident.id)
    assert stands is not None
    assert stands.steps["leave"].state == "ready"


async def test_one_button_takes_the_decision_by_name(house: House) -> None:
    """On the record by the person to whom the request went; pressed twice, it is one act."""
    _, service = house
    path, incident = await asked(house)
    first = await choose(house, path, "stay")
    again = await choose(house, path, "stay")

    assert (first.status, again.status) == (200, 200)
    assert "has chosen: Nobody: only the area is closed." in again.text
    made = [one for one in service.events("incident", incident.id)
            if isinstance(one.body, e.ChoiceMade)]  # fmt: skip
    assert [(one.body.option, one.actor) for one in made if isinstance(one.body, e.ChoiceMade)] == [
        ("stay", f"person:{incident.lead}")
    ]


async def test_another_choice_corrects_the_first(house: House) -> None:
    """The page says that it does, and the record shows what was chosen before."""
    _, service = house
    path, incident = await asked(house)
    await choose(house, path, "stay")
    page = await choose(house, path, "leave-building")

    assert "corrects what is recorded" in page.text
    last = [one.body for one in service.events("incident", incident.id)
            if isinstance(one.body, e.ChoiceMade)][-1]  # fmt: skip
    assert (last.option, last.was) == ("leave-building", "stay")


async def test_an_option_that_there_is_not_is_refused_in_words(house: House) -> None:
    """A form that was changed by hand decides nothing."""
    path, _ = await asked(house)
    page = await choose(house, path, "everybody")

    assert "could not be taken" in page.text
    assert 'name="option"' in page.text


async def test_the_room_shows_request_and_correction(house: House) -> None:
    """Number, deadline and default beside the buttons; afterwards who chose, and how to correct."""
    visitor, service = house
    path, incident = await asked(house)
    room = await visitor.get(f"/incidents/{incident.id}?lang=en")
    assert "Decision no. 1." in room.text
    await choose(house, path, "stay")
    after = await visitor.get(f"/incidents/{incident.id}?lang=en")

    assert "Choosing otherwise corrects" in after.text
    assert service.incident(incident.id) is not None


async def test_after_its_time_the_page_says_what_holds(house: House) -> None:
    """The default was taken; the reader may still correct it."""
    visitor, service = house
    path, incident = await asked(house)
    for _ in range(2):  # it passes on first
        await service.advance(service.clock.now() + timedelta(minutes=15))
        await service.decider.turn()
    page = await visitor.get(f"{path}?lang=en")

    assert "Nobody chose in time." in page.text
    assert service.incident(incident.id) is not None


async def test_once_closed_the_page_asks_nothing_more(house: House) -> None:
    """The link still shows what was sent; there is nothing left to choose."""
    visitor, service = house
    path, incident = await asked(house)
    room = f"/incidents/{incident.id}"
    for kind, fields in (
        ("declare-phase", {"f.phase": "normal"}),
        ("close-incident", {}),
    ):
        form = {"type": kind, "override": "All is dry.", **fields}
        assert (await visitor.submit(room, form)).status == 303
    page = await visitor.get(f"{path}?lang=en")

    assert 'name="option"' not in page.text
    assert service.incident(incident.id) is not None


async def costly(house: House) -> tuple[str, Incident]:
    """Somebody announces a cost that only the lead may grant; the link in the lead's request."""
    visitor, service = house
    incident = await flood(house)
    await lead(house, incident)
    service.acknowledge = _noted  # type: ignore[method-assign,assignment]  # the ledger is not run
    await visitor.log_in("e107")
    assert (await spend(house, incident, "6000 EUR")).status == 303
    now = service.incident(incident.id)
    assert now is not None
    cost = now.steps["pump"].cost
    assert cost is not None
    with service.store.read() as view:
        delivery = view.deliveries(cost.asked_in[0])[0]
    url = service.links.acknowledgement(delivery.id)
    return url.removeprefix(service.links.public_url), now


async def spend(house: House, incident: Incident, amount: str) -> Reply:
    """Announce a cost in the room."""
    form = {"type": "announce-cost", "f.step": "pump", "f.amount": amount}
    return await house[0].submit(f"/incidents/{incident.id}", form)


async def test_a_cost_is_granted_by_one_button_and_corrected_by_the_other(house: House) -> None:
    """The page says how much, what for, by whom announced; the record says who granted it."""
    visitor, service = house
    path, incident = await costly(house)
    page = await visitor.get(f"{path}?lang=en")
    assert "Grant 6000 EUR?" in page.text
    granted = await choose(house, path, "grant")
    assert "has granted this amount" in granted.text
    again = await choose(house, path, "grant")
    assert "could not be taken" not in again.text
    refused = await choose(house, path, "refuse")
    assert "has refused this amount" in refused.text
    decided = [one.body for one in service.events("incident", incident.id)
               if isinstance(one.body, e.CostDecided)]  # fmt: skip

    assert [(one.granted, one.person) for one in decided] == [
        (True, incident.lead), (False, incident.lead),
    ]  # fmt: skip


async def test_the_room_shows_what_is_announced_and_who_granted_it(house: House) -> None:
    """An amount that cannot be read is refused with what to write."""
    visitor, _ = house
    path, incident = await costly(house)
    room = f"/incidents/{incident.id}?lang=en"
    assert "Announced cost: 6000 EUR" in (await visitor.get(room)).text
    refused = await spend(house, incident, "a lot")
    assert refused.status == 409
    await choose(house, path, "grant")

    assert "has granted this amount" in (await visitor.get(room)).text


async def test_once_closed_no_cost_is_asked_for(house: House) -> None:
    """The link shows what was sent, and no button."""
    visitor, _ = house
    path, incident = await costly(house)
    room = f"/incidents/{incident.id}"
    for kind, fields in (("declare-phase", {"f.phase": "normal"}), ("close-incident", {})):
        form = {"type": kind, "override": "All is dry.", **fields}
        assert (await visitor.submit(room, form)).status == 303

    assert 'name="option"' not in (await visitor.get(path)).text


async def test_the_overview_shows_what_is_wanted_in_every_crisis(house: House) -> None:
    """Several crises side by side: each decision with its number and its time."""
    visitor, _ = house
    _, incident = await asked(house)
    page = await visitor.get("/?lang=en")
    assert f"Decisions wanted: {incident.id}" in page.text
    assert "Who must leave?" in page.text
    listed = (await visitor.get("/record/incidents")).json
    (one,) = (each for each in listed if each["incident"] == incident.id)

    assert one["open"] is True
    assert [wanted["number"] for wanted in one["decisions"]] == [1]
