"""From what a door has read to the one command that every report becomes."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Collection, Container, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, Protocol
from unicodedata import normalize

from uuid_utils import uuid7

from crisis.core.commands import Actor, Answer3, Command, SubmitReport
from crisis.core.prose import Prose
from crisis.core.report import report_id
from crisis.intake.faults import FORBIDDEN, BadPayload, fault

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028-\u202e\u2066-\u2069]")
"""What no text that people read needs: control characters, and those that turn its direction."""

_NO_NAME = re.compile(r"[^a-z0-9_]+")
_LONGEST_NAME = 64

NAME_PATTERN = r"^[a-z0-9][a-z0-9_-]{0,63}$"
"""How kinds, sites, buildings and people are named in a report."""


class Source(Protocol):
    """What the settings say of a sender."""

    @property
    def site(self) -> str:
        """The site it speaks for where a report names none."""

    @property
    def by(self) -> str:
        """``machine`` or ``person``."""

    @property
    def kind(self) -> str:
        """What a report is about where it does not say."""

    @property
    def kinds(self) -> Mapping[str, str]:
        """The sender's own words for kinds."""

    @property
    def severities(self) -> Mapping[str, str]:
        """The sender's own words for severities."""

    def severity_of(self, word: str | None) -> str | None:
        """The severity that the sender's word stands for."""

    def may(self, kind: str) -> bool:
        """Whether this source may raise a kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who stands at the door: the name of a source, and what the settings say of it."""

    name: str
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a report may name, and the time at which it is read (business time)."""

    now: datetime
    sites: Mapping[str, Collection[str]]
    """Site -> its buildings."""
    severities: Collection[str]
    people: Container[str] = field(default_factory=frozenset)
    zones: Mapping[str, str] = field(default_factory=dict)
    """Site -> its time zone, in which times without one are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A report as it was read: its words are still plain, nothing is kept yet."""

    source: str
    native_id: str
    """The sender's id of this one occurrence: the same again is the same report."""
    kind: str
    site: str
    building: str | None = None
    place: str | None = None
    what: str | None = None
    by_machine: bool = False
    severity: str | None = None
    danger: Answer3 = "unknown"
    observed_at: datetime | None = None
    group: str = ""
    signal: Literal["firing", "resolved"] = "firing"
    starts_at: datetime | None = None
    """When announced works begin, and :attr:`ends_at` when they end."""
    ends_at: datetime | None = None
    quiet: bool = False
    """Whether it is to be looked at before audiences are told."""
    exercise: bool = False
    for_person: str | None = None
    """Whose report it is, where somebody else sends it."""

    @property
    def report_id(self) -> str:
        """The id that this report has and keeps, whoever asks and whenever."""
        return report_id(self.source, self.native_id)

    def command(self, *, actor: Actor, authority: str, door: str) -> Command:
        """The submission. Its id is that of the report: sent again, it gets the first answer."""
        place = keep(self.place) if self.place else None
        what = keep(self.what) if self.what else None
        body = SubmitReport(
            source=self.source,
            native_id=self.native_id,
            kind=self.kind,
            site=self.site,
            building=self.building,
            place=place.ref if place else None,
            what=what.ref if what else None,
            by_machine=self.by_machine,
            severity=self.severity,
            danger=self.danger,
            observed_at=self.observed_at,
            group=self.group,
            signal=self.signal,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            quiet=self.quiet,
        )
        return Command(
            id=f"submit-{self.report_id}",
            stream="report",
            stream_id=self.report_id,
            body=body,
            actor=actor,
            authority=authority,
            door=door,
            exercise=self.exercise,
            prose=tuple(one for one in (place, what) if one is not None),
        )


def keep(words: str | Mapping[str, str]) -> Prose:
    """Words on their way into the store, under a new id and with a salt of their own."""
    cleaned = (
        clean(words) if isinstance(words, str) else {lang: clean(w) for lang, w in words.items()}
    )
    return Prose(
        id=str(uuid7()),
        salt=secrets.token_hex(16),
        content=json.dumps(cleaned, ensure_ascii=False, sort_keys=True),
    )


def kind_of(word: str) -> str:
    """A person's word for what happens as a kind is named: ``Fuite d'eau`` is ``fuite-d-eau``.

    Whoever raises the alarm is never sent back for a capital letter; empty where nothing is left.
    """
    plain = normalize("NFKD", word).encode("ascii", "ignore").decode().lower()
    return _NO_NAME.sub("-", plain).strip("-_")[:_LONGEST_NAME].strip("-_")


def clean(text: str) -> str:
    """The text without characters that hide or turn what a person reads."""
    return _CONTROL.sub("", text).encode("utf-8", "replace").decode().strip()


def in_the_past(observed_at: datetime | None, now: datetime) -> datetime | None:
    """The instant in UTC, not after now: a sender's clock may run ahead, an observation cannot.

    None where the sender gave none, or the zero time that some senders write instead.
    """
    if observed_at is None or observed_at.year < 1970:  # noqa: PLR2004 - before any sender's clock
        return None
    return min(observed_at.astimezone(UTC), now)


def allowed(sender: Sender, kind: str, pointer: str) -> str:
    """The kind, if this sender may raise it; :class:`BadPayload` (403) if it may not."""
    if sender.source.may(kind):
        return kind
    raise BadPayload(
        "kind-not-allowed",
        fault(
            pointer,
            what=(
                f"la source {sender.name} n'a pas le droit de signaler « {kind} »",
                f'source {sender.name} may not raise "{kind}"',
            ),
            fix=(
                f"ajoutez {kind} à sources.{sender.name}.may_raise",
                f"add {kind} to sources.{sender.name}.may_raise",
            ),
        ),
        status=FORBIDDEN,
    )
