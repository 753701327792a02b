"""The workers of pytest-xdist begin at two ends, and no story is lost between them."""

from __future__ import annotations

from tests.house.source import ROOT
from tests.lanes import REAL_PROCESSES, in_order, scope_of, waits


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
