"""Layers, and what nothing acts on yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crisis.core.checks.fault import Fault

Broken = Callable[..., list[Fault]]
TEXT = {"fr": "Eau", "en": "Water"}
OTHER = {"fr": "Encore de l'eau", "en": "More water"}
SPEECH = {"impact": TEXT, "instruction": "none"}
OWED = {"by": "lead", "within": "5m"}


@pytest.mark.parametrize(
    ("edits", "at"),
    [
        ({("extends",): "generic"}, ("extends",)),
        ({("planned",): "yes"}, ("planned",)),
        ({("opens_on", 0, "lasting"): "10m"}, ("opens_on", 0, "lasting")),
        ({("opens_on", 0, "confirmed_by"): 2}, ("opens_on", 0, "confirmed_by")),
        ({("opens_on", 1, "confirmed_within"): "5m"}, ("opens_on", 1, "confirmed_within")),
        ({("opens_on", 1, "begins"): "expected"}, ("opens_on", 1, "begins")),
        ({("roles", "it", "need"): 2}, ("roles", "it", "need")),
        ({("roles", "it", "wave"): 2}, ("roles", "it", "wave")),
        ({("roles", "it", "one_per"): "floor"}, ("roles", "it", "one_per")),
        ({("roles", "it", "relieve_after"): "8h"}, ("roles", "it", "relieve_after")),
        ({("roles", "it", "rest"): "8h"}, ("roles", "it", "rest")),
        ({("roles", "it", "apart_from"): "lead"}, ("roles", "it", "apart_from")),
        ({("steps", "out"): {"open": "outage"}}, ("steps", "out", "open")),
        ({("steps", "out"): {"clock": "gdpr"}}, ("steps", "out", "clock")),
        ({("steps", "round", "at"): "start-1d"}, ("steps", "round", "at")),
        ({("phases", "expected"): {"means": TEXT}}, ("phases", "expected")),
        (
            {("tell", "front-line", "expected"): {**SPEECH, "say": OTHER}},
            ("tell", "front-line", "expected"),
        ),
        (
            {("tell", "front-line", "approval"): [{"by": "lead", "within": "5m"}]},
            ("tell", "front-line", "approval"),
        ),
        ({("tell", "front-line", "reminders"): "1d"}, ("tell", "front-line", "reminders")),
        ({("review", "present_to"): "directorate"}, ("review", "present_to")),
        ({("review", "publish_to"): "co-tenants"}, ("review", "publish_to")),
        ({("review", "follow_up"): "30d"}, ("review", "follow_up")),
        ({("review", "survey"): "true"}, ("review", "survey")),
    ],
)
def test_what_is_not_acted_on_yet_is_refused_by_name(
    broken: Broken, edits: dict[tuple[str, ...], Any], at: tuple[Any, ...]
) -> None:
    """Nothing that would change what happens is read and ignored."""
    (fault,) = broken(edits, rule="not-yet")

    assert fault.at == at
    assert "is not acted on yet; " in fault.says
    assert fault.severity == "error"


def test_the_shared_holders_of_a_linked_incident_are_refused_too(broken: Broken) -> None:
    """`keep` goes with `open`; a value that is the one of silence is no construct."""
    faults = broken({("steps", "out"): {"open": "outage", "keep": "lead"}}, rule="not-yet")

    assert {fault.at for fault in faults} == {("steps", "out", "open"), ("steps", "out", "keep")}
    defaults = {("roles", "it", "need"): 1, ("planned",): "no", ("opens_on", 0, "begins"): "open"}
    assert broken(defaults) == []


def test_a_construct_that_a_layer_brings_is_refused_too(broken: Broken) -> None:
    """A layer cannot smuggle in what the playbook may not say."""
    (fault,) = broken({("layers", "severe", "roles"): {"it": {"need": 2}}}, rule="not-yet")

    assert (fault.at, fault.layers) == (("roles", "it", "need"), ("severe",))


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
