"""What an incident asks of its documents: times, ladders, life-safety, a digest."""

from __future__ import annotations

import time
from typing import Any

import pytest

from crisis.core.pinned import Pinned
from crisis.core.place import Site
from crisis.core.plan import CommunicationPlan
from crisis.core.values import Span

DAY = {"severity": "S1", "hours": "office", "site": "tower"}


def test_times_are_the_quicker_of_plan_and_playbook(pinned: Pinned) -> None:
    """The audience's own time replaces the cadence's; a playbook may only be quicker."""
    playbook = pinned.in_force(DAY)

    def first(audience: str, severity: str) -> str:
        return str(pinned.first_within(playbook, audience, severity))

    assert [first("people-on-site", s) for s in ("S1", "S2", "S3")] == ["5m", "5m", "10m"]
    assert [first("co-tenants", s) for s in ("S1", "S2", "S3")] == ["5m", "20m", "1h"]
    assert str(pinned.directorate_within(playbook, "S3")) == "5m"
    assert str(pinned.brief_every(playbook, "S3")) == "4h"
    assert str(pinned.lead_within("S2")) == "20m"


def test_the_rhythm_slows_down_in_a_long_crisis(pinned: Pinned) -> None:
    """`long` is the slower rhythm, never quicker than the audience's own."""
    playbook = pinned.in_force(DAY)

    def every(audience: str, *, long: bool) -> Span | None:
        return pinned.update_every(playbook, audience, "S1", long=long)

    assert every("people-on-site", long=False) == Span.parse("20m")
    assert every("people-on-site", long=True) == Span.parse("1h")
    assert every("co-tenants", long=True) == Span.parse("1d")
    assert every("directorate", long=False) == Span.parse("20m")


def test_a_severity_without_cadence_promises_nothing(
    pinned: Pinned, leak: dict[str, Any], plan: CommunicationPlan, tower: Site
) -> None:
    """No update is promised there, and a first word cannot be asked for."""
    playbook = pinned.in_force(DAY)

    assert pinned.update_every(playbook, "people-on-site", "S9", long=True) is None
    with pytest.raises(LookupError, match="nothing at severity S9"):
        pinned.lead_within("S9")
    bare = plan.model_copy(update={"cadence": plan.cadence.model_copy(update={"long_every": None})})
    slow = Pinned(source=leak, plan=bare, site=tower)
    assert slow.update_every(playbook, "people-on-site", "S1", long=True) == Span.parse("20m")


def test_an_offer_waits_as_the_role_says_or_by_severity(pinned: Pinned) -> None:
    """3, 5 and 10 minutes where the role says nothing."""
    roles = pinned.in_force(DAY).roles

    assert str(pinned.accept_within(roles["lead"], "S3")) == "10m"
    said = [str(pinned.accept_within(roles["it"], severity)) for severity in ("S1", "S2", "S3")]
    assert said == ["3m", "5m", "10m"]


def test_urgency_is_the_playbook_s_or_the_plan_s(pinned: Pinned) -> None:
    """The playbook may know that this crisis does not wait."""
    playbook = pinned.in_force(DAY)

    assert pinned.urgency(playbook, "S3") == "immediate"
    assert pinned.urgency(playbook, "S2") == "immediate"


def test_who_speaks_and_who_answers(pinned: Pinned) -> None:
    """The plan's speaker and contact, unless the playbook has its own; the lead is always there."""
    playbook = pinned.in_force(DAY)
    own = playbook.tell["people-on-site"].model_copy(
        update={"speaker": "liaison", "contact": "desk"}
    )
    changed = playbook.model_copy(update={"tell": {**playbook.tell, "people-on-site": own}})
    gone = changed.model_copy(update={"roles": {"lead": changed.roles["lead"]}})

    assert pinned.speaker(playbook, "people-on-site") == "lead"
    assert pinned.speaker(changed, "people-on-site") == "liaison"
    assert pinned.speaker(gone, "people-on-site") == "lead"
    assert pinned.contact(playbook, "people-on-site") == "facilities-desk"
    assert pinned.contact(changed, "people-on-site") == "desk"


@pytest.mark.parametrize(
    ("kind", "audience", "urgency", "first"),
    [
        ("alert", "people-on-site", "immediate", ("public-address", "sms")),
        ("instruction", "people-on-site", "immediate", ("public-address", "sms")),
        ("correction", "co-tenants", "immediate", ("public-address", "sms")),
        ("alert", "people-on-site", "expected", ("mail",)),
        ("update", "people-on-site", "immediate", ("sms", "mail")),
        ("holding", "front-line", "immediate", ("mail", "sms")),
        ("alert", "front-line", "immediate", ("public-address", "sms")),
        ("role_offer", None, "future", ("sms", "mail")),
        ("escalation", None, "future", ("mail",)),
    ],
)
def test_ladders_are_looked_up_in_the_order_of_the_plan(
    pinned: Pinned, kind: str, audience: str | None, urgency: str, first: tuple[str, ...]
) -> None:
    """Own kind, everyone's kind, own `any`, everyone's `any`; the exact urgency first."""
    assert pinned.rungs(kind, audience, urgency)[0].by == first


def test_no_ladder_means_no_rungs(pinned: Pinned, plan: CommunicationPlan) -> None:
    """An empty answer, for the checks to find; never an error in a crisis."""
    bare = plan.model_copy(update={"ladders": {}})

    assert bare.rungs("brief", "directorate", "future") == ()
    assert bare.cell("brief", "directorate", "future") == ()
    assert pinned.plan.cell("alert", "co-tenants", "immediate") == (
        "audiences", "co-tenants", "ladders", "alert", "immediate",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "audience", "urgency", "answer"),
    [
        ("alert", "people-on-site", "immediate", True),
        ("instruction", "co-tenants", "immediate", True),
        ("update", "people-on-site", "immediate", False),
        ("alert", "people-on-site", "expected", False),
        ("alert", "front-line", "immediate", False),
        ("alert", "nobody", "immediate", False),
    ],
)
def test_life_safety_is_an_immediate_word_to_people_at_risk(
    pinned: Pinned, kind: str, audience: str, urgency: str, answer: bool
) -> None:
    """G12: an alert or instruction at once, to those who may be in danger, is never delayed."""
    assert pinned.life_safety(kind, audience, urgency) is answer


def test_the_digest_tells_every_change_and_nothing_else(
    leak: dict[str, Any], plan: CommunicationPlan, tower: Site
) -> None:
    """The order of fields does not count; a changed word, a changed plan does."""
    digest = Pinned(source=leak, plan=plan, site=tower).digest
    reordered = dict(reversed(list(leak.items())))

    assert len(digest) == 64
    assert Pinned(source=reordered, plan=plan, site=tower).digest == digest
    assert Pinned(source=leak | {"owner": "x"}, plan=plan, site=tower).digest != digest
    other = plan.model_copy(update={"communication_plan": "other"})
    assert Pinned(source=leak, plan=other, site=tower).digest != digest
    bare = {name: value for name, value in leak.items() if name != "layers"}
    assert Pinned(source=bare, plan=plan, site=tower).in_force({}).name == "leak"


def test_in_force_answers_at_once_when_it_has_been_asked_before(pinned: Pinned) -> None:
    """Every decision asks: a known situation costs well under 5 µs (the best of some tries)."""
    pinned.in_force(DAY)
    best = float("inf")
    for _ in range(20):
        started = time.perf_counter()
        for _ in range(100):
            pinned.in_force(DAY)
        best = min(best, (time.perf_counter() - started) / 100)

    assert best < 5e-6
