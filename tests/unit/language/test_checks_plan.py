"""The static checks of the communication plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crisis.core.checks.fault import Fault

BrokenPlan = Callable[[dict[tuple[str | int, ...], Any]], list[Fault]]
MAIL = [{"by": ["mail"]}]


def test_the_sound_plan_has_no_fault(broken_plan: BrokenPlan) -> None:
    """What every test below breaks is whole to begin with."""
    assert broken_plan({}) == []


@pytest.mark.parametrize(
    ("edits", "rule", "at", "says"),
    [
        (
            {("severities", "S1", "en"): ...},
            "missing-language",
            ("severities", "S1"),
            "severities.S1 has no English text; add en: beside fr",
        ),
        (
            {("severities", "S1", "en"): "2 people are in danger."},
            "language-parity",
            ("severities", "S1"),
            "figures (2)",
        ),
        (
            {("urgency", "S3"): ...},
            "missing-field",
            ("urgency",),
            "urgency says nothing of S3; add S3: expected",
        ),
        (
            {("urgency", "S4"): "future"},
            "unknown-name",
            ("urgency", "S4", 0),
            'there is no severity "S4"',
        ),
        (
            {("cadence", "update_every", "S3"): ...},
            "promise-without-cadence",
            ("cadence", "update_every"),
            "no cadence says update_every at S3; add S3 to update_every",
        ),
        (
            {("cadence", "scope_within", "S9"): "1m"},
            "unknown-name",
            ("cadence", "scope_within", "S9", 0),
            'there is no severity "S9"',
        ),
        (
            {("media", "sms", "needs", "moble"): "0m"},
            "unknown-name",
            ("media", "sms", "needs", "moble", 0),
            'there is no can_fail "moble"; did you mean',
        ),
        (
            {("audiences", "directorate"): ...},
            "missing-field",
            ("audiences",),
            "no audience is called directorate: nobody would be briefed",
        ),
        (
            {("audiences", "front-line", "acknowledge"): ["alrt"]},
            "unknown-name",
            ("audiences", "front-line", "acknowledge", 0),
            'there is no kind of message "alrt"',
        ),
        (
            {("ladders", "brif"): {"any": MAIL}},
            "unknown-name",
            ("ladders", "brif", 0),
            'there is no kind of message "brif"; did you mean "brief"?',
        ),
        (
            {("ladders", "holding"): {"any": MAIL}},
            "unknown-name",
            ("ladders", "holding"),
            "holding goes by the ladder of update; write it there",
        ),
        (
            {("ladders", "brief"): {"imediate": MAIL}},
            "unknown-name",
            ("ladders", "brief", "imediate", 0),
            'there is no urgency "imediate"; did you mean',
        ),
        (
            {("ladders", "brief"): {"any": [{"by": ["mial"]}]}},
            "unknown-name",
            ("ladders", "brief", "any", 0, "by", 0),
            'there is no medium "mial"; did you mean "mail"?',
        ),
        (
            {("audiences", "co-tenants", "ladders", "brief"): {"any": [{"by": "mial"}]}},
            "unknown-name",
            ("audiences", "co-tenants", "ladders", "brief", "any", 0, "by", 0),
            "mial",
        ),
        (
            {("ladders", "brief"): {"any": [{"by": ["mail"]}, {"by": ["runner"]}]}},
            "missing-field",
            ("ladders", "brief", "any", 0),
            "this rung never gives way to the next; add wait: 10m",
        ),
        (
            {("ladders", "any"): ..., ("ladders", "role_offer"): ...},
            "no-medium",
            ("ladders",),
            "no ladder carries a role offer",
        ),
        (
            {
                ("audiences", "people-on-site", "ladders"): {
                    "role_offer": {"any": [{"by": ["mail"]}]},
                }
            },
            "unknown-field",
            ("audiences", "people-on-site", "ladders", "role_offer"),
            "is never used: an offer goes to one person",
        ),
        (
            {("ladders", "any", "any"): ...},
            "no-medium",
            ("audiences", "directorate"),
            "no ladder carries alert (expected) to directorate; add ladders.any.any, or",
        ),
        (
            {
                ("audiences", "co-tenants", "ladders", "alert"): {
                    "immediate": [{"by": ["mail"], "wait": "5m"}, {"by": ["runner"]}]
                }
            },
            "one-medium-only",
            ("audiences", "co-tenants", "ladders", "alert", "immediate"),
            (
                "co-tenants may be in danger: the first rung of an immediate alert takes two media "
                "that need nothing in common, one interruptive; it has mail"
            ),
        ),
        (
            {
                ("audiences", "co-tenants", "ladders", "alert"): {
                    "immediate": [{"by": ["mail", "sms"], "wait": "5m"}, {"by": ["runner"]}]
                }
            },
            "one-medium-only",
            ("audiences", "co-tenants", "ladders", "alert", "immediate"),
            "it has mail, sms",
        ),
        (
            {("ladders", "any", "any"): MAIL},
            "lost-without",
            ("ladders", "any", "any"),
            "without internet nothing reaches directorate (alert, expected); add a rung",
        ),
    ],
)
def test_a_plan_that_does_not_hold_is_found(
    broken_plan: BrokenPlan, edits: dict[tuple[str | int, ...], Any], rule: str,
    at: tuple[Any, ...], says: str,
) -> None:  # fmt: skip
    """Languages, severities, names, and a way to everyone that no single failure cuts."""
    fault = next(fault for fault in broken_plan(edits) if fault.rule == rule)

    assert fault.at == at
    assert says in fault.says


def test_an_audience_at_risk_without_any_ladder_is_said_once(broken_plan: BrokenPlan) -> None:
    """No medium at all is one mistake, not two."""
    rules = {fault.rule for fault in broken_plan({("ladders",): {}})}

    assert "no-medium" in rules
    assert "one-medium-only" not in rules
