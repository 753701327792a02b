"""The page behind the link in a message: a person's button counts, nothing else does."""

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from crisis.core.commands import AcceptRoles, DeclineRoles, RescheduleWorks
from crisis.core.incident import Incident, Offer
from crisis.core.window import Works
from crisis.ports import DeliveryRow, MessageRow, TextRow
from tests.web.fakes import FakeService, FakeVisitor, Reply


def put(service: FakeService, *, offer: str | None = "open", exercise: bool = False) -> str:
    """A delivery whose message makes an offer (or none); answers the path of its link."""
    now = service.clock.now()
    message = MessageRow(
        id="m1", incident_id="i1", number=1, kind="role_offer", audience=None, phase="open",
        urgency="immediate", life_safety=False, exercise=exercise, lane="now", released_at=now,
        texts={"fr": "m1.fr", "en": "m1.en"}, sender="Ada", contact="desk, +33 6 39 98 01 01",
        offer_id="o1" if offer else None,
    )  # fmt: skip
    delivery = DeliveryRow(
        id="d1", message_id="m1", incident_id="i1", recipient_id="p1", medium="mail",
        channel="email", rung=0, lane="now", language="en", state="sent", next_attempt_at=now,
    )  # fmt: skip
    words = {"subject": "Lead <b>now</b>?", "text": "Flood\nin the hall", "short": "Flood"}
    text = TextRow(id="m1.en", owner="i1", salt="s", content=json.dumps(words))
    for result in service.store.transact(
        [
            lambda unit: unit.add_texts([text]),
            lambda unit: unit.add_messages([message]),
            lambda unit: unit.add_deliveries([delivery]),
        ]
    ):
        assert result is None
    stand(service, offer)
    return path_of(service.links.acknowledgement("d1", message.offer_id))


def stand(service: FakeService, offer: str | None) -> None:
    """Where the offer stands in the incident."""
    now = service.clock.now()
    offers = {}
    if offer:
        offers["o1"] = Offer(
            person="p1", roles=("lead",), ranks=("holder",),
            made_at=now, accept_by=now + timedelta(minutes=5),
            state=offer,  # type: ignore[arg-type]  # the test names any state
        )  # fmt: skip
    service.incidents["i1"] = Incident(
        id="i1", key="k", exercise=False, kind="flood", playbook="flood", playbook_digest="d",
        site="annex", building=None, place=None, by_machine=False, observed_at=now,
        opened_at=now, severity="S2", danger="no", hours="office", hours_until=None, last_at=now,
        offers=offers,
    )  # fmt: skip


def path_of(url: str) -> str:
    """The path of one of our addresses."""
    return url.removeprefix("http://crisis.test")


def press_of(page: Reply) -> str:
    """The id that the page gives its buttons."""
    found = re.search(r'name="press" value="([^"]+)"', page.text)
    assert found is not None
    return found[1]


async def test_looking_changes_nothing(visitor: FakeVisitor) -> None:
    """GET and HEAD, however often, as a mail scanner does: no command, no acknowledgement."""
    path = put(visitor.service)
    for _ in range(3):
        page = await visitor.get(f"{path}?choice=accept&press=0197-aaaa")
        assert page.status == 200
        assert (await visitor.head(path)).status == 200
    assert not visitor.service.inbox.commands
    assert not visitor.service.acknowledged


async def test_the_page_is_private(visitor: FakeVisitor) -> None:
    """Not stored, not indexed, not passed on to anybody by the browser."""
    page = await visitor.get(put(visitor.service))
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page.headers["X-Robots-Tag"]


async def test_the_message_is_shown_as_text(visitor: FakeVisitor) -> None:
    """Subject and words are escaped; the contact and the time to answer stand there."""
    page = await visitor.get(f"{put(visitor.service)}?lang=en")
    assert "Lead &lt;b&gt;now&lt;/b&gt;?" in page.text
    assert "Answer before 15:10" in page.text
    assert "desk, +33 6 39 98 01 01" in page.text
    assert page.text.count('name="choice"') == 2


@pytest.mark.parametrize(("choice", "body"), [("accept", AcceptRoles), ("decline", DeclineRoles)])
async def test_a_button_is_the_act_of_the_person_who_was_asked(
    visitor: FakeVisitor, choice: str, body: type
) -> None:
    """Pressing becomes a command in the person's name, and stops the ladder."""
    path = put(visitor.service)
    page = await visitor.get(path)
    fields = {"choice": choice, "press": press_of(page)}
    assert (await visitor.submit(path, fields)).status == 200
    [command] = visitor.service.inbox.commands
    assert isinstance(command.body, body)
    assert (command.actor.kind, command.actor.id) == ("person", "p1")
    assert (command.authority, command.door) == ("signed-link", "acknowledgement")
    assert visitor.service.acknowledged == ["d1"]


async def test_pressing_twice_is_one_act(visitor: FakeVisitor) -> None:
    """A double press is the same command; afterwards the page says what stands, without buttons."""
    path = put(visitor.service)
    fields = {"choice": "accept", "press": press_of(await visitor.get(path))}
    await visitor.submit(path, fields)
    stand(visitor.service, "accepted")
    again = await visitor.submit(f"{path}?lang=en", fields)
    assert len(visitor.service.inbox.commands) == 1
    assert "you have accepted" in again.text
    assert 'name="choice"' not in (await visitor.get(path)).text


@pytest.mark.parametrize(
    ("state", "says"),
    [("declined", "you cannot"), ("lapsed", "You can still answer"), ("withdrawn", "no longer")],
)
async def test_the_page_says_what_stands(visitor: FakeVisitor, state: str, says: str) -> None:
    """Declined, too late, or not needed any more: the reader is told, kindly."""
    page = await visitor.get(f"{put(visitor.service, offer=state)}?lang=en")
    assert says in page.text


async def test_a_refusal_reaches_the_reader(visitor: FakeVisitor) -> None:
    """Why an answer cannot be taken stands on the page, in the reader's language."""
    path = put(visitor.service)
    press = press_of(await visitor.get(path))
    visitor.service.inbox.refuse = ("accept", {"fr": "Trop tard.", "en": "Somebody else has."})
    reply = await visitor.submit(f"{path}?lang=en", {"choice": "accept", "press": press})
    assert "Somebody else has." in reply.text
    assert 'role="alert"' in reply.text


async def test_a_message_is_read_by_one_button(visitor: FakeVisitor) -> None:
    """Without an offer there is one button; it stops the ladder and asks nothing of the rules."""
    path = put(visitor.service, offer=None)
    page = await visitor.get(f"{path}?lang=en")
    assert page.text.count('name="choice"') == 1
    reply = await visitor.submit(f"{path}?lang=en", {"choice": "read"})
    assert "Noted. Thank you." in reply.text
    assert visitor.service.acknowledged == ["d1"]
    assert not visitor.service.inbox.commands


@pytest.mark.parametrize(
    "fields",
    [{}, {"choice": "accept"}, {"choice": "accept", "press": "<x>"}, {"choice": "yes"}, {"a": "b"}],
)
async def test_a_post_without_a_choice_counts_for_nothing(
    visitor: FakeVisitor, fields: dict[str, str]
) -> None:
    """A scanner that posts the form without its button has answered nothing."""
    reply = await visitor.submit(put(visitor.service), fields)
    assert reply.status == 400
    assert not visitor.service.acknowledged
    assert not visitor.service.inbox.commands


async def test_old_links_are_told_kindly(visitor: FakeVisitor) -> None:
    """After three days the link does nothing more, and says whom to call."""
    path = put(visitor.service)
    visitor.service.clock.at += timedelta(hours=73)
    for reply in (
        await visitor.get(f"{path}?lang=en"),
        await visitor.submit(f"{path}?lang=en", {"choice": "accept", "press": "0197-aaaa"}),
    ):
        assert reply.status == 410
        assert "+33 6 39 98 01 01" in reply.text
    assert not visitor.service.inbox.commands


async def test_links_that_are_none_are_told_kindly(visitor: FakeVisitor) -> None:
    """A cut-off link, or one to a message that is gone: 404, and whom to call."""
    path = put(visitor.service)
    gone = path_of(visitor.service.links.acknowledgement("d9"))
    for bad in (path[:-3], "/a/rubbish", gone):
        reply = await visitor.get(f"{bad}?lang=fr")
        assert reply.status == 404
        assert "téléphonez" in reply.text


async def test_another_page_cannot_press(visitor: FakeVisitor) -> None:
    """A form that another site sends is refused; a browser that hides where it is from is not."""
    path = put(visitor.service)
    fields = {"choice": "accept", "press": press_of(await visitor.get(path))}
    assert (await visitor.submit(path, fields, Sec_Fetch_Site="cross-site")).status == 403
    assert (await visitor.submit(path, fields, Origin="null")).status == 200


async def test_an_exercise_says_so(visitor: FakeVisitor) -> None:
    """G9: the page of an exercise says that it is one, in its title and on top."""
    page = await visitor.get(f"{put(visitor.service, exercise=True)}?lang=en")
    assert page.text.count("EXERCISE") == 2


async def test_an_erased_message_still_takes_its_answer(visitor: FakeVisitor) -> None:
    """When the words are gone the buttons are still there."""
    path = put(visitor.service)
    visitor.service.store.__init__()
    put_without_words(visitor.service)
    assert (await visitor.get(path)).text.count('name="choice"') == 2


def put_without_words(service: FakeService) -> None:
    """The same delivery, its text erased."""
    now = service.clock.now()
    message = MessageRow(
        id="m1", incident_id="i1", number=1, kind="role_offer", audience=None, phase="open",
        urgency="immediate", life_safety=False, exercise=False, lane="now", released_at=now,
        texts={"en": "erased"}, sender="Ada", contact="desk", offer_id="o1",
    )  # fmt: skip
    delivery = DeliveryRow(
        id="d1", message_id="m1", incident_id="i1", recipient_id="p1", medium="mail",
        channel="email", rung=0, lane="now", language="en", state="sent",
    )  # fmt: skip
    service.store.transact(
        [
            lambda unit: unit.add_messages([message]),
            lambda unit: unit.add_deliveries([delivery]),
        ]
    )


async def test_one_press_says_that_works_last_longer(visitor: FakeVisitor) -> None:
    """G8: whoever was asked presses once; the end that stands and half an hour, by their name."""
    service = visitor.service
    path = asked_in_time(service)
    page = await visitor.get(path)
    assert "Ce sera terminé" in page.text
    ends = service.clock.now() + timedelta(minutes=20)
    form = {"choice": "longer-30m", "press": press_of(page), "ends": ends.isoformat()}
    assert (await visitor.submit(path, form)).status == 200
    [command] = service.inbox.commands
    assert command.body == RescheduleWorks(ends_at=ends + timedelta(minutes=30))
    assert (command.actor.person, command.authority) == ("p1", "signed-link")
    assert service.acknowledged


@pytest.mark.parametrize(
    "wrong",
    [{"ends": "soon"}, {"ends": "2026-11-22T14:05:00"}, {"choice": "longer-9h"}, {"press": "!"}],
)
async def test_what_no_button_says_changes_no_end(
    visitor: FakeVisitor, wrong: dict[str, str]
) -> None:
    """A time without a zone, a button that is not there: nothing is announced to anybody."""
    path = asked_in_time(visitor.service)
    ends = visitor.service.clock.now().isoformat()
    form = {"choice": "longer-30m", "press": "0197-aaaa", "ends": ends} | wrong
    assert (await visitor.submit(path, form)).status == 400
    assert not visitor.service.inbox.commands


async def test_the_end_is_not_for_those_who_were_not_asked(visitor: FakeVisitor) -> None:
    """Works that are over, or a message to an audience: its readers announce nothing."""
    service = visitor.service
    path = asked_in_time(service)
    service.incidents["i1"] = replace(service.incidents["i1"], phase="normal")
    form = {
        "choice": "longer-1h", "press": "0197-aaaa", "ends": service.clock.now().isoformat(),
    }  # fmt: skip
    assert (await visitor.submit(path, form)).status == 400
    assert "Ce sera terminé" not in (await visitor.get(path)).text


def asked_in_time(service: FakeService) -> str:
    """Works that go on, and the link of somebody who was asked whether they end in time."""
    put(service, offer=None)
    now = service.clock.now()
    works = Works(starts_at=now - timedelta(hours=4), ends_at=now + timedelta(minutes=20), seq=1)
    service.incidents["i1"] = replace(service.incidents["i1"], works=works)
    with service.store.read() as view:
        row = view.message("m1")
    assert row is not None
    asked = replace(row, id="m2", number=2, kind="reminder", acknowledge=True)
    delivery = DeliveryRow(
        id="d2", message_id="m2", incident_id="i1", recipient_id="p1", medium="mail",
        channel="email", rung=0, lane="soon", language="en", state="sent", next_attempt_at=now,
    )  # fmt: skip
    for result in service.store.transact(
        [lambda unit: unit.add_messages([asked]), lambda unit: unit.add_deliveries([delivery])]
    ):
        assert result is None
    return path_of(service.links.acknowledgement("d2"))
