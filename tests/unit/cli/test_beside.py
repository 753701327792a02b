"""Where a service does not answer: whose store speaks for it, and whose does not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NoReturn

import pytest
from typer.testing import CliRunner, Result

from crisis.cli import content, reading
from crisis.cli.app import app
from crisis.cli.door import Card, NotRunning, store_beside
from crisis.cli.speech import language
from crisis.config import write_template
from crisis.runtime.home import Home


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No database of a cluster is named."""
    monkeypatch.delenv("CRISIS_STORE", raising=False)
    monkeypatch.setenv("CRISIS_LANG", "en")
    language.cache_clear()


def card(home: Path, *, shared: bool) -> None:
    """A service was here, at a port where nobody listens any more."""
    Home.at(home).announce(url="http://127.0.0.1:1", call_first={}, shared=shared)


def applied(home: Path, folder: Path) -> Result:
    """``crisis org apply``, of an organisation to begin with."""
    write_template(folder, relay=("127.0.0.1", 1025))
    return CliRunner().invoke(app, ["org", "apply", str(folder), "--home", str(home)])


def test_a_service_of_one_machine_is_read_and_filled_while_it_does_not_run(tmp_path: Path) -> None:
    """Its file is all of it: what is applied holds when it starts."""
    home = tmp_path / "home"
    card(home, shared=False)
    done = applied(home, tmp_path / "org")

    assert done.exit_code == 0, done.output
    listed = CliRunner().invoke(app, ["incidents", "--home", str(home)])
    assert (listed.exit_code, listed.output) == (0, "No incident.\n")


def test_a_cluster_whose_doors_are_down_has_no_file_that_speaks_for_it(tmp_path: Path) -> None:
    """G11: nothing is put where nobody reads it, and no empty record is shown for a full one."""
    home = tmp_path / "home"
    card(home, shared=True)
    done = applied(home, tmp_path / "org")
    listed = CliRunner().invoke(app, ["incidents", "--home", str(home)])

    assert (done.exit_code, listed.exit_code) == (3, 3)
    assert not (home / "crisis.db").exists()
    assert Card.of(home).shared


def test_a_service_that_says_that_it_cannot_is_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G11: its doors are open and its store is away: a file beside it knows no better."""

    def cannot(*_: object, **__: object) -> NoReturn:
        raise NotRunning("the store is away", answered=True)

    monkeypatch.setattr(content, "ask", cannot)
    monkeypatch.setattr(reading, "ask", cannot)
    home = tmp_path / "home"
    done = applied(home, tmp_path / "org")
    listed = CliRunner().invoke(app, ["incidents", "--home", str(home)])

    assert (done.exit_code, listed.exit_code) == (3, 3)
    assert not (home / "crisis.db").exists()


def test_the_database_of_a_cluster_speaks_for_it_where_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``CRISIS_STORE`` is how every part is told where the record is."""
    monkeypatch.setenv("CRISIS_STORE", "postgresql://crisis@database/crisis")

    assert store_beside(tmp_path, NotRunning("", shared=True)) == (
        "postgresql://crisis@database/crisis"
    )
    assert store_beside(tmp_path, NotRunning("", answered=True)) is None


def test_a_card_of_an_older_release_is_that_of_one_machine(tmp_path: Path) -> None:
    """It says nothing of it."""
    card(tmp_path, shared=False)
    path = tmp_path / "service.json"
    written = json.loads(path.read_text(encoding="utf-8"))
    del written["shared"]
    path.write_text(json.dumps(written), encoding="utf-8")

    assert not Card.of(tmp_path).shared
