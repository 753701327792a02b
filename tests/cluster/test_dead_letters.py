"""Dead letters on real brokers: kept whole, shown to people, handed back and then handled."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from crisis.cli.app import app
from crisis.cli.speech import language
from crisis.codec import NotThisShape, report_event
from crisis.core.deciding import Decision
from crisis.core.report import incident_id, report_id
from crisis.ports import QuarantineRow, Store, Unavailable
from crisis.runtime import topics, work
from crisis.runtime.dead_letters import Letter
from crisis.runtime.front import Front
from crisis.runtime.handing_back import letters
from crisis.runtime.watch import watching
from tests.cluster.site import CLOCK, WITHIN, Site, report, running, until

pytestmark = pytest.mark.kafka

HEADERS = [("traceparent", b"00-1"), ("traceparent", b"00-2")]


@pytest.fixture(autouse=True)
def _english_and_this_site(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The command line speaks of the topic of this test."""
    named = replace(topics.DEAD_LETTERS, family=site.names.dead_letters)
    monkeypatch.setattr(topics.Topic, "name", property(lambda one: one.family))
    monkeypatch.setattr(topics, "DEAD_LETTERS", named)
    monkeypatch.setenv("CRISIS_LANG", "en")
    language.cache_clear()
    yield
    language.cache_clear()


async def crisis(site: Site, *words: str) -> Result:
    """What the command line says to a person."""
    words = ("dead-letters", *words, "--bootstrap", site.kafka.bootstrap)
    return await asyncio.to_thread(lambda: CliRunner().invoke(app, words))


async def dead(site: Site, count: int) -> list[Letter]:
    """So many letters, once they are there."""
    async with asyncio.timeout(WITHIN.total_seconds()):
        while True:
            found = await letters(site.kafka.bootstrap, site.names.dead_letters)
            if len(found) >= count:
                return found
            await asyncio.sleep(0.1)


def shelf(store: Store) -> dict[str, QuarantineRow]:
    """What people see on the page of what could not be read: door -> row."""
    with store.read() as view:
        return {row.door: row for row in view.quarantined()}


async def test_whatever_cannot_be_read_is_kept_whole_and_shown(site: Site, store: Store) -> None:
    """G13: text, a tombstone and the largest message there can be; what comes behind is decided."""
    key = report(0).stream_id.encode()
    bodies = [b'{"half": ', None, b"\xff" * 1_048_000]
    async with site.producer() as anybody, site.door(store) as door, site.worker():
        for body in bodies:
            await anybody.send_and_wait(site.names.reports, body, key=key, headers=HEADERS)
        assert isinstance(await door.submit(report(0), wait=WITHIN), Decision)
        found = await dead(site, 3)
        await until(lambda: site.names.reports in shelf(store))
    assert [one.value for one in found] == bodies
    for offset, one in enumerate(found):
        assert (one.topic, one.came_offset, one.key) == (site.names.reports, offset, key)
        assert list(one.headers) == HEADERS
        assert one.reason


async def test_what_a_mended_release_can_read_is_handled_once(
    site: Site, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G1: a fault of ours, mended; handed back twice, the report is decided once."""

    def faulty(_: bytes | None) -> Any:
        raise NotThisShape("a fault of this release")

    async with site.producer() as anybody:
        with monkeypatch.context() as release:
            release.setattr(work, "report_from", faulty)
            async with site.worker():
                sent, key = report_event(report(0)), report(0).stream_id.encode()
                await anybody.send_and_wait(site.names.reports, sent, key=key, headers=HEADERS)
                [letter] = await dead(site, 1)
        assert await waiting(site, store) == 1
        listed = await crisis(site, "list")
        assert listed.exit_code == 0
        assert f"{site.names.reports}[{letter.came_partition}]@0  a fault" in listed.stdout
        async with site.worker():
            once = await crisis(site, "replay", "--all")
            assert f"0:0  is back in {site.names.reports}." in once.stdout, once.output
            await until(lambda: decided(store))
            again = await crisis(site, "replay", letter.name)
            assert "It was before" in again.stdout
            await until(lambda: positions(store, site) == 2)
    with store.read() as view:
        assert len(view.streams("incident")) == 1
        assert len(view.events("report", report(0).stream_id)) == 2
    [one] = json.loads((await crisis(site, "list", "--json")).stdout)
    assert one["handed_back_at"]
    assert await waiting(site, store) == 0
    assert "Nothing waits." in (await crisis(site, "replay", "--all")).stdout


async def waiting(site: Site, store: Store) -> int:
    """How many wait, as health tells it."""
    async with watching(store=store, clock=CLOCK, brokers=site.names) as watch:
        counts = {(await watch.look()).dead_letters for _ in range(2)}
    [count] = counts
    return count


def decided(store: Store) -> bool:
    """Whether the report has opened its incident."""
    with store.read() as view:
        return view.stream("incident", incident_id(report_id("reception", "0"))) is not None


def positions(store: Store, site: Site) -> int:
    """The last offset of the reports that has been handled."""
    with store.read() as view:
        found = view.positions(site.names.cluster)
    return max(at for (topic, _), at in found.items() if topic == site.names.reports)


async def test_a_body_at_the_door_is_kept_while_the_store_is_away(
    site: Site, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G1: it is not refused and lost: a worker brings it to the others when the store is back."""
    row = QuarantineRow(
        id="q-1", at=CLOCK.now(), door="reports", source="reception", reason="no JSON", body=b"{"
    )
    own = site.names

    def away(_: object) -> list[object]:
        raise Unavailable("the database is away")

    async with site.producer() as producer:
        front = Front(
            store=store, secrets={}, link_secret="s" * 40, operator_token="t" * 40,
            producer=producer, topics=(own.reports, own.commands, own.receipts), abilities={},
            dead_letters=own.dead_letters,
        )  # fmt: skip
        async with running(front.run()):
            with monkeypatch.context() as patch:
                patch.setattr(store, "transact", away)
                await front.quarantine(row)
            assert shelf(store) == {}
            async with site.worker():
                await until(lambda: bool(shelf(store)))
        front.writer.close()
    assert shelf(store) == {"reports": row}
    refused = await crisis(site, "replay", "0:0")
    assert refused.exit_code == 1
    assert "nothing to hand back" in refused.stdout


async def test_one_letter_is_shown_whole(site: Site) -> None:
    """Its reason, its headers and its body; a name that no letter has is refused."""
    async with site.producer() as anybody, site.worker():
        await anybody.send_and_wait(
            site.names.commands, b"\xc3\xa9 \xff", key=b"i-1", headers=HEADERS[:1]
        )
        await dead(site, 1)
    shown = json.loads((await crisis(site, "show", "0:0", "--json")).stdout)
    assert (shown["key"], shown["body"]) == ("i-1", "base64:w6kg/w==")
    assert shown["headers"] == {"traceparent": "00-1"}
    assert "traceparent: 00-1" in (await crisis(site, "show", "0:0")).stdout
    unknown = await crisis(site, "show", "0:9")
    assert unknown.exit_code == 1
    assert "No dead letter is called 0:9" in unknown.stderr
