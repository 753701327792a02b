"""`crisis topics` where there is no Kafka to ask."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
from typer.testing import CliRunner

from crisis.cli.app import app
from crisis.cli.speech import language

NOBODY = "127.0.0.1:1"


@pytest.fixture(autouse=True)
def french(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whoever sits at the machine reads French; what is logged of Kafka's client is given back."""
    monkeypatch.setenv("CRISIS_LANG", "fr")
    language.cache_clear()
    yield
    logging.getLogger("aiokafka").setLevel(logging.NOTSET)
    language.cache_clear()


@pytest.mark.parametrize("act", ["apply", "check"])
def test_where_no_broker_answers_it_exits_with_three(act: str) -> None:
    """Nothing answers: the address is named on the error stream, in words and as JSON."""
    spoken = CliRunner().invoke(app, ["topics", act, "--bootstrap", NOBODY])
    assert (spoken.exit_code, spoken.stdout) == (3, "")
    assert f"Aucun Kafka ne répond à {NOBODY}" in spoken.stderr
    as_json = CliRunner().invoke(app, ["topics", act, "--bootstrap", NOBODY, "--json"])
    assert as_json.exit_code == 3
    assert json.loads(as_json.stderr)["error"] == "no-broker"


@pytest.mark.parametrize("given", ["kafka", "kafka:port", "http://kafka:9092", "kafka:9092,"])
def test_an_address_without_host_and_port_is_refused(given: str) -> None:
    """What cannot be an address is not tried: the command line was wrong."""
    result = CliRunner().invoke(app, ["topics", "check", "--bootstrap", given])
    assert result.exit_code == 2
    assert "MACHINE:PORT" in result.stderr
