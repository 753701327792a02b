"""An alert as XML: elements in the order of the standard, and its own values only."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone
from xml.etree.ElementTree import Element, fromstring

from crisis.core.cap import alert
from crisis.documents.cap import NAMESPACE, cap
from tests.unit.core.test_cap import FIRST, SECOND, SOURCE, TOLD

ORDER = {
    "alert": (
        "identifier sender sent status msgType source scope restriction addresses code note"
        " references incidents info"
    ),
    "info": (
        "language category event responseType urgency severity certainty audience eventCode"
        " effective onset expires senderName headline description instruction web contact"
        " parameter resource area"
    ),
    "area": "areaDesc polygon circle geocode altitude ceiling",
}
"""The sequences of the schema of CAP 1.2."""
VALUES = {
    "status": "Actual Exercise System Test Draft",
    "msgType": "Alert Update Cancel Ack Error",
    "scope": "Public Restricted Private",
    "category": "Geo Met Safety Security Rescue Fire Health Env Transport Infra CBRNE Other",
    "responseType": "Shelter Evacuate Prepare Execute Avoid Monitor Assess AllClear None",
    "urgency": "Immediate Expected Future Past Unknown",
    "severity": "Extreme Severe Moderate Minor Unknown",
    "certainty": "Observed Likely Possible Unlikely Unknown",
}
"""The values that the schema allows."""
NEEDED = {
    "alert": {"identifier", "sender", "sent", "status", "msgType", "scope"},
    "info": {"category", "event", "urgency", "severity", "certainty"},
    "area": {"areaDesc"},
}


def held_to_the_schema(text: str) -> Element:
    """Read an alert; every element stands in its place, and has a value that it may have."""
    root = fromstring(text)  # noqa: S314 - we wrote it
    for one in root.iter():
        name = one.tag.removeprefix(f"{{{NAMESPACE}}}")
        below = [child.tag.removeprefix(f"{{{NAMESPACE}}}") for child in one]
        if name in ORDER:
            places = [ORDER[name].split().index(child) for child in below]
            assert places == sorted(places), (name, below)
            assert NEEDED[name] <= set(below)
        else:
            assert not below
            assert one.text
            assert name not in VALUES or one.text in VALUES[name].split(), (name, one.text)
    return root


def value(root: Element, name: str) -> str | None:
    """The first element of that name."""
    return root.findtext(f".//{{{NAMESPACE}}}{name}")


def test_every_element_stands_where_the_standard_wants_it() -> None:
    """A first word, an update to some readers only, an exercise: all of them are valid."""
    french = replace(TOLD, language="fr", instruction="")
    some = replace(SOURCE, public=False, earlier=(FIRST, SECOND), told=(french, TOLD))
    for source in (SOURCE, some, replace(some, exercise=True), replace(some, phase="normal")):
        root = held_to_the_schema(cap(alert(source)))
    assert value(root, "restriction") == "Neighbours"
    assert value(root, "responseType") == "AllClear"
    assert len(root.findall(f"{{{NAMESPACE}}}info")) == 2
    assert value(root, "references") == "crisis@example.org,m2,2026-11-23T14:00:00-00:00"
    erased = held_to_the_schema(cap(alert(replace(some, told=()))))
    assert value(erased, "restriction") == "i-1"


def test_it_expires_when_the_next_word_is_due_by_the_clock_of_the_site() -> None:
    """A time has its offset and never the letter Z; where no next word is promised, none."""
    paris = timezone(timedelta(hours=1))
    made = replace(SOURCE, sent_at=SOURCE.sent_at.astimezone(paris))
    root = held_to_the_schema(cap(alert(made)))
    assert value(root, "sent") == "2026-11-23T15:05:00+01:00"
    assert value(root, "expires") == "2026-11-23T14:25:00-00:00"
    assert value(fromstring(cap(alert(replace(made, next_at=None)))), "expires") is None  # noqa: S314 - we wrote it


def test_what_people_wrote_breaks_no_reader() -> None:
    """Angle brackets are text, and what no XML may hold is left out."""
    evil = replace(TOLD, description="<script>\x00\x0b & \ud800 water", headline="a < b")
    root = held_to_the_schema(cap(alert(replace(SOURCE, told=(evil,)))))
    assert value(root, "description") == "<script> &  water"
    assert value(root, "headline") == "a < b"
