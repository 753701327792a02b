"""What is told about deliveries arrives as it was told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crisis.codec import (
    RECEIPTS,
    CannotRead,
    NotThisShape,
    UnknownReceipt,
    acknowledgement_bytes,
    receipts_bytes,
    receipts_from,
)
from crisis.codec import upcast as steps
from crisis.ports import Acknowledgement, ChannelReceipts
from tests.unit.codec.drawn import built


@given(told=built(ChannelReceipts))
def test_a_providers_word_arrives_as_it_was_told(told: ChannelReceipts) -> None:
    """Every state, reason and reference, in the order of the call-back."""
    assert receipts_from(receipts_bytes(told.channel, list(told.receipts))) == told


@given(told=built(Acknowledgement))
def test_an_acknowledgement_arrives_as_it_was_given(told: Acknowledgement) -> None:
    """A person said "I have it", of which delivery, and when."""
    assert receipts_from(acknowledgement_bytes(told.delivery_id, told.at)) == told


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"told": "receipts.of-nobody"}, r'"receipts.of-nobody" version 1'),
        ({"version": 2}, r'"receipts.of-channel" version 2'),
        ({"told": "Claire Martin"}, "no public name"),
        ({"channel": 7}, "channel: "),
        ({"colour": 7}, "colour: "),
    ],
)
def test_what_is_no_receipt_is_refused_by_its_place(fields: dict[str, Any], says: str) -> None:
    """G13: set aside with a reason; the sentence quotes nobody."""
    raw = json.loads(receipts_bytes("sms", [])) | fields

    with pytest.raises(CannotRead, match=says) as caught:
        receipts_from(json.dumps(raw).encode())

    assert "Claire" not in str(caught.value)


@given(raw=st.binary(max_size=60))
def test_bytes_are_read_or_refused(raw: bytes) -> None:
    """G13: nothing but a refusal comes of what anybody might put there."""
    with pytest.raises(CannotRead):
        receipts_from(raw)


def test_an_older_version_is_raised_to_todays(monkeypatch: pytest.MonkeyPatch) -> None:
    """As events are: one step for each version; without the step it is refused by name."""
    old = json.loads(receipts_bytes("sms", []))
    old["through"] = old.pop("channel")
    raw = json.dumps(old).encode()
    monkeypatch.setitem(RECEIPTS, ChannelReceipts, ("receipts.of-channel", 2))

    with pytest.raises(UnknownReceipt):
        receipts_from(raw)

    def renamed(told: dict[str, Any]) -> dict[str, Any]:
        rest = {name: value for name, value in told.items() if name != "through"}
        return rest | {"channel": told["through"]}

    monkeypatch.setattr(steps, "STEPS", {("receipts.of-channel", 1): renamed})
    assert receipts_from(raw) == ChannelReceipts(channel="sms", receipts=())
    with pytest.raises(NotThisShape, match="through"):
        receipts_from(json.dumps({"told": "receipts.of-channel"}).encode())
