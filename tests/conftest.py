"""What holds for every test: none leaves the logs set up for the next.

And for the whole run: what waits for brokers goes beside what needs the processor, and the summary
names the brokers.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import settings

settings.register_profile("untimed", deadline=None)  # a busy machine is no failure
settings.load_profile("untimed")

ROOT = Path(__file__).parents[1]

pytest_plugins = ["tests.kafka", "tests.postgres"]


@pytest.fixture(autouse=True)
def _logs_as_they_were() -> Iterator[None]:
    """The command line sets logs up for its process: a test that runs it here gives that back."""
    yield
    structlog.reset_defaults()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Share out the tests as :mod:`tests.lanes` says."""
    from tests.lanes import Lanes

    return Lanes(config, log) if config.getvalue("dist") == "loadfile" else None


_FOLDERS = ("core", "delivery", "language", "wording")
RULES = tuple(ROOT / "tests" / "unit" / name for name in _FOLDERS)
"""The tests that pass through every branch of the rules by themselves."""
OVER_AND_OVER = frozenset({"test_shipped.py"})
"""Those among them that pass hundreds of times through what the others have passed through."""


@pytest.fixture(autouse=True, scope="module")
def _rules_keep_nothing(request: pytest.FixtureRequest) -> None:
    """What was worked out where nobody watched is worked out again where what runs is counted."""
    if any(request.path.is_relative_to(folder) for folder in RULES):
        for name, module in tuple(sys.modules.items()):
            if name.startswith("crisis.core"):
                for one in vars(module).values():
                    getattr(one, "cache_clear", int)()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Watch what is passed through in the tests of the rules: watching takes thrice the time."""
    if config.pluginmanager.hasplugin("_cov"):
        for item in items:
            watched = any(item.path.is_relative_to(folder) for folder in RULES)
            if not watched or item.path.name in OVER_AND_OVER:
                item.add_marker("no_cover")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the brokers that the tests ran on."""
    used = {
        said
        for outcome in ("passed", "failed", "error")
        for report in terminalreporter.getreports(outcome)
        for name, said in getattr(report, "user_properties", ())
        if name == "broker"
    }
    for said in sorted(used):
        terminalreporter.write_line(f"broker: {said}")
