"""``crisis reach``: who would be reached now, and who by nothing, before the day it matters."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from crisis.cli.app import app
from crisis.config import write_template


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``crisis init`` writes."""
    folder = tmp_path_factory.mktemp("reach") / "house"
    write_template(folder)
    return folder


def asked(house: Path, *words: str) -> dict[str, Any]:
    """What it answers."""
    said = CliRunner().invoke(app, ["reach", *words, "--org", str(house), "--json"])
    assert said.exit_code == 0, said.output
    found: dict[str, Any] = json.loads(said.stdout)
    return found


def test_everybody_is_shown_with_what_reaches_them(house: Path) -> None:
    """Each audience that the playbook tells, and each role with who would be asked first."""
    found = asked(house)
    assert {one["audience"] for one in found["audiences"]} >= {"people-on-site", "users-away"}
    assert all(one["nobody"] == [] for one in found["audiences"])
    lead = next(one for one in found["roles"] if one["role"] == "lead")
    assert lead["people"]
    assert "voice-call" in lead["media"]


def test_with_media_down_those_who_are_left_are_named(house: Path) -> None:
    """Without mail, internet and the mobile network somebody must go and tell them."""
    found = asked(house, "users-away", "--without", "mail,internet,mobile")
    [told] = found["audiences"]
    assert told["media"] == {}
    assert told["nobody"]  # whoever is away at this hour
    assert found["roles"] == []
    without = ("users-away", "--without", "mail,internet,mobile")
    said = CliRunner().invoke(app, ["reach", *without, "--org", str(house)])
    assert told["nobody"][0] in said.stdout


def test_what_cannot_fail_is_answered_with_what_can(house: Path) -> None:
    """A slip of the pen is no answer that everybody is reached."""
    wrong = CliRunner().invoke(app, ["reach", "--org", str(house), "--without", "mial"])
    assert wrong.exit_code == 1
    assert "mail" in wrong.stderr
