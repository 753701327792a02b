"""What may be asked of the life of an incident: told, linked, merged, split, pinned anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Relation = Literal["related", "parent", "child", "cause", "symptom", "absorbed", "into", "split"]
"""What another incident is to this one; ``into``: the one that has taken this one over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeLoud:
    """A person has looked: it is real, and told from now on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelateIncident:
    """A person says that another incident belongs with this one; each is led as before."""

    other: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeIncident:
    """A person says that another incident is the same trouble: it is followed here from now on."""

    other: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitIncident:
    """A person says that it is two troubles: another incident opens for the second."""

    playbook: str | None = None
    """The playbook of the other; this one's where none is named."""
    building: str | None = None
    """Where the other is; here where none is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepinPlaybook:
    """A person has it go by another playbook, or by the newest text of the same one."""

    playbook: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRelated:
    """Another incident says what it is to this one."""

    other: str
    how: Relation
    step: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteOther:
    """A related incident is over, or has begun again."""

    other: str
    phase: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteMedia:
    """Something has failed at the site, or works again, as is known in another incident there."""

    what: str
    since: datetime | None
    """When it failed; None: it works again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndMerged:
    """This incident is followed in another one from here on."""

    into: str


LifeBody = (
    MakeLoud
    | RelateIncident
    | MergeIncident
    | SplitIncident
    | RepinPlaybook
    | NoteRelated
    | NoteOther
    | NoteMedia
    | EndMerged
)
