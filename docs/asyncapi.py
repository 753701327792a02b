"""Write docs/asyncapi.json: the topics that other systems write to and read from (AsyncAPI 3.0).

Made from the topics, the envelopes and the classes of the product; the examples are a report as
the product writes one, and entries of golden journals. ``--check`` writes nothing and fails
when the file in the repository is not what the product gives.
"""

from __future__ import annotations

import inspect
import json
import sys
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from page import keep

from crisis.codec import EVENTS, published, report_event, to_cloudevent
from crisis.codec.cloudevents import CONTENT_TYPE
from crisis.core.commands import Actor, Command, SubmitReport
from crisis.core.events import EventBody
from crisis.core.prose import Prose
from crisis.core.report import report_id
from crisis.ports import Recorded
from crisis.runtime.topics import REPORTS, TIMELINE, Topic

PAGE = Path(__file__).with_name("asyncapi.json")
JOURNALS = sorted((PAGE.parents[1] / "tests" / "golden" / "journals").glob("*.jsonl"))
SCHEMAS = "#/components/schemas"
_ONE_COPY = 1

INTRODUCTION = """\
What Crisis reads from Kafka and writes to it, for other systems: reports come in, the timeline goes
out. Every message is a CloudEvent 1.0 in structured mode, as JSON. What a report says in prose is
in the report alone, and ends with its topic's retention; the timeline holds ids and references. A
type that is not listed here was written by another release: leave it aside, and go on.
"""
REPORT = """\
Somebody, or something, reports trouble. Whoever may write here is believed: the broker's access
rules decide who that is. The same `id` is the same report, and is taken in once. Write it outside
of any transaction: it counts as soon as it stands in the log, committed or not.
"""


def document() -> dict[str, Any]:
    """Give the whole document."""
    told = {"type": "object", "properties": {"content-type": {"const": CONTENT_TYPE}}}
    shared: dict[str, Any] = {"Headers": told}
    reports = {"report": _report(shared)}
    timeline = {name: _entry(name, kind, shared) for name, kind in _types().items()}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Crisis",
            "version": f"{REPORTS.version}.{TIMELINE.version}.0",
            "description": INTRODUCTION,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {
            "reports": _channel(REPORTS, "Reports of trouble, on their way in.", reports),
            "timeline": _channel(TIMELINE, "All that happens, as it happens.", timeline),
        },
        "operations": {
            "takeReport": {"action": "receive", "channel": {"$ref": "#/channels/reports"}},
            "tellTimeline": {"action": "send", "channel": {"$ref": "#/channels/timeline"}},
        },
        "components": {
            "messages": {**reports, **timeline},
            "schemas": dict(sorted(shared.items())),
        },
    }


def _types() -> dict[str, type[EventBody]]:
    """The class of every type that is written today, by the type that its envelope says."""
    return {f"crisis.{name}.v{version}": kind for kind, (name, version) in EVENTS.items()}


def _channel(topic: Topic, title: str, messages: dict[str, Any]) -> dict[str, Any]:
    settings = topic.settings(_ONE_COPY)
    return {
        "address": topic.name,
        "title": title,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": {
                    "cleanup.policy": [settings["cleanup.policy"]],
                    "retention.ms": int(settings["retention.ms"]),
                },
                "bindingVersion": "0.5.0",
            }
        },
    }


def _message(
    topic: Topic, name: str, description: str, payload: dict[str, Any], examples: list[Any]
) -> dict[str, Any]:
    key = {"type": "string", "description": topic.key}
    return {
        "name": name,
        "description": description,
        "contentType": CONTENT_TYPE,
        "headers": {"$ref": f"{SCHEMAS}/Headers"},
        "payload": payload,
        "bindings": {"kafka": {"key": key, "bindingVersion": "0.5.0"}},
        **({"examples": [{"payload": one} for one in examples]} if examples else {}),
    }


def _payload(envelope: str, type_: str, about: dict[str, Any]) -> dict[str, Any]:
    """An envelope with this type and this data in it."""
    here = {
        "type": "object",
        "properties": {"type": {"const": type_}, "data": about},
        "required": ["type", "data"],
    }
    return {"allOf": [{"$ref": f"{SCHEMAS}/{envelope}"}, here]}


def _report(shared: dict[str, Any]) -> dict[str, Any]:
    shared["report.Envelope"] = published.report_envelope()
    example = json.loads(report_event(_flood()))
    schema = _hoisted(published.report_schema(), "report", shared)
    payload = _payload("report.Envelope", example["type"], schema)
    return _message(REPORTS, example["type"], REPORT, payload, [example])


def _entry(type_: str, kind: type[EventBody], shared: dict[str, Any]) -> dict[str, Any]:
    shared["timeline.Envelope"] = published.timeline_envelope()
    schema = _hoisted(published.event_schema(kind), "timeline", shared)
    payload = _payload("timeline.Envelope", type_, schema)
    description = inspect.getdoc(kind) or ""
    examples = [one for one in (to_cloudevent(row) for row in _rows()) if one["type"] == type_]
    return _message(TIMELINE, type_, description, payload, examples[:1])


def _hoisted(schema: Any, channel: str, shared: dict[str, Any]) -> Any:
    """The schema with every class in it put among the shared ones, and referred to."""
    if isinstance(schema, list):
        return [_hoisted(one, channel, shared) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _hoisted(value, channel, shared) for key, value in schema.items()}
    title = schema.get("title")
    if not isinstance(title, str):
        return made
    name = f"{channel}.{title}"
    if shared.setdefault(name, made) != made:
        raise ValueError(f"two classes are called {name}")
    return {"$ref": f"{SCHEMAS}/{name}"}


def _rows() -> list[Recorded]:
    """The golden journals, each in the order in which it was written."""
    names = {field.name for field in fields(Recorded)}
    rows = []
    lines = (line for one in JOURNALS for line in one.read_text("utf-8").splitlines())
    for line in lines:
        raw = {key: value for key, value in json.loads(line).items() if key in names}
        rows.append(Recorded(**{**raw, "at": datetime.fromisoformat(raw["at"])}))
    return rows


def _flood() -> Command:
    """The report of a flood, as a sensor's gateway sends it."""
    place = Prose(id="t-1", salt="5f" * 16, content='"A, level -1"')
    what = Prose(id="t-2", salt="a0" * 16, content='"Water runs from the ceiling."')
    body = SubmitReport(
        source="reception",
        native_id="desk-2026-0142",
        kind="flood",
        site="hq",
        building="a",
        place=place.ref,
        what=what.ref,
        danger="no",
        observed_at=datetime(2026, 11, 24, 13, 3, tzinfo=UTC),
    )
    report = report_id(body.source, body.native_id)
    return Command(
        id=f"submit-{report}",
        stream="report",
        stream_id=report,
        body=body,
        actor=Actor(kind="source", id="reception"),
        authority="source-token",
        door="kafka",
        prose=(place, what),
    )


if __name__ == "__main__":
    sys.exit(keep(PAGE, json.dumps(document(), ensure_ascii=False, indent=1) + "\n"))
