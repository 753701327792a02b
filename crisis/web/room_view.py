"""What the incident room shows, gathered from the incident's state, its playbook and the ledger."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from uuid_utils import uuid7

from crisis.core.decide.legal import Deadline, deadlines
from crisis.core.decide.loudness import loud_at
from crisis.core.draft import Draft
from crisis.core.events import IncidentDeclared, ReportLinked
from crisis.core.incident import PHASES, Commitment, Incident, Offer, StepState
from crisis.core.legal import ClockState, LegalClock, in_force
from crisis.core.pinned import Pinned
from crisis.core.place import Contractor, Site
from crisis.core.playbook import Playbook, Role
from crisis.core.prose import TextRef
from crisis.core.step import Step
from crisis.core.timeline_values import WORDS
from crisis.core.values import Text
from crisis.core.words import fill, placeholders
from crisis.web.language import words
from crisis.web.prose import text_of
from crisis.web.ready import Ready, ready
from crisis.web.room_messages import Said
from crisis.web.service import Service
from crisis.web.showing import Page, pages_at

_LATEST = 5
"""Reports of the same trouble whose words are shown."""

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepShown:
    """A step of the playbook and where it stands; ``undo`` where it is to be put back."""

    name: str
    step: Step
    state: StepState
    undo: bool
    words: Words
    by: tuple[Words, ...]
    """The roles that do it."""
    answers: Mapping[str, Words]
    """What an answer to it means; empty for one that is no question."""
    options: Mapping[str, Words]
    """What a choice can end in; empty for one that is no decision."""
    then_by: Words
    """Who decides when those are silent; empty where nobody does."""
    due_at: datetime | None
    contractor: Contractor | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportShown:
    """What one more report says of the same trouble."""

    at: datetime
    source: str
    what: TextRef
    by_machine: bool


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
        self.said = Said(service, incident, pinned)

    def press(self) -> str:
        """An id for one form: sent twice, it is one act."""
        return str(uuid7())

    @cached_property
    def others(self) -> list[tuple[str, Words]]:
        """Other incidents of this site that are under way, by the title of their playbook."""
        with self._service.store.read() as view:
            rows = [row.stream_id for row in view.streams("incident", limit=100) if row.key]
        found = (self._service.incident(one) for one in rows if one != self.incident.id)
        return [
            (one.id, pinned.in_force(one.situation).title) for one in found
            if one is not None and one.site == self.incident.site and not one.over
            and (pinned := self._service.pinned(one.id)) is not None
        ]  # fmt: skip

    @cached_property
    def places(self) -> list[tuple[str, Words]]:
        """The organisation's places at this site: where something can hang."""
        known = self._service.organisation().configuration.people.places
        return [(id_, one.title) for id_, one in known.items() if one.site == self.incident.site]

    def place(self, name: str) -> str:
        """A place as people call it; the short name that somebody gave it, otherwise."""
        known = name in dict(self.places)
        return self._service.organisation().directory.name(name) if known else name

    @property
    def loud_at(self) -> datetime | None:
        """When what is not loud yet is looked at again, or told, without anybody's word."""
        hushed = self.incident.hushed
        if hushed is None:
            return None
        return hushed.until or loud_at(self.incident, self.playbook, self._pinned)

    @cached_property
    def what(self) -> TextRef | None:
        """What the first report says. A machine's words are for this room alone."""
        for event in self._service.events("incident", self.incident.id)[:1]:
            if isinstance(event.body, IncidentDeclared):
                return event.body.what
        return None

    @cached_property
    def reports(self) -> list[ReportShown]:
        """What the latest reports of the same trouble say, the newest first."""
        linked = [
            ReportShown(
                at=event.at,
                source=event.body.source,
                what=event.body.what,
                by_machine=event.body.by_machine,
            )
            for event in self._service.events("incident", self.incident.id)
            if isinstance(event.body, ReportLinked) and event.body.what is not None
        ]
        return linked[: -_LATEST - 1 : -1]

    @property
    def site(self) -> Site:
        """Where it happens."""
        return self._pinned.site

    @cached_property
    def parked(self) -> str | None:
        """Why nobody may decide here until a person has looked; None while all goes on."""
        with self._service.store.read() as view:
            row = view.stream("incident", self.incident.id)
        return row.parked if row is not None else None

    @property
    def pages(self) -> list[Page]:
        """The pages for everybody at this site."""
        return pages_at(self._service, self.incident.site)

    @property
    def building(self) -> Words:
        """What the building is called."""
        building = self._pinned.site.buildings.get(self.incident.building or "")
        if building is None:
            return {}
        return building.title or {"en": self.incident.building or ""}

    def text(self, ref: TextRef | None, language: str) -> str:
        """Somebody's words; empty where there are none, or they were erased."""
        return text_of(self._service, ref, language)

    @cached_property
    def next_updates(self) -> list[Ready]:
        """The updates that leave by themselves, as they would leave now."""
        return list(ready(self._service, self.incident, self._pinned))

    @property
    def drafts(self) -> list[tuple[str, Words, Draft, list[str]]]:
        """Messages that wait: audience, its title, the draft, and its words in each language."""
        refs = {
            name: [ref.id for ref in draft.texts.values()]
            for name, draft in self.incident.drafts.items()
        }
        with self._service.store.read() as view:
            rows = view.texts([one for ids in refs.values() for one in ids])
        words = {id_: str(json.loads(row.content).get("text", "")) for id_, row in rows.items()}
        return [
            (name, self.audience(name), draft, [words[id_] for id_ in refs[name] if id_ in words])
            for name, draft in self.incident.drafts.items()
        ]

    # --- who ---

    @property
    def roles(self) -> list[tuple[str, Role, tuple[str, ...], list[Offer], bool]]:
        """Name, role, who holds it, open offers, and whether nobody is left to ask."""
        shown = []
        for name, role in self.playbook.roles.items():
            state = self.incident.roles.get(name)
            offers = [
                offer
                for offer in self.incident.offers.values()
                if offer.state == "open" and name in offer.roles
            ]
            holders = tuple(state.holders) if state else ()
            shown.append((name, role, holders, offers, bool(state and state.unfilled)))
        return shown

    def part(self, role: str, who: str) -> Text | None:
        """The floor, building or site that somebody holds a role for, where each has its own."""
        state = self.incident.roles.get(role)
        part = state.parts.get(who) if state is not None else None
        return self._pinned.site.part(part) if part else None

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

    def shown(self, name: str) -> StepShown | None:
        """One step of the playbook; None where it is not in force, or has not begun."""
        return next((one for one in self._steps() if one.name == name), None)

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
            words=self._filled((step.undo if undo else step.text) or {}),
            by=tuple(self.title(role) for role in step.by),
            answers=self._answers(step) if step.verb == "ask" else {},
            options={name: self._filled(text) for name, text in step.options.items()},
            then_by=self.title(step.then_by) if step.then_by and not state.passed_to else {},
            due_at=self._pinned.site.add(state.ready_at, within) if within else None,
            contractor=self._pinned.site.contractors.get(step.trade) if step.trade else None,
        )

    def _answers(self, step: Step) -> dict[str, Words]:
        """What each answer says, as the playbook tells it; the bare word where it tells nothing."""
        ours = words()["answers"]
        return {
            answer: self._filled(step.known[answer]) if answer in step.known
            else ours.get(answer, {"en": answer.replace("-", " ")})
            for answer in step.answers
        }  # fmt: skip

    def _filled(self, texts: Words) -> dict[str, str]:
        """The words of a step with the site's facts and the answers in them."""
        return {language: self._fill(text, language) for language, text in texts.items()}

    def _fill(self, text: str, language: str) -> str:
        return fill(text, {name: self._value(name, language) for name in placeholders(text)})

    def _value(self, name: str, language: str) -> str:
        family, _, member = name.partition(".")
        if family == "site":
            return self._pinned.site.fact(member, language) or "?"
        state = self.incident.steps.get(member)
        if family == "answer" and state is not None and state.value:
            return state.value
        return "?"

    def title(self, name: str) -> Words:
        """What a role is called, or who else a step names."""
        role = self.playbook.roles.get(name)
        return role.title if role else self.audience(name) or {"en": name}

    def reason(self, name: str) -> Words:
        """Why the record asks for an action."""
        pair = WORDS["reason"].get(name)
        return {"fr": pair[0], "en": pair[1]} if pair else {"en": name}

    def subject(self, name: str) -> Words:
        """What an action is about: a step, a role, the playbook."""
        step = self.playbook.steps.get(name)
        if step is not None and step.text:
            return self._filled(step.text)
        return self.playbook.title if name == self.playbook.playbook else self.title(name)

    @property
    def clocks(self) -> list[tuple[str, LegalClock, ClockState, list[Deadline]]]:
        """The legal clocks: step, clock, how far it is, and the delays that still run."""
        running = list(deadlines(self.incident, self._pinned))
        return [
            (step, clock, state, [one for one in running if one.step == step])
            for step, state in self.incident.clocks.items()
            if (clock := in_force(self._pinned.legal, state.clock, state.aware_at)) is not None
        ]

    # --- promised ---

    @property
    def promises(self) -> list[tuple[str, Commitment, Words]]:
        """What is promised and not yet kept, the most urgent first."""
        listed = sorted(self.incident.commitments.items(), key=lambda item: item[1].due_at)
        return [(name, one, self.audience(one.audience)) for name, one in listed]

    def names(self, people: tuple[str, ...]) -> str:
        """What these people are called, with commas between."""
        directory = self._service.organisation().directory
        return ", ".join(map(directory.name, people)) or "?"

    @property
    def can_fail(self) -> tuple[str, ...]:
        """What media need and may fail."""
        return tuple(self._pinned.plan.can_fail)

    def failing(self, thing: str) -> Words:
        """What that is called; its name in the plan, where it has no other."""
        pair = WORDS["what"].get(thing)
        return {"fr": pair[0], "en": pair[1]} if pair else {"en": thing}

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
        if here == "expected":
            return ["open"]
        later = PHASES[PHASES.index(here) + 1 :]
        return [phase for phase in later if phase in self.playbook.phases]
