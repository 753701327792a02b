"""What the product would have said in outages that were told by others."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from crisis.proof.chronicle import Chronicle, Replay, read
from tests.chronicles.replaying import chronicles, replayed
from tests.scenarios.conftest import House, read_house


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """The example house."""
    return read_house(Path(tmp_path_factory.mktemp("house")))


TEN = chronicles()


def of_people(found: Replay) -> list[int]:
    """The minutes at which people spoke."""
    return [one.minute for one in found.said if one.by == "people"]


@pytest.mark.parametrize("chronicle", TEN, ids=[one.name for one in TEN])
async def test_no_silence_of_a_chronicle_is_left_as_it_was(
    house: House, chronicle: Chronicle
) -> None:
    """G5: where people were silent beyond the rhythm, a holding statement or a call comes."""
    found = await replayed(house, chronicle)
    spoke = [minute for minute, _ in chronicle.words[1:]]
    assert sorted(set(of_people(found))) == sorted(set(spoke)), "people say what they said then"
    if chronicle.longest_silence > found.every:
        assert found.holding, "the silence is filled, and the next time named"
        assert found.asked, "and the lead was asked before"
        assert found.longest_silence < chronicle.longest_silence
    for before, after in zip(found.said, found.said[1:], strict=False):
        slower = timedelta(hours=2)
        gap = timedelta(minutes=after.minute - before.minute)
        assert gap <= found.every or timedelta(minutes=before.minute) + gap > slower
    in_a_row = "".join("h" if one.kind == "holding" else "." for one in found.said)
    assert "hhh" not in in_a_row, "two holding statements at most, then people"
    assert found.share_new == sum(one.new for one in found.said) / len(found.said)
    assert all(one.new for one in found.said if one.kind == "update"), (
        "an update says something new"
    )


async def test_a_silence_without_end_is_escalated(house: House) -> None:
    """G5: after two holding statements nobody speaks in people's place, and those above hear it."""
    silent = read(
        {
            "name": "silent",
            "severity": "S2",
            "began_at": "2022-01-01T10:00Z",
            "words": [[0, "investigating"], [300, "update"], [310, "resolved"]],
        }
    )
    found = await replayed(house, silent)
    assert len(found.holding) == 2
    assert found.escalated
    assert found.longest_silence > found.every, "what breaks is on the record, not papered over"
