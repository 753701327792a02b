"""The workers of pytest-xdist begin at two ends, and no story is lost between them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.house.source import ROOT
from tests.lanes import REAL_PROCESSES, Lanes, in_order, scope_of, waits


def test_what_waits_for_brokers_is_at_one_end_and_what_computes_at_the_other() -> None:
    """The largest first, seen from each end: what is left for the middle is small."""
    scopes = {
        "tests/web/test_room.py": 30,
        "tests/scenarios/test_g03.py on a cluster": 9,
        "real processes": 8,
        "tests/unit/core/test_laws.py": 90,
        "tests/cluster/test_streams.py": 15,
    }
    assert in_order(scopes.items()) == [
        "real processes",
        "tests/cluster/test_streams.py",
        "tests/scenarios/test_g03.py on a cluster",
        "tests/web/test_room.py",
        "tests/unit/core/test_laws.py",
    ]


def test_a_file_stays_together_but_for_its_stories_on_a_cluster() -> None:
    """What a file has made once serves all of it; programs of two clusters never run at once."""
    story = "tests/scenarios/test_g03.py::test_an_answer"
    assert scope_of(f"{story}[memory]") == scope_of(f"{story}[sqlite]") == story.partition("::")[0]
    assert waits(scope_of(f"{story}[cluster]")) == waits(scope_of(f"{story}[cluster-mail]")) == 1
    assert scope_of("tests/unit/cli/test_clusters.py::test_clusters") == (
        "tests/unit/cli/test_clusters.py"
    )
    assert {scope_of(f"{file}::test_it") for file in REAL_PROCESSES} == {"real processes"}


def test_the_files_with_real_processes_are_there() -> None:
    """One that is renamed would run beside another's."""
    assert [one for one in REAL_PROCESSES if not (ROOT / one).is_file()] == []


class Worker:
    """One of pytest-xdist, as its scheduler sees it: it keeps its last test until more comes."""

    def __init__(self) -> None:
        self.given: list[int] = []
        self.shutting_down = False

    def send_runtest_some(self, tests: list[int]) -> None:
        """More to run."""
        self.given += tests

    def shutdown(self) -> None:
        """No more comes."""
        self.shutting_down = True

    def begins(self) -> int | None:
        """The test that it runs now."""
        return self.given[0] if len(self.given) > 1 or (self.given and self.shutting_down) else None


class Config:
    """What the scheduler asks of pytest."""

    option = SimpleNamespace(loadscopereorder=False)

    def getvalue(self, name: str) -> list[str]:
        """One worker."""
        assert name == "tx"
        return ["popen"]


@pytest.mark.parametrize("fatal", ["a.py::1", "a.py::2", "a.py::3", "b.py::1", "c.py::1"])
def test_a_test_that_ends_its_worker_fails_once_and_all_others_run(fatal: str) -> None:
    """Another worker takes its place, and is never left with what it does not begin."""
    tests = ["a.py::1", "a.py::2", "a.py::3", "b.py::1", "c.py::1"]
    lanes = Lanes(Config())
    ran, fell = list[str](), list[str | None]()
    worker = joined(lanes, tests)
    for _ in range(3 * len(tests)):
        begun = worker.begins()
        if begun is None:
            break
        if tests[begun] == fatal:
            fell.append(lanes.remove_node(worker))
            worker = joined(lanes, tests)
            continue
        ran.append(tests[worker.given.pop(0)])
        lanes.mark_test_complete(worker, begun)
    assert fell == [fatal]
    assert sorted([*ran, fatal]) == tests


def joined(lanes: Any, tests: list[str]) -> Worker:
    """A worker that has come, and has been given its share."""
    worker = Worker()
    lanes.add_node(worker)
    lanes.add_node_collection(worker, tests)
    lanes.schedule()
    return worker
