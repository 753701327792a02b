"""Approvals: somebody can give them, in time, and nobody is left in silence meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crisis.core.checks.fault import Fault

Broken = Callable[..., list[Fault]]
OWN = ("tell", "people-on-site", "approval")
PLANNED = ("audiences", "people-on-site", "approval")


def stage(**changes: Any) -> list[dict[str, Any]]:
    """One stage, quick enough."""
    return [{"by": "lead", "within": "1m"} | changes]


@pytest.mark.parametrize(
    ("edits", "plan", "rule", "says"),
    [
        (
            {OWN: stage(by="laed")}, {}, "unknown-name",
            'there is no role "laed"; did you mean "lead"?',
        ),
        (
            {}, {PLANNED: stage(by=["legal", "brand"])}, "approval-may-block",
            ("the plan has messages to people-on-site approved by legal or brand, and this "
            "playbook has no such role; add it, or write tell.people-on-site.approval"),
        ),
        (
            {OWN: stage()}, {("audiences", "people-on-site", "preapproved"): ["alert"]},
            "approval-may-block",
            ("while an approval is awaited nothing could be said to people-on-site at the promised "
            "time; add holding to preapproved in the plan"),
        ),
        (
            {OWN: stage(silence="hold")},
            {("audiences", "people-on-site", "preapproved"): ["holding"]}, "approval-may-block",
            ("the first message to people-on-site would wait for ever if nobody answers; "
            "write silence: send, or add alert to preapproved in the plan"),
        ),
        (
            {OWN: stage(silence="hold")}, {}, "approval-may-block",
            ("lead alone may approve what people-on-site is told, and nobody approves their own "
            "words: what lead says would wait for ever; add another role to by, give one "
            "authority: approve, or write silence: next"),
        ),
        (
            {OWN: [*stage(within="3h"), *stage(within="30m")]}, {}, "approval-too-slow",
            ("at S1 the approval of update messages to people-on-site takes up to 3h30m, and "
            "update_every is 20m; shorten within, or add update to preapproved in the plan"),
        ),
        (
            {OWN: stage(within="6m")},
            {("audiences", "people-on-site", "preapproved"): ["holding", "update"]},
            "approval-too-slow",
            ("at S1 the approval of alert messages to people-on-site takes up to 6m, and "
            "first_within is 5m; shorten within, or add alert to preapproved in the plan"),
        ),
        (
            {OWN: stage(within={"S1": "1m"})}, {}, "approval-too-slow",
            "no stage says how long it waits at S2; add S2 to within",
        ),
    ],
)  # fmt: skip
def test_an_approval_that_could_fail_people_is_refused(
    broken: Broken, edits: dict[Any, Any], plan: dict[Any, Any], rule: str, says: str
) -> None:
    """G4, G5: with the place and what to write instead."""
    found = broken(edits, plan, rule=rule)

    assert says in [one.says for one in found]
    assert all(one.severity == "error" for one in found)


def test_a_quick_approval_is_no_fault(broken: Broken) -> None:
    """One role in force, an answer for silence, and time enough; the directorate may give it."""
    rules = {"unknown-name", "approval-may-block", "approval-too-slow"}
    for by in ("lead", "directorate"):
        assert not {one.rule for one in broken({OWN: stage(by=by)})} & rules
    planned = {PLANNED: stage(by=["legal", "lead"])}
    assert not {one.rule for one in broken({}, planned)} & rules


def test_an_audience_that_the_plan_does_not_have_is_another_checks_business(
    broken: Broken, leak: dict[str, Any]
) -> None:
    """Its name is found wrong there; nothing falls here."""
    told = leak["tell"]["people-on-site"]
    edits = {("tell", "nobody-knows"): told | {"approval": stage()}}
    assert not broken(edits, rule="approval-too-slow")
