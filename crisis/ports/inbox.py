"""The one door into the rules."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Protocol, TypeVar

S_co = TypeVar("S_co", covariant=True)


class Inbox(Protocol[S_co]):
    """The one door: every command, from wherever it comes, is submitted here."""

    async def submit(self, command: Any, *, wait: timedelta | None = None) -> S_co:
        """Answer with the decision once it is durable; a repeat gets the first answer again."""
