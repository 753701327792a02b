"""What people say after the end: how they were informed, what has changed."""

from __future__ import annotations

from dataclasses import dataclass

from crisis.core.after import Rating
from crisis.core.prose import TextRef


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSurvey:
    """How somebody of an audience was kept informed, in one tap; words if they like."""

    audience: str
    rating: Rating
    comment: TextRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishReview:
    """Tell the audiences of the playbook's ``publish_to`` what has changed since."""

    words: TextRef


@dataclass(frozen=True, slots=True, kw_only=True)
class TieToPlaybook:
    """This action is a change of a playbook: a new version of it is the proof."""

    action_id: str
    playbook: str


AfterBody = AnswerSurvey | PublishReview | TieToPlaybook
