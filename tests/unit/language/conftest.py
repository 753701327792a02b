"""A small playbook, its plan and its sites, to be broken in one place at a time."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from crisis.core.checks import plan as plan_checks
from crisis.core.checks import playbook as playbook_checks
from crisis.core.checks.fault import Fault
from crisis.core.pinned import Pinned
from crisis.core.place import Site
from crisis.core.plan import CommunicationPlan
from crisis.yamlfile import read

ROOT = Path(__file__).parents[3]
FIXTURES = ROOT / "tests" / "fixtures" / "playbooks"

Edits = Mapping[tuple[str | int, ...], Any]
"""What to write where; `...` takes it out."""


def edited(source: Any, edits: Edits) -> Any:
    """A copy of a raw document with some values changed."""
    source = copy.deepcopy(source)
    for path, value in edits.items():
        target = source
        for part in path[:-1]:
            target = target.setdefault(part, {}) if isinstance(target, dict) else target[part]
        if value is ...:
            del target[path[-1]]
        else:
            target[path[-1]] = value
    return source


def folder(path: Path) -> dict[str, str]:
    """The YAML files of a folder, by name."""
    return {file.name: file.read_text("utf-8") for file in sorted(path.glob("*.yaml"))}


@pytest.fixture(scope="session")
def files() -> dict[str, str]:
    """The files of the small library."""
    return folder(FIXTURES)


@pytest.fixture(scope="session")
def shipped() -> dict[str, str]:
    """The files of the library that comes with the product."""
    return folder(ROOT / "playbooks")


@pytest.fixture(scope="session")
def leak(files: dict[str, str]) -> dict[str, Any]:
    """The raw small playbook."""
    source: dict[str, Any] = read(files["leak.yaml"], "leak.yaml").value
    return source


@pytest.fixture(scope="session")
def plan_source(files: dict[str, str]) -> dict[str, Any]:
    """The raw communication plan."""
    name = "communication-plan.yaml"
    source: dict[str, Any] = read(files[name], name).value
    return source


@pytest.fixture(scope="session")
def plan(plan_source: dict[str, Any]) -> CommunicationPlan:
    """The communication plan."""
    return CommunicationPlan.model_validate(plan_source)


@pytest.fixture(scope="session")
def tower() -> Site:
    """A site in Paris, with office hours from Monday to Friday."""
    return Site.model_validate({
        "name": "tower",
        "title": {"fr": "Tour", "en": "Tower"},
        "zone": "Europe/Paris",
        "facts": {
            "water-cutoff": {"fr": "sous-sol, porte 3", "en": "basement, door 3"},
            "assembly-point": "P1",
            "seats": 60,
        },
        "hours": dict.fromkeys(["monday", "tuesday", "wednesday", "thursday"], "08:00-19:00")
        | {"friday": ["08:00-12:00", "13:00-17:00"]},
        "holidays": "2026-12-25",
        "contractors": {"pumping": {"name": "Pompes SA"}, "pumping-second": {"name": "Pompes 2"}},
    })  # fmt: skip


@pytest.fixture(scope="session")
def annex(tower: Site) -> Site:
    """A second site, which a layer of the small playbook is about."""
    return tower.model_copy(update={"name": "annex"})


@pytest.fixture(scope="session")
def pinned(leak: dict[str, Any], plan: CommunicationPlan, tower: Site) -> Pinned:
    """The small playbook as an incident at the tower has it."""
    return Pinned(source=leak, plan=plan, site=tower)


@pytest.fixture(scope="session")
def broken(leak: dict[str, Any], plan_source: dict[str, Any]) -> Callable[..., list[Fault]]:
    """The faults of the small playbook with some values changed (also in its plan), of one rule."""

    def faults(
        edits: Edits,
        plan_edits: Edits | None = None,
        sites: Sequence[Site] = (),
        rule: str | None = None,
    ) -> list[Fault]:
        plan = CommunicationPlan.model_validate(edited(plan_source, plan_edits or {}))
        found = playbook_checks.faults(edited(leak, edits), plan, sites)
        return [fault for fault in found if rule in (None, fault.rule)]

    return faults


@pytest.fixture(scope="session")
def broken_plan(plan_source: dict[str, Any]) -> Callable[[Edits], list[Fault]]:
    """The faults of the plan with some values changed."""

    def faults(edits: Edits) -> list[Fault]:
        return list(
            plan_checks.faults(CommunicationPlan.model_validate(edited(plan_source, edits)))
        )

    return faults
