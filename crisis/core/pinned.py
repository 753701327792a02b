"""What an incident is pinned to: its playbook, the communication plan and the site, compiled."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from crisis.core import promised
from crisis.core.layers import merged
from crisis.core.legal import Clocks
from crisis.core.place import Site
from crisis.core.plan import CommunicationPlan, Rung
from crisis.core.playbook import Layer, Playbook, Role
from crisis.core.tell import ApprovalStage
from crisis.core.values import Span

_DIRECT = frozenset({"alert", "instruction", "correction"})


def quiet(plan: CommunicationPlan, rungs: tuple[Rung, ...]) -> tuple[Rung, ...]:
    """Give these rungs without any medium that others hear; one that had no other is left out."""
    kept = ((rung, tuple(one for one in rung.by if not plan.media[one].aloud)) for rung in rungs)
    return tuple(rung.model_copy(update={"by": by}) for rung, by in kept if by)


class Pinned:
    """All that the rules are given of documents; answers fast, and always the same.

    `source` is the raw playbook, already checked by the library. A playbook in force is the base
    with the layers that hold; each combination is built once and kept.
    """

    def __init__(
        self,
        *,
        source: Mapping[str, Any],
        plan: CommunicationPlan,
        site: Site,
        legal: Clocks | None = None,
    ) -> None:
        self.name: str = source["playbook"]
        self.plan = plan
        self.site = site
        self.legal: Clocks = legal or {}
        self.digest = digest(source, plan)
        self._base = {name: value for name, value in source.items() if name != "layers"}
        self._layers = {
            name: Layer.model_validate(layer)
            for name, layer in (source.get("layers") or {}).items()
        }
        looked_at = {name for layer in self._layers.values() for name in layer.when.names()}
        self._looked_at = tuple(sorted(looked_at))
        self._seen: dict[tuple[str | None, ...], Playbook] = {}
        self._built: dict[tuple[str, ...], Playbook] = {}

    def in_force(self, situation: Mapping[str, str]) -> Playbook:
        """The playbook with the layers that hold in this situation."""
        key = tuple(map(situation.get, self._looked_at))
        playbook = self._seen.get(key)
        if playbook is None:
            playbook = self._seen[key] = self._with(self.layers_in(situation))
        return playbook

    def layers_in(self, situation: Mapping[str, str]) -> tuple[str, ...]:
        """The layers that hold in this situation, in the order in which they are merged."""
        return tuple(name for name, one in self._layers.items() if one.when.holds(situation))

    def _with(self, layers: tuple[str, ...]) -> Playbook:
        if layers not in self._built:
            source = merged(self._base, [self._layers[name].changes for name in layers])
            self._built[layers] = Playbook.model_validate(source)
        return self._built[layers]

    def urgency(self, playbook: Playbook, severity: str) -> str:
        """How soon people must act: the playbook's word, or the plan's."""
        return playbook.urgency.get(severity) or self.plan.urgency[severity]

    def lead_within(self, severity: str) -> Span:
        """By when a named person leads."""
        return _said(self.plan.cadence.lead_within.at(severity), severity)

    def accept_within(self, role: Role, severity: str) -> Span:
        """How long an offer of this role waits for an answer."""
        return promised.accept_within(self.plan, role, severity)

    def first_within(self, playbook: Playbook, audience: str, severity: str) -> Span:
        """By when an audience has its first message: the quicker of plan and playbook."""
        return _said(promised.first_within(self.plan, playbook, audience, severity), severity)

    def update_every(
        self, playbook: Playbook, audience: str, severity: str, *, long: bool
    ) -> Span | None:
        """How often an audience hears more; `long` is the slower rhythm of a long crisis.

        None where no cadence is promised at that severity.
        """
        return promised.update_every(self.plan, playbook, audience, severity, long=long)

    def directorate_within(self, playbook: Playbook, severity: str) -> Span:
        """By when the directorate has its first brief."""
        return _said(promised.directorate_within(self.plan, playbook, severity), severity)

    def brief_every(self, playbook: Playbook, severity: str) -> Span:
        """How often the directorate is briefed."""
        return _said(promised.brief_every(self.plan, playbook, severity), severity)

    def reply_by(self, now: datetime, severity: str) -> datetime:
        """When whoever asks something now has a reply; told to them at once."""
        return self.site.add(now, promised.reply_within(self.plan, severity))

    def speaker(self, playbook: Playbook, audience: str) -> str:
        """The role that speaks to an audience; the lead, where that role is not in force."""
        speaker = playbook.tell[audience].speaker or self.plan.audiences[audience].speaker
        return speaker if speaker in playbook.roles else "lead"

    def contact(self, playbook: Playbook, audience: str) -> str:
        """The function that answers an audience's questions."""
        return playbook.tell[audience].contact or self.plan.audiences[audience].contact

    def approval(self, playbook: Playbook, audience: str) -> tuple[ApprovalStage, ...]:
        """Who must approve what an audience is told: the playbook's stages, or the plan's."""
        told = playbook.tell.get(audience)
        return (told.approval if told is not None else ()) or self.plan.audiences[audience].approval

    def rungs(self, kind: str, audience: str | None, urgency: str) -> tuple[Rung, ...]:
        """The media for a kind of message, rung after rung; the order of look-up is the plan's.

        Where the playbook is silent nothing that is aloud is among them, for the crew either.
        """
        rungs = self.plan.rungs(kind, audience, urgency)
        return quiet(self.plan, rungs) if self._base.get("silent") is True else rungs

    def dead(self, down: Mapping[str, datetime]) -> dict[str, datetime]:
        """The media that die with what has failed, and when: its reserve is over then."""
        return {
            name: min(dies_at)
            for name, medium in self.plan.media.items()
            if (dies_at := [
                self.site.add(since, medium.needs[what])
                for what, since in down.items() if what in medium.needs
            ])
        }  # fmt: skip

    def life_safety(self, kind: str, audience: str, urgency: str) -> bool:
        """Whether nothing may delay such a message: no lint, no approval, no quiet hours (G12)."""
        told = self.plan.audiences.get(audience)
        return kind in _DIRECT and urgency == "immediate" and told is not None and told.at_risk


def digest(source: Mapping[str, Any], plan: CommunicationPlan) -> str:
    """The SHA-256 of a playbook's source and its plan, in canonical JSON."""
    planned = plan.model_dump(mode="json", by_alias=True, exclude_unset=True)
    text = json.dumps(
        [source, planned], sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _said(span: Span | None, severity: str) -> Span:
    """A time that every checked plan says at each of its severities."""
    if span is None:
        raise LookupError(f"the communication plan says nothing at severity {severity}")
    return span
