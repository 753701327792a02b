"""Put another function in the place of one of the product's, wherever it has been imported to."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any

Make = Callable[[Callable[..., Any]], Callable[..., Any]]
"""Given the real function, makes the one that takes its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A rule broken on purpose."""

    name: str
    guarantee: str
    """What must be reported as broken; several, where either shows it."""
    where: str
    """``module:function``, or ``module:Class.method``."""
    make: Make


def function_at(where: str) -> FunctionType:
    """Find a function by its place."""
    module, _, path = where.partition(":")
    found: Any = importlib.import_module(module)
    for name in path.split("."):
        found = getattr(found, name)
    assert isinstance(found, FunctionType), f"{where} is no plain function"
    return found


@contextmanager
def swapped(broken: Broken) -> Iterator[None]:
    """Break a rule for a while.

    Its code is exchanged and not its name: tables of rules and other modules hold the function.
    """
    function = function_at(broken.where)
    was = FunctionType(
        function.__code__, function.__globals__, function.__name__, function.__defaults__,
        function.__closure__,
    )  # fmt: skip
    was.__kwdefaults__ = function.__kwdefaults__
    code, defaults, kwdefaults = function.__code__, function.__defaults__, function.__kwdefaults__
    hook = f"_broken_{function.__name__}"
    function.__globals__[hook] = broken.make(was)
    function.__code__ = _forward(hook)
    function.__defaults__ = function.__kwdefaults__ = None
    try:
        yield
    finally:
        function.__code__ = code
        function.__defaults__, function.__kwdefaults__ = defaults, kwdefaults
        del function.__globals__[hook]


def _forward(hook: str) -> CodeType:
    """The code of a function that hands everything on."""
    made: dict[str, Any] = {}
    exec(f"def forward(*args, **named):\n    return {hook}(*args, **named)\n", made)  # noqa: S102 - our own line
    code = made["forward"].__code__
    assert isinstance(code, CodeType)
    return code
