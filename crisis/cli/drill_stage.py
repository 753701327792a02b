"""Where an exercise is played: the real service in this process, on virtual time, offline.

The store is in memory, the channels are fakes, and everything runs on one thread: the same seed
tells the same story, byte for byte, in any process.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from crisis.cli.drill_room import Refused, Room
from crisis.cli.folder import checked_folder
from crisis.codec import from_recorded
from crisis.config import read_folder, write_template
from crisis.core.commands import Actor
from crisis.core.events import Event
from crisis.core.incident import Incident
from crisis.core.pinned import Pinned
from crisis.core.playbook import Opening, Playbook
from crisis.core.report import incident_id
from crisis.intake.submission import Incoming
from crisis.organisation import Organisation
from crisis.proof.crew import Crew
from crisis.proof.fakes import StoryClock, fake_channels
from crisis.runtime.embedded import Embedded
from crisis.store import open_store

BEGINS = time(9, 12)
"""Most trouble is found in the morning, when people are there."""
HORIZON = timedelta(days=60)
"""Business time after which an exercise that has not ended is broken off."""
STUCK_AFTER = timedelta(days=21)
"""The same for one that does not get back to normal: people would have stepped in."""
UNLED = timedelta(hours=6)
"""The same for one in which nobody ever acts: it would not end by itself."""
WORKS_AHEAD, WORKS_LAST = timedelta(days=16), timedelta(hours=4)
"""How far ahead planned works are announced in an exercise, and how long they are to last."""
UNFORESEEN = "unforeseen"
"""The kind of report that opens the playbook for everything that has none."""
_REST = 3
_LOOKS = 2000


What = Literal["playbook", "site", "scenario"]


class NothingSo(LookupError):  # noqa: N818 - it says what is missing
    """The organisation has no playbook, no site or no scenario of this name, but these."""

    def __init__(self, what: What, name: str, known: Iterable[str]) -> None:
        super().__init__(f"{what} {name}")
        self.what: What = what
        self.name, self.known = name, sorted(known)


Ended = Literal["learnt", "closed", "cancelled", "unled", "stuck", "unlearnt", "told"]
"""Why an exercise ended: its actions are verified; closed, with no review owed; called off; nobody
ever acted; it did not get back to normal; it did, and nobody drew its consequences; or its scenario
is at its last line."""


@dataclass(slots=True)
class Drill:
    """One exercise. ``watch`` hears of the events of each moment, as they happen."""

    service: Embedded
    clock: StoryClock
    site: str
    playbook: Playbook
    seed: int
    silent_lead: bool = False
    """Whether nobody who is asked to lead answers, but the last resort."""
    automatic: bool = False
    """Whether nobody ever does anything."""
    watch: Callable[[list[Event]], None] = lambda _: None
    heard_no: Callable[[Refused], None] = lambda _: None
    """Hears of everything that people ask and are refused."""
    refusals: Counter[str] = field(default_factory=Counter)
    """What people asked and were refused, by the sort of command."""
    ended: Ended = "stuck"
    """Why the exercise ended."""
    ends_after: timedelta = HORIZON
    minds: dict[str, float] = field(default_factory=dict)
    """What each person is like, in whatever crisis of the exercise."""
    _rooms: list[Room] = field(default_factory=list)
    """That of the exercise, and of each crisis that it has opened."""
    _told: int = 0
    _numbers: Any = field(default_factory=lambda: count(1))

    async def play(self) -> Incident:
        """Report the trouble, and let people and time act until the actions are verified."""
        await self._begin()
        began = self.now()
        while not self._over():
            self._look_around()
            next_at = self._next_at()
            if next_at is None or next_at > self._patience(began):
                break
            if next_at > self.now():
                await self.service.advance(next_at)
                await self._at_rest()
            for room in self._rooms:
                await room.crew.act()
            await self._at_rest()
        found = self.incident()
        if found is None:
            raise LookupError("the report has not opened an incident")
        self.ended = self._why(found)
        return found

    def _why(self, incident: Incident) -> Ended:
        if self._over():
            if incident.phase == "cancelled":
                return "cancelled"
            return "learnt" if incident.review is not None else "closed"
        if self.automatic:
            return "unled"
        return "unlearnt" if incident.over else "stuck"

    def _patience(self, began: datetime) -> datetime:
        """How long an exercise may last: less while it is not back to normal, or called off."""
        incident = self.incident()
        if incident is not None and incident.over:
            return began + self.ends_after
        works = incident.works if incident is not None else None
        ends = max(began, works.ends_at) if works is not None else began
        return min(began + self.ends_after, ends + STUCK_AFTER)

    async def _begin(self) -> None:
        """Somebody reports what the playbook is for, as an exercise."""
        opening = _opening(self.playbook, self.site)
        by_machine = opening is not None and opening.source == "machine"
        incoming = Incoming(
            source="drill",
            native_id=f"drill-{self.playbook.name}-{self.seed}",
            kind=opening.kind if opening else UNFORESEEN,
            site=self.site,
            building=_building(self.service.organisation(), self.site),
            by_machine=by_machine,
            exercise=True,
        )
        if self.playbook.planned:
            incoming = replace(incoming, **announced(self.now()))
        command = incoming.command(
            actor=Actor(kind="source", id="drill"), authority="drill", door="drill"
        )
        await self.service.inbox.submit(command)
        self._rooms.append(self._room(incident_id(incoming.report_id)))
        await self._at_rest()

    async def _at_rest(self) -> None:
        """Wait until nothing is being decided, due or on its way; then tell what happened."""
        quiet = 0
        for look in range(_LOOKS):
            await asyncio.sleep(0 if look < _LOOKS // 2 else 0.001)
            quiet = quiet + 1 if self.service.idle() else 0
            if quiet == _REST:
                break
        else:
            raise TimeoutError(f"the service does not come to rest at {self.now()}")
        with self.service.store.read() as view:
            recorded = view.events("incident", self._rooms[0].incident_id, after=self._told)
        fresh = [from_recorded(one) for one in recorded]
        self._told += len(fresh)
        if fresh:
            self.watch(fresh)

    def _over(self) -> bool:
        incident = self.incident()
        if incident is None or incident.phase not in {"closed", "cancelled"}:
            return False
        review = incident.review is None or incident.review.held_at is not None
        done = all(action.state == "verified" for action in incident.actions.values())
        return (
            self._rooms[0].crew.next_at() is None
            if incident.phase == "cancelled"
            else review and done
        )

    # --- what people see and do ---

    def now(self) -> datetime:
        """The time on everyone's watch."""
        return self.clock.now()

    def incident(self) -> Incident | None:
        """What the room shows."""
        return self._rooms[0].incident()

    def pinned(self) -> Pinned:
        """The playbook on the wall."""
        return self._rooms[0].pinned()

    def _look_around(self) -> None:
        """Let people see what is new; a crisis that this one has opened has a room of its own."""
        for room in self._rooms:  # grows meanwhile: what was opened here is looked at in turn
            incident = room.incident()
            known = {one.incident_id for one in self._rooms}
            for opened_here in incident.related if incident is not None else ():
                if opened_here not in known:
                    self._rooms.append(self._room(opened_here))
        for room in self._rooms:
            room.crew.look()

    def _next_at(self) -> datetime | None:
        """The next instant at which somebody acts, or anything happens by itself."""
        times = [self.service.next_at(), *(room.crew.next_at() for room in self._rooms)]
        return min((at for at in times if at is not None), default=None)

    def _room(self, incident_id: str) -> Room:
        room = Room(
            service=self.service, clock=self.clock, site=self.site, incident_id=incident_id,
            refused=self._refused, numbers=self._numbers,
        )  # fmt: skip
        room.crew = Crew(
            scene=room, seed=self.seed, silent_lead=self.silent_lead, automatic=self.automatic,
            minds=self.minds, awake=any(one.crew.awake for one in self._rooms),
        )  # fmt: skip
        return room

    def _refused(self, refused: Refused) -> None:
        self.refusals[refused.command] += 1
        self.heard_no(refused)


def announced(now: datetime) -> dict[str, Any]:
    """When planned works are to begin and to end."""
    starts_at = now + WORKS_AHEAD
    return {"starts_at": starts_at, "ends_at": starts_at + WORKS_LAST}


def _opening(playbook: Playbook, site: str) -> Opening | None:
    """How it is reported: by a person, where a person may; None for what nobody foresaw."""
    here = [one for one in playbook.opens_on if not one.site or site in one.site]
    return min(here, key=lambda one: one.source == "machine", default=None)


def _building(organisation: Organisation, site: str) -> str | None:
    """The building in which most of those who take part are: there something can be learnt."""
    group = organisation.settings.exercises.group
    people = organisation.configuration.people.people.values()
    counted = Counter(
        one.building for one in people if one.site == site and one.building and group in one.groups
    )
    return min(counted, key=lambda name: (-counted[name], name), default=None)


def organisation_files(org: Path | None) -> Mapping[str, str]:
    """The files of an organisation's folder, checked; without one, those of the example."""
    if org is not None:
        return checked_folder(org).files
    with tempfile.TemporaryDirectory(prefix="crisis-") as folder:
        place = Path(folder) / "organisation"
        write_template(place)
        return read_folder(place)


@asynccontextmanager
async def opened(
    files: Mapping[str, str],
    name: str,
    *,
    seed: int,
    site: str | None = None,
    silent_lead: bool = False,
    automatic: bool = False,
) -> AsyncIterator[Drill]:
    """Open the service on these files, with its crew; NothingSo where there is none."""
    organisation = Organisation.from_files(files, version=1)
    if name not in organisation.playbooks:
        raise NothingSo("playbook", name, organisation.playbooks)
    where = site or _first_site(organisation, name)
    known = [one for one in organisation.sites if organisation.playbooks[name].playbook.serves(one)]
    if where not in known:
        raise NothingSo("site", where, known)
    playbook = organisation.pinned(name, where).in_force({})
    clock = StoryClock(_morning(organisation, where, playbook))
    store = open_store("memory:")
    [row] = store.transact([lambda unit: unit.add_configuration(files, at=clock.now())])
    service = Embedded(
        store=store,
        secrets={},
        link_secret="a secret of nobody's",  # noqa: S106 - no link leaves this process
        operator_token="",
        clock=clock,
        channels=list(fake_channels(organisation, clock).values()),
        known=[organisation] if not isinstance(row, Exception) else (),
        beside=False,
    )
    drill = Drill(
        service=service, clock=clock, site=where, playbook=playbook, seed=seed,
        silent_lead=silent_lead, automatic=automatic,
    )  # fmt: skip
    if automatic:
        drill.ends_after = WORKS_AHEAD + UNLED if playbook.planned else UNLED
    running = asyncio.create_task(service.run())
    try:
        yield drill
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await service.close()


def _first_site(organisation: Organisation, name: str) -> str:
    """The site of the house, or the first one that this playbook is for."""
    serves = organisation.playbooks[name].playbook.serves
    default = organisation.settings.default_site
    return default if serves(default) else next(filter(serves, organisation.sites), default)


def _morning(organisation: Organisation, site: str, playbook: Playbook) -> datetime:
    """The morning of the first working day after the playbook was last read: always the same."""
    place = organisation.sites[site]
    reviewed = datetime.combine(playbook.reviewed_on, time(12), ZoneInfo(place.zone))
    day = place.next_workday(reviewed)
    return datetime.combine(day, BEGINS, ZoneInfo(place.zone)).astimezone(UTC)
