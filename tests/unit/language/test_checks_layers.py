"""Layers: what they change, remove and break."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crisis.core.checks.combinations import holding
from crisis.core.checks.fault import Fault
from crisis.core.matching import When

Broken = Callable[..., list[Fault]]
TEXT = {"fr": "Eau", "en": "Water"}
OTHER = {"fr": "Encore de l'eau", "en": "More water"}
SPEECH = {"impact": TEXT, "instruction": "none"}
OWED = {"by": "lead", "within": "5m"}


def test_a_value_that_silence_would_have_too_breaks_nothing(broken: Broken) -> None:
    """What changes nothing is not refused."""
    defaults = {("roles", "it", "need"): 1, ("planned",): "no", ("opens_on", 0, "begins"): "open"}
    assert broken(defaults) == []


@pytest.mark.parametrize(
    ("edits", "rule", "at", "says"),
    [
        (
            {("layers", "stay", "opens_on"): []},
            "unknown-field",
            ("layers", "stay", "opens_on"),
            "a layer cannot change opens_on: the crisis is open by then",
        ),
        (
            {("layers", "stay", "roles"): {"wardns": None}},
            "unknown-name",
            ("layers", "stay", "roles", "wardns"),
            'layers.stay removes roles.wardns, which is not there; did you mean "wardens"?',
        ),
        (
            {("layers", "stay", "roll"): {"a": {"b": None}}},
            "unknown-name",
            ("layers", "stay", "roll", "a", "b"),
            "removes roll.a.b, which is not there; there is none",
        ),
    ],
)
def test_a_layer_that_changes_what_is_not_there_is_found(
    broken: Broken, edits: dict[tuple[str, ...], Any], rule: str, at: tuple[str, ...], says: str
) -> None:
    """A layer changes and removes what the playbook has."""
    fault = next(fault for fault in broken(edits, rule=rule) if fault.at == at)

    assert says in fault.says


def test_a_layer_may_remove_what_another_brings(broken: Broken) -> None:
    """Removals win, whichever layer adds."""
    edits = {
        ("layers", "severe", "roles"): {"it": {"deputies": "it-deputy"}},
        ("layers", "at-night", "roles"): {"wardens": None, "it": {"deputies": None}},
    }

    assert broken(edits) == []


def test_a_fault_names_the_fewest_layers_that_show_it(broken: Broken) -> None:
    """The wardens go home at night: whatever still waits for them is found."""
    faults = broken({("layers", "at-night", "steps"): ...})

    assert {(fault.rule, fault.at, fault.layers) for fault in faults} == {
        ("unknown-name", ("steps", "assist", "by", 0), ("at-night",)),
        ("unknown-name", ("steps", "close-area", "with", 0), ("at-night",)),
    }


def test_a_layer_that_breaks_the_form_is_found(broken: Broken) -> None:
    """What it leaves behind is read like any playbook."""
    (fault,) = broken({("layers", "stay", "steps"): {"round": {"withn": "5m"}}})

    assert (fault.rule, fault.at, fault.layers) == (
        "unknown-field", ("steps", "round", "withn"), ("stay",),
    )  # fmt: skip


def test_two_layers_that_write_one_field_are_a_warning(broken: Broken) -> None:
    """Only where both can hold at once, and they write different things."""
    night = ("layers", "at-night", "tell")
    words = {"people-on-site": {"open": {"instruction": OTHER}}}
    fault, *others = broken({night: words})

    assert (fault.rule, fault.severity) == ("layers-disagree", "warning")
    assert "layers.at-night and severe can hold at once" in fault.says
    assert len(others) == 1  # one for each language
    apart = {("layers", "at-night", "when"): {"severity": "S3"}}
    assert broken({night: words, **apart}) == []


def test_more_layers_than_can_be_walked_are_checked_in_pairs(broken: Broken) -> None:
    """The checks stay bounded: each layer and each pair, and a warning that says so."""
    many: dict[tuple[str, ...], Any] = {}
    for number in range(13):
        ask = {"ask": TEXT, "unanswered": "yes", **OWED}
        many["steps", f"ask-{number}"] = ask
        many["layers", f"layer-{number}"] = {
            "when": {f"ask-{number}": "yes"}, "exercise": {"every": f"{number + 1}d"},
        }  # fmt: skip
    many["layers", "layer-3", "roles"] = {"technical": None}
    faults = broken(many)

    assert next(fault for fault in faults if fault.rule == "too-many-layers").severity == "warning"
    assert next(fault for fault in faults if fault.rule == "unknown-name").layers == ("layer-3",)


def test_layers_for_two_things_that_fail_can_hold_at_once() -> None:
    """Mail and internet fail together: the combination is checked as any other is."""
    whens = {"no-mail": When.parse({"down": "mail"}), "no-net": When.parse({"down": "internet"})}
    found, exhaustive = holding(whens, {"down": ("mail", "internet", "power", "nothing")})
    assert exhaustive
    assert set(found) == {(), ("no-mail",), ("no-net",), ("no-mail", "no-net")}
