"""Who said what: each event that is one person's word on a subject, as a row of the register.

The state counts; names stand in the register alone, beside the journal, from which it can be made
anew. A rule that must know one person's last word, or who they all are, asks for it (facts).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from crisis.core import events as e
from crisis.core.after import survey_subject
from crisis.core.asked import subject
from crisis.core.roll import roll_subject

SAFE, HELP = "safe", "help"
"""What the register has of a roll-call."""


class Entered(NamedTuple):
    """One person's word on one subject; a subject that joins another takes its people along."""

    subject: str
    person: str
    said: str


class Moved(NamedTuple):
    """Everybody who is registered under one subject is so under another, too."""

    subject: str
    into: str


class Register(Protocol):
    """What the rules may ask of it."""

    def said(self, subject: str, person: str) -> str | None:
        """What this person has said of it last."""

    def people(self, subject: str) -> tuple[str, ...]:
        """Everybody who has said something of it."""

    def asked(self, message_id: str) -> tuple[str, ...]:
        """The people whom a message was for, whether or not it reached them."""


class NoRegister:
    """Nobody has said anything."""

    def said(self, subject: str, person: str) -> str | None:
        """Nothing."""
        del subject, person
        return None

    def people(self, subject: str) -> tuple[str, ...]:
        """Nobody."""
        del subject
        return ()

    def asked(self, message_id: str) -> tuple[str, ...]:
        """Nobody."""
        del message_id
        return ()


def entries_of(body: e.EventBody, asked_of: str | None) -> Iterator[Entered | Moved]:
    """Give what an event enters into the register; ``asked_of`` is whose word it is."""
    match body:
        case e.QuestionAsked(asker=str() as asker):
            yield Entered(subject(body.question), asker, body.question_id)
        case e.SurveyAnswered() if asked_of:
            yield Entered(survey_subject(body.audience), asked_of, body.rating)
        case e.RollCallAnswered():
            said = SAFE if body.safe else HELP
            yield Entered(roll_subject(body.roll_call), body.person, said)
        case e.QuestionsGrouped():
            yield Moved(subject(body.question), subject(body.into))
