"""Logging in, looking, and what is kept from those who may not."""

import asyncio
import re
from dataclasses import replace
from datetime import timedelta
from importlib.resources import files
from typing import get_args

import pytest

from crisis.core.events import Event, ReportAccepted, ReportRouted, ReportSetAside
from crisis.core.incident import PHASES
from crisis.core.message import Kind
from crisis.ports import Check, Health, QuarantineRow, StreamRow
from crisis.web.language import words
from crisis.web.record import NotOnRecord
from tests.web.fakes import OPERATOR_TOKEN, FakeVisitor

PAGES = (
    "/",
    "/quarantine",
    "/me",
    "/incidents/i-1",
    "/incidents/i-1/timeline",
    "/incidents/i-1/score",
)


@pytest.mark.parametrize("path", PAGES)
async def test_pages_of_the_service_need_a_session(visitor: FakeVisitor, path: str) -> None:
    """Without a session every page leads to the log-in and back; a forged cookie is none."""
    for cookie in ("", "crisis=rubbish"):
        reply = await visitor.get(path, **({"Cookie": cookie} if cookie else {}))
        assert (reply.status, reply.headers["Location"]) == (303, f"/login?then={path}")


async def test_the_token_opens_a_session_that_ends(visitor: FakeVisitor) -> None:
    """The cookie is for this site and for HTTP alone, holds no token, and ends by itself."""
    reply = await visitor.submit("/login", {"token": OPERATOR_TOKEN, "then": "/quarantine"})
    assert (reply.status, reply.headers["Location"]) == (303, "/me?then=/quarantine")
    cookie = reply.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert OPERATOR_TOKEN not in cookie
    assert (await visitor.get("/quarantine")).status == 200
    visitor.service.clock.at = visitor.service.clock.at.replace(day=24)
    assert (await visitor.get("/quarantine")).status == 303


async def test_a_wrong_token_opens_nothing(visitor: FakeVisitor) -> None:
    """The page says so, and sets no cookie; nor does a form of another page."""
    for token in ("", "wrong", "machine-token"):
        reply = await visitor.submit("/login", {"token": token})
        assert reply.status == 403
        assert "Set-Cookie" not in reply.headers
    foreign = await visitor.submit("/login", {"token": OPERATOR_TOKEN}, Sec_Fetch_Site="cross-site")
    assert foreign.status == 403
    assert "Set-Cookie" not in foreign.headers


@pytest.mark.parametrize("then", ["//evil.example", "https://evil.example", "/\\evil", "/a\nb"])
async def test_log_in_leads_nowhere_else(visitor: FakeVisitor, then: str) -> None:
    """After logging in one stays here, whatever the link said."""
    reply = await visitor.submit("/login", {"token": OPERATOR_TOKEN, "then": then})
    assert reply.headers["Location"] == "/me?then=/"


async def test_one_acts_under_a_known_name_only(visitor: FakeVisitor) -> None:
    """People are listed only once logged in; an unknown one is nobody; logging out forgets."""
    assert "Ada Martin" not in (await visitor.get("/login")).text
    await visitor.log_in("p1")
    page = await visitor.get("/me?lang=en")
    assert "Acting as Ada Martin" in page.text
    assert "Bo &lt;Lind&gt;" in page.text
    await visitor.submit("/me", {"person": "stranger"})
    assert "Acting as Ada" not in (await visitor.get("/me?lang=en")).text
    await visitor.submit("/logout", {})
    assert (await visitor.get("/me")).status == 303


async def test_what_could_not_be_read_is_seen_as_text(visitor: FakeVisitor) -> None:
    """Quarantined bodies stand on a page, escaped, with their source and the reason."""
    row = QuarantineRow(
        id="q-1", at=visitor.service.clock.now(), door="reports", source="prometheus",
        reason="not-json", body=b"<img src=x onerror=alert(1)>\xff",
    )  # fmt: skip
    await visitor.service.quarantine(row)
    await visitor.log_in()
    page = await visitor.get("/quarantine")
    assert "&lt;img src=x" in page.text
    assert "<img" not in page.text
    assert "1 " in (await visitor.get("/")).text


async def test_reports_that_led_nowhere_are_seen(visitor: FakeVisitor) -> None:
    """G1: a report without an incident is listed until somebody sees it; a routed one is not."""
    service = visitor.service
    for name, end in (
        ("r-wait", None),
        ("r-aside", ReportSetAside(reason="resolved-nothing-open")),
        ("r-routed", ReportRouted(incident_id="i-1", opened=True)),
    ):
        accepted = ReportAccepted(
            source="s", native_id=name, kind="flood", site="annex", building=None, place=None,
            what=None, by_machine=True, severity=None, danger="no", observed_at=None, group="",
            signal="firing",
        )  # fmt: skip
        bodies = [accepted] if end is None else [accepted, end]
        events = [Event(seq=n, at=service.clock.now(), body=b) for n, b in enumerate(bodies, 1)]
        service.journal["report", name] = events
        row = StreamRow(
            stream="report", stream_id=name, version=1, head="", exercise=False, config_version=1,
            parked="a bug" if name == "r-wait" else None,
        )  # fmt: skip
        service.store.transact([lambda unit, row=row: unit.save_stream(row, expected_version=0)])
    await visitor.log_in()
    page = await visitor.get("/?lang=en")
    assert "no incident is open" in page.text
    assert "not yet decided on" in page.text
    assert "r-wait: a bug" in page.text
    assert "r-routed" not in page.text
    assert "Received and kept" in (await visitor.get("/t/r-wait?lang=en")).text
    assert "has not opened an incident" in (await visitor.get("/t/r-aside?lang=en")).text
    assert (await visitor.get("/t/r-none?lang=en")).status == 404


async def test_the_language_is_the_readers(visitor: FakeVisitor) -> None:
    """``?lang=`` is kept for later pages; else the browser's weights; else the organisation's."""
    for header, spoken in (
        ("en-GB,fr;q=0.5", "en"),
        ("de, fr;q=0.2, en;q=0.9", "en"),
        ("de", "fr"),
        ("en;q=0, fr;q=x", "fr"),
        ("", "fr"),
    ):
        page = await visitor.get("/login", Accept_Language=header)
        assert f'<html lang="{spoken}">' in page.text, header
        assert page.headers["Content-Language"] == spoken
    await visitor.get("/login?lang=en")
    assert '<html lang="en">' in (await visitor.get("/login", Accept_Language="fr")).text


async def test_people_get_pages_where_machines_get_problems(visitor: FakeVisitor) -> None:
    """A browser that asks for what is not there is told on a page, with whom to call."""
    page = await visitor.get("/nowhere?lang=en", Accept="text/html")
    assert page.status == 404
    assert "+33 6 39 98 01 01" in page.text


async def test_the_look_comes_with_the_product(visitor: FakeVisitor) -> None:
    """Stylesheet, script and mark are our own files; no page names anything elsewhere."""
    for name in ("crisis.css", "crisis.js", "crisis.svg"):
        assert (await visitor.get(f"/static/{name}")).status == 200
    for template in files("crisis.web").joinpath("templates").iterdir():
        text = template.read_text("utf-8")
        assert "http://" not in text
        assert "https://" not in text
        assert not re.search(r"\son\w+=|style=|javascript:", text), template.name


async def test_an_open_page_hears_what_has_moved(visitor: FakeVisitor) -> None:
    """Server-sent events name the streams that moved beyond the last one heard, and no more."""
    assert (await visitor.get("/events")).status == 401
    await visitor.log_in()
    async with visitor.session.get(visitor.base + "/events") as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        assert await stream.content.readuntil(b"\n\n") == b"retry: 2000\nid: 0\n\n"
        append(visitor, "i-1", 1)
        append(visitor, "i-2", 1)
        visitor.service.moved.set()
        heard = await asyncio.wait_for(stream.content.readuntil(b"\n\n"), 5)
        assert heard == b'event: changed\nid: 2\ndata: ["i-1", "i-2"]\n\n'
    again = {"Last-Event-ID": "1"}
    async with visitor.session.get(visitor.base + "/events", headers=again) as stream:
        await stream.content.readuntil(b"\n\n")
        assert b'data: ["i-2"]' in await stream.content.readuntil(b"\n\n")
    for name in ("i-3", "i-4", "i-5"):
        append(visitor, name, 1)
    async with visitor.session.get(visitor.base + "/events") as stream:
        assert await stream.content.readuntil(b"\n\n") == b"retry: 2000\nid: 5\n\n"


async def test_a_quiet_line_is_kept_open(
    visitor: FakeVisitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While nothing happens a comment keeps proxies from closing the line."""
    monkeypatch.setattr("crisis.web.live._HEARTBEAT", 0.02)
    await visitor.log_in()
    async with visitor.session.get(visitor.base + "/events") as stream:
        await stream.content.readuntil(b"\n\n")
        assert await stream.content.readuntil(b"\n\n") == b": still here\n\n"


def append(visitor: FakeVisitor, stream_id: str, seq: int) -> None:
    """One more event in the journal."""
    from crisis.ports import Recorded

    event = Recorded(
        stream="incident", stream_id=stream_id, seq=seq, at=visitor.service.clock.now(),
        type="x", version=1, text="{}", command_id=f"{stream_id}-{seq}", head="h",
    )  # fmt: skip
    row = StreamRow(
        stream="incident", stream_id=stream_id, version=seq, head="h", exercise=False,
        config_version=1,
    )  # fmt: skip

    def both(unit: object) -> None:
        unit.save_stream(row, expected_version=seq - 1)  # type: ignore[attr-defined]  # a Unit
        unit.append([event])  # type: ignore[attr-defined]  # a Unit

    [result] = visitor.service.store.transact([both])
    assert result is None


async def test_the_health_of_the_service_can_be_asked(visitor: FakeVisitor) -> None:
    """``/healthz`` says how the service does, and which content holds."""
    reply = await visitor.get("/healthz")
    assert (reply.status, reply.headers["Content-Type"]) == (200, "application/health+json")
    assert reply.json == {
        "status": "pass", "now": "2026-11-22T14:05:00+00:00", "configuration": 1, "notes": [],
        "checks": {"store": {"status": "pass", "observed": {}}},
    }  # fmt: skip


async def test_health_says_what_waits_and_who_was_told(visitor: FakeVisitor) -> None:
    """How many reports wait since when, and when the duty team was told; 503 where nobody was."""
    now = visitor.service.clock.now()
    told = Health(
        checks={"store": Check(status="warn", observed={"away_since": now})},
        waiting=12, waits_since=now - timedelta(minutes=2), told_at=now - timedelta(minutes=1),
    )  # fmt: skip
    visitor.service.seen = told
    reply = await visitor.get("/healthz")
    assert (reply.status, reply.json["status"]) == (200, "warn")
    assert reply.json["notes"] == [
        "12 reports waiting since 15:03, duty told at 15:04",
        "12 signalements en attente depuis 15h03, astreinte prévenue à 15h04",
    ]
    assert reply.json["checks"]["store"]["observed"]["away_since"] == "2026-11-22T14:05:00+00:00"

    nobody = replace(told, checks={"store": Check(status="fail")}, waiting=1, told_at=None)
    visitor.service.seen = nobody
    reply = await visitor.get("/healthz")
    assert (reply.status, reply.headers["Retry-After"]) == (503, "5")
    assert reply.json["notes"][0] == "1 report waiting since 15:03"
    visitor.service.seen = replace(nobody, at_least=True)
    notes = (await visitor.get("/healthz")).json["notes"]
    assert notes == [
        "at least 1 report waiting since 15:03",
        "au moins 1 signalement en attente depuis 15h03",
    ]


@pytest.mark.parametrize(
    ("check", "waits", "note"),
    [
        ("due", "due", "An incident has waited since 15:03: nobody decides"),
        ("ledger", "delivery", "A message has waited since 15:03: nobody sends it"),
        ("ledger", "audience", "An audience has waited since 15:03: nobody begins to write to it"),
        ("ledger", "outcome", "has been sent or given up since 15:03: its incident does not know"),
        ("ledger", "lost", "in nobody's hands since 15:03: whoever had claimed them is gone"),
    ],
)
async def test_health_says_what_nobody_does_and_since_when(
    visitor: FakeVisitor, check: str, waits: str, note: str
) -> None:
    """In words, in both languages, where somebody has to look; not while all is well."""
    since = visitor.service.clock.now() - timedelta(minutes=2)
    seen = {"waits": waits, "lag_s": 120.0, "since": since}
    visitor.service.seen = Health(checks={check: Check(status="fail", observed=seen)})
    reply = await visitor.get("/healthz")
    assert reply.status == 503
    english, french = reply.json["notes"]
    assert note in english
    assert "depuis 15h03" in french
    visitor.service.seen = Health(checks={check: Check(status="pass", observed=seen)})
    assert (await visitor.get("/healthz")).json["notes"] == []


def test_every_word_is_there_in_both_languages() -> None:
    """French and English side by side, with the same things to fill in."""
    for page, named in words().items():
        for name, text in named.items():
            assert set(text) == {"fr", "en"}, (page, name)
            filled = [set(re.findall(r"\{(\w+)\}", one)) for one in text.values()]
            assert filled[0] == filled[1], (page, name)


def test_every_word_that_a_page_uses_exists() -> None:
    """No page can fail for want of a word: those of templates, states, kinds and phases."""
    for template in files("crisis.web").joinpath("templates").iterdir():
        for page, name in re.findall(r'w\("([\w-]+)", "([\w-]+)"', template.read_text("utf-8")):
            assert name in words()[page], (template.name, page, name)
    assert set(get_args(Kind)) <= set(words()["kinds"])
    assert {*PHASES, "closed", "cancelled"} <= set(words()["phase"])


def test_what_is_not_on_record_is_named() -> None:
    """The exception carries what was asked for."""
    assert str(NotOnRecord("i-1")) == "i-1"
