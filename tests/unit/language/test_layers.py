"""Layers: merged in order while they hold, removals win, and what is in force is always whole."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crisis.core.layers import extended, merged, removals, written
from crisis.core.matching import When
from crisis.core.pinned import Pinned
from crisis.core.playbook import Playbook


@pytest.mark.parametrize(
    ("base", "layers", "result"),
    [
        ({"a": {"b": 1, "c": 2}}, [{"a": {"b": 3}}], {"a": {"b": 3, "c": 2}}),
        ({"a": [1, 2]}, [{"a": [3]}], {"a": [3]}),
        ({"a": 1}, [{"a": {"b": 2}}], {"a": {"b": 2}}),
        ({"a": {"b": 1}}, [{"a": None}], {}),
        ({"a": {"b": 1}}, [{"a": None}, {"a": {"b": 2}}], {}),
        ({"a": {"b": 1}}, [{"a": {"b": None}}, {"a": 1}], {"a": 1}),
        ({"a": {"b": {"c": 1}}}, [{"a": {"b": {"c": None}}}, {"a": {"b": None}}], {"a": {}}),
        ({"a": 1}, [{"b": None}], {"a": 1}),
        ({"a": 1, "b": None}, [], {"a": 1}),
    ],
)
def test_layers_are_merged_in_order_and_removals_win(
    base: dict[str, Any], layers: list[dict[str, Any]], result: dict[str, Any]
) -> None:
    """RFC 7396, and what any layer removes stays removed."""
    assert merged(base, layers) == result


def test_merging_changes_neither_base_nor_layers() -> None:
    """A base serves many situations: it is never touched."""
    base, layer = {"a": {"b": 1}}, {"a": {"c": 2}}
    merged(base, [layer])

    assert (base, layer) == ({"a": {"b": 1}}, {"a": {"c": 2}})


def test_nobody_waits_for_a_removed_step() -> None:
    """A removed step or phase leaves every `after`, one name or a list; others stay."""
    base = {
        "steps": {
            "a": {},
            "b": {"after": "a"},
            "c": {"after": ["a", "b"]},
            "d": {"after": "pause"},
        },
        "phases": {"safe": {"after": ["a"]}, "pause": {}},
    }
    result = merged(base, [{"steps": {"a": None}, "phases": {"pause": None}}])

    assert {name: step.get("after") for name, step in result["steps"].items()} == {
        "b": [], "c": ["b"], "d": [],
    }  # fmt: skip
    assert result["phases"] == {"safe": {"after": []}}


def test_what_has_no_steps_is_merged_all_the_same() -> None:
    """A raw document that is still wrong does not stop the merge: the form is checked after."""
    assert merged({"steps": {"a": {}}, "phases": {}}, [{"steps": None}]) == {"phases": {}}
    assert merged({"steps": {"a": 1, "b": 2}}, [{"steps": {"a": None}}]) == {"steps": {"b": 2}}


def test_a_layer_that_is_no_layer_is_left_to_those_who_check() -> None:
    """What a base writes wrongly under its layers is found by the checks; here it stops nothing."""
    base = {"steps": {"a": {}, "b": {"after": ["a"]}}, "layers": {"night": "dark"}}
    assert extended(base, {"steps": {"a": None}}) == {
        "steps": {"b": {"after": []}},
        "layers": {"night": "dark"},
    }


def test_changes_are_listed_with_their_way() -> None:
    """Each field that a layer writes or removes."""
    changes = {"roles": {"it": None}, "steps": {"a": {"by": "b"}}}

    assert dict(written(changes)) == {("roles", "it"): None, ("steps", "a", "by"): "b"}
    assert list(removals(changes)) == [("roles", "it")]


SITUATIONS = st.fixed_dictionaries(
    {},
    optional={
        "severity": st.sampled_from(["S1", "S2", "S3"]),
        "leave": st.sampled_from(["stay", "leave-floor"]),
        "hours": st.sampled_from(["office", "off"]),
        "site": st.sampled_from(["tower", "annex"]),
        "people": st.sampled_from(["yes", "no"]),
    },
)


@given(SITUATIONS)
@settings(max_examples=60)
def test_what_is_in_force_is_the_merge_of_what_holds(
    leak: dict[str, Any], pinned: Pinned, situation: dict[str, str]
) -> None:
    """The compiled playbook gives in every situation what a plain merge and a reading give."""
    layers = leak["layers"].values()
    held = [layer for layer in layers if When.parse(layer["when"]).holds(situation)]
    changes = [{k: v for k, v in layer.items() if k != "when"} for layer in held]
    bare = {name: value for name, value in leak.items() if name != "layers"}

    assert pinned.in_force(situation) == Playbook.model_validate(merged(bare, changes))


def test_in_force_is_built_once_for_each_combination(pinned: Pinned) -> None:
    """Two situations that no layer tells apart share one playbook."""
    night = pinned.in_force({"hours": "off", "people": "yes"})

    assert night is pinned.in_force({"hours": "off", "people": "no"})
    assert night is pinned.in_force({"hours": "off", "leave": "unknown"})
    assert "wardens" not in night.roles
    assert night.steps["close-area"].with_ == ()
    assert night.layers == {}


def test_a_layer_that_is_no_map_is_left_for_the_checks_to_name() -> None:
    """A playbook that extends one with a broken layer says so by its checks, and does not fall."""
    base = {"steps": {"a": {}}, "layers": {"night": "dark", "day": {"steps": {"a": {"within": 1}}}}}
    result = extended(base, {"steps": {"a": None}})

    assert result["layers"] == {"night": "dark", "day": {"steps": {}}}
