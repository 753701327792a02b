"""`crisis dead-letters` in words: what a person reads, and what is refused."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from crisis.cli.app import app
from crisis.cli.speech import language
from crisis.runtime import handing_back
from crisis.runtime.dead_letters import Letter

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LETTER = Letter(
    partition=0, offset=17, reason="pas de JSON", key=b"i-1", value=b"{",
    topic="crisis.commands.v1", came_partition=7, came_offset=42, at=AT,
)  # fmt: skip
CUT = replace(LETTER, offset=18, whole=False)
BODY = replace(LETTER, offset=19, topic="", door="reports")
STRANGER = replace(LETTER, offset=20, topic="")
BEFORE = replace(LETTER, offset=21, handed_back_at=AT)
NOBODY = ("--bootstrap", "127.0.0.1:1")


@pytest.fixture(autouse=True)
def french(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whoever sits at the machine reads French."""
    monkeypatch.setenv("CRISIS_LANG", "fr")
    language.cache_clear()
    yield
    logging.getLogger("aiokafka").setLevel(logging.NOTSET)
    language.cache_clear()


@pytest.fixture
def handed_back(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Letters of each kind wait; the names of those that are handed back."""
    going: list[str] = []

    async def letters(*_: object) -> list[Letter]:
        return [LETTER, CUT, BODY, STRANGER, BEFORE]

    async def hand_back(_bootstrap: str, _topic: str, chosen: Sequence[Letter], _: object) -> None:
        going.extend(one.name for one in chosen)

    monkeypatch.setattr(handing_back, "letters", letters)
    monkeypatch.setattr(handing_back, "hand_back", hand_back)
    return going


def test_where_no_broker_answers_it_exits_with_three() -> None:
    """The address is named; nothing was handed back."""
    said = CliRunner().invoke(app, ["dead-letters", "replay", "--all", *NOBODY])
    assert said.exit_code == 3
    assert "Aucun Kafka ne répond à 127.0.0.1:1" in said.stderr


@pytest.mark.parametrize("words", [[], ["0:17", "--all"]])
def test_which_ones_is_said_in_one_way(words: list[str]) -> None:
    """Neither none nor both: nobody hands everything back by a slip."""
    said = CliRunner().invoke(app, ["dead-letters", "replay", *words, *NOBODY])
    assert said.exit_code == 2
    assert "nommez-les" in said.stderr


def test_each_is_listed_with_where_it_stood_and_when_it_went_back(handed_back: list[str]) -> None:
    """One line a letter."""
    said = CliRunner().invoke(app, ["dead-letters", "list", *NOBODY]).stdout.splitlines()
    assert said[0] == "  0:17  2026-11-23 09:00:00Z  crisis.commands.v1[7]@42  pas de JSON"
    assert said[2].split()[3] == "reports"
    assert said[4].endswith("(rendue à 2026-11-23 09:00:00Z)")
    assert handed_back == []


def test_all_that_wait_go_back_and_the_others_say_why_not(handed_back: list[str]) -> None:
    """What went back before stays out of it, and what is on a page; what cannot go is named."""
    said = CliRunner().invoke(app, ["dead-letters", "replay", "--all", *NOBODY])
    assert said.exit_code == 0
    assert handed_back == ["0:17"]
    lines = said.stdout.splitlines()
    assert lines[0] == "0:17  rendue à crisis.commands.v1."
    assert "seul son début" in lines[1]
    assert "quelqu'un d'autre" in lines[2]
    assert not any("0:19" in line for line in lines)


def test_one_that_went_back_before_may_go_again(handed_back: list[str]) -> None:
    """It is harmless, and says so; one that cannot go is a refusal when it was named."""
    again = CliRunner().invoke(app, ["dead-letters", "replay", "0:21", *NOBODY])
    assert (again.exit_code, handed_back) == (0, ["0:21"])
    assert "sans effet si sa commande a été décidée" in again.stdout
    named = ["0:18", "0:19", "0:17"]
    refused = CliRunner().invoke(app, ["dead-letters", "replay", *named, *NOBODY, "--json"])
    assert refused.exit_code == 1
    told = {one["name"]: one["why_not"] for one in json.loads(refused.stdout)}
    assert told == {"0:18": "beginning", "0:19": "door", "0:17": None}


def test_what_a_stranger_wrote_steers_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Escape sequences are shown, not obeyed."""

    async def letters(*_: object) -> list[Letter]:
        return [replace(STRANGER, reason="\x1b]0;all is well\x07", value=b"\x1b[2J\r{")]

    monkeypatch.setattr(handing_back, "letters", letters)
    listed = CliRunner().invoke(app, ["dead-letters", "list", *NOBODY])
    shown = CliRunner().invoke(app, ["dead-letters", "show", STRANGER.name, *NOBODY])

    assert "\\x1b]0;all is well\\x07" in listed.output
    assert "\\x1b[2J\\x0d{" in shown.output
    assert "\x1b" not in listed.output + shown.output
