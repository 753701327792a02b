"""Which worker of pytest-xdist runs what.

Stories on brokers wait most of the time; the others compute. So the first worker begins with those
that wait, the others begin at the other end, and they meet where the work is over: no core idles
at the end, and one broker serves nearly all of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from xdist.scheduler import LoadScopeScheduling

REAL_PROCESSES = frozenset(
    f"tests/cluster/test_{name}.py" for name in ("demo", "faults", "outage", "parts", "timeline")
)
"""Each starts a cluster of its own, with a program for every part: one at a time."""

_TWO = 2
"""Tests that a worker must have for one of them to begin, until it is told that no more comes."""
_ON_A_CLUSTER = re.compile(r"[\[-]cluster[\]-]")


def scope_of(nodeid: str) -> str:
    """What stays together on one worker, and shares what it has made: a file, as a rule.

    A story that is told on each runtime goes where the others on that runtime go.
    """
    file = nodeid.partition("::")[0]
    if file in REAL_PROCESSES:
        return "real processes"
    return f"{file} on a cluster" if _ON_A_CLUSTER.search(nodeid) else file


def waits(scope: str) -> int:
    """How much of its time a scope waits: 2 for much, 0 for none."""
    if scope == "real processes":
        return 2
    return int(scope.startswith("tests/cluster/") or scope.endswith(" on a cluster"))


def in_order(scopes: Iterable[tuple[str, int]]) -> list[str]:
    """Scopes, each with how many tests it has: the largest at both ends, the smallest between."""
    return [
        scope
        for scope, count in sorted(
            scopes, key=lambda one: (-waits(one[0]), -one[1] if waits(one[0]) else one[1])
        )
    ]


class Lanes(LoadScopeScheduling):  # type: ignore[misc]  # xdist ships no types
    """The scheduler: the first worker takes from the beginning, the others from the end."""

    _sorted = False

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)

    def _assign_work_unit(self, node: Any) -> None:
        if not self._sorted:
            self._sorted = True
            for scope in in_order([(name, len(unit)) for name, unit in self.workqueue.items()]):
                self.workqueue.move_to_end(scope)
        if node is not self.nodes[0]:
            self.workqueue.move_to_end(next(reversed(self.workqueue)), last=False)
        super()._assign_work_unit(node)

    def remove_node(self, node: Any) -> str | None:
        """A test that ends its worker fails, and is not run again: it would end the next."""
        work = self.assigned_work[node]
        unfinished = [(unit, test) for unit in work.values() for test in unit if not unit[test]]
        if unfinished:
            unit, fatal = unfinished[0]
            unit[fatal] = True
        for scope, unit in tuple(work.items()):
            if all(unit.values()):
                del work[scope]
        super().remove_node(node)
        return unfinished[0][1] if unfinished else None

    def _reschedule(self, node: Any) -> None:
        """Leave no worker with one test: it runs its last when more comes, or the end does."""
        super()._reschedule(node)
        while not node.shutting_down and self._pending_of(self.assigned_work[node]) < _TWO:
            super()._reschedule(node)
