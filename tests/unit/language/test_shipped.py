"""The playbooks that come with the product: sound, whole, and closed to what they do not know.

The same holds for the small library of the tests, which has every construct.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from crisis.core.checks import plan as plan_checks
from crisis.core.checks.fault import Fault, Pointer
from crisis.core.checks.form import faults_of
from crisis.core.checks.playbook import faults
from crisis.core.layers import merged
from crisis.core.plan import CommunicationPlan
from crisis.library import load
from crisis.yamlfile import read

ROOT = Path(__file__).parents[3]
FOLDERS = [
    folder for folder in (ROOT / "tests" / "fixtures" / "playbooks", ROOT / "playbooks")
    if folder.exists()
]  # fmt: skip
PLAN = "communication-plan.yaml"
PLANS = [folder / PLAN for folder in FOLDERS]
PLAYBOOKS = [
    file for folder in FOLDERS for file in sorted(folder.glob("*.yaml"))
    if file.name != PLAN and not file.name.endswith(".scenario.yaml")
]  # fmt: skip

OPTIONAL = {"undo", "regret", "risks", "counterpart", "unknown", "questions"}
"""Texts that may be left out: nothing else depends on them."""


def _id(file: Path) -> str:
    """Which library, which file."""
    return f"{file.parent.parent.name}-{file.stem}"


def _source(file: Path) -> dict[str, Any]:
    """The raw document in a file, with what it takes over from another."""
    source: dict[str, Any] = read(file.read_text("utf-8"), file.name).value
    base = source.pop("extends", None)
    if base is None:
        return source
    return merged(_source(file.with_name(f"{base}.yaml")), [source])


def _plan(file: Path) -> CommunicationPlan:
    """The plan that a playbook shares."""
    return CommunicationPlan.model_validate(_source(file.parent / PLAN))


def _maps(value: Any, at: Pointer = ()) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    """Every map of a raw document, with the way to it."""
    if isinstance(value, dict):
        yield at, value
    inner: Any = value.items() if isinstance(value, dict) else enumerate(value)
    for name, one in inner:
        if isinstance(one, (dict, list)):
            yield from _maps(one, (*at, name))


def _texts(source: dict[str, Any]) -> list[Pointer]:
    """Where every text stands."""
    return [at for at, value in _maps(source) if set(value) == {"fr", "en"}]


def _without(source: dict[str, Any], *every: Pointer) -> dict[str, Any]:
    """A copy with some values taken out."""
    source = copy.deepcopy(source)
    for at in every:
        target: Any = source
        for part in at[:-1]:
            target = target[part]
        del target[at[-1]]
    return source


def _may_go(source: dict[str, Any], plan: CommunicationPlan, at: Pointer) -> bool:
    """Whether a playbook is whole without this text."""
    if at[-1] in OPTIONAL or at[-2:-1] == ("questions",):
        return True
    if at[-1] == "workaround":
        return at[-2] != "worked_around"
    if at[-1] == "say":  # only a front line needs it
        return not plan.audiences[str(at[1])].front_line
    step = source["steps"].get(str(at[1]), {}) if at[0] == "steps" else {}
    if "options" in at:  # one of several, if it is not the default
        return len(step["options"]) > 1 and at[-1] != step["otherwise"]
    return "known" in at and "unknown" not in step


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_a_library_has_nothing_to_mend(folder: Path) -> None:
    """No error, no warning; how long it takes is measured by the benchmark ``reading``."""
    files = {file.name: file.read_text("utf-8") for file in sorted(folder.glob("*.yaml"))}
    library = load(files)

    assert library.warnings == ()
    assert set(library.playbooks) == {file.stem for file in PLAYBOOKS if file.parent == folder}


@pytest.mark.parametrize("file", PLAYBOOKS, ids=_id)
def test_taking_out_any_one_required_text_is_found(file: Path) -> None:
    """Each text in turn: what an audience or a person with a role needs cannot go missing."""
    plan, source = _plan(file), _source(file)
    source.pop("layers", None)  # a layer without a text changes less, and is as whole
    texts = _texts(source)
    assert len(texts) > 10

    lost = [at for at in texts if not faults(_without(source, at), plan)]

    assert [at for at in lost if not _may_go(source, plan, at)] == []


@pytest.mark.parametrize("file", PLAYBOOKS, ids=_id)
def test_taking_out_a_required_text_that_a_layer_brings_is_found(file: Path) -> None:
    """Where the base says nothing, the layer's words are all that somebody would have."""
    plan, source = _plan(file), _source(file)
    brought = [at for at in _texts(source) if at[0] == "layers" and not _stands(source, at[2:])]

    lost = [at for at in brought if not faults(_without(source, at), plan)]

    assert [at for at in lost if not _may_go(source, plan, at[2:])] == []


def _stands(source: dict[str, Any], at: Pointer) -> bool:
    """Whether a document holds something there."""
    target: Any = source
    for part in at:
        target = target.get(part) if isinstance(target, dict) else None
    return target is not None


@pytest.mark.parametrize("file", PLANS, ids=_id)
def test_taking_out_any_one_text_of_a_plan_is_found(file: Path) -> None:
    """Titles, expectations and what each severity means: none of them may go missing."""
    source = _source(file)
    texts = _texts(source)
    assert len(texts) > 10

    needed = [at for at in texts if at[0] != "voice"]  # rituals are there or not
    assert [at for at in needed if not _plan_faults(_without(source, at))] == []


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("file", PLANS, ids=_id)
def test_a_forgotten_language_is_found_in_every_text_of_a_plan(file: Path, language: str) -> None:
    """Each text is said to lack it."""
    source = _source(file)
    texts = _texts(source)

    found = _plan_faults(_without(source, *((*at, language) for at in texts)))

    assert set(texts) <= {fault.at for fault in found if fault.rule == "missing-language"}


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("file", PLAYBOOKS, ids=_id)
def test_a_forgotten_language_is_found_in_every_text(file: Path, language: str) -> None:
    """In the playbook and in each of its layers, every text is said to lack it."""
    source, plan = _source(file), _plan(file)
    texts = _texts(source)
    spoilt = _without(source, *((*at, language) for at in texts))

    found = {fault.at for fault in faults(spoilt, plan) if fault.rule == "missing-language"}

    assert set(texts) <= found


@pytest.mark.parametrize("file", PLAYBOOKS, ids=_id)
def test_an_unknown_field_is_refused_wherever_it_stands(file: Path) -> None:
    """In any block of a playbook, its conditions and its layers; the fault stands in that block."""
    source, plan = _source(file), _plan(file)
    blocks = [at for at, value in _maps(source) if set(value) != {"not"}]
    opposites = [[at] for at, value in _maps(source) if set(value) == {"not"}]
    conditions = [at for at in blocks if "when" in at]
    layers = [at for at in blocks if at[:1] == ("layers",) and len(at) > 2 and "when" not in at]
    rest = [at for at in blocks if at not in conditions and at[:1] != ("layers",)]

    for some in (conditions, layers, rest, *opposites):
        places = _places(faults(_spoilt(source, some), plan))
        assert [at for at in some if not _inside(at, places)] == []


@pytest.mark.parametrize("file", PLANS, ids=_id)
def test_an_unknown_field_of_a_plan_is_refused_wherever_it_stands(file: Path) -> None:
    """In any block of a communication plan; the fault stands in that block."""
    source = _source(file)
    blocks = [at for at, _ in _maps(source)]
    with pytest.raises(ValidationError) as caught:
        CommunicationPlan.model_validate(_spoilt(source, blocks))
    places = _places(faults_of(caught.value, CommunicationPlan))

    for at in [at for at in blocks if not _inside(at, places)]:
        assert _inside(at, _places(_plan_faults(_spoilt(source, [at]))))


def _plan_faults(source: dict[str, Any]) -> list[Fault]:
    """All that is wrong with a raw plan."""
    try:
        return list(plan_checks.faults(CommunicationPlan.model_validate(source)))
    except ValidationError as error:
        return faults_of(error, CommunicationPlan)


def _spoilt(source: dict[str, Any], blocks: list[Pointer]) -> dict[str, Any]:
    """A copy with a field in each block that the language does not know."""
    source = copy.deepcopy(source)
    for at in blocks:
        target: Any = source
        for part in at:
            target = target[part]
        target["withn"] = "withn"
    return source


def _places(found: Iterator[Fault] | list[Fault]) -> set[Pointer]:
    """Where faults stand, in the layers that show them too; places in lists are left out."""
    return {
        _plain((*above, *fault.at))
        for fault in found
        for above in [(), *(("layers", layer) for layer in fault.layers)]
    }


def _plain(at: Pointer) -> Pointer:
    """A pointer without its places in lists."""
    return tuple(part for part in at if isinstance(part, str))


def _inside(at: Pointer, places: set[Pointer]) -> bool:
    """Whether something was found in that block."""
    block = _plain(at)
    return any(place[: len(block)] == block for place in places)
