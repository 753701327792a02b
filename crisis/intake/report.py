"""``POST /reports``: what a person, or a program written for us, says is wrong."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from uuid_utils import uuid7

from crisis.core.commands import Answer3
from crisis.intake.faults import BadPayload, Fault, fault, not_one_of, read_as
from crisis.intake.submission import (
    NAME_PATTERN,
    Incoming,
    Known,
    Sender,
    allowed,
    clean,
    in_the_past,
    kind_of,
)

Name = Annotated[str, Field(pattern=NAME_PATTERN)]
NativeId = Annotated[str, Field(min_length=1, max_length=200)]


class Report(BaseModel):
    """The fields of a report. A field that is not one of these is refused by name, not ignored."""

    model_config = ConfigDict(strict=True, extra="forbid")

    kind: Annotated[str, Field(max_length=200)] | None = None
    """What it is about, in a word of whoever reports: an unforeseen one is taken in too (G1)."""
    site: Name | None = None
    building: Name | None = None
    at: Annotated[str, Field(max_length=300)] | None = None
    """The place, in words that people there understand: "2nd floor, east wing"."""
    what: Annotated[str, Field(max_length=4000)] | None = None
    danger: Answer3 = "unknown"
    """Whether people are in danger."""
    severity: str | None = None
    observed_at: AwareDatetime | None = None
    signal: Literal["firing", "resolved"] = "firing"
    group: Annotated[str, Field(max_length=200)] = ""
    id: NativeId | None = None
    """The sender's id of this occurrence, where the header ``Idempotency-Key`` does not give it."""
    on_behalf_of: Name | None = None
    """The id of the person who says so, where somebody else writes it down."""
    quiet: bool = False
    """Look at it first: audiences are told once a person says so, or time is up; not for danger."""
    exercise: bool = False
    starts_at: Annotated[str, Field(max_length=40)] | None = None
    """When announced works begin: ISO 8601, by the clocks of the site where no zone is given."""
    ends_at: Annotated[str, Field(max_length=40)] | None = None


def read(body: bytes, sender: Sender, known: Known, *, key: str | None = None) -> Incoming:
    """The body as a report; ``key`` is what the header ``Idempotency-Key`` says."""
    return taken(read_as(Report, body), sender, known, key=key)


def taken(report: Report, sender: Sender, known: Known, *, key: str | None = None) -> Incoming:
    """The report as it goes in; :class:`BadPayload` names all that does not exist here."""
    site = report.site or sender.source.site
    if faults := _unknown_names(report, site, sender, known):
        raise BadPayload("unknown-name", *faults)
    word = report.kind or ""
    kind = sender.source.kinds.get(word) or kind_of(word) or sender.source.kind
    machine = sender.source.by == "machine"
    place, what = (clean(words) if words else None for words in (report.at, report.what))
    if machine and place:
        what, place = "\n".join(filter(None, (place, what))), None
    starts_at, ends_at = _window(report, known, site)
    native_id = clean(key or report.id or "")[:200] or str(uuid7())
    return Incoming(
        source=sender.name,
        native_id=f"exercise:{native_id}" if report.exercise else native_id,
        kind=allowed(sender, kind, "/kind"),
        site=site,
        building=report.building,
        place=place,
        what=what,
        by_machine=machine,
        severity=_severity(report.severity, sender, known),
        danger=report.danger,
        observed_at=in_the_past(report.observed_at, known.now),
        group=clean(report.group),
        signal=report.signal,
        quiet=report.quiet,
        exercise=report.exercise,
        starts_at=starts_at,
        ends_at=ends_at,
        for_person=report.on_behalf_of,
    )


def _window(
    report: Report, known: Known, site: str
) -> tuple[datetime, datetime] | tuple[None, None]:
    """When announced works begin and end; :class:`BadPayload` where that cannot be so."""
    if report.starts_at is None and report.ends_at is None:
        return None, None
    zone = ZoneInfo(known.zones.get(site, "UTC"))
    starts_at = _instant("/starts_at", report.starts_at, zone)
    ends_at = _instant("/ends_at", report.ends_at, zone)
    if ends_at <= max(starts_at, known.now):
        raise BadPayload("wrong-shape", fault("/ends_at", what=_TOO_EARLY, fix=_LATER))
    return starts_at, ends_at


def _instant(pointer: str, written: str | None, zone: ZoneInfo) -> datetime:
    try:
        at = datetime.fromisoformat((written or "").strip())
    except ValueError:
        raise BadPayload("wrong-shape", fault(pointer, what=_NO_TIME, fix=_TIME)) from None
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)


_NO_TIME = ("ce n'est pas une date et une heure", "this is not a day and a time")
_TIME = (
    "donnez le début et la fin, comme 2026-12-05 08:00",
    "give the beginning and the end, as 2026-12-05 08:00",
)
_TOO_EARLY = (
    "les travaux finissent avant d'avoir commencé, ou sont déjà finis",
    "the works end before they begin, or are over already",
)
_LATER = ("donnez une fin à venir, après le début", "give an end to come, after the beginning")


def _severity(word: str | None, sender: Sender, known: Known) -> str | None:
    return word if word in known.severities else sender.source.severity_of(word)


def _unknown_names(report: Report, site: str, sender: Sender, known: Known) -> list[Fault]:
    faults = []
    if site not in known.sites:
        faults.append(not_one_of("/site", site, list(known.sites)))
    elif report.building is not None and report.building not in known.sites[site]:
        faults.append(not_one_of("/building", report.building, list(known.sites[site])))
    words = {*known.severities, *sender.source.severities}
    if report.severity is not None and report.severity not in words:
        faults.append(not_one_of("/severity", report.severity, sorted(words)))
    if report.on_behalf_of is not None and report.on_behalf_of not in known.people:
        faults.append(fault("/on_behalf_of", what=_NOBODY, fix=_PERSON))
    return faults


_NOBODY = ("nous ne connaissons personne de ce nom", "we know nobody of that name")
_PERSON = (
    "écrivez l'identifiant d'une personne, comme dans people.yaml, ou retirez-le",
    "write the id of a person, as in people.yaml, or leave it out",
)
