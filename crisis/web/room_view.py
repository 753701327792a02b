"""What the incident room shows, gathered from the incident's state, its playbook and the ledger."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from uuid_utils import uuid7

from crisis.core.delivery import Reason
from crisis.core.events import IncidentDeclared
from crisis.core.incident import PHASES, Commitment, Incident, Offer, StepState
from crisis.core.pinned import Pinned
from crisis.core.place import Contractor
from crisis.core.playbook import Playbook, Role
from crisis.core.prose import TextRef
from crisis.core.step import Step
from crisis.ports import DeliveryRow, MessageRow
from crisis.web.service import Service

_LISTED = 500
"""Rows of one message that are looked through for what is left to do by hand."""

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepShown:
    """A step of the playbook and where it stands; ``undo`` where it is to be put back."""

    name: str
    step: Step
    state: StepState
    undo: bool
    words: Words
    due_at: datetime | None
    contractor: Contractor | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageShown:
    """A message and how far it has come."""

    row: MessageRow
    audience: Words
    subject: str
    tally: Mapping[str, int]


def by_hand(row: DeliveryRow) -> bool:
    """Whether a person must still do it: somebody goes there, hangs it up, or telephones."""
    return row.state == "suppressed" and row.reason.startswith(Reason.BY_HAND)


class RoomView:
    """One moment of one incident, as its room shows it."""

    def __init__(
        self, service: Service, incident: Incident, pinned: Pinned, person: str | None
    ) -> None:
        self._service = service
        self._pinned = pinned
        self.incident = incident
        self.person = person
        self.now = service.clock.now()
        self.playbook: Playbook = pinned.in_force(incident.situation)
        self.severities = pinned.plan.severities
        self.audiences = pinned.plan.audiences

    def press(self) -> str:
        """An id for one form: sent twice, it is one act."""
        return str(uuid7())

    @cached_property
    def what(self) -> TextRef | None:
        """What the first report says. A machine's words are for this room alone."""
        for event in self._service.events("incident", self.incident.id)[:1]:
            if isinstance(event.body, IncidentDeclared):
                return event.body.what
        return None

    def text(self, ref: TextRef | None, language: str) -> str:
        """Somebody's words; empty where there are none, or they were erased."""
        if ref is None:
            return ""
        with self._service.store.read() as view:
            row = view.texts([ref.id]).get(ref.id)
        words = json.loads(row.content) if row else ""
        if isinstance(words, str):
            return words
        return str(words.get(language) or next(iter(words.values()), ""))

    # --- who ---

    @property
    def roles(self) -> list[tuple[str, Role, str | None, list[Offer], bool]]:
        """Name, role, holder, open offers, and whether nobody is left to ask."""
        shown = []
        for name, role in self.playbook.roles.items():
            state = self.incident.roles.get(name)
            offers = [
                offer
                for offer in self.incident.offers.values()
                if offer.state == "open" and name in offer.roles
            ]
            holder = state.holder if state else None
            shown.append((name, role, holder, offers, bool(state and state.unfilled)))
        return shown

    @property
    def my_offers(self) -> list[tuple[str, Offer]]:
        """The offers that wait for the answer of whoever looks."""
        return [
            (name, offer)
            for name, offer in self.incident.offers.items()
            if offer.state == "open" and offer.person == self.person
        ]

    # --- what ---

    @property
    def ready(self) -> list[StepShown]:
        """Steps that can be done now, in the order of the playbook."""
        return [one for one in self._steps() if one.state.state == "ready"]

    @property
    def settled(self) -> list[StepShown]:
        """Steps that are done, or no longer asked."""
        return [one for one in self._steps() if one.state.state != "ready"]

    def _steps(self) -> Iterator[StepShown]:
        names = [*self.playbook.steps, *(f"{name}.undo" for name in self.playbook.steps)]
        for name in names:
            state = self.incident.steps.get(name)
            if state is not None:
                yield self._step(name, state)

    def _step(self, name: str, state: StepState) -> StepShown:
        undo = name.endswith(".undo")
        step = self.playbook.steps[name.removesuffix(".undo")]
        within = step.within.at(self.incident.severity) if step.within and not undo else None
        return StepShown(
            name=name,
            step=step,
            state=state,
            undo=undo,
            words=(step.undo if undo else step.text) or {},
            due_at=self._pinned.site.add(state.ready_at, within) if within else None,
            contractor=self._pinned.site.contractors.get(step.trade) if step.trade else None,
        )

    # --- promised ---

    @property
    def promises(self) -> list[tuple[str, Commitment, Words]]:
        """What is promised and not yet kept, the most urgent first."""
        listed = sorted(self.incident.commitments.items(), key=lambda item: item[1].due_at)
        return [(name, one, self.audience(one.audience)) for name, one in listed]

    def audience(self, name: str | None) -> Words:
        """What an audience is called."""
        known = self.audiences.get(name) if name else None
        return known.title if known else {}

    @property
    def phases(self) -> list[str]:
        """The phases that can still be declared."""
        here = self.incident.phase
        if here not in PHASES:
            return []
        later = PHASES[PHASES.index(here) + 1 :]
        return [phase for phase in later if phase in self.playbook.phases]

    # --- said ---

    @cached_property
    def messages(self) -> list[MessageShown]:
        """Every message, the newest first, with the count of its deliveries."""
        with self._service.store.read() as view:
            rows = view.messages(self.incident.id)
            tallies = {row.id: view.tally(row.id) for row in rows}
            texts = view.texts([text for row in rows for text in list(row.texts.values())[:1]])
        shown = []
        for row in reversed(rows):
            text = texts.get(next(iter(row.texts.values()), ""))
            counts = {name: n for name, n in tallies[row.id].items() if n and name != "untried"}
            shown.append(
                MessageShown(
                    row=row,
                    audience=self.audience(row.audience),
                    subject=json.loads(text.content).get("subject", "") if text else "",
                    tally=counts,
                )
            )
        return shown

    @property
    def by_hand(self) -> list[tuple[DeliveryRow, Words, str]]:
        """What no machine can do: the delivery, its medium, and whom it is for."""
        left = []
        with self._service.store.read() as view:
            for message in self.messages:
                if sum(message.tally.values()) > _LISTED:
                    continue
                left += [row for row in view.deliveries(message.row.id) if by_hand(row)]
        media = self._pinned.plan.media
        directory = self._service.organisation().directory
        titles: dict[str, Words] = {name: medium.title for name, medium in media.items()}
        return [(row, titles.get(row.medium, {}), directory.name(row.recipient_id)) for row in left]
