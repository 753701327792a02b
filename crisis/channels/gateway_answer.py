"""Reading what gateways say: JSON pointers and form fields, never more than a line of it kept."""

from __future__ import annotations

import json
import re
from typing import Any

_CODE = re.compile(r"[A-Za-z0-9_.:-]{1,40}")
_REFERENCE = re.compile(r"[A-Za-z0-9_.:@/+=-]{1,200}")


def parsed(body: bytes) -> Any:
    """The JSON in a body, or None where there is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def at_pointer(document: Any, pointer: str) -> str | None:
    """The scalar at a JSON pointer (RFC 6901) as text, or None where there is none."""
    here = document
    for raw in pointer.split("/")[1:]:
        key = raw.replace("~1", "/").replace("~0", "~")
        if isinstance(here, dict):
            here = here.get(key)
        elif isinstance(here, list) and key.isdecimal() and int(key) < len(here):
            here = here[int(key)]
        else:
            return None
    if isinstance(here, bool):
        return "true" if here else "false"
    return str(here) if isinstance(here, str | int | float) else None


def reference(text: str | None) -> str:
    """A provider's id, when it looks like one; otherwise nothing."""
    return text if text is not None and _REFERENCE.fullmatch(text) else ""


def code(text: str | None) -> str:
    """A provider's code, when it is one word; its sentences may be personal and are dropped."""
    return text if text is not None and _CODE.fullmatch(text) else ""
