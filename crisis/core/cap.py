"""A message as an alert of the Common Alerting Protocol: what other systems are told of it.

Source: OASIS CAP 1.2 (ITU-T X.1303). A pure mapping: which words of theirs stand for what ours
says. Nothing here is decided anew, and nothing but what was told leaves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from crisis.core.incident import OVER

SEVERITIES = ("Extreme", "Severe", "Moderate", "Minor")
"""By rank in the communication plan, gravest first; what comes after the fourth is minor too."""
URGENCIES = {"immediate": "Immediate", "expected": "Expected", "future": "Future"}
CATEGORIES: Mapping[str, frozenset[str]] = {
    "Fire": frozenset({"fire", "smoke", "incendie", "feu", "fumee"}),
    "CBRNE": frozenset({"gas", "gaz", "chemical", "chimique", "radiation", "explosion"}),
    "Health": frozenset({"medical", "health", "epidemic", "sanitaire", "accident", "malaise"}),
    "Security": frozenset({"cyber", "security", "intrusion", "attack", "bomb", "attaque"}),
    "Met": frozenset({"storm", "heat", "snow", "wind", "tempete", "canicule", "neige"}),
    "Transport": frozenset({"transport", "traffic", "train"}),
    "Infra": frozenset({
        "flood", "water", "leak", "inondation", "fuite", "power", "electricity", "outage",
        "coupure", "panne", "service", "lift", "heating", "works", "travaux", "network",
    }),
}  # fmt: skip
"""The categories of CAP, and words in the names of kinds and playbooks that belong to them."""
MARK = {"fr": "EXERCICE", "en": "EXERCISE"}
"""What every text of an exercise begins with (G9)."""
_PARTS = re.compile(r"[a-z]+")
_UNFIT = re.compile(r"[\s,<&]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What these readers were told before in this crisis."""

    identifier: str
    sent_at: datetime
    expires_at: datetime | None
    """When its next word was due; None where it promised none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The words in one language."""

    language: str
    event: str
    headline: str
    description: str
    instruction: str
    sender: str
    """Who speaks, as readers know it."""
    contact: str
    audience: str
    area: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A released message, and what must be known of its crisis."""

    identifier: str
    sender: str
    """Who sends it, as machines know it: one word, the same for every message."""
    incident: str
    names: tuple[str, ...]
    """The names of the kind and of the playbook."""
    kind: str
    phase: str
    urgency: str
    rank: int
    """Of its severity in the plan; 0 is the gravest."""
    exercise: bool
    public: bool
    """Whether it stands on a page that anybody can read."""
    sent_at: datetime
    next_at: datetime | None
    earlier: Sequence[Earlier]
    told: Sequence[Told]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One alert; texts are those of its languages, one block each."""

    source: Source
    status: str
    message_type: str
    scope: str
    note: str
    references: tuple[Earlier, ...]
    category: str
    response: str
    urgency: str
    severity: str
    certainty: str
    told: tuple[Told, ...]


def alert(source: Source) -> Alert:
    """Say a message in the words of CAP 1.2."""
    return Alert(
        source=source,
        status="Exercise" if source.exercise else "Actual",
        message_type=message_type(source),
        scope="Public" if source.public else "Restricted",
        note=" / ".join(MARK.values()) if source.exercise else "",
        references=references(source),
        category=category(source.names),
        response=_response(source),
        urgency="Past" if source.phase in OVER else URGENCIES.get(source.urgency, "Unknown"),
        severity=SEVERITIES[min(source.rank, len(SEVERITIES) - 1)],
        certainty=_certainty(source),
        told=tuple(_marked(one) if source.exercise else one for one in source.told),
    )


def message_type(source: Source) -> str:
    """Give ``Alert`` for the first word, ``Cancel`` for a false alarm, else ``Update``.

    Back to normal is an update that gives the all-clear: what it ends was true.
    """
    if not source.earlier:
        return "Alert"
    return "Cancel" if source.phase == "cancelled" else "Update"


def references(source: Source) -> tuple[Earlier, ...]:
    """Name the earlier messages that still hold; the last one, where none of them does."""
    holding = tuple(
        one for one in source.earlier
        if one.expires_at is None or one.expires_at > source.sent_at
    )  # fmt: skip
    return holding or tuple(source.earlier[-1:])


def category(names: Sequence[str]) -> str:
    """Give the category that a word in these names belongs to; ``Other`` where none does."""
    words = {part for name in names for part in _PARTS.findall(name.lower())}
    return next((name for name, known in CATEGORIES.items() if known & words), "Other")


def one_word(name: str) -> str:
    """Make a name that CAP takes as a sender or an identifier: no space, comma, ``<`` or ``&``."""
    return _UNFIT.sub("-", name.strip())


def _response(source: Source) -> str:
    if source.phase in OVER:
        return "AllClear"
    if any(one.instruction for one in source.told):
        return "Execute"  # what to do stands in the instruction
    return "Monitor" if source.next_at else "None"


def _certainty(source: Source) -> str:
    return {"expected": "Likely", "cancelled": "Unlikely"}.get(source.phase, "Observed")


def _marked(told: Told) -> Told:
    mark = MARK.get(told.language, MARK["en"])

    def said(words: str) -> str:
        return words if not words or words.startswith(mark) else f"{mark} – {words}"

    return Told(
        language=told.language, event=said(told.event), headline=said(told.headline),
        description=said(told.description), instruction=said(told.instruction),
        sender=told.sender, contact=told.contact, audience=told.audience, area=told.area,
    )  # fmt: skip
