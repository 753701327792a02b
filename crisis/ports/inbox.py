"""The one door into the rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

S_co = TypeVar("S_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A command that is kept, and not decided yet: nobody need send it again."""

    command_id: str
    kept_at: datetime
    """Business time."""


class PerhapsKept(Exception):  # noqa: N818 - what is known of it
    """Nobody can say yet whether it is kept; to send it again does no harm."""


class Inbox(Protocol[S_co]):
    """The one door: every command, from wherever it comes, is submitted here."""

    async def submit(self, command: Any, *, wait: timedelta | None = None) -> S_co | Pending:
        """Answer with the decision once it is durable; a repeat gets the first answer again.

        :class:`Pending` where there is none after ``wait`` (real time; without one, as long as the
        runtime finds right): the command itself is durable then, with the log that it was written
        to, and the decision follows without anybody's doing. A repeat of the same command (the same
        id) answers with that decision once it is there, and changes nothing. An answer says that
        the command is kept; where it cannot be kept this raises, and nothing was done, unless it
        raises :class:`PerhapsKept`.
        """
