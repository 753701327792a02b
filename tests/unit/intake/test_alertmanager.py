"""Alertmanager's webhook as a report."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crisis.core.commands import Actor, SubmitReport
from crisis.core.report import report_id
from crisis.intake import alertmanager
from crisis.intake.faults import BadPayload
from crisis.intake.submission import Incoming, Sender
from tests.unit.intake.senders import KNOWN, NOW, FakeSource

SENDER = Sender(name="prometheus", source=FakeSource())


def webhook(**changes: Any) -> dict[str, Any]:
    """A small group of one alert, in the shape of version 4."""
    document: dict[str, Any] = {
        "version": "4",
        "status": "firing",
        "groupKey": '{}:{alertname="PumpDead"}',
        "receiver": "crisis",
        "alerts": [
            {
                "status": "firing",
                "labels": {"alertname": "PumpDead", "severity": "critical"},
                "annotations": {"summary": "No flow for 10 minutes"},
                "startsAt": "2026-11-22T14:00:00.123456789+01:00",
                "endsAt": "0001-01-01T00:00:00Z",
            }
        ],
    }
    return {**document, **changes}


def read(document: Any, sender: Sender = SENDER) -> Incoming:
    """Read a document as the door would."""
    return alertmanager.read(json.dumps(document).encode(), sender, KNOWN)


def refused(body: bytes) -> BadPayload:
    """The refusal that this body meets."""
    with pytest.raises(BadPayload) as caught:
        alertmanager.read(body, SENDER, KNOWN)
    return caught.value


def test_an_old_sender_without_fingerprint_is_read() -> None:
    """A version 4 body from before fingerprints is a report, with its own and its mapped words."""
    incoming = read(webhook())
    assert (incoming.kind, incoming.site, incoming.severity) == ("other", "annex", "S2")
    assert incoming.observed_at == datetime(2026, 11, 22, 13, 0, 0, 123456, tzinfo=UTC)
    assert incoming.what == "PumpDead\nNo flow for 10 minutes"
    assert incoming.by_machine
    assert incoming.place is None


def test_a_repeat_is_the_same_report_and_a_comeback_is_a_new_one() -> None:
    """The hourly repeat keeps the report id; the same failure next month has another (G1)."""
    first = read(webhook())
    again = read(webhook(receiver="other", externalURL="http://x"))
    alert = {**webhook()["alerts"][0], "startsAt": "2026-12-22T14:00:00Z"}
    later = read(webhook(alerts=[alert]))
    resolved = read(webhook(status="resolved"))
    assert first.report_id == again.report_id == report_id("prometheus", first.native_id)
    assert len({first.report_id, later.report_id, resolved.report_id}) == 3
    assert resolved.signal == "resolved"


def test_the_order_of_alerts_does_not_make_a_new_report() -> None:
    """A group is a set: the same alerts in another order are the same report."""
    one = webhook()["alerts"][0]
    two = {**one, "labels": {"alertname": "PumpDead", "pump": "2"}}
    assert read(webhook(alerts=[one, two])).report_id == read(webhook(alerts=[two, one])).report_id


def test_labels_say_kind_site_building_and_danger() -> None:
    """Labels that name what exists here are followed; the gravest severity counts."""
    labels = {"kind": "flood", "site": "annex", "building": "north", "danger": "yes"}
    alerts = [
        {**webhook()["alerts"][0], "labels": {**labels, "severity": severity}}
        for severity in ("critical", "page")
    ]
    incoming = read(webhook(alerts=alerts, truncatedAlerts=7))
    assert (incoming.kind, incoming.building, incoming.danger) == ("flood", "north", "yes")
    assert incoming.severity == "S1"
    assert incoming.what is not None
    assert incoming.what.endswith("(+ 7)")


def test_unknown_places_fall_back_on_those_of_the_source() -> None:
    """A label that names an unknown site or building never loses an alarm (G1)."""
    incoming = read(webhook(commonLabels={"site": "moon", "building": "crater", "danger": "?"}))
    assert (incoming.site, incoming.building, incoming.danger) == ("annex", None, "unknown")


def test_the_settings_map_the_senders_words() -> None:
    """An alert's name stands for the kind that the settings give it."""
    source = FakeSource(kinds={"PumpDead": "flood"})
    assert read(webhook(), Sender(name="prometheus", source=source)).kind == "flood"


def test_a_source_raises_only_what_it_may() -> None:
    """A kind beyond the source's list is refused with 403 and says where to allow it."""
    sender = Sender(name="prometheus", source=FakeSource(may="fire"))
    with pytest.raises(BadPayload) as caught:
        read(webhook(), sender)
    assert caught.value.status == 403
    assert "may_raise" in caught.value.faults[0].fix["fr"]


def test_zero_time_and_a_clock_that_runs_ahead() -> None:
    """A start in the year 1 says nothing; one in the future is now."""
    alert = webhook()["alerts"][0]
    assert (
        read(webhook(alerts=[{**alert, "startsAt": "0001-01-01T00:00:00+02:00"}])).observed_at
        is None
    )
    ahead = read(webhook(alerts=[{**alert, "startsAt": "2031-01-01T00:00:00Z"}]))
    assert ahead.observed_at == NOW


def test_a_very_long_group_key_is_hashed() -> None:
    """The group stays short enough to be part of a key."""
    assert len(read(webhook(groupKey="k" * 5000)).group) == 64
    assert read(webhook(groupKey="{}:{a=\u0000b}")).group == "{}:{a=b}"


@pytest.mark.parametrize(
    ("document", "pointer", "name"),
    [
        ({"version": "3"}, "/version", "wrong-shape"),
        ({"version": 4}, "/version", "wrong-shape"),
        ({"status": "suppressed"}, "/status", "wrong-shape"),
        ({"alerts": []}, "/alerts", "wrong-shape"),
        ({"alerts": "none"}, "/alerts", "wrong-shape"),
        ({"alerts": [7]}, "/alerts/0", "wrong-shape"),
        ({"groupKey": ""}, "/groupKey", "wrong-shape"),
        ({"truncatedAlerts": "2"}, "/truncatedAlerts", "wrong-shape"),
        ({"alerts": [{"status": "firing", "labels": {}}]}, "/alerts/0/startsAt", "wrong-shape"),
        (
            {
                "alerts": [
                    {"status": "firing", "labels": {"a/b": 1}, "startsAt": "2026-01-01T00:00Z"}
                ]
            },
            "/alerts/0/labels/a~1b",
            "wrong-shape",
        ),
        (
            {"alerts": [{"status": "firing", "labels": {}, "startsAt": "yesterday"}]},
            "/alerts/0/startsAt",
            "wrong-shape",
        ),
    ],
)
def test_wrong_types_are_named_with_their_place(
    document: dict[str, Any], pointer: str, name: str
) -> None:
    """Each thing that is wrong has its JSON pointer, and words in both languages."""
    bad = refused(json.dumps(webhook(**document)).encode())
    assert bad.name == name
    assert bad.status == 422
    assert pointer in [fault.pointer for fault in bad.faults]
    assert all(set(f.what) == set(f.fix) == {"fr", "en"} for f in bad.faults)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"", "empty-body"),
        (b" \n", "empty-body"),
        (b'{"version": "4", "ale', "not-json"),
        (b"\xff\xfe", "not-json"),
        (b"[" * 100_000, "not-json"),
    ],
)
def test_what_is_no_json_is_told_so(body: bytes, name: str) -> None:
    """Empty, cut off, not UTF-8 or absurdly deep: unreadable, and never another exception."""
    bad = refused(body)
    assert (bad.name, bad.status) == (name, 400)


def test_an_array_is_not_a_webhook() -> None:
    """A list where an object is needed is a wrong type at the root."""
    bad = refused(b"[]")
    assert bad.faults[0].pointer == ""
    assert "objet" in bad.faults[0].what["fr"]


def test_the_command_keeps_the_words_apart() -> None:
    """The submission carries references; the words stand beside it, to be kept with their salt."""
    incoming = read(webhook())
    actor = Actor(kind="source", id="prometheus")
    command = incoming.command(actor=actor, authority="source-token", door="alertmanager")
    again = incoming.command(actor=actor, authority="source-token", door="alertmanager")
    assert isinstance(command.body, SubmitReport)
    assert command.id == again.id
    assert command.stream_id == incoming.report_id
    assert [prose.ref for prose in command.prose] == [command.body.what]
    assert command.prose[0].salt != again.prose[0].salt


def test_a_severity_that_stands_only_among_the_common_labels_counts() -> None:
    """Some senders take out of each alert what all have: nothing is lost by it; one's own wins."""
    bare = {**webhook()["alerts"][0], "labels": {"alertname": "PumpDead"}}
    grave = {**bare, "labels": {"alertname": "PumpDead", "severity": "page"}}
    common = {"alertname": "PumpDead", "severity": "critical"}
    assert read(webhook(alerts=[bare])).severity is None
    assert read(webhook(alerts=[bare], commonLabels=common)).severity == "S2"
    assert read(webhook(alerts=[bare, grave], commonLabels=common)).severity == "S1"
    resolved = {**bare, "status": "resolved"}
    assert read(webhook(alerts=[resolved], commonLabels=common)).severity == "S2"
