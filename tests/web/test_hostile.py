"""What an attacker, a slip of the finger and a broken page do at the door: never a crash."""

import logging
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
import structlog.testing

from crisis.intake.faults import BadPayload
from crisis.ports import Unavailable
from crisis.web.times import Wall
from tests.web.fakes import OPERATOR_TOKEN, FakeVisitor
from tests.web.house import open_house

AUTH = f"Bearer {OPERATOR_TOKEN}"
NOW = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
WALL = Wall("Europe/Paris", NOW)


@pytest.mark.parametrize("path", ["/login", "/me", "/incidents/i-1/by-hand", "/incidents/i-1"])
async def test_a_form_that_is_too_large_is_refused_everywhere(
    visitor: FakeVisitor, path: str
) -> None:
    """A page answers 413 in words, to a person and to a program; nothing breaks."""
    await visitor.log_in("p1")
    reply = await visitor.post(path, b"x=" + b"y" * 70_000, Accept="text/html")
    assert reply.status in {413, 404}
    reply = await visitor.post(path, b"x=" + b"y" * 70_000)
    assert reply.status in {413, 404}


async def test_the_log_of_a_broken_page_quotes_nobody(
    visitor: FakeVisitor, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """What broke is logged by its place in the code: the message may quote somebody's words."""
    broken = patch(
        "crisis.web.overview.render", side_effect=ValueError("ada.martin@example.org said so")
    )
    await visitor.log_in("p1")
    with broken, structlog.testing.capture_logs() as logged, caplog.at_level(logging.DEBUG):
        reply = await visitor.get("/", Accept="text/html")
    assert reply.status == 503
    [line] = [one for one in logged if one["event"] == "request_failed"]
    assert line["error"] == "ValueError"
    assert any("overview.py" in place for place in line["where"])
    seen = f"{logged} {caplog.text} {capfd.readouterr()}"
    assert "ada.martin" not in seen


async def test_an_event_beyond_every_journal_is_not_on_record() -> None:
    """A number that no journal can hold is answered like any other that is not there."""
    async with open_house() as (visitor, _):
        for seq in ("0", "7", "9" * 40):
            reply = await visitor.get(f"/record/incidents/i-1/why/{seq}", Authorization=AUTH)
            assert reply.status == 404


@pytest.mark.parametrize("written", ["0001-01-01T00:00:00", "9999-12-31", "1970-01-01", "later"])
def test_a_time_that_cannot_be_right_is_named(written: str) -> None:
    """A year outside this century is refused with its place, not passed on to break later."""
    with pytest.raises(BadPayload) as refused:
        WALL.read("/happened_at", written, past=True)
    assert refused.value.faults[0].pointer == "/happened_at"


def test_what_happened_did_not_happen_tomorrow() -> None:
    """An act that is entered later lies in the past; a clock that runs ahead a little is now."""
    with pytest.raises(BadPayload):
        WALL.read("/happened_at", "2026-11-23T14:05", past=True)
    ahead = (NOW + timedelta(seconds=30)).isoformat()
    assert WALL.read("/happened_at", ahead, past=True) == NOW


def test_by_friday_is_until_the_end_of_friday() -> None:
    """A date alone is the end of that day, by the clock of the site."""
    due = WALL.read("/due_at", "2026-11-27")
    assert due == datetime(2026, 11, 27, 22, 59, tzinfo=UTC)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_store_that_is_busy_or_away_is_said_at_every_door(visitor: FakeVisitor) -> None:
    """G1: 503 with when to try again: to a machine as a problem, to a person on a page."""

    def away(*_: object, **__: object) -> None:
        raise Unavailable("nothing can be read: disk I/O error at ada.martin@example.org")

    await visitor.log_in("p1")
    with (
        patch.object(visitor.service.inbox, "submit", away),
        structlog.testing.capture_logs() as log,
    ):
        asked = await visitor.post("/reports", {"kind": "flood"}, Authorization=AUTH)
    assert [one["event"] for one in log] == ["store_away"]
    assert "ada.martin" not in str(log)
    with patch.object(visitor.service.store, "read", away):
        health = await visitor.get("/healthz")
        page = await visitor.get("/?lang=en", Accept="text/html")
    for reply in (asked, health):
        assert (reply.status, reply.headers["Retry-After"]) == (503, "5")
        assert reply.headers["Content-Type"] == "application/problem+json"
        assert reply.json["type"] == "urn:crisis:problem:store-away"
    assert (page.status, page.headers["Retry-After"]) == (503, "5")
    assert "Nothing can be read or kept just now" in page.text
    assert page.headers["Refresh"] == "5", "a screen in a hall comes back by itself"


async def test_a_report_that_the_rules_refuse_comes_back_whole(visitor: FakeVisitor) -> None:
    """Whoever typed it on a phone reads why, and has every word of it still."""
    visitor.service.inbox.refuse = ("too-many", {"fr": "Trop de signalements.", "en": "Too many."})
    await visitor.log_in("p1")
    said = {"kind": "flood", "at": "level -1", "what": "Water <everywhere>", "danger": "yes"}
    page = await visitor.submit("/raise?lang=en", said)
    assert page.status == 409
    assert "Too many." in page.text
    assert "Water &lt;everywhere&gt;</textarea>" in page.text
    assert 'value="level -1"' in page.text
