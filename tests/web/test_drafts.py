"""Messages that wait for an approval: in the room, and behind the link of whoever is asked."""

from collections.abc import AsyncIterator

import pytest

from crisis.core.draft import Draft
from crisis.core.incident import Incident
from tests.web.house import folder, open_house
from tests.web.test_room import House, act, flood, lead

PRESS = "0123456789abcdef"
AWAY = "users-away"


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """The shipped organisation, in which the directorate approves what those away are told."""
    files = dict(folder())
    name = next(one for one in files if one.endswith("flood.yaml"))
    approval = "    approval: {by: directorate, within: 15m, silence: hold}\n"
    files[name] = files[name].replace("  users-away:\n", f"  users-away:\n{approval}", 1)
    async with open_house(files=files) as opened:
        yield opened


async def waiting(house: House) -> tuple[Incident, Draft]:
    """The lead has spoken to those away; the words wait."""
    _, service = house
    incident = await flood(house)
    await lead(house, incident)
    said = await act(house, incident, "say", audiences=AWAY, words="Work at home on Monday.")
    assert said.status == 303
    now = service.incident(incident.id)
    assert now is not None
    return now, now.drafts[AWAY]


async def link_of(house: House, incident: Incident) -> str:
    """The link of the first who was asked."""
    _, service = house
    with service.store.read() as view:
        asked = next(one for one in view.messages(incident.id) if one.kind == "approval")
        (delivery, *_) = view.deliveries(asked.id)
    service.acknowledge = _noted  # type: ignore[method-assign,assignment]  # the ledger is not run
    return service.links.acknowledgement(delivery.id).removeprefix(service.links.public_url)


async def _noted(*_: object) -> None:
    return None


def texts(house: House, incident: Incident) -> list[dict[str, str]]:
    """The words of every message to those away."""
    with house[1].store.read() as view:
        return [dict(one.texts) for one in view.messages(incident.id) if one.audience == AWAY]


async def test_whoever_is_asked_reads_the_words_and_approves_exactly_these(house: House) -> None:
    """The link shows what will leave; a look changes nothing, a press lets it go."""
    visitor, service = house
    incident, draft = await waiting(house)
    path = await link_of(house, incident)
    page = await visitor.get(f"{path}?lang=en")
    assert "Work at home on Monday." in page.text
    assert draft.digest in page.text
    assert 'value="approve"' in page.text
    assert len(texts(house, incident)) == 1
    assert (await visitor.submit(path, {"choice": "approve", "press": PRESS})).status == 200

    after = service.incident(incident.id)
    assert after is not None
    assert after.drafts == {}
    assert texts(house, incident)[-1] == {name: ref.id for name, ref in draft.texts.items()}
    assert 'value="approve"' not in (await visitor.get(path)).text


async def test_a_rejection_needs_its_reason(house: House) -> None:
    """The author hears why; without a reason the page is shown again."""
    visitor, service = house
    incident, _ = await waiting(house)
    path = await link_of(house, incident)
    empty = {"choice": "reject", "press": PRESS, "reason": " "}
    assert (await visitor.submit(path, empty)).status == 400
    why = {"choice": "reject", "press": PRESS, "reason": "Monday is a holiday."}
    assert (await visitor.submit(path, why)).status == 200

    after = service.incident(incident.id)
    assert after is not None
    assert after.drafts[AWAY].state == "rejected"
    assert len(texts(house, incident)) == 1


async def test_the_room_shows_what_waits_and_takes_the_answer(house: House) -> None:
    """Both languages, word for word; the lead may let it go by name when nobody else is there."""
    visitor, service = house
    incident, draft = await waiting(house)
    page = await visitor.get(f"/incidents/{incident.id}?lang=en")
    assert page.text.count("Work at home on Monday.") == 2, "once in each language"
    own = await act(house, incident, "approve-draft", audience=AWAY, digest=draft.digest)
    assert "A second person must approve" in own.text or own.status != 303
    form = {"type": "approve-draft", "f.audience": AWAY, "override": "Nobody else is there."}
    assert (await visitor.submit(f"/incidents/{incident.id}", form)).status == 303

    after = service.incident(incident.id)
    assert after is not None
    assert after.drafts == {}


async def test_the_room_shows_the_next_update_before_it_is_asked_for(house: House) -> None:
    """A measure is recorded: what will leave by itself stands there, in both languages."""
    visitor, service = house
    incident = await flood(house)
    await lead(house, incident)
    empty = await visitor.get(f"/incidents/{incident.id}?lang=en")
    assert "Next updates, ready already" not in empty.text
    await act(house, incident, "record-measure", measure="The valve is shut.")
    page = await visitor.get(f"/incidents/{incident.id}?lang=en")

    assert "Next updates, ready already" in page.text
    assert "People in the building: leaves at" in page.text or ": leaves at" in page.text
    assert page.text.count("The valve is shut.") >= 2
    after = service.incident(incident.id)
    assert after is not None
    assert after.messages >= incident.messages, "a look releases nothing"
