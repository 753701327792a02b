"""An alert of CAP 1.2 as XML: the elements in the order that the standard sets.

Source: the sequences of the schema of OASIS CAP 1.2. Empty elements are left out; a time has its
offset, and never the letter Z.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

from crisis.core.cap import Alert, Earlier, Told, one_word

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
MIME_TYPE = "application/cap+xml"
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML may hold (XML 1.0, production 2)."""

Fields = Iterator[tuple[str, str]]


def cap(alert: Alert) -> str:
    """Write the alert; the same alert gives the same text."""
    register_namespace("", NAMESPACE)
    root = Element(_named("alert"))
    _fill(root, _head(alert))
    for told in alert.told:
        block = SubElement(root, _named("info"))
        _fill(block, _block(alert, told))
        _fill(SubElement(block, _named("area")), iter([("areaDesc", told.area)]))
    indent(root)
    return tostring(root, encoding="unicode", xml_declaration=False) + "\n"


def _head(alert: Alert) -> Fields:
    source = alert.source
    yield "identifier", one_word(source.identifier)
    yield "sender", one_word(source.sender)
    yield "sent", instant(source.sent_at)
    yield "status", alert.status
    yield "msgType", alert.message_type
    yield "scope", alert.scope
    if alert.scope == "Restricted":
        audiences = " / ".join(dict.fromkeys(one.audience for one in alert.told))
        yield "restriction", audiences or source.incident  # an erased message is told to nobody
    yield "note", alert.note
    yield "references", " ".join(_triple(source.sender, one) for one in alert.references)
    yield "incidents", one_word(source.incident)


def _block(alert: Alert, told: Told) -> Fields:
    yield "language", told.language
    yield "category", alert.category
    yield "event", told.event
    yield "responseType", alert.response
    yield "urgency", alert.urgency
    yield "severity", alert.severity
    yield "certainty", alert.certainty
    yield "audience", told.audience
    yield "expires", instant(alert.source.next_at) if alert.source.next_at else ""
    yield "senderName", told.sender
    yield "headline", told.headline
    yield "description", told.description
    yield "instruction", told.instruction
    yield "contact", told.contact


def _triple(sender: str, earlier: Earlier) -> str:
    return f"{one_word(sender)},{one_word(earlier.identifier)},{instant(earlier.sent_at)}"


def instant(at: datetime) -> str:
    """A time as the standard wants it: ``2026-11-23T14:05:00+01:00``; UTC is ``-00:00``."""
    return re.sub(r"\+00:00\Z", "-00:00", at.replace(microsecond=0).isoformat())


def _fill(parent: Element, fields: Fields) -> None:
    for name, words in fields:
        if words:
            SubElement(parent, _named(name)).text = _UNFIT.sub("", words)


def _named(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
