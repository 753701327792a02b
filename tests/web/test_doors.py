"""The doors for machines: what is taken in, what is refused, and what is kept of it."""

import asyncio
import json
from base64 import b64encode
from typing import Any

import pytest

from crisis.core.commands import SubmitReport
from crisis.core.report import report_id
from tests.unit.intake.test_alertmanager import webhook
from tests.web.fakes import OPERATOR_TOKEN, TOKEN, FakeVisitor

AUTH = f"Bearer {TOKEN}"
HOOK = "/hooks/alertmanager"


def body(**changes: Any) -> bytes:
    """A webhook as bytes."""
    return json.dumps(webhook(**changes)).encode()


async def test_a_report_is_answered_after_it_is_durable(visitor: FakeVisitor) -> None:
    """G1: 202 with a report id and a tracking address, after the inbox has answered."""
    reply = await visitor.post(HOOK, body(), Authorization=AUTH)
    assert reply.status == 202
    [command] = visitor.service.inbox.commands
    assert isinstance(command.body, SubmitReport)
    assert reply.json == {
        "report_id": command.stream_id,
        "tracking": f"http://crisis.test/t/{command.stream_id}",
    }
    assert reply.headers["Location"] == reply.json["tracking"]
    assert (command.actor.kind, command.actor.id) == ("source", "prometheus")
    assert (command.authority, command.door) == ("source-token", "alertmanager")


async def test_the_same_body_again_has_the_same_report_id(visitor: FakeVisitor) -> None:
    """A sender that repeats itself gets the first answer, and makes no second report."""
    first = await visitor.post(HOOK, body(), Authorization=AUTH)
    again = await visitor.post(HOOK, body(), Authorization=AUTH)
    assert first.json == again.json
    assert len(visitor.service.inbox.commands) == 1


async def test_the_idempotency_key_names_the_report(visitor: FakeVisitor) -> None:
    """The same key is the same report, whatever the body says the second time."""
    replies = [
        await visitor.post(
            "/reports", {"kind": "flood", "what": what}, Authorization=AUTH, Idempotency_Key="k1"
        )
        for what in ("water", "more water")
    ]
    assert {reply.json["report_id"] for reply in replies} == {report_id("prometheus", "k1")}


@pytest.mark.parametrize("path", ["/reports", HOOK, "/commands"])
@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer wrong",
        "Bearer ",
        "Basic !!!",
        "Basic " + b64encode(b"user:wrong").decode(),
        "Basic " + b64encode(b"\xff:\xff").decode(),
        "Digest x",
    ],
)
async def test_nothing_is_read_or_kept_without_a_token(
    visitor: FakeVisitor, path: str, header: str
) -> None:
    """401 for a missing or unknown token, a missing secret included; nothing is kept."""
    headers = {"Authorization": header} if header else {}
    reply = await visitor.post(path, body(), **headers)
    assert reply.status == 401
    assert reply.headers["WWW-Authenticate"].startswith("Bearer")
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert not visitor.service.set_aside
    assert not visitor.service.inbox.commands


async def test_a_token_may_come_as_a_password(visitor: FakeVisitor) -> None:
    """Senders that only know basic authentication show the token as the password."""
    basic = "Basic " + b64encode(f"anyone:{TOKEN}".encode()).decode()
    assert (await visitor.post(HOOK, body(), Authorization=basic)).status == 202


async def test_an_empty_body_leaves_nothing(visitor: FakeVisitor) -> None:
    """An empty body is refused; there is nothing to keep."""
    reply = await visitor.post(HOOK, b"", Authorization=AUTH)
    assert (reply.status, reply.json["type"]) == (400, "urn:crisis:problem:empty-body")
    assert not visitor.service.set_aside


async def test_truncated_json_is_kept_for_a_person(visitor: FakeVisitor) -> None:
    """A body that breaks off is refused, and its beginning stands where a person sees it."""
    cut = body()[:100]
    reply = await visitor.post(HOOK, cut, Authorization=AUTH, Accept_Language="en")
    assert (reply.status, reply.json["title"]) == (400, "The body is not complete JSON.")
    [row] = visitor.service.set_aside
    assert (row.body, row.door, row.source) == (cut, "alertmanager", "prometheus")
    assert reply.json["quarantine"] == row.id


async def test_wrong_types_name_their_place(visitor: FakeVisitor) -> None:
    """422 with a JSON pointer, the reason and what to write, in the sender's language."""
    wrong = body(alerts=[{"status": 7, "labels": {}, "startsAt": "2026-11-22T14:00:00Z"}])
    reply = await visitor.post(HOOK, wrong, Authorization=AUTH, Accept_Language="fr-FR,en;q=0.5")
    assert reply.status == 422
    assert reply.headers["Content-Language"] == "fr"
    [error] = reply.json["errors"]
    assert error["pointer"] == "/alerts/0/status"
    assert set(error) == {"pointer", "detail", "fix"}
    assert len(visitor.service.set_aside) == 1


@pytest.mark.parametrize("chunked", [False, True])
async def test_two_megabytes_are_refused_and_their_beginning_kept(
    visitor: FakeVisitor, chunked: bool
) -> None:
    """413, with the first 64 kB in quarantine, whether or not the size was announced."""
    large = b'{"x": "' + b"a" * 2_000_000 + b'"}'

    async def pieces() -> Any:
        for start in range(0, len(large), 65_536):
            yield large[start : start + 65_536]

    reply = await visitor.post(HOOK, pieces() if chunked else large, Authorization=AUTH)
    assert (reply.status, reply.json["type"]) == (413, "urn:crisis:problem:too-large")
    [row] = visitor.service.set_aside
    assert row.body == large[:64_000]


async def test_refusals_leave_the_service_running(visitor: FakeVisitor) -> None:
    """After every kind of bad input the next good report is taken in."""
    for bad in (b"", b"{", b"[]", b"7", b"\xff" * 10, b"x" * 1_200_000, b'{"a":' * 5000):
        assert (await visitor.post(HOOK, bad, Authorization=AUTH)).status in {400, 413, 422}
    assert (await visitor.post(HOOK, body(), Authorization=AUTH)).status == 202


async def test_a_refusal_of_the_rules_says_which_and_why(visitor: FakeVisitor) -> None:
    """The rules' reason reaches the sender in its language, with the name of the rule."""
    visitor.service.inbox.refuse = ("some_rule", {"fr": "Non.", "en": "No."})
    reply = await visitor.post(HOOK, body(), Authorization=AUTH, Accept_Language="en")
    assert (reply.status, reply.json["rule"], reply.json["detail"]) == (409, "some_rule", "No.")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_store_that_is_away_is_never_answered_with_success(visitor: FakeVisitor) -> None:
    """G1: what is not durable is told to be not kept, so that the sender sends it again."""
    visitor.service.inbox.broken = True
    reply = await visitor.post(HOOK, body(), Authorization=AUTH)
    assert (reply.status, reply.headers["Retry-After"]) == (503, "5")
    assert reply.headers["Content-Type"] == "application/problem+json"


async def test_the_operators_token_raises_for_a_person(visitor: FakeVisitor) -> None:
    """The command line raises as the person it names, or as nobody in particular."""
    auth = f"Bearer {OPERATOR_TOKEN}"
    await visitor.post("/reports", {"kind": "flood", "on_behalf_of": "p1"}, Authorization=auth)
    await visitor.post("/reports", {"kind": "flood"}, Authorization=auth)
    by_name, by_nobody = visitor.service.inbox.commands
    assert (by_name.actor.kind, by_name.actor.id, by_name.authority) == ("person", "p1", "operator")
    assert (by_nobody.actor.kind, by_nobody.actor.id) == ("source", "operator")


async def test_other_methods_and_addresses_are_refused(visitor: FakeVisitor) -> None:
    """A GET changes nothing at a door; an unknown address says so."""
    reply = await visitor.get(HOOK)
    assert (reply.status, reply.headers["Allow"]) == (405, "POST")
    assert (await visitor.get("/nowhere")).status == 404


async def test_every_answer_keeps_the_browser_out_of_trouble(visitor: FakeVisitor) -> None:
    """Nothing from outside may be loaded, nothing be kept, nothing be framed."""
    headers = (await visitor.get("/healthz")).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"


async def test_a_slow_sender_does_not_hold_the_door(
    visitor: FakeVisitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A body that does not come is given up after a while."""
    monkeypatch.setattr("crisis.web.body._READ_WITHIN", 0.05)

    async def slow() -> Any:
        yield b'{"version":'
        await asyncio.sleep(0.3)
        yield b'"4"}'

    reply = await visitor.post(HOOK, slow(), Authorization=AUTH)
    assert (reply.status, reply.json["type"]) == (408, "urn:crisis:problem:too-slow")
