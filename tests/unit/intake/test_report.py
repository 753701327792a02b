"""Reports by people and programs."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from crisis.core.commands import Actor, SubmitReport
from crisis.core.report import report_id
from crisis.intake import report
from crisis.intake.faults import BadPayload
from crisis.intake.submission import Incoming, Sender, keep
from tests.unit.intake.senders import KNOWN, NOW, FakeSource


class Desk(FakeSource):
    """A source that people write through."""

    by = "person"
    kind = "generic"


DESK = Sender(name="desk", source=Desk())


def read(sender: Sender = DESK, key: str | None = None, **fields: Any) -> Incoming:
    """Read a document as the door would."""
    return report.read(json.dumps(fields).encode(), sender, KNOWN, key=key)


def faults(**fields: Any) -> dict[str, str]:
    """Pointer -> what to write instead, for a body that is refused."""
    with pytest.raises(BadPayload) as caught:
        read(**fields)
    return {fault.pointer: fault.fix["en"] for fault in caught.value.faults}


def test_the_least_that_one_can_say() -> None:
    """An empty object is a report: kind and site are those of the source."""
    incoming = read()
    assert (incoming.kind, incoming.site, incoming.danger) == ("generic", "annex", "unknown")


def test_everything_that_one_can_say() -> None:
    """Each field arrives; the caller's own words are cleaned of what hides or turns text."""
    incoming = read(
        kind="flood", site="annex", building="north", at=" 2nd\u202e floor\u0000 ", what="Water",
        danger="yes", severity="critical", observed_at="2026-11-22T14:00:00+01:00",
        on_behalf_of="p1", group="g", signal="firing",
    )  # fmt: skip
    assert (incoming.place, incoming.what, incoming.severity) == ("2nd floor", "Water", "S2")
    assert incoming.for_person == "p1"
    assert incoming.observed_at is not None
    assert incoming.observed_at < NOW


def test_an_idempotency_key_makes_a_repeat_the_same_report() -> None:
    """The header wins over the field; the same key is the same report; without one each is new."""
    assert (
        read(key="k1", id="other").report_id == read(id="k1").report_id == report_id("desk", "k1")
    )
    assert read().report_id != read().report_id


def test_an_exercise_is_never_the_real_report_of_the_same_key() -> None:
    """G9: the same key in an exercise and in earnest are two reports."""
    drill = read(key="k1", exercise=True)
    assert drill.exercise
    assert drill.report_id != read(key="k1").report_id
    command = drill.command(actor=Actor(kind="source", id="desk"), authority="t", door="d")
    assert command.exercise


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Flood", "flood"),
        ("Fuite d'eau !", "fuite-d-eau"),
        ("Dégât des eaux", "degat-des-eaux"),
        ("WATER_LEAK", "water_leak"),
        ("???", "generic"),
        ("", "generic"),
        ("x y" * 60, ("x-y" * 60)[:64]),
    ],
)
def test_no_word_for_what_happens_is_sent_back(said: str, kind: str) -> None:
    """G1: a capital letter, an accent or a sentence is taken in as a kind; nothing as none."""
    assert read(kind=said).kind == kind


def test_words_of_a_machine_never_become_a_place() -> None:
    """What a machine calls the place is for the room alone: the place is told to audiences."""
    incoming = read(Sender(name="probe", source=FakeSource()), at="<rack 7>", what="dead")
    assert incoming.place is None
    assert incoming.what == "<rack 7>\ndead"


@pytest.mark.parametrize(
    ("fields", "pointer", "fix"),
    [
        ({"site": "anex"}, "/site", "write annex"),
        ({"building": "norht"}, "/building", "write north"),
        ({"severity": "S9"}, "/severity", "S"),
        ({"on_behalf_of": "stranger"}, "/on_behalf_of", ""),
        ({"knd": "flood"}, "/knd", "write kind"),
        ({"danger": "maybe"}, "/danger", "'yes'"),
        ({"danger": True}, "/danger", "'yes'"),
        ({"kind": 7}, "/kind", "write"),
        ({"kind": "x" * 201}, "/kind", "200"),
        ({"site": "The Annex"}, "/site", "hyphens"),
        ({"at": 7}, "/at", "write"),
        ({"what": "x" * 4001}, "/what", "4000"),
        ({"observed_at": "14:05"}, "/observed_at", "zone"),
        ({"observed_at": "2026-11-22T14:05:00"}, "/observed_at", "zone"),
        ({"exercise": "yes"}, "/exercise", "true"),
        ({"id": ""}, "/id", "at least 1"),
    ],
)
def test_each_mistake_is_named_with_a_way_out(
    fields: dict[str, Any], pointer: str, fix: str
) -> None:
    """A name that does not exist, a field misspelt, a wrong type: where, and what to write."""
    found = faults(**fields)
    assert fix in found[pointer]


def test_words_are_kept_as_json_in_any_language() -> None:
    """Prose is one string or language -> text, cleaned, with a digest that its salt proves."""
    both = keep({"fr": "Fuite\x07", "en": "Leak"})
    assert json.loads(both.content) == {"fr": "Fuite", "en": "Leak"}
    assert json.loads(keep("seul\ud800").content) == "seul?"
    assert both.ref.digest != keep({"fr": "Fuite", "en": "Leak"}).ref.digest


def test_announced_works_are_read_by_the_clocks_of_the_site() -> None:
    """A time without a zone is the site's; one with a zone is taken at its word."""
    known = replace(KNOWN, zones={"annex": "Europe/Paris"})
    body = {"starts_at": "2026-12-05 08:00", "ends_at": "2026-12-05T11:00:00Z"}
    incoming = report.read(json.dumps(body).encode(), DESK, known)
    assert incoming.starts_at == datetime(2026, 12, 5, 7, tzinfo=UTC)
    assert incoming.ends_at == datetime(2026, 12, 5, 11, tzinfo=UTC)
    command = incoming.command(actor=Actor(kind="source", id="desk"), authority="t", door="d")
    assert isinstance(command.body, SubmitReport)
    assert (command.body.starts_at, command.body.ends_at) == (incoming.starts_at, incoming.ends_at)


@pytest.mark.parametrize(
    ("starts", "ends", "pointer"),
    [
        ("2026-12-05 08:00", None, "/ends_at"),
        (None, "2026-12-05 08:00", "/starts_at"),
        ("soon", "2026-12-05 08:00", "/starts_at"),
        ("2026-12-05 08:00", "2026-12-05 08:00", "/ends_at"),
        ("2026-11-20 08:00", "2026-11-20 12:00", "/ends_at"),
    ],
)
def test_works_that_cannot_be_are_named(starts: str | None, ends: str | None, pointer: str) -> None:
    """Half of their times, no time at all, the end before the beginning, or long over."""
    given = {"starts_at": starts, "ends_at": ends}
    assert pointer in faults(**{name: one for name, one in given.items() if one is not None})
