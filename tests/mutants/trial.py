"""One mutant, tried in a process of its own: forked from one in which everything is imported."""

from __future__ import annotations

import ast
import gc
import importlib.abc
import importlib.util
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from io import StringIO
from pathlib import Path
from types import CodeType, ModuleType
from typing import Literal

import pytest

from tests.mutants.ground import Ground
from tests.mutants.in_place import Standing, standing
from tests.mutants.kinds import CORE, ROOT, Mutant

Fate = Literal["killed", "survived", "timed out", "untested"]

_OPTIONS = (
    "-q", "-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:cov",
    "-m", "not kafka", "-o", "addopts=--import-mode=importlib",
)  # fmt: skip
LEAST, FACTOR, START = 20.0, 6.0, 15.0
"""Seconds that a trial may take at least; how much longer than whole rules; and to begin with."""


class _Changed(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Imports one module as the mutant has it, and leaves the others alone."""

    def __init__(self, mutant: Mutant) -> None:
        self._path = str(ROOT / mutant.path)
        name = mutant.path.removesuffix(".py").replace("/", ".")
        self._name = name.removesuffix(".__init__")
        self._package = name != self._name
        self._tree = mutant.source()
        self._code = compile(self._tree, self._path, "exec", dont_inherit=True)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Only the one."""
        del path, target
        if fullname != self._name:
            return None
        return importlib.util.spec_from_file_location(
            fullname, self._path, loader=self,
            submodule_search_locations=[str(Path(self._path).parent)] if self._package else None,
        )  # fmt: skip

    def get_code(self, fullname: str) -> CodeType:
        """The changed code."""
        del fullname
        return self._code

    def get_source(self, fullname: str) -> str:
        """What a failing test would show."""
        del fullname
        return ast.unparse(self._tree)

    def is_package(self, fullname: str) -> bool:
        """Whether it is the first file of a folder."""
        del fullname
        return self._package


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a mutant."""

    mutant: Mutant
    fate: Fate


def tried(mutants: Sequence[Mutant], ground: Ground, *, cores: int) -> Iterator[Tried]:
    """Try mutants, so many at once, each in a process of its own that is ended when it is late."""
    running: dict[int, tuple[Mutant, float]] = {}
    stand = _warmed(ground)
    left = list(reversed(mutants))
    while left or running:
        while left and len(running) < cores:
            mutant = left.pop()
            tests = ground.tests_for(mutant)
            if not tests:
                yield Tried(mutant, "untested")
                continue
            whole = sum(ground.took.get(one, 1.0) for one in tests)
            until = time.monotonic() + START + max(LEAST, FACTOR * whole)
            running[_forked(mutant, tests, stand)] = mutant, until
        yield from _ended(running)


def _ended(running: dict[int, tuple[Mutant, float]]) -> Iterator[Tried]:
    """Wait a little; give those that have ended, or were too late."""
    time.sleep(0.05)
    for pid, (mutant, until) in [*running.items()]:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            del running[pid]
            survived = os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0
            yield Tried(mutant, "survived" if survived else "killed")
        elif time.monotonic() > until:
            os.killpg(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            del running[pid]
            yield Tried(mutant, "timed out")


def _warmed(ground: Ground) -> Standing:
    """Import the tests and the rules once: each trial begins with them."""
    files = sorted({one.partition("::")[0] for one in ground.took})
    with redirect_stdout(StringIO()):
        pytest.main([*files, "--collect-only", *_OPTIONS])
    gc.freeze()
    return standing(CORE)


def _forked(mutant: Mutant, tests: Sequence[str], stand: Standing) -> int:
    """Begin a trial; answers its process."""
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    os.setsid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    status: int | pytest.ExitCode = 1
    try:
        if not stand.change(mutant):
            _anew(mutant)
        status = pytest.main([*tests, "-x", *_OPTIONS])
    finally:
        os._exit(int(status))


def _anew(mutant: Mutant) -> None:
    """Forget what was imported, and import the module as the mutant has it."""
    for name in [*sys.modules]:
        if name.partition(".")[0] in {"crisis", "tests"}:
            del sys.modules[name]
    sys.meta_path.insert(0, _Changed(mutant))


def summed(fates: Mapping[Fate, int]) -> str:
    """The score: of those that any test passes through, how many were noticed."""
    caught = fates.get("killed", 0) + fates.get("timed out", 0)
    tested = caught + fates.get("survived", 0)
    share = f"{100 * caught / tested:.1f} %" if tested else "none"
    return f"{caught} of {tested} mutants were noticed: {share}"
