"""Time that nobody waits for: a loop without wires, and a clock that a story moves and disturbs."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

MOST_TURNS = 400
"""Turns of the loop within one instant after which it is taken for stuck."""


class Restless(Exception):  # noqa: N818 - what it is
    """Something goes on and on, and time does not."""


_TICK = timedelta(microseconds=1)


class SimulatedClock:
    """Real time moves as the story says; it may jump, and business time jumps with it."""

    def __init__(self, begins_at: datetime) -> None:
        self._begins_at = begins_at
        self._passed = timedelta()
        self._jumped = timedelta()
        self.offset = timedelta()

    def now(self) -> datetime:
        """Business time, UTC."""
        return self.real() + self.offset

    def real(self) -> datetime:
        """What the machine's clock shows: it may be wrong."""
        return self._begins_at + self._passed + self._jumped

    def monotonic(self) -> float:
        """Seconds that have passed: no jump touches them."""
        return self._passed.total_seconds()

    def passes(self, span: timedelta) -> None:
        """Time goes by."""
        self._passed += max(span, timedelta())

    def passes_to(self, seconds: float) -> None:
        """Time goes by until a moment of :meth:`monotonic`; not a tick less."""
        span = timedelta(seconds=seconds) - self._passed
        self.passes(span if self._passed + span >= timedelta(seconds=seconds) else span + _TICK)
        if self.monotonic() < seconds:
            self._passed += _TICK

    def jumps(self, span: timedelta) -> None:
        """Somebody sets the machine's clock; a negative span sets it back."""
        self._jumped += span


class _NoWires(selectors.BaseSelector):
    """There is nothing to wait for outside: when nothing is ready, the loop comes to rest."""

    def __init__(self) -> None:
        self._keys: dict[int, selectors.SelectorKey] = {}
        self.loop: asyncio.AbstractEventLoop | None = None
        self.left: float | None = None
        self.turns = 0

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        """The loop's own pipe, which nobody uses."""
        number = fileobj if isinstance(fileobj, int) else int(fileobj.fileno())
        key = self._keys[number] = selectors.SelectorKey(fileobj, number, events, data)
        return key

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        """Forget it."""
        number = fileobj if isinstance(fileobj, int) else int(fileobj.fileno())
        return self._keys.pop(number)

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Stop the loop where it would wait, and keep in mind until when."""
        self.turns += 1
        if self.turns > MOST_TURNS:
            raise Restless
        if (timeout is None or timeout > 0) and self.loop is not None:
            self.left = timeout
            self.loop.stop()
        return []

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        """What is registered."""
        return self._keys


class StillLoop(asyncio.SelectorEventLoop):
    """Runs what is ready, in order, until nothing is; its timers follow a clock of the story.

    Nothing depends on how fast the machine is: the same causes, the same order.
    """

    def __init__(self) -> None:
        self._wires = _NoWires()
        self._follows = SimulatedClock(datetime.min.replace(tzinfo=UTC))
        super().__init__(self._wires)
        self._wires.loop = self
        self.set_exception_handler(lambda _loop, _context: None)

    def follow(self, clock: SimulatedClock) -> None:
        """Take the time from this clock."""
        self._follows = clock

    def time(self) -> float:
        """Seconds of the story."""
        return self._follows.monotonic()

    def settle(self) -> float | None:
        """Run until nothing is ready; answer when the first timer ends, None where there is none.

        What ends the program (SystemExit) comes out here; Restless where there is no end to it.
        """
        self._wires.left, self._wires.turns = None, 0
        self.run_forever()
        left = self._wires.left
        return None if left is None else self.time() + left
