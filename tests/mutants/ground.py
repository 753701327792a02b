"""Which tests pass through which line of the rules, and how long each takes: measured once."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from coverage import Coverage, CoverageData

from tests.mutants.kinds import CORE, ROOT, Mutant

SUITES = tuple(f"tests/unit/{name}" for name in ("core", "delivery", "language", "wording"))
"""The tests of the rules; the others pass through them too, and would take longer."""
LINES, TOOK = "coverage", "took.json"
MOST = 150
"""Tests that are tried on one mutant, the quickest first."""
LONGEST = 20.0
"""Seconds that these may take together on rules that are whole."""


class Watching:
    """A plugin that keeps which lines each test passes through, and how long it takes."""

    def __init__(self, folder: Path) -> None:
        self._took: dict[str, float] = {}
        self._kept = folder / TOOK
        self._coverage = Coverage(
            data_file=str(folder / LINES), source=[str(CORE)], config_file=False, branch=False
        )
        self._coverage.start()

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """From here on it is this test that passes."""
        self._coverage.switch_context(item.nodeid)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Add up the phases of a test."""
        report = yield
        self._took[report.nodeid] = self._took.get(report.nodeid, 0.0) + report.duration
        return report

    def pytest_sessionfinish(self) -> None:
        """Write all of it down."""
        self._coverage.stop()
        self._coverage.save()
        self._kept.write_text(json.dumps(self._took), encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Ground:
    """What has been measured."""

    lines: Mapping[str, Mapping[int, frozenset[str]]]
    """File -> line -> tests."""
    took: Mapping[str, float]

    def tests_for(self, mutant: Mutant) -> list[str]:
        """The tests that pass through its line: those named after its file, then the quickest.

        A line that is passed at import only: those that pass through its file.
        """
        own = f"test_{Path(mutant.path).stem}"
        of_file = self.lines.get(mutant.path, {})
        found = of_file.get(mutant.line) or frozenset().union(*of_file.values())
        chosen: list[str] = []
        spent = 0.0
        for test in sorted(found, key=lambda one: (own not in one, self.took.get(one, 1.0), one)):
            spent += self.took.get(test, 1.0)
            if len(chosen) >= MOST or (chosen and spent > LONGEST):
                break
            chosen.append(test)
        return chosen


def measure(folder: Path) -> Ground:
    """Run the tests once, watching each; raises where one fails on rules that are whole.

    What is measured already in that folder is taken as it stands.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / TOOK).exists():
        subprocess.run(  # noqa: S603 - our own tests
            [sys.executable, "-m", "tests.mutants.ground", str(folder)], check=True, cwd=ROOT
        )
    covered = CoverageData(basename=str(folder / LINES))
    covered.read()
    lines = {
        str(Path(path).relative_to(ROOT)): {
            line: frozenset(one for one in contexts if one)
            for line, contexts in covered.contexts_by_lineno(path).items()
        }
        for path in covered.measured_files()
    }
    return Ground(lines=lines, took=json.loads((folder / TOOK).read_text(encoding="utf-8")))


def _watched(folder: Path) -> int:
    return pytest.main(
        [*SUITES, "-q", "-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:cov",
         "-m", "not kafka", "-o", "addopts=--import-mode=importlib"],
        plugins=[Watching(folder)],
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(_watched(Path(sys.argv[1])))
