"""What holds for every test: none leaves the logs set up for the next.

And for the whole run: what waits for brokers goes beside what needs the processor, and the summary
names the brokers.
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
    """Share out the tests as :mod:`tests.lanes` says."""
    from tests.lanes import of_xdist

    return of_xdist()(config, log) if config.getvalue("dist") == "loadfile" else None


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
