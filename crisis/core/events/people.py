"""What people asked, and what they were told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crisis.core.prose import TextRef


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAsked:
    """Somebody asks something: a question of its own, or one that others asked before."""

    question_id: str
    question: str
    """The question that it is, or joins."""
    asker: str | None
    """Whom the reply goes to, where that is known."""
    words: TextRef | None
    audience: str | None
    due_at: datetime
    place: int
    """Which one in the queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRestated:
    """What was understood, and who replies."""

    question: str
    understood: TextRef
    role: str | None
    shared: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionsGrouped:
    """One reply will serve both."""

    question: str
    into: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnersReminded:
    """Those who reply were written to: what has come in, or (``near``) what is due soon."""

    questions: tuple[str, ...]
    near: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionLate:
    """A question had no reply by the time that its askers were given."""

    question: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionReplied:
    """Everybody who asked this has the reply."""

    question: str
    reply: TextRef
    shared: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRefused:
    """The answer was no, with its reason and what people can do instead."""

    question: str
    reason: TextRef
    alternative: TextRef
    shared: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RollCallStarted:
    """Everybody of an audience is asked whether they are safe."""

    roll_call: str
    audience: str
    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RollCallAnswered:
    """One person is safe, or needs help."""

    roll_call: str
    person: str
    safe: bool
    was: bool | None = None
    """What was said of them before, if something was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RollCallChased:
    """Those who look for people were told how many have not answered."""

    roll_call: str
    count: int
    asked: int
    silent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RollCallClosed:
    """The closing count."""

    roll_call: str
    asked: int
    safe: int
    help: int
    silent: int


PeopleEvent = (
    OwnersReminded
    | QuestionAsked
    | QuestionLate
    | QuestionRefused
    | QuestionReplied
    | QuestionRestated
    | QuestionsGrouped
    | RollCallAnswered
    | RollCallChased
    | RollCallClosed
    | RollCallStarted
)
