"""Parts that fall: the verdict of a crash run excuses what was done to them, and nothing else."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import Mock

import pytest

from tests.cluster.crash.falls import Blow, Blows, Fall, outlasted
from tests.cluster.crash.faults import Scene
from tests.cluster.crash.parts import Parts

# --- parts that fell by themselves ---


def fall(at: float, part: str = "dispatch-1") -> Fall:
    """A part that ended."""
    return Fall(part=part, at=at, code=70)


SERVER = Blow(parts=None, since=10.0, until=30.0)
STOPPED = Blow(parts=frozenset({"dispatch-1"}), since=20.0, until=40.0)


def test_a_fall_that_a_fault_explains_is_no_breach() -> None:
    """Each of them explains one of each part; whichever ends first is used up first."""
    falls = [fall(11.0, "worker-1"), fall(21.0), fall(35.0)]
    assert not Blows([SERVER, STOPPED]).unexplained(falls)


@pytest.mark.parametrize(
    ("falls", "strange"),
    [
        ([fall(9.0)], 1),
        ([fall(41.0)], 1),
        ([fall(35.0, "worker-1")], 1),
        ([fall(11.0), fall(12.0), fall(13.0)], 2),
        ([fall(at) for at in (11.0, 21.0, 22.0, 23.0)], 2),
    ],
    ids=["before", "after", "of another", "in a loop", "in a loop of two faults"],
)
def test_a_fall_that_nothing_explains_is_seen(falls: list[Fall], strange: int) -> None:
    """A part that falls again and again is not excused by what once was done to it."""
    found = Blows([SERVER, STOPPED]).unexplained(falls)
    assert found == falls[-strange:]


def test_a_fault_is_dealt_for_its_time_and_a_while_after() -> None:
    """To a part by its name, or to a server that all of them use."""
    blows = Blows()
    with blows.dealing("worker-1"), blows.dealing():
        assert [one.until for one in blows.dealt] == [float("inf")] * 2
    assert [one.parts for one in blows.dealt] == [frozenset({"worker-1"}), None]
    assert all(one.since < one.until < float("inf") for one in blows.dealt)


def test_falls_that_nothing_explains_excuse_no_mail(tmp_path: Path) -> None:
    """G2: a dispatcher that falls in a loop may not bring its own doubles."""
    parts = Parts(tmp_path, kafka="", store="", home=tmp_path, lease=6)
    scene = Scene(parts, Mock(), Mock(), Mock(), Mock(), felled=1)
    parts.dispatchers[0].fell += [fall(11.0), fall(12.0), fall(13.0)]
    scene.blows.dealt.append(SERVER)
    assert scene.bound() == 2 * 64, "one was stopped on purpose, one fall is explained"
    assert [one.at for one in scene.strange()] == [12.0, 13.0]


@pytest.mark.parametrize(
    ("absences", "times"),
    [
        ([], 0),
        ([(0.0, 3.0), (10.0, 13.0)], 0),
        ([(0.0, 5.0)], 1),
        ([(4.0, 7.0), (0.0, 3.0), (8.0, 11.0)], 1),
        ([(0.0, 5.0), (10.0, 15.0)], 2),
    ],
    ids=["never", "short ones", "a long one", "one behind the other", "two long ones"],
)
def test_a_database_that_is_away_for_longer_than_a_lease_excuses_mails(
    absences: list[tuple[float, float]], times: int
) -> None:
    """G2: whoever had sent them could not say so before the claim ended."""
    assert outlasted(absences, 6.0) == times
