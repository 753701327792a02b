"""How times, lanes and words stand in a column, the same in every database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Dialect, SmallInteger, Text, TypeDecorator

from crisis.ports import LANES, Lane

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def microseconds(at: datetime) -> int:
    """Whole microseconds since 1970; a time without its zone is a TypeError."""
    return (at - EPOCH) // MICROSECOND


def instant(since_epoch: int) -> datetime:
    """The time again, in UTC."""
    return EPOCH + timedelta(microseconds=since_epoch)


class Instant(TypeDecorator[datetime]):
    """UTC as whole microseconds since 1970: exact, ordered, and the same everywhere."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        """To the database."""
        return None if value is None else microseconds(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        """From the database."""
        return None if value is None else instant(value)


class LaneRank(TypeDecorator[Lane]):
    """A lane as its rank, by which it sorts."""

    impl = SmallInteger
    cache_ok = True

    def process_bind_param(self, value: Lane | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        """To the database."""
        return None if value is None else LANES.index(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Lane | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        """From the database."""
        return None if value is None else LANES[value]


class Words(TypeDecorator[Any]):
    """A mapping of words to words, or a tuple of words, as JSON."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:  # noqa: ARG002 - the signature is SQLAlchemy's
        """To the database."""
        return json.dumps(dict(value) if isinstance(value, Mapping) else value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002 - the signature is SQLAlchemy's
        """From the database."""
        words = json.loads(value)
        return tuple(words) if isinstance(words, list) else words
