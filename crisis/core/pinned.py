"""What an incident is pinned to: its playbook, the communication plan and the site, compiled."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from crisis.core.layers import merged
from crisis.core.place import Site
from crisis.core.plan import Audience, CommunicationPlan, Ladder, Rung
from crisis.core.playbook import Layer, Playbook, Role
from crisis.core.values import Span, Timing

ACCEPT_WITHIN = (
    Span(timedelta(minutes=3)),
    Span(timedelta(minutes=5)),
    Span(timedelta(minutes=10)),
    Span(timedelta(hours=1)),
)
"""How long an offer waits, from the gravest severity down, where the role says nothing."""

TRAVELS_AS = {"instruction": "alert", "correction": "alert", "holding": "update"}
"""Kinds of message that take the ladder of another kind."""

_DIRECT = frozenset({"alert", "instruction"})


class Pinned:
    """All that the rules are given of documents; answers fast, and always the same.

    `source` is the raw playbook, already checked by the library. A playbook in force is the base
    with the layers that hold; each combination is built once and kept.
    """

    def __init__(self, *, source: Mapping[str, Any], plan: CommunicationPlan, site: Site) -> None:
        self.name: str = source["playbook"]
        self.plan = plan
        self.site = site
        self.digest = digest(source, plan)
        self._base = {name: value for name, value in source.items() if name != "layers"}
        self._layers = {
            name: Layer.model_validate(layer) for name, layer in source.get("layers", {}).items()
        }
        looked_at = {name for layer in self._layers.values() for name in layer.when.names()}
        self._looked_at = tuple(sorted(looked_at))
        self._seen: dict[tuple[str | None, ...], Playbook] = {}
        self._built: dict[tuple[str, ...], Playbook] = {}
        self._severities = {name: rank for rank, name in enumerate(plan.severities)}

    def in_force(self, situation: Mapping[str, str]) -> Playbook:
        """Give the playbook with the layers that hold in this situation."""
        key = tuple(map(situation.get, self._looked_at))
        playbook = self._seen.get(key)
        if playbook is None:
            holding = tuple(n for n, layer in self._layers.items() if layer.when.holds(situation))
            playbook = self._seen[key] = self._with(holding)
        return playbook

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
        return _given(self.plan.cadence.lead_within, severity)

    def accept_within(self, role: Role, severity: str) -> Span:
        """How long an offer of this role waits for an answer."""
        span = role.accept_within.at(severity) if role.accept_within else None
        return span or ACCEPT_WITHIN[min(self._severities[severity], len(ACCEPT_WITHIN) - 1)]

    def first_within(self, playbook: Playbook, audience: str, severity: str) -> Span:
        """By when an audience has its first message: the quicker of plan and playbook."""
        planned = self._planned(self.plan.audiences[audience].first_within, severity)
        return _quicker(
            planned or _given(self.plan.cadence.first_within, severity),
            playbook.tell[audience].first_within,
            severity,
        )

    def update_every(
        self, playbook: Playbook, audience: str, severity: str, *, long: bool
    ) -> Span | None:
        """How often an audience hears more; `long` is the slower rhythm of a long crisis.

        None where no cadence is promised at that severity.
        """
        cadence = self.plan.cadence
        planned = self._planned(self.plan.audiences[audience].update_every, severity)
        planned = planned or cadence.update_every.at(severity)
        told = playbook.tell.get(audience)
        own = told.update_every.at(severity) if told and told.update_every else None
        spans = [span for span in (planned, own) if span is not None]
        slower = cadence.long_every.at(severity) if long and cadence.long_every else None
        if not spans:
            return None
        return max(min(spans), slower) if slower else min(spans)

    def directorate_within(self, playbook: Playbook, severity: str) -> Span:
        """By when the directorate has its first brief."""
        planned = _given(self.plan.cadence.directorate_within, severity)
        return _quicker(planned, playbook.directorate.first_within, severity)

    def brief_every(self, playbook: Playbook, severity: str) -> Span:
        """How often the directorate is briefed."""
        planned = _given(self.plan.cadence.brief_every, severity)
        return _quicker(planned, playbook.directorate.brief_every, severity)

    def speaker(self, playbook: Playbook, audience: str) -> str:
        """Give the role that speaks to an audience; the lead, where that role is not in force."""
        speaker = playbook.tell[audience].speaker or self.plan.audiences[audience].speaker
        return speaker if speaker in playbook.roles else "lead"

    def contact(self, playbook: Playbook, audience: str) -> str:
        """Give the function that answers an audience's questions."""
        return playbook.tell[audience].contact or self.plan.audiences[audience].contact

    def rungs(self, kind: str, audience: str | None, urgency: str) -> tuple[Rung, ...]:
        """Give the media for a kind of message, rung after rung; empty when nothing is said.

        An instruction or a correction goes as an alert, a holding statement as an update. First
        the audience's own ladder of that kind, then everyone's, then those of `any` kind in the
        same order; in each the exact urgency before `any`. `audience` is None for role offers.
        """
        row = TRAVELS_AS.get(kind, kind)
        ladders = self._ladders(audience)
        for name in dict.fromkeys((row, "any")):
            for ladder in ladders:
                cells = ladder.get(name, {})
                rungs = cells.get(urgency) or cells.get("any")
                if rungs:
                    return rungs
        return ()

    def life_safety(self, kind: str, audience: str, urgency: str) -> bool:
        """Whether nothing may delay such a message (no lint, approval or quiet hours)."""
        risk = self._audience(audience)
        return kind in _DIRECT and urgency == "immediate" and risk is not None and risk.at_risk

    def _audience(self, audience: str) -> Audience | None:
        return self.plan.audiences.get(audience)

    def _ladders(self, audience: str | None) -> Iterable[Ladder]:
        own = self.plan.audiences[audience].ladders if audience is not None else {}
        return (own, self.plan.ladders)

    @staticmethod
    def _planned(timing: Timing | None, severity: str) -> Span | None:
        return timing.at(severity) if timing else None


def digest(source: Mapping[str, Any], plan: CommunicationPlan) -> str:
    """Hash with SHA-256 of a playbook's source and its plan, each in canonical JSON."""
    planned = plan.model_dump(mode="json", by_alias=True, exclude_unset=True)
    text = json.dumps(
        [source, planned], sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _given(timing: Timing, severity: str) -> Span:
    span = timing.at(severity)
    if span is None:
        raise LookupError(f"the communication plan says nothing at severity {severity}")
    return span


def _quicker(planned: Span, own: Timing | None, severity: str) -> Span:
    span = own.at(severity) if own else None
    return min(planned, span) if span else planned
