"""What those whom a crisis concerns may ask for, and what is done for them."""

from __future__ import annotations

from dataclasses import dataclass

from crisis.core.after_commands import AfterBody
from crisis.core.legal_commands import LegalBody
from crisis.core.prose import TextRef


@dataclass(frozen=True, slots=True, kw_only=True)
class AskQuestion:
    """A person asks something; or asks the same as others did (``same_as``), in their words."""

    question_id: str
    words: TextRef | None = None
    same_as: str | None = None
    audience: str | None = None
    """The audience that the asker belongs to, where that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RestateQuestion:
    """What was understood, in words that everybody may read; who replies; whether all hear it."""

    question: str
    understood: TextRef
    owner: str | None = None
    """A role; the one that speaks to those who asked, where none is named."""
    shared: bool = False
    """Whether updates tell the question, and later its reply, to everybody whom it concerns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupQuestions:
    """These people asked the same as those: one reply serves them all."""

    question: str
    into: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyToQuestion:
    """The reply to everybody who asked."""

    question: str
    reply: TextRef
    shared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseQuestion:
    """No, with its reason, and with what people can do instead: the decision to say no."""

    question: str
    reason: TextRef
    alternative: TextRef
    shared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRollCall:
    """Ask everybody of an audience whether they are safe."""

    roll_call_id: str
    audience: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRollCall:
    """A person is safe, or needs help: by their own tap, or as somebody saw or heard them."""

    roll_call: str
    safe: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseRollCall:
    """Nobody is looked for any more; the count goes on the record."""

    roll_call: str


PeopleBody = (
    AskQuestion
    | RestateQuestion
    | GroupQuestions
    | ReplyToQuestion
    | RefuseQuestion
    | StartRollCall
    | AnswerRollCall
    | CloseRollCall
    | LegalBody
    | AfterBody
)
