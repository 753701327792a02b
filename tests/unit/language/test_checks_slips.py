"""What is sound and surely not meant: times, ends, people who are not there, words left open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crisis.core.checks.fault import Fault
from tests.unit.language.conftest import Edits

TEXT = {"fr": "Eau", "en": "Water"}
Broken = Callable[..., list[Fault]]
AWAY = {
    "title": {"fr": "Absents", "en": "Away"},
    "who": {"building": "same", "present": "no"},
    "expects": {"operational": TEXT, "emotional": TEXT},
    "contact": "facilities-desk",
    "at_risk": True,
}


@pytest.mark.parametrize(
    ("edits", "plan_edits", "rule"),
    [
        ({("phases", "safe", "within"): {"S1": "3h"}, ("steps", "people", "within"): "3h",
          ("steps", "assist", "within"): "2h"}, {}, "outlasts-its-phase"),
        ({("planned",): True, ("phases", "safe", "within"): ...,
          ("steps", "people", "within"): "9h"}, {}, "late-for-its-gravity"),
        ({("phases", "safe"): ..., ("steps", "people", "within"): "9h"}, {},
         "late-for-its-gravity"),
        ({("urgency",): ..., ("steps", "people", "within"): {"S1": "5m", "S2": "5m", "S3": "9h"}},
         {}, "late-for-its-gravity"),
        ({("roles", "lead", "accept_within"): "9h"}, {}, "late-for-its-gravity"),
        ({("urgency",): ..., ("opens_on", 1, "lasting"): "10h"}, {}, "late-for-its-gravity"),
        ({("urgency",): {"S1": "expected", "S2": "expected"},
          ("directorate", "unreachable_after"): "1d"}, {}, "late-for-its-gravity"),
        ({("exercise",): ...}, {}, "months-as-minutes"),
        ({("review", "within"): {"S1": "1wd", "S2": "5wd"}}, {}, "months-as-minutes"),
        ({("roles", "security", "relieve_after"): "8h"}, {}, "hours-as-minutes"),
        ({("phases", "safe", "after"): ["open"]}, {}, "proposed-at-once"),
        ({("steps", "source", "optional"): True,
          ("phases", "normal", "after"): ["source"]}, {}, "waits-for-optional"),
        ({("steps", "source", "optional"): True, ("steps", "pump", "after"): ["source"],
          ("phases", "normal", "after"): ["pump"]}, {}, "waits-for-optional"),
        ({("steps", "shut-water", "roll_call"): "co-tenants",
          ("steps", "shut-water", "after"): "safe"}, {}, "roll-call-early"),
        ({("tell", "co-tenants"): ..., ("urgency",): ..., ("severity", "raise"): ...}, {},
         "at-risk-untold"),
        ({("tell",): {}, ("layers",): {}}, {}, "at-risk-untold"),
        ({("layers", "annex", "tell"): {"co-tenants": {}}, ("tell", "co-tenants"): ...}, {},
         "at-risk-untold"),
        ({}, {("audiences", "people-there"): {**AWAY, "who": {
            "floor": "same", "present": "yes", "function": ["a", "b"]}}}, "at-risk-untold"),
        ({("steps", "stop-it", "then_by"): "directorate"}, {}, "asked-twice"),
        ({("opens_on", 1): {"kind": "leak", "source": "machine"}}, {}, "opens-twice"),
        ({("roles", "lead", "spend_up_to"): ..., ("steps", "pump", "spend_up_to"): "5 CHF"}, {},
         "nobody-may-spend"),
        ({("layers", "at-night", "roles", "night"): {
            "title": TEXT, "mission": TEXT, "holder": "a"}}, {}, "unknown-name"),
    ],
)  # fmt: skip
def test_what_may_well_be_meant_is_not_warned_of(
    broken: Broken, edits: Edits, plan_edits: Edits, rule: str
) -> None:
    """Quick enough, later on purpose, told elsewhere, or nothing that anybody waits for."""
    assert broken(edits, plan_edits, rule=rule) == []


@pytest.mark.parametrize(
    "who", [{"site": "same"}, {"building": "same", "present": ["yes", "no"]}, "occupants"]
)
def test_people_at_risk_whom_no_other_audience_covers_are_missed(broken: Broken, who: Any) -> None:
    """Whoever is told as somebody else is told; all others at risk would hear nothing."""
    plan = {("audiences", "people-there"): {**AWAY, "who": who}}

    (fault,) = broken({}, plan, rule="at-risk-untold")

    assert fault.severity == "warning"
    assert "add tell.people-there" in fault.says


def test_a_phase_with_a_condition_alone_is_never_proposed(broken: Broken) -> None:
    """Nobody is asked to declare what waits for no step, whatever its condition says."""
    normal = {"means": TEXT, "when": {"people": "no"}}
    (fault,) = broken({("phases", "normal"): normal}, rule="never-proposed")

    assert fault.at == ("phases", "normal")


def test_a_playbook_without_steps_has_nothing_to_wait_for(broken: Broken) -> None:
    """Its phases are people's to declare, and nothing is said of that."""
    edits: Edits = {("steps",): {}, ("phases", "safe"): {"means": TEXT}, ("layers",): {}}

    assert broken(edits, rule="never-proposed") == []


@pytest.mark.parametrize(
    ("edits", "at", "says"),
    [
        ({("roles", "steps"): {}, ("steps",): ...}, ("roles", "steps"), "stands inside roles"),
        ({("steps", "undo"): TEXT}, ("steps", "undo"), "under the step that it belongs to"),
        ({("roles", "need"): 2}, ("roles", "need"), "under the role"),
        ({("tell", "safe"): "none"}, ("tell", "safe"), "under the audience"),
    ],
)
def test_what_stands_at_another_depth_is_said_once(
    broken: Broken, edits: Edits, at: tuple[str, ...], says: str
) -> None:
    """Not once for each line that would have to move."""
    (fault,) = broken(edits)

    assert (fault.rule, fault.at) == ("indentation", at)
    assert says in fault.says


def test_a_step_may_be_called_as_one_of_the_fields_of_a_step(broken: Broken) -> None:
    """With a verb of its own it is a step."""
    step = {"do": TEXT, "by": "lead", "within": "5m"}

    assert broken({("steps", "undo"): step}, rule="indentation") == []
