"""The doctor beside a service of one machine: what it finds, and how it ends."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crisis.cli.checkup import of_health
from crisis.ledger import direct_fanout
from crisis.ports import Check, Health, Unit
from crisis.runtime.embedded import Embedded
from crisis.store import open_store
from tests.unit.cli.test_answers import House, opened
from tests.unit.cli.test_commands import card_for, english, run
from tests.web.house import open_house

__all__ = ["english"]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[tuple[Path, Embedded]]:
    """A running service that owns the file of its store."""
    async with open_house(open_store(tmp_path / "crisis.db")) as (visitor, service):
        card_for(tmp_path, visitor)
        yield tmp_path, service


async def doctor(home: Path, code: int) -> dict[str, Any]:
    """What it says as JSON, ending with this code."""
    result = await asyncio.to_thread(run, home, "doctor", "--json")
    assert result.exit_code == code, result.output
    said: dict[str, Any] = json.loads(result.stdout)
    return said


async def test_a_service_that_does_well_is_said_to(house: House) -> None:
    """It looks beside the running service, whose file is its own, and changes nothing."""
    home, service = house
    incident = await opened(home)
    found = await doctor(home, 0)
    assert found["healthy"] is True
    assert found["findings"] == []
    assert found["checks"]["due"]["status"] == "pass"
    assert [one["incident"] for one in found["incidents"]] == [incident]
    said = await asyncio.to_thread(run, home, "doctor")
    assert said.output.splitlines() == ["All is well."]
    assert service.incident(incident) is not None


async def test_an_incident_that_stands_still_is_named_with_what_to_do(house: House) -> None:
    """Parked by a fault: where, why, and the command that lets it go on."""
    home, service = house
    incident = await opened(home)

    def park(unit: Unit) -> None:
        row = unit.stream("incident", incident)
        assert row is not None
        unit.save_stream(replace(row, parked="a fault"), expected_version=row.version)

    await service.writer(park)
    found = await doctor(home, 1)
    [parked] = [one for one in found["findings"] if one["where"] == incident]
    assert parked["severity"] == "error"
    assert "a fault" in parked["what"]
    assert f"crisis unpark {incident}" in parked["fix"]


async def test_what_nobody_sends_is_an_error(house: House) -> None:
    """G13: whoever had claimed it is gone; an audience is not expanded; each with its age."""
    home, service = house
    incident = await opened(home)
    assert (await doctor(home, 0))["checks"]["ledger"]["status"] == "pass"
    real = service.clock.real()

    def lose(unit: Unit) -> None:
        unit.save_deliveries([
            replace(row, state="sending", lease_until=real - timedelta(minutes=2))
            for one in unit.messages(incident) for row in unit.deliveries(one.id)
        ])  # fmt: skip

    await service.writer(lose)
    found = await doctor(home, 1)
    [lost] = [one for one in found["findings"] if one["where"] == "ledger"]
    assert re.search(r"[1-9]\d* deliveries were begun, and for 0:02:0\d nobody", lost["what"])
    assert "crisis dispatch" in lost["fix"]
    assert service.health().checks["ledger"].status == "pass", "it has just begun itself"
    service._began -= timedelta(hours=1)
    assert service.health().checks["ledger"].observed["waits"] == "lost"
    assert service.health().status == "fail"

    def forget(unit: Unit) -> None:
        [first, *_] = unit.messages(incident)
        again = replace(first, id="m-x", released_at=first.released_at - timedelta(minutes=5))
        unit.add_messages([again])
        for one in unit.fanouts():
            unit.save_fanout(replace(one, finished=True, told=True))
        unit.add_fanouts([replace(direct_fanout(again), finished=False)])

    await service.writer(forget)
    found = await doctor(home, 1)
    [unsaid] = [one for one in found["findings"] if one["where"] == "ledger"]
    assert "An audience has waited for 0:05:0" in unsaid["what"]


async def test_a_record_that_was_changed_is_found(house: House) -> None:
    """G11: every invariant is held against what is recorded."""
    home, _ = house
    incident = await opened(home)
    with closing(sqlite3.connect(home / "crisis.db")) as file:
        file.execute("UPDATE journal SET text = replace(text, 'flood', 'fire') WHERE seq = 1")
        file.commit()
    found = await doctor(home, 1)
    said = [one["what"] for one in found["findings"] if one["severity"] == "error"]
    assert any("G11" in one for one in said), found
    assert incident in json.dumps(found)


async def test_nothing_that_answers_ends_with_three(house: House, tmp_path: Path) -> None:
    """No service: the record is looked at all the same; no folder: that is said."""
    home, _ = house
    await opened(home)
    (home / "service.json").unlink()
    found = await doctor(home, 3)
    assert [one["where"] for one in found["findings"]] == ["service"]
    assert len(found["incidents"]) == 1
    nowhere = await doctor(tmp_path / "nowhere", 3)
    assert {one["where"] for one in nowhere["findings"]} == {"service", "store"}


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(("at_least", "said"), [(False, "3 messages"), (True, "At least 3 mess")])
def test_a_count_that_may_be_too_small_says_so(at_least: bool, said: str) -> None:
    """G1: where nobody knows what had been handled before somebody looked."""
    seen = {"waiting": 3, "at_least": at_least, "oldest_s": 90.0, "stands_still_s": 90.0}
    check = Check(status="fail", observed=seen)
    [found] = of_health(Health(checks={"crisis.reports": check}))
    assert found.what.startswith(said)
    assert "the oldest for 0:01:30" in found.what


def test_a_cluster_is_named_by_both_of_its_addresses(tmp_path: Path) -> None:
    """One alone is a slip; two that nobody answers at end with three."""
    one = run(tmp_path, "doctor", "--bootstrap", "127.0.0.1:1")
    assert one.exit_code == 2
    assert "--store" in one.output
    part = run(tmp_path, "doctor", "--part", "worker")
    assert part.exit_code == 2
    assert "--part" in part.output
    both = run(
        tmp_path, "doctor", "--bootstrap", "127.0.0.1:1",
        "--store", "postgresql://nobody@127.0.0.1:1/none", "--json",
    )  # fmt: skip
    assert both.exit_code == 3, both.output
    said = json.loads(both.stdout)
    assert {one["where"] for one in said["findings"]} == {"brokers", "store"}
    of_part = run(
        tmp_path, "doctor", "--part", "worker", "--bootstrap", "127.0.0.1:1",
        "--store", "postgresql://nobody@127.0.0.1:1/none",
    )  # fmt: skip
    assert of_part.exit_code == 0, "without brokers no new start would help"
    assert "warning" in of_part.output
    assert of_part.output.splitlines()[-1] == "No error."
