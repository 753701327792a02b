"""After the end: asked how it was, presented, published, looked at again, thanked."""

from __future__ import annotations

from dataclasses import dataclass

from crisis.core.prose import TextRef


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveySent:
    """Each audience that was told is asked how it was kept informed."""

    audiences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyAnswered:
    """One person's answer; only the last one of each counts."""

    audience: str
    rating: str
    was: str | None = None
    comment: TextRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPresented:
    """What the review found went to those whom the playbook names."""

    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationReminded:
    """The owner was asked to tell the audiences what has changed."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPublished:
    """The audiences were told what has changed."""

    words: TextRef
    audiences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionsFollowed:
    """On a fixed day the actions were looked at again."""

    count: int
    left: int
    """How many are not verified."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributorsThanked:
    """Each of those who took a part was thanked for it."""

    people: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionTied:
    """An action changes a playbook: this was the playbook's digest before."""

    action_id: str
    playbook: str
    digest: str


AfterEvent = (
    ActionTied
    | ActionsFollowed
    | ContributorsThanked
    | PublicationReminded
    | ReviewPresented
    | ReviewPublished
    | SurveyAnswered
    | SurveySent
)
