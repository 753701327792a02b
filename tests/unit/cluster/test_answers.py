"""Answers and notes: the verdict of a crash run sees what was kept, and is not there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from crisis.ports import DecisionRow, DeliveryRow
from tests.cluster.crash.answers import Roles, unacknowledged, undecided
from tests.cluster.crash.senders import Pressed
from tests.cluster.crash.verdict import out_of_order
from tests.unit.cluster.rows import row

NOW = datetime(2027, 1, 12, 9, 0, tzinfo=UTC)

READ = Pressed(delivery="d1", choice="read")
ACCEPTED = Pressed(delivery="d2", choice="accept", commands=("c1", "c2"))
OFFER = Roles(incident="i", command_id="c0", offer_id="o", roles=frozenset({"lead"}))
TOOK = replace(OFFER, command_id="c2")
OTHERS = replace(OFFER, command_id="c9", offer_id="o9")


def decision(id_: str, *, accepted: bool = True) -> DecisionRow:
    """An answer to a command."""
    return DecisionRow(
        command_id=id_, stream="incident", stream_id="i", command="{}", actor="e101",
        authority="signed-link", door="acknowledgement", exercise=False, at=NOW, facts="{}",
        config_version=1, rules_version=1, accepted=accepted, answer="{}",
    )  # fmt: skip


# --- what people answered ---


def test_an_answer_that_is_in_the_ledger_is_no_breach() -> None:
    """G1: whoever pressed stands as acknowledged."""
    assert not list(unacknowledged([READ], {"d1": row("d1", "acknowledged")}))


@pytest.mark.parametrize("ledger", [{}, {"d1": row("d1", "sent")}])
def test_an_acknowledgement_that_is_lost_is_seen(ledger: dict[str, DeliveryRow]) -> None:
    """G1: a door has said that it is kept, and the ledger does not know of it."""
    [breach] = unacknowledged([READ], ledger)
    assert breach.startswith("lost: 'read' was kept, and d1 is")


@pytest.mark.parametrize(
    ("decided", "took"),
    [([decision("c2")], [TOOK]), ([decision("c2", accepted=False)], [OTHERS])],
    ids=["taken", "another was first"],
)
def test_who_accepts_holds_the_roles_or_another_does(
    decided: list[DecisionRow], took: list[Roles]
) -> None:
    """G3: the journal has it, by whichever of the times that they pressed."""
    decisions = {one.command_id: one for one in decided}
    assert not list(undecided([READ, ACCEPTED], decisions, {"d2": OFFER}, took))


@pytest.mark.parametrize(
    ("decided", "took", "words"),
    [
        ([], [], "nothing has decided"),
        ([decision("c1")], [OTHERS], "0 times it took roles"),
        ([decision("c2")], [TOOK, TOOK], "2 times it took roles"),
        ([decision("c2", accepted=False)], [], "nobody has lead"),
    ],
    ids=["undecided", "not in the journal", "twice", "refused for nothing"],
)
def test_an_acceptance_that_is_lost_is_seen(
    decided: list[DecisionRow], took: list[Roles], words: str
) -> None:
    """G3: a door has said that it is kept, and no role was taken by it."""
    decisions = {one.command_id: one for one in decided}
    [breach] = undecided([ACCEPTED], decisions, {"d2": OFFER}, took)
    assert words in breach


# --- what people wrote down ---


def test_notes_that_stand_as_they_were_sent_are_in_order() -> None:
    """G11: each once, one behind the other."""
    assert not list(out_of_order({"i": ["n1", "n2"]}, {"i": ["n1", "n2"], "other": ["n9"]}))


@pytest.mark.parametrize(
    "stand",
    [[], ["n1"], ["n2", "n1"], ["n1", "n1", "n2"], ["n1", "n2", "n1"], ["n1", "n2", "n9"]],
    ids=["none", "one missing", "turned", "twice at once", "twice", "one that nobody sent"],
)
def test_notes_that_stand_otherwise_are_seen(stand: list[str]) -> None:
    """G11: what is decided twice is in the journal twice, whatever stands between."""
    [breach] = out_of_order({"i": ["n1", "n2"]}, {"i": stand})
    assert breach.startswith("out of order: i has")
