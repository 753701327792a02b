"""A silent playbook: no telephone rings where people hide, and all are told all the same."""

from __future__ import annotations

from typing import Any

from crisis.core.checks.playbook import faults
from crisis.core.plan import CommunicationPlan
from tests.unit.core.story import SHIPPED, as_shipped, document, edited, pinned


def said(plan: Any) -> list[tuple[str, str]]:
    """The rule and the words of each error in a silent fire, with this plan."""
    source = edited(document(SHIPPED, "fire"), {"silent": True})
    found = faults(source, CommunicationPlan.model_validate(plan))
    return [(one.rule, one.says) for one in found if one.at == ("silent",)]


def test_nothing_that_rings_is_used_for_anybody_the_crew_included() -> None:
    """G12: offers of roles and alerts go by what others do not hear; nobody is left without."""
    quiet, loud = pinned("fire", {"silent": True}), as_shipped("fire")
    aloud = {name for name, medium in loud.plan.media.items() if medium.aloud}
    assert aloud == {"public-address", "voice-call", "call-list"}
    for kind, audience in (("role_offer", None), ("alert", "people-on-site"), ("end", None)):
        used = {one for rung in quiet.rungs(kind, audience, "immediate") for one in rung.by}
        assert used
        assert not used & aloud
    assert {one for rung in loud.rungs("role_offer", None, "immediate") for one in rung.by} & aloud


def test_a_silence_that_leaves_nobody_a_way_or_everybody_aloud_is_refused() -> None:
    """The plan must say what is aloud, and keep a medium that is not."""
    plan = document(SHIPPED, "communication-plan")
    assert said(plan) == []
    ringing = {"any": {"any": [{"by": "voice-call"}]}}
    (only, *_) = said(edited(plan, {"ladders/role_offer": ringing["any"]}))
    assert only[0] == "no-medium"
    assert "offers of roles" in only[1]
    named = {f"media/{name}/aloud": ... for name in ("public-address", "voice-call", "call-list")}
    assert [rule for rule, _ in said(edited(plan, named))] == ["silent-nothing"]
