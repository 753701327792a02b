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

from crisis.cli.folder import checked_folder
from crisis.codec import from_recorded
from crisis.config import read_folder, write_template
from crisis.core.commands import Actor
from crisis.core.events import Event
from crisis.core.incident import Incident
from crisis.core.pinned import Pinned
from crisis.core.playbook import Opening, Playbook
from crisis.core.report import incident_id
from crisis.intake.faults import BadPayload
from crisis.intake.submission import Incoming
from crisis.organisation import Organisation
from crisis.ports import Pending
from crisis.proof.crew import Crew
from crisis.proof.fakes import StoryClock, fake_channels
from crisis.runtime.embedded import Embedded
from crisis.store import open_store
from crisis.web.commands import Asking, command_of

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """What somebody asked for, and why the answer was no."""

    at: datetime
    person: str
    command: str
    words: Mapping[str, str]


@dataclass(slots=True)
class Drill:
    """One exercise. ``watch`` hears of the events of each moment, as they happen."""

    service: Embedded
    clock: StoryClock
    site: str
    playbook: Playbook
    crew: Crew = field(init=False)
    watch: Callable[[list[Event]], None] = lambda _: None
    heard_no: Callable[[Refused], None] = lambda _: None
    """Hears of everything that people ask and are refused."""
    refusals: Counter[str] = field(default_factory=Counter)
    """What people asked and were refused, by the sort of command."""
    ended: Ended = "stuck"
    """Why the exercise ended."""
    ends_after: timedelta = HORIZON
    _incident_id: str = ""
    _told: int = 0
    _numbers: Any = field(default_factory=lambda: count(1))

    async def play(self) -> Incident:
        """Report the trouble, and let people and time act until the actions are verified."""
        await self._begin()
        began = self.now()
        while not self._over():
            self.crew.look()
            times = [at for at in (self.crew.next_at(), self.service.next_at()) if at]
            if not times or min(times) > self._patience(began):
                break
            if min(times) > self.now():
                await self.service.advance(min(times))
                await self._at_rest()
            await self.crew.act()
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
        if self.crew.automatic:
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
            native_id=f"drill-{self.playbook.name}-{self.crew.seed}",
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
        self._incident_id = incident_id(incoming.report_id)
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
            recorded = view.events("incident", self._incident_id, after=self._told)
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
        return self.crew.next_at() is None if incident.phase == "cancelled" else review and done

    # --- what people see and do ---

    def now(self) -> datetime:
        """The time on everyone's watch."""
        return self.clock.now()

    def incident(self) -> Incident | None:
        """What the room shows."""
        return self.service.incident(self._incident_id)

    def pinned(self) -> Pinned:
        """The playbook on the wall."""
        pinned = self.service.pinned(self._incident_id)
        if pinned is None:
            raise NothingSo("playbook", self.playbook.name, ())
        return pinned

    def offer_links(self) -> Mapping[str, str]:
        """Offer -> its delivery, for those whose message has arrived."""
        found: dict[str, str] = {}
        with self.service.store.read() as view:
            for message in view.messages(self._incident_id):
                if message.offer_id is not None:
                    rows = [row for row in view.deliveries(message.id) if row.sent_at is not None]
                    if rows:
                        found[message.offer_id] = rows[0].id
        return found

    def unread(self) -> dict[str, str]:
        """Delivery -> person, of what arrived and asks for "I have it"."""
        found: dict[str, str] = {}
        with self.service.store.read() as view:
            for message in view.messages(self._incident_id):
                if message.acknowledge and message.offer_id is None:
                    rows = view.deliveries(message.id)
                    found |= {row.id: row.recipient_id for row in rows if row.state in _ARRIVED}
        return found

    async def read(self, delivery_id: str) -> None:
        """A person presses "I have it"."""
        await self.service.acknowledge(delivery_id, self.now())

    async def press(self, link: str, choice: str) -> None:
        """A person answers an offer by the button of its message."""
        await self.read(link)
        with self.service.store.read() as view:
            row = view.delivery(link)
            message = view.message(row.message_id) if row else None
        if row is not None and message is not None:
            await self.ask(f"{choice}-roles", row.recipient_id, offer_id=message.offer_id)

    def askers(self) -> tuple[str, ...]:
        """Those on the list of exercises who hold no function: they are told, and may ask."""
        organisation = self.service.organisation()
        group = organisation.settings.exercises.group
        return tuple(
            name for name, one in sorted(organisation.configuration.people.people.items())
            if one.site == self.site and group in one.groups and not one.functions
        )  # fmt: skip

    def asked(self, message_id: str) -> tuple[str, ...]:
        """The people whom a message has reached, in order."""
        people = self.service.organisation().configuration.people.people
        with self.service.store.read() as view:
            rows = view.deliveries(message_id)
        reached = (row.recipient_id for row in rows if row.sent_at is not None)
        return tuple(sorted({one for one in reached if one in people}))

    async def ask(self, command: str, person: str, **fields: Any) -> bool:
        """A person does something, as from the command line; a refusal is shown and counted."""
        asking = Asking.model_validate(
            {"type": command, "incident": self._incident_id, "fields": fields, "as": person}
        )
        try:
            built = command_of(self.service, asking, door="drill", authority="operator")
        except BadPayload as wrong:
            self._refused(command, person, wrong.faults[0].what)
            return False
        built = replace(built, id=f"drill-{next(self._numbers):06}")
        decision = await self.service.inbox.submit(built)
        if isinstance(decision, Pending) or decision.refusal is not None:
            words = {} if isinstance(decision, Pending) else decision.refusal.words
            self._refused(command, person, words)
            return False
        return True

    def _refused(self, command: str, person: str, words: Mapping[str, str]) -> None:
        self.refusals[command] += 1
        self.heard_no(Refused(at=self.now(), person=person, command=command, words=words))


_ARRIVED = frozenset({"sent", "delivered"})


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
    drill = Drill(service=service, clock=clock, site=where, playbook=playbook)
    if automatic:
        drill.ends_after = WORKS_AHEAD + UNLED if playbook.planned else UNLED
    drill.crew = Crew(scene=drill, seed=seed, silent_lead=silent_lead, automatic=automatic)
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
