"""The doors for those who run the service: commands, content, and call-backs of providers."""

from datetime import UTC, datetime
from typing import Any

import pytest

from crisis.core import commands as c
from crisis.ports import StreamRow
from crisis.web.asking import ASKABLE
from crisis.web.times import Wall
from tests.web.fakes import OPERATOR_TOKEN, FakeVisitor
from tests.web.test_acknowledgement import stand

AUTH = f"Bearer {OPERATOR_TOKEN}"
NOW = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)


async def ask(visitor: FakeVisitor, **body: Any) -> Any:
    """Ask as the command line does."""
    return await visitor.post("/commands", body, Authorization=AUTH, Accept_Language="en")


def put_stream(visitor: FakeVisitor, *, exercise: bool = False) -> None:
    """One open incident, ``i1``, in which p1 was offered the lead."""
    stand(visitor.service, "open")
    row = StreamRow(
        stream="incident", stream_id="i1", version=1, head="", exercise=exercise,
        config_version=1, key="k",
    )  # fmt: skip
    visitor.service.store.transact([lambda unit: unit.save_stream(row, expected_version=0)])


async def test_a_command_carries_who_for_whom_when_and_why(visitor: FakeVisitor) -> None:
    """Actor, proxy, real time, override and prose: everything the record must know."""
    put_stream(visitor, exercise=True)
    reply = await ask(
        visitor, type="record-measure", incident="i1", id="0197-abcd",
        fields={"measure": {"fr": "Pompe", "en": "Pump"}, "expected_result": "Dry"},
        **{"as": "p1", "for": "p2"}, happened_at="14:00", override="no time",
    )  # fmt: skip
    assert reply.status == 200, reply.text
    assert reply.json["incident"] == "i1"
    [command] = visitor.service.inbox.commands
    assert command.id == "0197-abcd"
    assert command.actor == c.Actor(kind="person", id="p1", for_person="p2")
    assert command.happened_at == datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
    assert (command.authority, command.door, command.exercise) == ("operator", "command-line", True)
    assert [one.ref for one in command.prose] == [
        command.body.measure, command.body.expected_result, command.override,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"type": "record-mesure", "fields": {"measure": "x"}}, "/type"),
        ({"type": "fulfil", "fields": {}}, "/type"),
        ({"type": "note-sent", "fields": {}}, "/type"),
        ({"type": "say", "fields": {"audience": "x"}}, "/fields/audience"),
        ({"type": "say", "fields": {"audiences": "x"}}, "/fields/audiences"),
        ({"type": "say", "fields": {"words": ""}}, "/fields/words"),
        ({"type": "say", "fields": {"words": 7}}, "/fields/words"),
        ({"type": "say", "fields": {"words": {"fr": 7}}}, "/fields/words"),
        ({"type": "say", "fields": {"words": "x" * 4001}}, "/fields/words"),
        ({"type": "complete-step"}, "/fields/step"),
        ({"type": "report-contractor", "fields": {"step": "s", "stage": "gone"}}, "/fields/stage"),
        (
            {
                "type": "report-contractor",
                "fields": {"step": "s", "stage": "eta", "eta_at": "soon"},
            },
            "/fields/eta_at",
        ),
        ({"type": "send-brief", "happened_at": "yesterday"}, "/happened_at"),
        ({"type": "send-brief", "as": "stranger"}, "/as"),
        ({"type": "send-brief", "for": "Not A Name"}, "/for"),
        ({"type": "send-brief", "incident": "i9"}, "/incident"),
        ({"type": "send-brief", "override": ""}, "/override"),
        ({"type": "accept-roles", "as": "p2"}, "/fields/offer_id"),
        ({"fields": {}}, "/type"),
        ({"type": "send-brief", "colour": "red"}, "/colour"),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_asked(
    visitor: FakeVisitor, body: dict[str, Any], pointer: str
) -> None:
    """Each mistake has its place and a way out; the rules never see it."""
    put_stream(visitor)
    reply = await ask(visitor, **body)
    assert reply.status == 422
    assert pointer in [error["pointer"] for error in reply.json["errors"]]
    assert not visitor.service.inbox.commands


async def test_the_only_open_incident_needs_no_name(visitor: FakeVisitor) -> None:
    """At 3 a.m. nobody types an id that can be only one; with none, or two, it is asked for."""
    none = await ask(visitor, type="send-brief")
    assert none.json["type"] == "urn:crisis:problem:which-incident"
    put_stream(visitor)
    assert (await ask(visitor, type="send-brief")).json["incident"] == "i1"
    accepted = await ask(visitor, type="accept-roles", fields={"offer_id": "o1"})
    assert accepted.status == 200
    command = visitor.service.inbox.commands[-1]
    assert command.actor == c.Actor(kind="person", id="p1")


async def test_ids_that_nobody_can_know_are_made(visitor: FakeVisitor) -> None:
    """A promise gets its id at the door; its time is read by the clock of the site."""
    put_stream(visitor)
    fields = {"audience": "a", "words": "dry", "due_at": "16:00"}
    assert (await ask(visitor, type="make-promise", fields=fields)).status == 200
    body = visitor.service.inbox.commands[-1].body
    assert body.promise_id.startswith("p-")
    assert body.due_at == datetime(2026, 11, 22, 15, 0, tzinfo=UTC)


async def test_a_refusal_names_its_rule(visitor: FakeVisitor) -> None:
    """409 with the rule and the reason, in the asker's language."""
    put_stream(visitor)
    visitor.service.inbox.refuse = ("close", {"fr": "Non.", "en": "Not yet."})
    reply = await ask(visitor, type="close-incident", **{"as": "p1"})
    assert (reply.status, reply.json["rule"], reply.json["detail"]) == (409, "close", "Not yet.")


async def test_commands_are_bounded(visitor: FakeVisitor) -> None:
    """Too large, empty, or no JSON: refused, nothing kept, for commands and for content."""
    for path in ("/commands", "/organisation"):
        large = b"x" * (9_000_000 if path == "/organisation" else 1_100_000)
        for body, status in ((large, 413), (b"", 400), (b"{", 400), (b"[]", 422)):
            assert (await visitor.post(path, body, Authorization=AUTH)).status == status
    assert not visitor.service.set_aside


def test_the_rules_own_commands_cannot_be_asked_for() -> None:
    """What only the service itself says is not on the list; everything else is."""
    assert {"declare", "link-report", "note-sent", "fulfil"}.isdisjoint(ASKABLE)
    assert {"accept-roles", "complete-step", "say", "verify-action"} <= set(ASKABLE)


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("14:05", "2026-11-22T13:05"),
        ("14h05", "2026-11-22T13:05"),
        ("7h", "2026-11-22T06:00"),
        ("02:00", "2026-11-23T01:00"),
        ("2026-11-23T08:00", "2026-11-23T07:00"),
        ("2026-11-23T08:00+00:00", "2026-11-23T08:00"),
    ],
)
def test_times_are_read_by_the_clock_on_the_wall(written: str, utc: str) -> None:
    """A bare time is the nearest one at the site; anything more exact is taken as it is."""
    read = Wall("Europe/Paris", NOW).read("/at", written).astimezone(UTC)
    assert read.isoformat().startswith(utc)


def test_a_time_near_midnight_is_the_nearest_one() -> None:
    """At ten to midnight, 00:10 is in twenty minutes; just after it, 23:50 was just now."""
    late = Wall("Europe/Paris", datetime(2026, 11, 22, 22, 50, tzinfo=UTC))
    early = Wall("Europe/Paris", datetime(2026, 11, 22, 23, 10, tzinfo=UTC))
    assert late.read("/at", "00:10", past=True).isoformat() == "2026-11-22T00:10:00+01:00"
    assert late.read("/at", "00:10").isoformat() == "2026-11-23T00:10:00+01:00"
    assert early.read("/at", "23:50").isoformat() == "2026-11-22T23:50:00+01:00"


async def test_a_folder_is_put_into_the_store(visitor: FakeVisitor) -> None:
    """A new version answers with its number; anything but files of text is refused."""
    reply = await visitor.post("/organisation", {"files": {"a": "b"}}, Authorization=AUTH)
    assert (reply.status, reply.json["version"]) == (200, 1)
    wrong = await visitor.post("/organisation", {"files": {"a": 7}}, Authorization=AUTH)
    assert wrong.json["errors"][0]["pointer"] == "/files/a"
    assert (await visitor.post("/organisation", {"files": {"a": "b"}})).status == 401
    assert len(visitor.service.folders) == 1


async def test_a_folder_with_mistakes_changes_nothing(
    visitor: FakeVisitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every finding comes back with its file, line and column."""
    from crisis.yamlfile import Finding, NotAcceptable

    async def refuse(_: object) -> None:
        raise NotAcceptable([Finding("people.yaml", 3, 5, "nobody", "there is nobody")])

    monkeypatch.setattr(visitor.service, "apply", refuse)
    reply = await visitor.post("/organisation", {"files": {"a": "b"}}, Authorization=AUTH)
    assert reply.status == 422
    assert reply.json["errors"] == [
        {"pointer": "/files/people.yaml", "detail": "people.yaml:3:5 [nobody] there is nobody"}
    ]


GATEWAY = {
    "url": "http://127.0.0.1:1/send",
    "callback": {
        "reference": "/id",
        "state": "/state",
        "delivered": ["ok"],
        "failed": ["no"],
        "signature": {"scheme": "token", "secret": "hook"},
    },
}


async def test_call_backs_need_a_gateway_that_has_them(visitor: FakeVisitor) -> None:
    """An unknown channel, or one that is no gateway, has no call-backs."""
    for name in ("none", "email"):
        assert (await visitor.post(f"/callbacks/{name}", b"{}")).status == 404
    assert not visitor.service.receipts


async def test_a_providers_word_reaches_the_ledger(visitor: FakeVisitor) -> None:
    """A call-back that is signed as agreed becomes a receipt; any other is refused."""
    visitor.service.organisation().settings.channels["sms"].own = lambda: GATEWAY
    visitor.service.secrets = {"hook": "s3cret"}
    told = {"id": "ref-1", "state": "ok"}
    assert (await visitor.post("/callbacks/sms/wrong", told)).status == 403
    assert (await visitor.post("/callbacks/sms/s3cret", told)).status == 204
    assert (await visitor.post("/callbacks/sms?token=s3cret", told)).status == 204
    assert (await visitor.post("/callbacks/sms/s3cret", b"x" * 70_000)).status == 413
    [first, again] = visitor.service.receipts
    assert first == again
    assert first[0] == "sms"
    [receipt] = first[1]
    assert (receipt.provider_ref, receipt.state) == ("ref-1", "delivered")


async def test_an_action_is_given_to_somebody_who_exists(visitor: FakeVisitor) -> None:
    """G10: by id or by name; whoever is not known is refused, and those with a like name told."""
    put_stream(visitor)
    people = visitor.service.organisation().configuration.people.people
    name = people["p1"].name
    fields = {"what": "Mend the valve", "due_at": "2027-01-10T12:00"}

    async def given(owner: str) -> Any:
        return await ask(
            visitor, type="agree-action", incident="i1", fields={**fields, "owner": owner},
            **{"as": "p1"},
        )  # fmt: skip

    for owner in ("p1", name.upper(), f"{name} (p1)"):
        assert (await given(owner)).status == 200
    assert {one.body.owner for one in visitor.service.inbox.commands} == {"p1"}
    refused = await given(name[:-2] + "x")
    assert refused.status == 422
    assert f"{name} (p1)" in refused.text
    assert "/fields/owner" in refused.text
