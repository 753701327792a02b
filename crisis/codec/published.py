"""What other systems read and write, as JSON Schema: made from the classes that are written.

The dialect is draft 7, which AsyncAPI takes as it stands. The envelopes are CloudEvents 1.0 as
:mod:`crisis.codec.cloudevents` writes them; attributes beside these are let through both ways, as
CloudEvents asks. The data of a report is exact: it is refused for a field that we do not know. The
data of the timeline is open: a later release may add a field, and a journal from before a field was
added is told without it, which means its default.
"""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from crisis.codec.commands import sent_shape
from crisis.codec.journal import event_shape
from crisis.codec.names import COMMANDS
from crisis.codec.shapes import Shape
from crisis.core.commands import SubmitReport
from crisis.core.events import EventBody

_TEXT = {"type": "string", "minLength": 1}
_TIME = {"type": "string", "format": "date-time"}
_ATTRIBUTES: dict[str, Any] = {
    "specversion": {"const": "1.0"},
    "id": {**_TEXT, "description": "With `source`, the same whenever the same thing is sent."},
    "source": {**_TEXT, "format": "uri-reference"},
    "type": {**_TEXT, "description": "What `data` is; it ends in the version of its fields."},
    "subject": _TEXT,
    "time": {**_TIME, "description": "When it happened, or was seen."},
    "datacontenttype": {"const": "application/json"},
    "partitionkey": {**_TEXT, "description": "As `subject`: what has the same stays in order."},
    "exercise": {"type": "boolean", "description": "A drill: never take it for the real thing."},
}
_OF_REPORT: dict[str, Any] = {
    "id": {**_TEXT, "description": "That of `data`; the same whenever the same thing is sent."},
    "subject": {**_TEXT, "description": "`stream_id` of `data`."},
    "exercise": {
        "type": "boolean",
        "description": "A drill. It holds for `data` too, which may not say otherwise.",
    },
}
_OF_TIMELINE: dict[str, Any] = {
    "sequence": {"type": "string", "pattern": "^[0-9]{10}$", "description": "Place in `subject`."},
    "recordedtime": {**_TIME, "description": "When it was written down."},
    "causationid": {**_TEXT, "description": "The command that it follows from."},
    "chainhead": {"type": "string", "description": "Head of the hash chain of `subject`."},
}


def report_envelope() -> dict[str, Any]:
    """The attributes of a report, but for its data."""
    required = {"specversion", "id", "type", "source", "subject"}
    return _object({**_ATTRIBUTES, **_OF_REPORT}, required)


def timeline_envelope() -> dict[str, Any]:
    """The attributes of an entry of the timeline, but for its data: all are always there."""
    attributes = {**_ATTRIBUTES, **_OF_TIMELINE}
    return _object(attributes, set(attributes))


def report_schema() -> dict[str, Any]:
    """The data of a report: the command that takes it in, with its prose."""
    schema = _schema(sent_shape(SubmitReport))
    name, version = COMMANDS[SubmitReport]
    named = {"command": {"const": name}, "version": {"const": version}}
    properties = {**named, **schema["properties"], "stream": {"const": "report"}}
    return {**schema, "properties": properties, "required": ["command", *schema["required"]]}


def event_schema(kind: type[EventBody]) -> dict[str, Any]:
    """The data of an entry of the timeline: what the journal holds."""
    schema: dict[str, Any] = _open(_schema(event_shape(kind)))
    return schema


def _object(properties: dict[str, Any], required: set[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": sorted(required)}


def _schema(shape: Shape[Any]) -> dict[str, Any]:
    """The schema; only classes keep their titles, a field is named by its name."""
    schema = GenerateJsonSchema().generate(shape.schema, mode="validation")
    made: dict[str, Any] = _titled_classes(schema)
    return {key: value for key, value in made.items() if key not in {"title", "description"}}


def _titled_classes(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_titled_classes(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    inside = {key: value for key, value in schema.items() if key != "properties"}
    made = {key: _titled_classes(value) for key, value in inside.items()}
    if "properties" not in schema:
        made.pop("title", None)
        return made
    fields = {name: _titled_classes(one) for name, one in schema["properties"].items()}
    return {**made, "properties": fields}


def _open(schema: Any) -> Any:
    """The same, with room for fields that are not known yet."""
    if isinstance(schema, list):
        return [_open(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _open(value)
        for key, value in schema.items()
        if (key, value) != ("additionalProperties", False)
    }
