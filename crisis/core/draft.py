"""A message that waits for an approval: its words, who was asked, and since when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from crisis.core.message import Kind
from crisis.core.prose import TextRef


@dataclass(frozen=True, kw_only=True)
class Draft:
    """The words for one audience that wait; at most one each, and no other words ever leave."""

    id: str
    kind: Kind
    rule: str
    """The rule that owes these people the message."""
    phase: str = "open"
    """The phase in which it was drafted: an end, or a new beginning, overtakes it."""
    texts: Mapping[str, TextRef]
    digest: str
    """Of exactly these words: what is approved is what leaves."""
    fingerprint: str
    """Of the facts in it: when they change, events have overtaken the draft."""
    author: str | None = None
    """Whose words they are, where they are a person's: they do not approve them themselves."""
    words: TextRef | None = None
    next_update_at: datetime | None = None
    measures: tuple[str, ...] = ()
    state: Literal["waiting", "held", "passed", "rejected"] = "waiting"
    stage: int = 0
    stage_until: datetime
    """When silence has its answer."""
    asked_in: str = ""
    """The message in which the approvers were asked."""
    approved_by: tuple[str, ...] = ()
