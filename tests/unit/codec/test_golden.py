"""Journals of each version are read for ever: raised, verified, folded and told."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from crisis.codec import EVENTS, from_recorded, shape_of
from crisis.core import chain
from crisis.core.events import MessageReleased
from crisis.core.evolve import evolve
from crisis.core.incident import Incident
from crisis.core.timeline import entries
from crisis.ports import Recorded

JOURNALS = sorted((Path(__file__).parents[2] / "golden" / "journals").glob("*.jsonl"))
"""One JSON object a line, as it was stored. Never changed: an older release wrote them."""

EACH = pytest.mark.parametrize("path", JOURNALS, ids=lambda path: path.stem)


def journal(path: Path) -> list[Recorded]:
    """The rows of a journal."""
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return [Recorded(**row | {"at": datetime.fromisoformat(row["at"])}) for row in rows]


def streams(path: Path) -> dict[tuple[str, str], list[Recorded]]:
    """The rows of each stream."""
    found: dict[tuple[str, str], list[Recorded]] = {}
    for row in journal(path):
        found.setdefault((row.stream, row.stream_id), []).append(row)
    return found


def folded(rows: list[Recorded]) -> Incident:
    """The incident, from its first event to its last."""
    incident = None
    for row in rows:
        incident = evolve(incident, from_recorded(row))
    assert incident is not None
    return incident


def flood() -> Incident:
    """The incident of the first journal."""
    return folded(streams(JOURNALS[0])["incident", "i-7c1f0b52"])


def test_there_is_a_journal_with_an_older_version_in_it() -> None:
    """The step from the older version is walked by a real journal."""
    today = dict(EVENTS.values())

    assert any(row.version < today[row.type] for path in JOURNALS for row in journal(path))


@EACH
def test_the_chains_verify(path: Path) -> None:
    """G11: heads are computed over the stored text, so a newer release verifies the same chain."""
    for rows in streams(path).values():
        assert chain.verify(rows, expected=rows[-1].head) is None


@EACH
def test_a_changed_row_is_found(path: Path) -> None:
    """G11: a single character is enough."""
    for rows in streams(path).values():
        changed = [*rows[:-1], replace(rows[-1], text=rows[-1].text.replace("e", "a", 1))]
        assert chain.verify(changed, expected=rows[-1].head) == len(rows)


@EACH
def test_every_event_is_read_and_told(path: Path) -> None:
    """Each row becomes an event of today, and an entry of the timeline in both languages."""
    for rows in streams(path).values():
        told = list(entries([from_recorded(row) for row in rows], names=lambda person: person))
        assert [entry.seq for entry in told] == [row.seq for row in rows]
        assert all(entry.says["fr"] and entry.says["en"] for entry in told)


def test_the_flood_folds_to_its_end() -> None:
    """The state is what the journal says: who led, what was kept and broken, what is left."""
    incident = flood()

    assert (incident.phase, incident.severity, incident.seq) == ("closed", "S2", 37)
    assert incident.roles["lead"].holder == "e105"
    assert incident.messages == 7
    assert incident.audiences["people-on-site"].phase == "normal"
    assert {"kept_by_update": 1, "kept_by_holding": 1}.items() <= incident.tallies.items()
    assert incident.tallies["broken"] == 1
    assert incident.review is not None
    assert set(incident.actions) == {"a1"}


def test_the_older_release_is_raised_in_meaning() -> None:
    """Version 1 said ``recipients``, and only holding statements left by themselves."""
    rows = streams(JOURNALS[0])["incident", "i-7c1f0b52"]
    released = [
        body for row in rows if isinstance(body := from_recorded(row).body, MessageReleased)
    ]

    assert released[0].to == ("e104",)
    assert [body.number for body in released if body.automatic] == [5]


def test_a_snapshot_of_the_incident_comes_back_equal() -> None:
    """The state that is kept beside the journal is the state that the journal folds to."""
    shape: Any = shape_of(Incident)

    assert shape.load(shape.dump(flood())) == flood()
