"""Take the rule of a row away, run the row's test, and see it fail.

    python -m tests.doctrine.taken_away [2.3 ...]

Each row is tried in a process of its own, forked once everything is imported. A row whose test
still passes without its rule is held by nothing: it is named, and the exit code is 1. So is a row
whose test breaks down on the way: only an assertion of the test, or of what it tells its story
with, says that the rule was missed.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import os
import sys
import traceback
from collections.abc import Generator
from types import FunctionType

import pytest

from tests.doctrine.rows import ROOT, Row, rows

FAILED = int(pytest.ExitCode.TESTS_FAILED)
PYTEST = ("-q", "-x", "-p", "no:cacheprovider", "-n", "0", "-p", "no:randomly", "--no-header")
_STUBS = {
    "plain": "def stub(*_a, **_k): return {}",
    "gives one by one": "def stub(*_a, **_k): yield from {}",
}


def _import(tests: set[str]) -> None:
    """Import what the tests need once, for all that are forked."""
    with contextlib.redirect_stdout(io.StringIO()):
        pytest.main([*PYTEST, "--collect-only", *sorted(tests)])


def take_away(row: Row) -> None:
    """Replace the body of the rule wherever it is referred to: it answers, and does nothing."""
    function = row.function
    one_by_one = inspect.isgeneratorfunction(function)
    gives = "()" if one_by_one and row.gives == "None" else row.gives
    written = _STUBS["gives one by one" if one_by_one else "plain"].format(gives)
    made: dict[str, FunctionType] = {}
    exec(written, made)  # noqa: S102 - the words are those of our own table
    if function.__closure__:
        raise LookupError(f"row {row.number}: {row.rule} is wrapped; name the rule inside")
    function.__code__ = made["stub"].__code__


def held(row: Row) -> str:
    """Answer why the row is not held by its test; empty where it is."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        says = _tried(row)
        os.write(writing, says.encode()[:4000])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        says = told.read()
    os.waitpid(child, 0)
    return says


class Seen:
    """What the test of a row said: whether it made an assertion that did not hold."""

    def __init__(self) -> None:
        self.broke: list[str] = []
        self.missed = 0

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Look at each failure: an assertion, or something that broke down before one."""
        report = yield
        if call.excinfo is not None and report.failed:
            assertion = call.excinfo.errisinstance((AssertionError, pytest.fail.Exception))
            last = call.excinfo.traceback[-1]
            where = f"{last.path}:{last.lineno + 1}"
            if call.when == "call" and assertion and f"{os.sep}tests{os.sep}" in where:
                self.missed += 1
            else:
                self.broke.append(f"{call.when}: {call.excinfo.exconly()} ({where})")
        return report


def _tried(row: Row) -> str:
    """In a process of its own: take the rule away, run the test, judge."""
    printed = io.StringIO()
    seen = Seen()
    try:
        take_away(row)
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            code = int(pytest.main([*PYTEST, row.test], plugins=[seen]))
    except BaseException:  # noqa: BLE001 - whatever it is, it is told and fails the row
        return traceback.format_exc()
    if code == FAILED and seen.missed and not seen.broke:
        return ""
    if code == FAILED:
        return f"{row.test} breaks down without {row.rule}: {'; '.join(seen.broke)}"
    if code == 0:
        return f"{row.test} passes without {row.rule}"
    return f"{row.test} could not be run ({code}):\n{printed.getvalue()[-2000:]}"


def main() -> int:
    """Try the rows that are named, or all."""
    os.chdir(ROOT)
    wanted = set(sys.argv[1:])
    tried = [row for row in rows() if not wanted or row.number in wanted]
    _import({row.test for row in tried})
    bad = 0
    for row in tried:
        why = held(row)
        bad += bool(why)
        print(f"{row.number:>5}  {'NOT HELD' if why else 'held':8}  {row.rule}")
        if why:
            print(f"       {why}")
    return int(bad > 0)


if __name__ == "__main__":
    raise SystemExit(main())
