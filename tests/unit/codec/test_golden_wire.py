"""What was sent by an earlier release is read for ever: it may wait in a log over an upgrade."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crisis.codec import (
    COMMANDS,
    RECEIPTS,
    acknowledgement_bytes,
    command_bytes,
    command_from,
    receipts_bytes,
    receipts_from,
    report_event,
    report_from,
)
from crisis.core.commands import SubmitReport
from crisis.ports import Acknowledgement, ChannelReceipts

WIRE = Path(__file__).parents[2] / "golden" / "wire"
"""One message a line, as it was sent. Never changed; a new version adds a file."""


def sent(sort: str) -> list[bytes]:
    """Every message of a sort that any release ever sent."""
    files = sorted(WIRE.glob(f"{sort}-*.jsonl"))
    return [line for file in files for line in file.read_bytes().splitlines()]


def told_again(told: ChannelReceipts | Acknowledgement) -> bytes:
    """The same as it is sent today."""
    if isinstance(told, ChannelReceipts):
        return receipts_bytes(told.channel, told.receipts)
    return acknowledgement_bytes(told.delivery_id, told.at)


@pytest.mark.parametrize(
    ("sort", "read", "write"),
    [
        ("commands", command_from, command_bytes),
        ("reports", report_from, report_event),
        ("receipts", receipts_from, told_again),
    ],
)
def test_every_message_is_read_and_means_what_it_did(
    sort: str, read: Callable[[bytes], Any], write: Callable[[Any], bytes]
) -> None:
    """G1: one of today's version is sent again to the letter; an older one comes through a step."""
    lines = sent(sort)
    assert lines
    for line in lines:
        again = write(read(line))
        assert read(again) == read(line)
        if _version(line) == _version(again):
            assert json.loads(again) == json.loads(line)


def test_every_sort_of_message_is_there() -> None:
    """A class that is new, or has a new version, needs a line of its own."""
    read = [command_from(line) for line in sent("commands")]
    assert {type(command.body) for command in read} == set(COMMANDS)
    assert {_version(line) for line in sent("commands")} >= set(COMMANDS.values())
    assert {type(receipts_from(line)) for line in sent("receipts")} == set(RECEIPTS)
    assert {_version(line) for line in sent("receipts")} >= set(RECEIPTS.values())
    assert {type(report_from(line).body) for line in sent("reports")} == {SubmitReport}


def test_the_words_are_those_that_were_sent() -> None:
    """Names, versions and prose, spelt out for one message, so that no slip passes both ways."""
    line = sent("reports")[0]
    command = report_from(line)

    assert (command.id, command.stream_id) == ("0197-submitreport", "r-7c1f")
    assert (command.actor.id, command.actor.for_person) == ("e101", "e105")
    assert [prose.ref for prose in command.prose] == [
        command.body.place,  # type: ignore[union-attr]  # it is a report
        command.body.what,  # type: ignore[union-attr]  # as above
        command.override,
    ]
    assert json.loads(command.prose[1].content)["fr"] == "Mots 2 : « é »"


def _version(line: bytes) -> tuple[Any, Any]:
    raw = json.loads(line)
    return raw.get("command") or raw.get("told") or raw.get("type"), raw.get("version")
