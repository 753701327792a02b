"""The room and the pages around it, before the real rules."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from crisis.core.incident import Incident
from crisis.ports import Receipt
from crisis.runtime.embedded import Embedded
from tests.web.fakes import OPERATOR_TOKEN, Reply, Visitor
from tests.web.house import open_house

House = tuple[Visitor, Embedded]
AUTH = f"Bearer {OPERATOR_TOKEN}"
EVIL = "<script>alert('x')</script>"


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A service with the shipped organisation."""
    async with open_house() as opened:
        yield opened


async def flood(house: House) -> Incident:
    """A flood that somebody has raised."""
    visitor, service = house
    said = {"kind": "flood", "site": "hq", "at": EVIL, "what": EVIL, "danger": "no"}
    reply = await visitor.post("/reports", said, Authorization=AUTH)
    assert reply.status == 202, reply.text
    incident = service.incident("i-" + reply.json["report_id"].removeprefix("r-"))
    assert incident is not None
    return incident


def offer_of(incident: Incident, role: str) -> tuple[str, str]:
    """The open offer of a role: its id, and who is asked."""
    for offer_id, offer in incident.offers.items():
        if role in offer.roles and offer.state == "open":
            return offer_id, offer.person
    raise LookupError(role)


async def act(house: House, incident: Incident, kind: str, **fields: str) -> Reply:
    """Press a button of the room."""
    named = {f"f.{name}": value for name, value in fields.items()}
    return await house[0].submit(f"/incidents/{incident.id}", {"type": kind, **named})


async def lead(house: House, incident: Incident) -> str:
    """Let the first who is asked take the lead, from the room."""
    visitor, _ = house
    offer_id, person = offer_of(incident, "lead")
    await visitor.log_in(person)
    assert (await act(house, incident, "accept-roles", offer_id=offer_id)).status == 303
    return person


async def test_the_room_shows_what_people_wrote_as_text(house: House) -> None:
    """Words of a report are shown escaped on every page: nothing in them is ever run."""
    visitor, _ = house
    incident = await flood(house)
    await visitor.log_in("e101")
    for path in (f"/incidents/{incident.id}", f"/incidents/{incident.id}/timeline", "/"):
        for language in ("fr", "en"):
            page = await visitor.get(f"{path}?lang={language}")
            assert page.status == 200
            assert EVIL not in page.text
            assert f'<html lang="{language}">' in page.text
    assert "&lt;script&gt;" in page.text or "Flood" in page.text


async def test_whoever_is_asked_takes_the_lead_from_the_room(house: House) -> None:
    """A button press becomes a command of that person, and the page shows who leads."""
    visitor, service = house
    incident = await flood(house)
    person = await lead(house, incident)
    now = service.incident(incident.id)
    assert now is not None
    assert now.lead == person
    page = await visitor.get(f"/incidents/{incident.id}?lang=en")
    assert service.organisation().directory.name(person) in page.text


async def test_every_kind_of_step_has_its_buttons(house: House) -> None:
    """do, ask and call: each ready step is answered by the form that the page itself offers."""
    visitor, service = house
    incident = await flood(house)
    await lead(house, incident)
    page = (await visitor.get(f"/incidents/{incident.id}?lang=en")).text
    for kind, extra in (
        ("complete-step", {"evidence": "photo 7"}),
        ("answer-step", {"answer": "no"}),
    ):
        pattern = rf'name="type" value="{kind}".*?name="f.step" value="([^"]+)"'
        form = re.search(pattern, page, re.DOTALL)
        assert form is not None
        reply = await act(house, incident, kind, step=form[1], **extra)
        assert reply.status == 303, reply.text
        now = service.incident(incident.id)
        assert now is not None
        assert now.steps[form[1]].state == "done"


async def test_measures_words_and_promises_are_recorded(house: House) -> None:
    """What people write in the room is on the record: measure, workaround, promise, severity."""
    visitor, service = house
    incident = await flood(house)
    await lead(house, incident)
    for kind, fields in (
        ("record-measure", {"measure": "Water is off", "expected_result": "It stops rising"}),
        ("record-workaround", {"workaround": "Use the east stairs"}),
        ("change-severity", {"to": "S2"}),
        ("send-brief", {}),
    ):
        reply = await act(house, incident, kind, **fields)
        assert reply.status == 303, (kind, reply.text)
    page = (await visitor.get(f"/incidents/{incident.id}")).text
    assert "Water is off" in page
    assert "It stops rising" in page
    assert "Use the east stairs" in page
    now = service.incident(incident.id)
    assert now is not None
    assert now.severity == "S2"


async def test_a_time_on_a_form_is_one_of_the_sites_clock(house: House) -> None:
    """What happened earlier is entered with its real time, by the clock on the site's wall."""
    visitor, service = house
    incident = await flood(house)
    await lead(house, incident)
    fields = {
        "type": "record-measure",
        "f.measure": "Guard at the door",
        "happened_at": "2026-11-22T14:05",
        "for": "e102",
    }
    assert (await visitor.submit(f"/incidents/{incident.id}", fields)).status == 303
    event = service.events("incident", incident.id)[-1]
    assert event.happened_at is not None
    assert event.happened_at.isoformat() == "2026-11-22T13:05:00+00:00"
    assert event.actor.endswith("for person:e102")


async def test_a_refusal_can_be_set_aside_by_name_and_with_a_reason(house: House) -> None:
    """The page shows which rule said no, repeats the form, and takes a reason."""
    visitor, service = house
    incident = await flood(house)
    await lead(house, incident)
    refused = await act(house, incident, "declare-phase", phase="safe")
    assert refused.status == 409
    assert 'name="override"' in refused.text
    assert 'name="f.phase" value="safe"' in refused.text
    fields = {"type": "declare-phase", "f.phase": "safe", "override": "I have seen it myself"}
    assert (await visitor.submit(f"/incidents/{incident.id}", fields)).status == 303
    now = service.incident(incident.id)
    assert now is not None
    assert now.phase == "safe"


async def test_a_form_sent_twice_is_one_act(house: House) -> None:
    """A double press of the same form records once."""
    visitor, service = house
    incident = await flood(house)
    await lead(house, incident)
    fields = {"type": "record-measure", "f.measure": "Once", "press": "0197-aaaa-bbbb"}
    for _ in range(2):
        assert (await visitor.submit(f"/incidents/{incident.id}", fields)).status == 303
    now = service.incident(incident.id)
    assert now is not None
    assert len(now.measures) == 1


async def test_a_mistake_in_a_form_is_named_and_nothing_recorded(house: House) -> None:
    """An unknown command, an absurd time: 422 with what to write instead."""
    visitor, _ = house
    incident = await flood(house)
    await lead(house, incident)
    for fields in (
        {"type": "explode"},
        {"type": "declare", "f.key": "x"},
        {"type": "record-measure"},
        {"type": "record-measure", "f.measure": "m", "happened_at": "soon"},
        {"type": "record-measure", "f.measure": "m", "for": "nobody-here"},
        {"type": "record-measure", "f.measure": "m", "press": "!"},
    ):
        reply = await visitor.submit(f"/incidents/{incident.id}", fields)
        assert reply.status == 422, fields
        assert 'role="alert"' in reply.text


async def test_what_was_typed_is_kept_when_a_form_comes_back(house: House) -> None:
    """A mistake in one field costs no other: all stand there again, escaped, to be corrected."""
    visitor, service = house
    incident = await flood(house)
    await lead(house, incident)
    fields = {
        "type": "record-measure", "section": "measures", "press": "0197-aaaa-bbbb",
        "f.measure": f"Two pumps {EVIL}", "f.expected_result": "Dry by six",
        "f.inside_only": "on", "happened_at": "soon",
    }  # fmt: skip
    reply = await visitor.submit(f"/incidents/{incident.id}?lang=en", fields)
    assert reply.status == 422
    assert "What you entered is kept" in reply.text
    assert ">Dry by six</textarea>" in reply.text
    assert "Two pumps &lt;script&gt;" in reply.text
    assert ">soon</textarea>" in reply.text
    assert 'name="f.inside_only" value="on"' in reply.text
    assert "0197-aaaa-bbbb" not in reply.text
    corrected = {**fields, "happened_at": "", "press": ""}
    assert (await visitor.submit(f"/incidents/{incident.id}", corrected)).status == 303
    now = service.incident(incident.id)
    assert now is not None
    assert now.measures[-1].inside_only


async def test_what_was_typed_is_kept_when_the_rules_refuse(house: House) -> None:
    """What only a lead may do comes back to somebody else with every word of it."""
    visitor, _ = house
    incident = await flood(house)
    await lead(house, incident)
    await visitor.submit("/me", {"person": "e130"})
    reply = await act(house, incident, "cancel-incident", reason="It was a spilt bucket")
    assert reply.status == 409
    assert ">It was a spilt bucket</textarea>" in reply.text


async def test_a_refused_button_has_nothing_to_keep(house: House) -> None:
    """Where nobody typed anything there is no second form."""
    incident = await flood(house)
    await lead(house, incident)
    refused = await act(house, incident, "declare-phase", phase="safe")
    assert 'id="kept"' not in refused.text


async def test_only_somebody_with_a_name_may_act(house: House) -> None:
    """Whoever has logged in without a name may look, and is asked as whom they act."""
    visitor, service = house
    incident = await flood(house)
    await visitor.log_in()
    reply = await act(house, incident, "record-measure", measure="x")
    assert (reply.status, reply.headers["Location"]) == (303, f"/me?then=/incidents/{incident.id}")
    now = service.incident(incident.id)
    assert now is not None
    assert not now.measures


async def test_after_the_end_the_room_holds_the_review(house: House) -> None:
    """Normal, closed, the review and its actions: each has its form in the room (G10)."""
    visitor, service = house
    incident = await flood(house)
    person = await lead(house, incident)
    for phase in ("safe", "normal"):
        fields = {"type": "declare-phase", "f.phase": phase, "override": "seen"}
        assert (await visitor.submit(f"/incidents/{incident.id}", fields)).status == 303
    review = await act(house, incident, "hold-review", avoidable="partly", why="an old valve")
    assert review.status == 303, review.text
    now = service.incident(incident.id)
    assert now is not None
    action = next(iter(now.actions))
    agreed = await act(
        house, incident, "agree-action",
        action_id=action, what="New valve", owner=person, due_at="2027-01-10T12:00",
    )  # fmt: skip
    assert agreed.status == 303, agreed.text
    done = await act(house, incident, "finish-action", action_id=action, proof="bill 7")
    assert done.status == 303, done.text
    page = await visitor.get(f"/incidents/{incident.id}?lang=en")
    assert "bill 7" in page.text
    assert "New valve" in page.text
    listed = await visitor.get("/record/actions")
    assert {"action": action, "state": "finished"}.items() <= listed.json[0].items()


async def test_the_record_answers_with_json(house: House) -> None:
    """G11: timeline, verification and the reason of each event, to those who run the service."""
    visitor, _ = house
    incident = await flood(house)
    told = (await visitor.get(f"/record/incidents/{incident.id}/timeline", Authorization=AUTH)).json
    assert told["verified"] is True
    assert [entry["seq"] for entry in told["entries"]] == list(range(1, len(told["entries"]) + 1))
    assert set(told["entries"][0]["line"]) == {"fr", "en"}
    assert EVIL in told["entries"][0]["words"]
    whole = (await visitor.get("/record/verify", Authorization=AUTH)).json
    assert whole == {"verified": True, "streams": 2, "events": incident.seq + 2, "broken": []}
    offered = next(e["seq"] for e in told["entries"] if e["rule"] == "offer-roles")
    path = f"/record/incidents/{incident.id}/why"
    why = (await visitor.get(f"{path}/{offered}", Authorization=AUTH)).json
    assert why["rule"] == "offer-roles"
    assert "mission" in why["playbook"]
    assert why["decision"]["rules_version"] >= 1
    assert (await visitor.get(f"{path}/9999", Authorization=AUTH)).status == 404
    assert (
        await visitor.get("/record/incidents/i-none/timeline", Authorization=AUTH)
    ).status == 404
    listed = (await visitor.get("/record/incidents", Authorization=AUTH)).json
    assert [one["incident"] for one in listed] == [incident.id]
    assert (await visitor.get("/record/incidents")).status == 401


async def test_whoever_raised_it_can_follow_it(house: House) -> None:
    """The tracking page says where it stands and when the next word comes; one name at most."""
    visitor, service = house
    incident = await flood(house)
    page = await visitor.get(f"/t/r-{incident.id[2:]}?lang=en")
    assert page.status == 200
    assert "We are finding who will lead." in page.text
    assert "Next word by" in page.text
    person = await lead(house, incident)
    page = await visitor.get(f"/t/r-{incident.id[2:]}?lang=en")
    name = service.organisation().directory.name
    others = {offer.person for offer in incident.offers.values()} - {person}
    body = page.text.split("<main")[1]
    assert f"{name(person)} leads." in body
    assert not any(name(other) in body for other in others)


async def test_anybody_raises_by_the_link_of_their_site(house: House) -> None:
    """The link on the wall raises at its own site and nowhere else, without logging in."""
    visitor, service = house
    link = service.links.raising("hq").removeprefix(service.links.public_url)
    page = await visitor.get(f"{link}&lang=en")
    assert page.status == 200
    assert "Call 112 first" in page.text
    press = re.search(r'name="press" value="([^"]+)"', page.text)
    assert press is not None
    fields = {"kind": "flood", "site": "annex", "at": "lobby", "danger": "yes", "press": press[1]}
    first = await visitor.submit(link, fields)
    again = await visitor.submit(link, fields)
    assert first.status == 303
    assert first.headers["Location"] == again.headers["Location"]
    report = first.headers["Location"].removeprefix("/t/")
    incident = service.incident(f"i-{report.removeprefix('r-')}")
    assert incident is not None
    assert (incident.site, incident.danger) == ("hq", "yes")


async def test_the_raise_page_keeps_what_was_written(house: House) -> None:
    """A mistake is named, and nothing that was typed is lost."""
    visitor, service = house
    link = service.links.raising("hq").removeprefix(service.links.public_url)
    reply = await visitor.submit(link, {"kind": "flood", "building": "moon", "at": 'the "lift"'})
    assert reply.status == 422
    assert "the &#34;lift&#34;" in reply.text
    assert (await visitor.get("/raise?link=rubbish")).status == 404
    assert (await visitor.get("/raise")).headers["Location"].startswith("/login")


async def test_what_is_left_to_people_is_listed_and_ticked_off(house: House) -> None:
    """What no machine can do stands in the room with its medium; only that can be ticked off."""
    visitor, service = house
    incident = await flood(house)
    await visitor.log_in("e101")
    with service.store.read() as view:
        message = view.messages(incident.id)[0]
        by_machine = view.deliveries(message.id)[0]
    by_hand = replace(
        by_machine,
        id="d-hand",
        medium="runner",
        channel="person",
        state="suppressed",
        reason="by-hand: runner",
        next_attempt_at=None,
    )
    service.store.transact([lambda unit: unit.add_deliveries([by_hand])])
    told: list[Receipt] = []

    async def receive(_channel: str, receipts: list[Receipt]) -> None:
        told.extend(receipts)

    service.receive = receive  # type: ignore[method-assign,assignment]  # the ledger is not run here
    page = await visitor.get(f"/incidents/{incident.id}?lang=en")
    assert 'name="delivery" value="d-hand"' in page.text
    path = f"/incidents/{incident.id}/by-hand"
    for wrong in ("none", by_machine.id):
        assert (await visitor.submit(path, {"delivery": wrong})).status == 404
    assert (await visitor.submit(path, {"delivery": "d-hand"})).status == 303
    assert [(one.delivery_id, one.state) for one in told] == [("d-hand", "delivered")]


async def test_buttons_of_another_page_do_nothing(house: House) -> None:
    """CSRF: a form on somebody else's page cannot act with the cookie of this one."""
    visitor, service = house
    incident = await flood(house)
    await visitor.log_in("e101")
    fields = {"type": "record-measure", "f.measure": "forged"}
    for headers in ({"Sec_Fetch_Site": "cross-site"}, {"Origin": "http://evil.example"}):
        reply = await visitor.submit(f"/incidents/{incident.id}", fields, **headers)
        assert reply.status == 403
    now = service.incident(incident.id)
    assert now is not None
    assert not now.measures
