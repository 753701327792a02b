"""How times, lanes and words stand in a column, the same in every database."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Dialect, SmallInteger, Text, TypeDecorator
from sqlalchemy.types import TypeEngine

from crisis.ports import LANES

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def microseconds(at: datetime) -> int:
    """Whole microseconds since 1970; a time without its zone is a TypeError."""
    return (at - EPOCH) // MICROSECOND


def instant(since_epoch: int) -> datetime:
    """The time again, in UTC."""
    return EPOCH + timedelta(microseconds=since_epoch)


def _microseconds_or_none(at: datetime | None) -> int | None:
    return None if at is None else microseconds(at)


def _instant_or_none(since_epoch: int | None) -> datetime | None:
    return None if since_epoch is None else instant(since_epoch)


def _to_json(words: Any) -> str:
    return json.dumps(dict(words) if isinstance(words, Mapping) else words)


def _from_json(text: str) -> Any:
    words = json.loads(text)
    return tuple(words) if isinstance(words, list) else words


class Changed(TypeDecorator[Any]):
    """A column whose values are changed on their way by one function each way, and no more."""

    impl: type[TypeEngine[Any]] = Text
    cache_ok = True
    to: Callable[[Any], Any]
    back: Callable[[Any], Any]

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:  # noqa: ARG002 - the signature is SQLAlchemy's
        """To the database."""
        return self.to

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:  # noqa: ARG002 - the signature is SQLAlchemy's
        """From the database."""
        return self.back


class Instant(Changed):
    """UTC as whole microseconds since 1970: exact, ordered, and the same everywhere."""

    impl = BigInteger
    cache_ok = True
    to = staticmethod(_microseconds_or_none)
    back = staticmethod(_instant_or_none)


class LaneRank(Changed):
    """A lane as its rank, by which it sorts."""

    impl = SmallInteger
    cache_ok = True
    to = staticmethod(LANES.index)
    back = staticmethod(LANES.__getitem__)


class Words(Changed):
    """A mapping of words to words, or a tuple of words, as JSON."""

    cache_ok = True
    to = staticmethod(_to_json)
    back = staticmethod(_from_json)
