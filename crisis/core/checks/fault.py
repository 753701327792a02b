"""What a check finds: where, which rule, what is wrong and what to write instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Pointer = tuple[str | int, ...]
"""The way from the root of a document to a value: names of fields, places in lists (from 0)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong; an error stops the document, a warning does not."""

    at: Pointer
    rule: str
    says: str
    severity: Literal["error", "warning"] = "error"
    layers: tuple[str, ...] = ()
    """The layers that must hold for it to show."""


def path(at: Pointer) -> str:
    """A pointer as people read it: `steps.pump.within`, `opens_on[2].kind` (counted from 1)."""
    words = ""
    for part in at:
        words += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return words.lstrip(".")
