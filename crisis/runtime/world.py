"""The versions of the organisation's content, read once each from the store."""

from __future__ import annotations

from collections import OrderedDict

import structlog

from crisis.coordinator import fold_as_far_as_known
from crisis.core.incident import Incident
from crisis.directory import PeopleDirectory
from crisis.dispatch import Ground
from crisis.organisation import Organisation
from crisis.ports import MessageRow, Scope, Store, StreamRow, View
from crisis.yamlfile import NotAcceptable

_log = structlog.get_logger(__name__)

REMEMBERED = 256
"""Incidents kept in memory: a message asks for its own with each hand-over."""


class NoConfiguration(LookupError):  # noqa: N818 - it says what to do
    """There is no organisation in the store yet: crisis init DIR, then crisis org apply DIR."""


class World:
    """Which organisation an incident is pinned to, and which one holds now."""

    def __init__(self, store: Store, *known: Organisation) -> None:
        """``known`` are versions that were read already."""
        self._store = store
        self._versions = {one.version: one for one in known}
        self._newest: Organisation | None = None
        self._refused: dict[int, NotAcceptable] = {}
        self._incidents: OrderedDict[str, tuple[str, Incident]] = OrderedDict()
        """Incident -> its chain's head, which no other history has, and the state there."""

    def organisation(self, version: int | None = None) -> Organisation:
        """Give a version; the newest when none is named.

        Raises NoConfiguration, and NotAcceptable for one that an earlier release let in and this
        one cannot read: it is read once, for its messages ask again and again.
        """
        if version is None and self._newest is not None:
            return self._newest
        if version is not None and version in self._versions:
            return self._versions[version]
        if version is not None and version in self._refused:
            raise NotAcceptable(self._refused[version].findings)
        with self._store.read() as view:
            row = view.configuration(version)
        if row is None:
            raise NoConfiguration(NoConfiguration.__doc__)
        organisation = self._versions.get(row.version)
        if organisation is None:
            try:
                organisation = Organisation.from_files(row.files, version=row.version, kept=True)
            except NotAcceptable as refusal:
                self._refused[row.version] = refusal
                raise
            self._versions[row.version] = organisation
        if version is None:
            self._newest = organisation
        return organisation

    def refresh(self) -> None:
        """Somebody else may have applied a version; one that cannot be read here changes nothing.

        Raises Unavailable.
        """
        with self._store.read() as view:
            row = view.configuration()
        if row is None or (self._newest is not None and self._newest.version == row.version):
            return
        try:
            self._newest = self.organisation(row.version)
        except NotAcceptable as refusal:
            _log.error("a new version cannot be read by this release", found=str(refusal))

    def take(self, organisation: Organisation) -> None:
        """A new version was applied: it holds from now on."""
        self._versions[organisation.version] = self._newest = organisation

    def incident(self, incident_id: str) -> Incident | None:
        """Give an incident as it is durable now."""
        return self._standing(incident_id)[0]

    def _standing(self, incident_id: str) -> tuple[Incident | None, int | None]:
        """An incident and the version of the organisation that it is pinned to."""
        with self._store.read() as view:
            row = view.stream("incident", incident_id)
            if row is None:
                return None, None
            known = self._incidents.get(incident_id)
            if known is None or known[0] != row.head:
                known = self._incidents[incident_id] = row.head, self._folded(view, row, known)
        self._incidents.move_to_end(incident_id)
        if len(self._incidents) > REMEMBERED:
            self._incidents.popitem(last=False)
        return known[1], row.config_version

    @staticmethod
    def _folded(view: View, row: StreamRow, known: tuple[str, Incident] | None) -> Incident:
        """The state; from what was known, where the journal has only grown since."""
        if known is not None:
            head, incident = known
            since = view.events("incident", row.stream_id, after=max(incident.seq - 1, 0))
            if since and since[0].head == head:
                return fold_as_far_as_known(view, row, since=since[1:], incident=incident)
        return fold_as_far_as_known(view, row)

    # --- what the dispatcher asks ---

    def ground(self, message: MessageRow) -> Ground:
        """Give what the message's incident stands on now."""
        incident, version = self._standing(message.incident_id)
        if incident is None:
            raise LookupError(message.incident_id)
        organisation = self.organisation(version)
        pinned = organisation.pinned(incident.playbook, incident.site)
        told = pinned.in_force(incident.situation).tell
        holders = {
            role: tuple(state.holders) for role, state in incident.roles.items() if state.holders
        }
        scope = Scope(
            site=incident.site,
            building=incident.building,
            exercise=incident.exercise,
            holders=holders,
        )
        in_order = tuple(name for name in pinned.plan.audiences if name in told)
        if message.audience is not None and message.audience not in in_order:
            in_order = (message.audience, *in_order)
        return Ground(pinned=pinned, scope=scope, down=incident.down, told=in_order)

    def directory(self, version: int | None = None) -> PeopleDirectory:
        """Give the people of a version; those of now when none is named."""
        return self.organisation(version).directory
