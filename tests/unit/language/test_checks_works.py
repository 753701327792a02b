"""Announced works: what only they may say, reminders that nobody would get, times that are none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from crisis.core.checks import playbook as playbook_checks
from crisis.core.checks.fault import Fault
from crisis.core.plan import CommunicationPlan
from crisis.core.window import Mark
from crisis.yamlfile import read
from tests.unit.language.conftest import Edits, edited

Broken = Callable[..., list[Fault]]
SHIPPED = Path(__file__).parents[3] / "playbooks"
TEXT = {"fr": "Travaux", "en": "Works"}
SPEECH = {"impact": TEXT, "instruction": "none"}
DO = {"do": TEXT, "by": "lead", "within": "1h"}
Pointer = tuple[str | int, ...]


@pytest.fixture(scope="module")
def works() -> Callable[[Edits], list[Fault]]:
    """The faults of the shipped playbook for announced works, with some values changed."""

    def raw(name: str) -> Any:
        return read((SHIPPED / name).read_text("utf-8"), name).value

    source, plan = raw("planned-works.yaml"), raw("communication-plan.yaml")
    house = CommunicationPlan.model_validate(plan)
    return lambda edits: playbook_checks.faults(edited(source, edits), house)


IN_A_CRISIS: list[tuple[Edits, str, Pointer, str]] = [
    ({("steps", "round", "at"): "start-1d"}, "not-planned", ("steps", "round", "at"),
     "round is at start-1d, and this playbook is not for announced works; write planned: true"),
    ({("tell", "front-line", "reminders"): "1d"}, "not-planned",
     ("tell", "front-line", "reminders"), "front-line is to be reminded, and this playbook is not"),
    ({("words", "holding"): {"fr": "Fin : {ends_at}.", "en": "End: {ends_at}."}}, "not-planned",
     ("words", "holding"), "{ends_at} is a time of announced works"),
    ({("tell", "co-tenants", "expected"): SPEECH}, "never-expected",
     ("tell", "co-tenants", "expected"), "nothing opens this playbook before it begins"),
    ({("phases", "expected"): {"means": TEXT}}, "never-expected", ("phases", "expected"),
     "begins: expected in opens_on for what is foreseen"),
    ({("steps", "round", "after"): ["expected"]}, "never-expected", ("steps", "round", "after", 0),
     "write planned: true for announced works"),
]  # fmt: skip


@pytest.mark.parametrize(("edits", "rule", "at", "says"), IN_A_CRISIS)
def test_what_only_works_have_is_refused_in_a_crisis(
    broken: Broken, edits: Edits, rule: str, at: Pointer, says: str
) -> None:
    """Nobody plans a leak: times before and after it, and words before it begins, never come."""
    found = broken(edits, rule=rule)
    assert at in [fault.at for fault in found]
    assert says in next(fault.says for fault in found if fault.at == at)


IN_WORKS: list[tuple[Edits, str, Pointer, str]] = [
    ({("tell", "front-line", "expected"): ...}, "never-reminded",
     ("tell", "front-line", "reminders"), "is told nothing before the works begin"),
    ({("tell", "front-line", "from"): "safe"}, "never-reminded",
     ("tell", "front-line", "reminders"), "take the reminders out"),
    ({("tell", "front-line", "reminders"): ["2d", "1h", "2d"]}, "never-reminded",
     ("tell", "front-line", "reminders", 2), "is reminded 2d before already"),
    ({("tell", "front-line", "reminders"): "5wd"}, "duration",
     ("tell", "front-line", "reminders", 0), "counts working days"),
    ({("steps", "go", "at"): "start-2wd"}, "duration", ("steps", "go", "at"),
     '"start-2wd" counts working days; write days (d)'),
    ({("steps", "go", "at"): "tomorrow"}, "match", ("steps", "go", "at"),
     '"tomorrow" is no time of works; write start-1d, start+2h, end-1h or end'),
    ({("steps", "go", "at"): 5}, "match", ("steps", "go", "at"), '"5" is no time of works'),
    ({("steps", "go", "wait"): "1h"}, "verb", ("steps", "go", "at"), "has at and wait"),
    ({("steps", "go", "options"): {"go": TEXT}, ("steps", "go", "otherwise"): "go"},
     "no-go-missing", ("steps",), "nobody decides whether these works take place"),
    ({("tell", "front-line", "from"): "expected", ("tell", "front-line", "expected"): ...},
     "no-first-message", ("tell", "front-line"), 'says nothing in phase "expected"'),
    ({("tell", "front-line", "open"): ...}, "no-first-message", ("tell", "front-line"),
     'says nothing in phase "open"'),
]  # fmt: skip


@pytest.mark.parametrize(("edits", "rule", "at", "says"), IN_WORKS)
def test_works_are_held_to_what_can_happen(
    works: Callable[[Edits], list[Fault]], edits: Edits, rule: str, at: Pointer, says: str
) -> None:
    """Reminders that nobody would get, times that are none, and a start that nobody decides."""
    found = [fault for fault in works(edits) if fault.rule == rule and fault.at == at]
    assert found
    assert says in found[0].says


def test_works_as_shipped_have_nothing_to_mend(works: Callable[[Edits], list[Fault]]) -> None:
    """Also without reminders, and with a step at the very end."""
    assert works({}) == []
    assert works({("tell", "front-line", "reminders"): ..., ("steps", "go", "at"): "start"}) == []


def test_a_foreseen_crisis_may_say_what_is_said_before_it_begins(broken: Broken) -> None:
    """``begins: expected`` is enough: words, steps and phases of the time before it then act."""
    edits = {
        ("opens_on", 0, "begins"): "expected",
        ("tell", "co-tenants", "expected"): SPEECH,
        ("tell", "co-tenants", "from"): "expected",
        ("tell", "co-tenants", "open"): "none",
        ("phases", "open"): {"means": TEXT, "after": ["sandbags"]},
        ("steps", "sandbags"): {**DO, "after": ["expected"]},
    }
    assert [fault for fault in broken(edits) if fault.severity == "error"] == []


@pytest.mark.parametrize(
    ("written", "of", "hours"),
    [("start-1d", "start", -24), ("end+90m", "end", 1.5), ("end", "end", 0)],
)
def test_a_time_of_works_is_read_and_written_back(written: str, of: str, hours: float) -> None:
    """Before is negative; what is read is written as it stood, but for its shortest form."""
    mark = Mark.parse(written)
    assert (mark.of, mark.comes_after) == (of, timedelta(hours=hours))
    assert Mark.parse(mark.written()) == mark
    adapter = TypeAdapter(Mark)
    assert adapter.json_schema()["pattern"].startswith("^(start|end)")
    with pytest.raises(ValidationError):
        adapter.validate_python("begin-1d")
