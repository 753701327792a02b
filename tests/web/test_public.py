"""The status pages and the boards: what anybody may read, and nothing more."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import structlog

from crisis.core.incident import Incident
from crisis.ports import DeliveryRow, MessageRow, TextRow, Unavailable, Unit
from crisis.runtime.embedded import Embedded
from crisis.web.showing import LOOKED_AT, STAYS_WITHIN
from tests.web.fakes import OPERATOR_TOKEN, Visitor
from tests.web.house import open_house
from tests.web.test_room import EVIL, flood, lead

House = tuple[Visitor, Embedded]

QUIET = "No message at present."


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A service with the shipped organisation."""
    async with open_house() as opened:
        yield opened


def brought(
    service: Embedded, incident: Incident, *, to: str = "hq-a-lobby", channel: str = "board",
    audience: str = "people-on-site", state: str = "delivered",
) -> MessageRow:  # fmt: skip
    """Bring the first message of an audience to a place, as the dispatcher would."""
    with service.store.read() as view:
        rows = view.messages(incident.id)
    message = next(one for one in rows if one.audience == audience)
    put(service, message, to=to, channel=channel, state=state)
    return message


def put(service: Embedded, message: MessageRow, **changes: Any) -> None:
    """A row of the ledger about this message."""
    asked: dict[str, Any] = {"to": "hq-a-lobby", "channel": "board", "state": "delivered"} | changes
    row = DeliveryRow(
        id=f"{message.id}-{asked['to']}", message_id=message.id, incident_id=message.incident_id,
        recipient_id=asked["to"], medium=asked["channel"], channel=asked["channel"], rung=0,
        lane="bulk", language="fr", state=asked["state"],
        next_attempt_at=message.released_at if asked["state"] == "queued" else None,
    )  # fmt: skip
    service.store.transact([lambda unit: unit.add_deliveries([row])])


def the_end(service: Embedded, message: MessageRow, **changes: Any) -> MessageRow:
    """The message that says that it is over, released now."""
    words = {
        language: json.dumps({"subject": f"END {language}", "text": "Dry.", "short": "All dry."})
        for language in ("fr", "en")
    }
    texts = [TextRow(id=f"end-{one}", owner="x", salt="s", content=words[one]) for one in words]
    ended: dict[str, Any] = {
        "id": f"{message.incident_id}-end", "number": message.number + 50, "kind": "end",
        "phase": "normal", "released_at": service.clock.now(), "life_safety": False,
        "texts": {language: f"end-{language}" for language in words}, "ends": (message.id,),
    }  # fmt: skip
    end = replace(message, **(ended | changes))

    def job(unit: Unit) -> None:
        unit.add_texts(texts)
        unit.add_messages([end])

    service.store.transact([job])
    return end


async def test_a_board_shows_the_last_word_in_every_language(house: House) -> None:
    """Without token or script: what to do, of when it is, and when the next word comes."""
    visitor, service = house
    message = brought(service, await flood(house))
    page = await visitor.get("/board/hq-a")
    assert page.status == 200
    assert "Set-Cookie" not in page.headers
    assert '<meta http-equiv="refresh"' in page.text
    assert "<script" not in page.text
    for language, says in (("fr", "Prochain point"), ("en", "Next word")):
        assert f'<section lang="{language}">' in page.text
        assert says in page.text
        with service.store.read() as view:
            content = json.loads(view.texts(list(message.texts.values()))[
                message.texts[language]
            ].content)  # fmt: skip
        assert content["screen"].splitlines()[-1][:20] in page.text.replace("&#39;", "'")
    assert EVIL not in page.text
    assert "&lt;script&gt;" in page.text


async def test_a_page_without_a_message_says_so(house: House) -> None:
    """Nothing is going on as far as this page knows, and whom to ask; no page is made up."""
    visitor, _ = house
    for path in ("/board/hq-a", "/status/hq?lang=en"):
        page = await visitor.get(path)
        assert QUIET in page.text
        assert "+33 1 99 00 10 00" in page.text
    for path in ("/board/hq", "/status/hq-a", "/board/hq-a/more"):
        assert (await visitor.get(path, Accept="text/html")).status == 404


async def test_the_pages_are_listed(house: House) -> None:
    """``/status`` shows every status page, ``/board`` names the screens; the room links both."""
    visitor, _ = house
    incident = await flood(house)
    assert {'href="/status/hq"', 'href="/status/annex"'} <= set(
        (await visitor.get("/status?lang=en")).text.replace(">", " ").split()
    )
    assert 'href="/board/hq-b"' in (await visitor.get("/board")).text
    await lead(house, incident)
    room = (await visitor.get(f"/incidents/{incident.id}")).text
    assert 'href="/status/hq"' in room
    assert 'href="/board/hq-a"' in room
    assert "/status/annex" not in room


async def test_a_page_shows_only_what_was_delivered_there(house: House) -> None:
    """Not what waits for it, nor what went to another page, nor what the inside is told."""
    visitor, service = house
    incident = await flood(house)
    brought(service, incident, state="queued")
    brought(service, incident, to="hq-b-lobby")
    with service.store.read() as view:
        inside = [
            one for one in view.messages(incident.id) if one.audience in {None, "directorate"}
        ]
    for message in inside:
        put(service, message, to="e101", channel="email")
    assert QUIET in (await visitor.get("/board/hq-a")).text
    assert QUIET not in (await visitor.get("/board/hq-b")).text


async def test_a_status_page_speaks_the_readers_language(house: House) -> None:
    """``?lang=`` or the browser's; no cookie is set, and none of another page is looked at."""
    visitor, service = house
    brought(service, await flood(house), to="hq-status", channel="status")
    for path, header, language in (
        ("/status/hq", "en", "en"),
        ("/status/hq", "de, fr;q=0.5", "fr"),
        ("/status/hq?lang=en", "fr", "en"),
    ):
        page = await visitor.get(path, Accept_Language=header, Cookie="lang=fr")
        assert f'<html lang="{language}">' in page.text
        assert page.headers["Vary"] == "Accept-Language"
        assert "Set-Cookie" not in page.headers
    assert "Next word" in (await visitor.get("/status?lang=en")).text


async def test_many_readers_cost_little(house: House) -> None:
    """The answer may be kept for seconds, and who has it already is sent nothing again."""
    visitor, service = house
    brought(service, await flood(house))
    page = await visitor.get("/board/hq-a")
    assert page.headers["Cache-Control"] == "public, max-age=10"
    again = await visitor.get("/board/hq-a", If_None_Match=page.headers["ETag"])
    assert (again.status, again.text) == (304, "")
    await service.advance(service.clock.now() + timedelta(minutes=2))
    later = await visitor.get("/board/hq-a", If_None_Match=page.headers["ETag"])
    assert later.status == 200, "the page says at what time it was true"


async def test_a_public_page_knows_nobody(house: House) -> None:
    """Somebody who is logged in gets the same page as everybody: it may be kept for others."""
    visitor, service = house
    incident = await flood(house)
    brought(service, incident, to="hq-status", channel="status")
    await lead(house, incident)
    after = await visitor.get("/status/hq?lang=en")
    assert OPERATOR_TOKEN not in after.text
    assert "/logout" not in after.text
    assert "Log out" not in after.text


async def test_a_word_that_is_late_is_not_hidden(house: House) -> None:
    """G5: past its promised time the page says so, and a broken promise names the telephone."""
    visitor, service = house
    incident = await flood(house)
    brought(service, incident)
    due = incident.commitments[str(incident.audiences["people-on-site"].promise)].due_at
    await service.advance(due + timedelta(minutes=1))
    assert "It is late." in (await visitor.get("/board/hq-a")).text
    heard = replace(incident.audiences["people-on-site"], promise=None, broken_at=due)
    fallen = replace(incident, audiences={**incident.audiences, "people-on-site": heard})
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(service, "incident", lambda _: fallen)
        assert "has not come" in (await visitor.get("/board/hq-a")).text
        silent = replace(heard, broken_at=None)
        quiet = replace(fallen, audiences={"people-on-site": silent})
        patched.setattr(service, "incident", lambda _: quiet)
        assert "Next word" not in (await visitor.get("/board/hq-a")).text


async def test_the_end_stays_for_those_who_come_back(house: House) -> None:
    """The end takes the place of what it ends, stays into the morning, and then nothing goes on."""
    visitor, service = house
    message = brought(service, await flood(house))
    put(service, the_end(service, message))
    page = await visitor.get("/board/hq-a")
    assert "END en" in page.text
    assert "All dry." in page.text, "words from before there were screens are the short ones"
    assert "Next word" not in page.text
    over = replace(incident_of(service, message), phase="normal")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(service, "incident", lambda _: over)
        await service.advance(service.clock.now() + STAYS_WITHIN - timedelta(minutes=1))
        assert "END en" in (await visitor.get("/board/hq-a")).text
        await service.advance(service.clock.now() + timedelta(minutes=2))
        assert QUIET in (await visitor.get("/board/hq-a")).text


async def test_what_is_over_elsewhere_does_not_stay_for_ever(house: House) -> None:
    """A page to which no end came drops what it shows the day after things were normal."""
    visitor, service = house
    message = brought(service, await flood(house))
    now = service.clock.now()
    over = replace(incident_of(service, message), phase="closed", phases={"normal": now})
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(service, "incident", lambda _: over)
        assert "Over" in (await visitor.get("/board/hq-a")).text
        await service.advance(now + STAYS_WITHIN + timedelta(minutes=1))
        assert QUIET in (await visitor.get("/board/hq-a")).text


async def test_what_is_told_after_the_end_stays_as_long(house: House) -> None:
    """A promise that is made good long after the end is read too; it stays from when it came."""
    visitor, service = house
    message = brought(service, await flood(house))
    ended_at = service.clock.now()
    over = replace(incident_of(service, message), phase="normal", phases={"normal": ended_at})
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(service, "incident", lambda _: over)
        await service.advance(ended_at + STAYS_WITHIN + timedelta(hours=4))
        put(service, the_end(service, message, kind="update", ends=()))
        assert "END en" in (await visitor.get("/board/hq-a")).text
        await service.advance(service.clock.now() + STAYS_WITHIN + timedelta(minutes=1))
        assert QUIET in (await visitor.get("/board/hq-a")).text


async def test_what_ended_long_ago_hides_nothing_that_goes_on(house: House) -> None:
    """G5: however many old incidents spoke here last, the one that goes on is still found."""
    visitor, service = house
    incident = await flood(house)
    message = brought(service, incident)
    past = replace(
        incident, phase="normal",
        phases={"normal": service.clock.now() - STAYS_WITHIN - timedelta(hours=1)},
    )  # fmt: skip
    known = {incident.id: incident}
    for turn in range(2 * LOOKED_AT):
        old = replace(message, id=f"x{turn}", incident_id=f"old{turn}", kind="update")
        service.store.transact([lambda unit, old=old: unit.add_messages([old])])  # type: ignore[misc]  # its default is its type
        put(service, old)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(service, "incident", lambda name: known.get(name, past))
        page = await visitor.get("/board/hq-a")
    assert page.text.count('<section lang="en">') == 1
    assert QUIET not in page.text


@pytest.mark.parametrize("look_up", ["incident", "pinned"])
async def test_an_incident_that_cannot_be_read_hides_no_words(house: House, look_up: str) -> None:
    """G13: what was delivered stands on its page, without what only the incident could add."""
    visitor, service = house
    incident = await flood(house)
    brought(service, incident)
    brought(service, incident, to="hq-status", channel="status")

    def unreadable(_: str) -> None:
        raise KeyError("Maud Leroy")

    with (
        pytest.MonkeyPatch.context() as patched,
        structlog.testing.capture_logs() as logged,
    ):
        patched.setattr(service, look_up, unreadable)
        for path in ("/board/hq-a", "/status?lang=en"):
            page = await visitor.get(path)
            assert page.status == 200
            assert "ALERT" in page.text
            assert ("Next word" in page.text) == (look_up == "pinned")
    assert {one["fault"] for one in logged if "cannot read" in one["event"]} == {"KeyError"}
    assert "Maud" not in str(logged)


async def test_a_page_waits_for_the_store(house: House) -> None:
    """A store that is away is no fault of an incident: the page says so and when to come back."""
    visitor, service = house
    brought(service, await flood(house))

    def away(_: str) -> None:
        raise Unavailable("the disk is full")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(service, "incident", away)
        assert (await visitor.get("/board/hq-a")).status == 503


async def test_an_end_replaces_what_another_page_of_the_same_address_shows(house: House) -> None:
    """Ended words are not shown beside their end, whoever of the address was brought which."""
    visitor, service = house
    message = brought(service, await flood(house), to="hq-status", channel="status")
    put(service, the_end(service, message, audience="users-away"), to="hq-status", channel="status")
    page = await visitor.get("/status/hq?lang=en")
    assert "END en" in page.text
    assert "ALERT" not in page.text


async def test_an_exercise_says_so_on_every_page(house: House) -> None:
    """G9: nobody who passes takes it for real."""
    visitor, service = house
    message = brought(service, await flood(house))
    put(service, the_end(service, message, exercise=True, number=message.number + 1))
    for path in ("/board/hq-a",):
        page = await visitor.get(path)
        assert "EXERCISE. None of this is real." in page.text
        assert "EXERCICE. Rien de ceci n&#39;est réel." in page.text


async def test_erased_words_leave_the_page(house: House) -> None:
    """A text that was erased cannot be read here either, and the page goes on."""
    visitor, service = house
    message = brought(service, await flood(house))
    put(service, the_end(service, message, texts={"fr": "gone"}))
    put(service, replace(message, id="not-kept"))
    assert (await visitor.get("/board/hq-a")).status == 200


def incident_of(service: Embedded, message: MessageRow) -> Incident:
    """The incident that a message is about."""
    incident = service.incident(message.incident_id)
    assert incident is not None
    return incident
