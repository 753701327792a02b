"""A command that is kept and not decided yet: every door and page says so, and the answer later."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from starlette.routing import Route

from crisis.core.commands import Command
from crisis.core.deciding import Decision
from crisis.core.incident import Incident
from crisis.ports import DecisionRow, Inbox, Unavailable
from crisis.runtime.embedded import Embedded
from crisis.web.app import create_app
from tests.unit.intake.test_alertmanager import webhook
from tests.web.fakes import OPERATOR_TOKEN, LateInbox, Reply, Visitor
from tests.web.house import open_house
from tests.web.test_room import flood, offer_of

AUTH = f"Bearer {OPERATOR_TOKEN}"
KEPT = {
    "en": "The answer follows; you need not send it again.",
    "fr": "La réponse suit ; inutile de l'envoyer de nouveau.",
}


@dataclass
class Scene:
    """A house with one flood whose lead is being asked, and whose log takes commands only."""

    visitor: Visitor
    service: Embedded
    incident: Incident
    late: LateInbox
    rules: Inbox[Decision]

    @property
    def room(self) -> str:
        """The path of the room."""
        return f"/incidents/{self.incident.id}"

    @property
    def offer(self) -> tuple[str, str]:
        """The offer that waits, and whom it was made to."""
        return offer_of(self.incident, "lead")

    @property
    def link(self) -> str:
        """The path of the link in the message of the offer."""
        offer_id, person = self.offer
        with self.service.store.read() as view:
            row = next(r for r in view.messages(self.incident.id) if r.offer_id == offer_id)
            delivery = view.deliveries(row.id)[0]
        return urlsplit(
            self.service.links.acknowledgement(delivery.id, offer_id, person=person)
        ).path

    async def decide(self) -> None:
        """Let the rules catch up with what waits."""
        for command in self.late.waiting:
            await self.rules.submit(command)


@pytest.fixture
async def scene(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    """Whoever asks gets no answer in time."""

    async def noted(*_: object) -> None:
        """The ledger is not run here."""

    async with open_house() as (visitor, service):
        incident = await flood((visitor, service))
        late, rules = LateInbox(service.clock.now()), service.inbox
        monkeypatch.setattr(Embedded, "inbox", property(lambda _: late))
        monkeypatch.setattr(service, "acknowledge", noted)
        yield Scene(visitor, service, incident, late, rules)


async def report(scene: Scene, language: str = "en") -> Reply:
    """One report, by a machine."""
    said = {"kind": "fire", "site": "hq", "danger": "no"}
    return await scene.visitor.post("/reports", said, Authorization=AUTH, Accept_Language=language)


async def hook(scene: Scene, language: str = "en") -> Reply:
    """A group of alerts."""
    return await scene.visitor.post(
        "/hooks/alertmanager", webhook(), Authorization=AUTH, Accept_Language=language
    )


async def command(scene: Scene, language: str = "en") -> Reply:
    """What the command line asks."""
    said = {"type": "send-brief", "incident": scene.incident.id, "as": "e102"}
    return await scene.visitor.post("/commands", said, Authorization=AUTH, Accept_Language=language)


async def raised(scene: Scene, language: str = "en") -> Reply:
    """Somebody on the site, by the poster's link."""
    path = scene.service.links.raising("hq").removeprefix(scene.service.links.public_url)
    fields = {"kind": "fire", "danger": "no", "press": "one"}
    return await followed(scene, await scene.visitor.submit(path, fields), language)


async def pressed(scene: Scene, language: str = "en") -> Reply:
    """The person who is asked, by the link in their message."""
    fields = {"choice": "accept", "press": "0123456789abcdef"}
    return await followed(scene, await scene.visitor.submit(scene.link, fields), language)


async def acted(scene: Scene, language: str = "en") -> Reply:
    """Somebody in the room."""
    await scene.visitor.log_in("e102")
    fields = {"type": "take-role", "f.role": "lead", "section": "roles"}
    return await followed(scene, await scene.visitor.submit(scene.room, fields), language)


async def asked(scene: Scene, language: str = "en") -> Reply:
    """Somebody concerned, by the link in a message."""
    links = scene.service.links
    path = links.asking(scene.incident.id).removeprefix(links.public_url)
    fields = {"words": "May we go back in?", "press": "0123456789abcdef"}
    return await followed(scene, await scene.visitor.submit(path, fields), language)


async def answered_for(scene: Scene, language: str = "en") -> Reply:
    """A warden who has seen somebody."""
    await scene.visitor.log_in("e102")
    path = f"/incidents/{scene.incident.id}/roll-call/{await roll_call(scene)}"
    fields = {"choice": "safe", "person": "e105", "press": "0123456789abcdef"}
    return await followed(scene, await scene.visitor.submit(path, fields), language)


async def roll_call(scene: Scene) -> str:
    """Ask who is safe, and let the rules hear of it; its name."""
    for asks in (
        {"type": "take-role", "f.role": "lead"},
        {"type": "start-roll-call", "f.audience": "people-on-site"},
    ):
        await scene.visitor.submit(scene.room, asks)
        await scene.decide()
        scene.late.waiting.clear()
    stands = scene.service.incident(scene.incident.id)
    assert stands is not None
    [name] = stands.roll_calls
    return name


async def followed(scene: Scene, reply: Reply, language: str) -> Reply:
    """Where the answer of a page leads."""
    assert reply.status == 303, reply.text
    path, _, _ = reply.headers["Location"].partition("#")
    return await scene.visitor.get(f"{path}&lang={language}")


MACHINES: dict[str, Callable[..., Awaitable[Reply]]] = {
    "/reports": report,
    "/hooks/alertmanager": hook,
    "/commands": command,
}
"""Doors that answer a machine -> how one asks there."""

PAGES: dict[str, Callable[..., Awaitable[Reply]]] = {
    "/raise": raised,
    "/a/{token}": pressed,
    "/ask/{token}": asked,
    "/incidents/{incident_id}": acted,
    "/incidents/{incident_id}/roll-call/{roll_call}": answered_for,
}
"""Pages that answer a person -> how one presses there, and comes to what is shown then."""

NO_COMMAND = {
    "/organisation": "content is checked and put into the store by itself",
    "/callbacks/{channel}": "receipts go to the ledger",
    "/callbacks/{channel}/{token}": "the same",
    "/incidents/{incident_id}/by-hand": "a receipt, given by a person; of a sheet, a command",
    "/incidents/{incident_id}/unpark": "tried at once, or not at all",
    "/login": "a session",
    "/me": "a session",
    "/logout": "a session",
}
"""Doors that change something without a command -> what they do."""


async def test_every_door_is_in_the_table(scene: Scene) -> None:
    """A new door says here how it answers what is only kept, or why it never is."""
    posts = {
        route.path
        for route in create_app(scene.service).routes
        if isinstance(route, Route) and "POST" in (route.methods or ())
    }
    assert posts == MACHINES.keys() | PAGES.keys() | NO_COMMAND.keys()


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("door", MACHINES)
async def test_a_machine_is_told_that_it_is_kept(scene: Scene, door: str, language: str) -> None:
    """G1: 202, and whoever sent it need not send it again."""
    reply = await MACHINES[door](scene, language)
    [kept] = scene.late.waiting
    assert reply.status == 202
    assert reply.json["pending"] is True
    assert reply.json["kept_at"] == scene.late.at.isoformat()
    assert KEPT[language] in reply.json["detail"]
    assert reply.json.get("command_id", kept.id) == kept.id


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("page", PAGES)
async def test_a_person_is_told_that_it_is_kept(scene: Scene, page: str, language: str) -> None:
    """A calm page, the time, and a link to look again; no button that sends the same again."""
    reply = await PAGES[page](scene, language)
    assert len(scene.late.waiting) == 1
    assert reply.status == 200
    [said] = re.findall(r'<p class="done"[^>]*>([^<]*)', reply.text)
    assert KEPT[language].replace("'", "&#39;") in said
    assert re.search(r"\d\d[:h]\d\d", said)
    assert '<a href="">' in reply.text
    assert 'value="accept"' not in reply.text


async def test_a_report_has_its_number_and_address_from_the_start(scene: Scene) -> None:
    """The same as it will have: nobody has to learn a second one."""
    reply = await report(scene)
    [kept] = scene.late.waiting
    assert reply.json["report_id"] == kept.stream_id
    assert reply.json["tracking"] == reply.headers["Location"]
    path = urlsplit(reply.json["tracking"]).path
    early = await scene.visitor.get(f"{path}?lang=en")
    assert early.status == 404
    assert "If you have just sent it, look again in a minute" in early.text
    await scene.decide()
    assert (await scene.visitor.get(path)).status == 200
    again = await report(scene)
    assert again.json["report_id"] != reply.json["report_id"]


async def test_a_report_that_is_refused_later_says_so(scene: Scene) -> None:
    """G1: a refusal is seen by whoever looks where they were told to, with or without the mark."""
    shown = await raised(scene)
    assert KEPT["en"] in shown.text
    [kept] = scene.late.waiting
    words = {"words": {"fr": "Trop de signalements.", "en": "Too many <reports>."}}
    row = DecisionRow(
        command_id=kept.id, stream="report", stream_id=kept.stream_id, command="{}",
        actor="source:raise-page", authority="signed-link", door="raise-page", exercise=False,
        at=scene.late.at, facts="{}", config_version=1, rules_version=1, accepted=False,
        answer=json.dumps({"rule": "too-many", "overridable": False, **words}),
    )  # fmt: skip
    scene.service.store.transact([lambda unit: unit.record(row)])
    mark = scene.service.links.kept(kept.id, scene.late.at)
    for query in ("", f"&kept={mark}"):
        page = await scene.visitor.get(f"/t/{kept.stream_id}?lang=en{query}")
        assert page.status == 200
        assert "Your report is refused: Too many &lt;reports&gt;." in page.text
        assert KEPT["en"] not in page.text


async def test_a_page_tells_the_answer_to_whoever_looks_again(scene: Scene) -> None:
    """Done is said to be done, and a refusal is never lost because it came late."""
    visitor = scene.visitor
    await visitor.log_in("e102")
    for fields, said in (
        ({"type": "take-role", "f.role": "lead"}, "is done."),
        ({"type": "change-severity", "f.to": "S9"}, "is not done. Refused ("),
    ):
        reply = await visitor.submit(scene.room, fields)
        await scene.decide()
        page = await followed(scene, reply, "en")
        assert said in page.text
        assert KEPT["en"] not in page.text


async def test_a_link_tells_what_became_of_its_answer(scene: Scene) -> None:
    """Pressed thrice while nothing was answered: what stands is said, and what could not be."""
    fields = {"choice": "accept", "press": "0123456789abcdef"}
    first = await scene.visitor.submit(scene.link, fields)
    again = await scene.visitor.submit(scene.link, fields | {"press": "0123456789abcde0"})
    other = await scene.visitor.submit(scene.link, fields | {"choice": "decline"})
    await scene.decide()
    for kept in (first, again):
        page = await followed(scene, kept, "en")
        assert "Noted: you have accepted." in page.text
        assert "could not be taken" not in page.text
        assert KEPT["en"] not in page.text
    page = await followed(scene, other, "en")
    assert "Your answer could not be taken. You accepted this role." in page.text


@pytest.mark.parametrize("mark", ["", "rubbish", "2026-11-22T14:05"])
async def test_only_what_we_said_is_shown_as_kept(scene: Scene, mark: str) -> None:
    """An address that somebody made up calms nobody."""
    await scene.visitor.log_in("e102")
    for path in (scene.room, "/t/r-none", scene.link):
        page = await scene.visitor.get(f"{path}?lang=en&kept={mark}")
        assert KEPT["en"] not in page.text


async def test_the_mark_of_one_report_is_not_that_of_another(scene: Scene) -> None:
    """The address of a report that nobody sent does not borrow the mark of one that was."""
    mark = scene.service.links.kept("submit-r-one", scene.late.at)
    page = await scene.visitor.get(f"/t/r-two?lang=en&kept={mark}")
    assert page.status == 404
    assert KEPT["en"] not in page.text


async def test_the_same_command_again_is_answered_once_there_is_an_answer(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G1: a repeat changes nothing, and tells the lines on the record that the first one made."""
    said = {
        "type": "record-measure", "incident": scene.incident.id, "as": "e102",
        "id": "0197-abcd", "fields": {"measure": "Pump on"},
    }  # fmt: skip
    kept = await scene.visitor.post("/commands", said, Authorization=AUTH)
    assert (kept.status, kept.json["command_id"]) == (202, "0197-abcd")
    await scene.decide()
    monkeypatch.setattr(Embedded, "inbox", property(lambda _: scene.rules))
    reply = await scene.visitor.post("/commands", said, Authorization=AUTH)
    assert reply.status == 200
    assert "MeasureRecorded" in [one["type"] for one in reply.json["events"]]
    assert all(one["line"]["en"] for one in reply.json["events"])
    recorded = scene.service.events("incident", scene.incident.id)
    assert reply.json["events"][-1]["seq"] == recorded[-1].seq


async def test_what_is_done_is_told_when_its_lines_cannot_be_read(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Decided, then nothing can be read: done, without its lines; never "nothing was kept"."""
    read = scene.service.store.read

    class Leaving:
        """Decides, and takes the store away with it."""

        async def submit(self, command: Command) -> Decision:
            """Decide."""
            decision = await scene.rules.submit(command)
            monkeypatch.setattr(scene.service.store, "read", away)
            assert isinstance(decision, Decision)
            return decision

    def away(*_: object) -> None:
        raise Unavailable("the store is away")

    leaving = Leaving()
    monkeypatch.setattr(Embedded, "inbox", property(lambda _: leaving))
    reply = await command(scene)
    monkeypatch.setattr(scene.service.store, "read", read)
    assert reply.status == 200
    assert reply.json["accepted"] is True
    assert reply.json["incident"] == scene.incident.id
