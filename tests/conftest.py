"""What holds for every test: none leaves the logs set up for the next.

And for the whole run: the tests of the cluster share one broker, and the summary names it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import structlog

pytest_plugins = ["tests.kafka", "tests.postgres"]


@pytest.fixture(autouse=True)
def _logs_as_they_were() -> Iterator[None]:
    """The command line sets logs up for its process: a test that runs it here gives that back."""
    yield
    structlog.reset_defaults()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep a file on one worker, and all of tests/cluster: a broker starts once, not per worker."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):  # type: ignore[misc]  # xdist ships no types
        def _split_scope(self, nodeid: str) -> str:
            if nodeid.startswith("tests/cluster/"):
                return "tests/cluster"
            return nodeid.partition("::")[0]

    return ByFile(config, log) if config.getvalue("dist") == "loadfile" else None


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
