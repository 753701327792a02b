"""What people have asked, as an incident holds it: counted here, each of them in the register.

The state never grows with the number of those who ask: they join a question, and what is beyond
:data:`MOST_OPEN` different ones waits under one name until a person has looked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from crisis.core.prose import TextRef

MOST_OPEN = 40
"""How many different questions wait side by side; as many replies are remembered."""
OTHERS = "others"
"""What is asked beyond that waits under this name."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question that waits, asked by one person or by many."""

    words: TextRef
    """As it was asked first: a person's words, which nobody else is told."""
    asked_at: datetime
    due_at: datetime
    count: int = 1
    audience: str | None = None
    understood: TextRef | None = None
    owner: str | None = None
    """The role that replies; that of the speaker, where nobody has said."""
    shared: bool = False
    seq: int = 0
    """The last word of a person about it."""
    shown: bool = False
    """Whether those who reply were written to about it."""
    reminded: bool = False
    escalations: int = 0
    escalated_at: datetime | None = None

    @property
    def said(self) -> TextRef:
        """What was understood; the asker's words until somebody has said that."""
        return self.understood or self.words


@dataclass(frozen=True, kw_only=True)
class Replied:
    """What was replied, or why not and what instead: whoever asks the same later has it at once."""

    question: TextRef
    reply: TextRef
    at: datetime
    seq: int
    alternative: TextRef | None = None
    audience: str | None = None
    shared: bool = False
    count: int = 1

    @property
    def refused(self) -> bool:
        """Whether the answer was no."""
        return self.alternative is not None


@dataclass(frozen=True, kw_only=True)
class Questions:
    """All that people have asked."""

    open: Mapping[str, Question] = field(default_factory=dict)
    """The longest waiting first: this is the queue."""
    replied: Mapping[str, Replied] = field(default_factory=dict)
    """The last replies."""
    asked: int = 0
    """How many people have asked in all."""
    served: int = 0
    """How many of them have their reply, or a no with its reason."""
    late: int = 0
    """How many questions had no reply by their time."""
    shown_at: datetime | None = None
    """When those who reply were last written to about what had come in."""

    def place(self, name: str) -> int:
        """Which one in the queue a question is, from 1; 0 where it does not wait."""
        return list(self.open).index(name) + 1 if name in self.open else 0

    @property
    def waiting(self) -> int:
        """How many people wait for a reply."""
        return sum(question.count for question in self.open.values())


def subject(question: str) -> str:
    """The name under which the register has those who asked this."""
    return f"question:{question}"
