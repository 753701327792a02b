"""The document for other systems holds together, and its examples are what it says they are.

(That it is what the product gives today is held with the pages that are made from the product.)
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft7Validator

from crisis.codec import EVENTS
from crisis.runtime.topics import REPORTS, TIMELINE
from tests.house.source import ROOT


@cache
def document() -> Any:
    """The document as it is in the repository."""
    return json.loads((ROOT / "docs" / "asyncapi.json").read_text(encoding="utf-8"))


def _found(pointer: str) -> Any:
    """What a reference inside the document points at; KeyError where there is nothing."""
    found = document()
    for part in pointer.removeprefix("#/").split("/"):
        found = found[part]
    return found


def _inside(part: Any) -> Iterator[dict[str, Any]]:
    """Every object in a part of the document."""
    if isinstance(part, dict):
        yield part
        for below in part.values():
            yield from _inside(below)
    if isinstance(part, list):
        for below in part:
            yield from _inside(below)


MESSAGES = sorted(document()["components"]["messages"])


def _validator(name: str) -> Draft7Validator:
    payload = document()["components"]["messages"][name]["payload"]
    return Draft7Validator({**payload, "components": document()["components"]})


def test_it_has_what_asyncapi_3_requires() -> None:
    """Version, title, channels with their addresses, and operations that say who does what."""
    assert document()["asyncapi"] == "3.0.0"
    assert {"title", "version"} <= set(document()["info"])
    addresses = {name: one["address"] for name, one in document()["channels"].items()}
    assert addresses == {"reports": REPORTS.name, "timeline": TIMELINE.name}
    acts = {one["channel"]["$ref"]: one["action"] for one in document()["operations"].values()}
    assert acts == {"#/channels/reports": "receive", "#/channels/timeline": "send"}


def test_every_reference_leads_somewhere_and_stands_alone() -> None:
    """No reference leads nowhere; none has words beside it, which readers would not see."""
    found = [one for one in _inside(document()) if "$ref" in one]
    assert found
    for one in found:
        assert _found(one["$ref"]), one["$ref"]
        assert set(one) == {"$ref"}


def test_nothing_is_kept_that_no_message_uses() -> None:
    """Every shared schema is referred to, and every message stands in a channel."""
    used = {one["$ref"] for one in _inside(document()) if "$ref" in one}
    shared = document()["components"]
    assert {f"#/components/schemas/{name}" for name in shared["schemas"]} <= used
    assert {f"#/components/messages/{name}" for name in shared["messages"]} <= used


def test_every_type_of_the_journal_is_told_of() -> None:
    """Whatever the journal can hold today has its message in the timeline."""
    told = set(document()["channels"]["timeline"]["messages"])
    assert told == {f"crisis.{name}.v{version}" for name, version in EVENTS.values()}


@pytest.mark.parametrize("name", MESSAGES)
def test_every_example_is_what_its_schema_says(name: str) -> None:
    """The schemas are schemas, the examples fit them, and no other type's schema lets them in."""
    validator = _validator(name)
    Draft7Validator.check_schema(validator.schema)
    other = _validator(MESSAGES[MESSAGES.index(name) - 1])
    for example in document()["components"]["messages"][name].get("examples", ()):
        validator.validate(example["payload"])
        assert not other.is_valid(example["payload"])


def test_most_of_the_timeline_is_shown_by_example() -> None:
    """A report, and the entries of a whole flood."""
    messages = document()["components"]["messages"]
    assert messages["report"]["examples"]
    assert sum("examples" in one for one in messages.values()) >= len(messages) / 4
