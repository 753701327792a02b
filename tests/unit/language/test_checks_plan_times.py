"""Spans of the communication plan that nobody could mean."""

from __future__ import annotations

from crisis.core.checks.times import plan_faults
from crisis.core.plan import CommunicationPlan


def test_a_plan_that_is_slower_where_it_is_graver_is_warned_of(plan: CommunicationPlan) -> None:
    """What matters more must not be told more slowly: almost always two spans changed places."""
    source = plan.model_dump(mode="json", by_alias=True, exclude_unset=True)
    first, *_, last = plan.severities
    source["cadence"]["first_within"] = dict.fromkeys(plan.severities, "30m") | {
        first: "4h",
        last: "5m",
    }
    found = list(plan_faults(CommunicationPlan.model_validate(source)))

    assert any(fault.rule == "graver-slower" and fault.severity == "warning" for fault in found)
