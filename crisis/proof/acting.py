"""How somebody in a story acts: when, in whose name, and through the one door into the rules."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from crisis.core import commands as c
from crisis.core.deciding import Decision
from crisis.core.prose import Prose
from crisis.ports import Pending

if TYPE_CHECKING:
    from crisis.core.incident import Incident
    from crisis.proof.scenario import Story


@dataclass(slots=True, kw_only=True)
class Ways:
    """How an act is done, where it is not simply done by a person at the moment."""

    by: str | None = None
    """Who acts: a name, an id or a role; without it the role that the act is of, or the lead."""
    written_by: str | None = None
    """Who writes it down for the one who acts."""
    happened: str | None = None
    """When it really happened."""
    override: str | None = None
    """Why a refusal is set aside."""
    refused: bool = False
    """Whether the rules are expected to say no."""
    incident: str | None = None
    id: str | None = None
    """The command's id, where the story sends it again."""


@dataclass(slots=True)
class Acting:
    """One moment of a story, and the way from an act to its decision."""

    story: Story
    at: datetime

    async def do(
        self, body: c.IncidentBody, ways: Ways, prose: Mapping[str, Prose] | None = None
    ) -> Decision:
        """Somebody gives a command."""
        story = await self._begin()
        incident = self._incident(ways)
        story.numbers += 1
        act = f"{type(body).__name__}-{story.numbers}"
        why = prose_of(f"{act}-why", override=ways.override)
        command = c.Command(
            id=ways.id or f"story-{act}",
            stream="incident",
            stream_id=incident.id,
            body=body,
            actor=self._actor(ways, incident),
            authority="operator",
            door="command-line",
            exercise=incident.exercise,
            happened_at=story.clock_time(ways.happened) if ways.happened else None,
            override=why["override"].ref if ways.override else None,
            prose=(*(prose or {}).values(), *why.values()),
        )
        return await self._submit(command, ways)

    async def _step(
        self,
        step: str,
        body: c.IncidentBody,
        ways: Mapping[str, Any],
        prose: Mapping[str, Prose] | None = None,
    ) -> Decision:
        """An act of whoever holds the step's role, or else of the lead."""
        await self._begin()
        told = Ways(**ways)
        if told.by is None:
            told.by = self._owner(self._incident(told), step)
        return await self.do(body, told, prose)

    def _owner(self, incident: Incident, step: str) -> str | None:
        pinned = self.story.runtime.pinned(incident.id)
        if pinned is None:
            return None
        known = pinned.in_force(incident.situation).steps.get(step.removesuffix(".undo"))
        for role in known.by if known else ():
            state = incident.roles.get(role)
            if state is not None and state.holder is not None:
                return state.holder
        return None

    def _actor(self, ways: Ways, incident: Incident) -> c.Actor:
        story = self.story
        who = story.person(ways.by, incident.id) if ways.by else incident.lead
        if who is None:
            raise AssertionError("nobody leads yet: say who does it (by=…)")
        if ways.written_by is not None:
            return c.Actor(kind="person", id=story.person(ways.written_by), for_person=who)
        return c.Actor(kind="person", id=who)

    async def _submit(self, command: c.Command, ways: Ways) -> Decision:
        decision = await self.story.runtime.inbox.submit(command)
        if isinstance(decision, Pending):
            raise AssertionError(f"{type(command.body).__name__}: nobody has decided it in time")  # noqa: TRY004 - a story fails so
        if decision.accepted is ways.refused:
            words = dict(decision.refusal.words) if decision.refusal else "accepted"
            raise AssertionError(f"{type(command.body).__name__}: {words}")
        await self.story.settles()
        return decision

    async def _begin(self) -> Story:
        """Let time pass until this moment; once for all verbs of it."""
        if self.story.clock.now() < self.at:
            await self.story.until(self.at)
        elif self.story.moment is not self:
            self.story.begin_looking()
        self.story.moment = self
        return self.story

    def _incident(self, ways: Ways) -> Incident:
        found = self.story.runtime.incident(ways.incident or self.story.incident_id)
        if found is None:
            raise AssertionError("no incident is open in this story yet: report something first")
        return found

    def _new(self, what: str) -> str:
        self.story.numbers += 1
        return f"{what}-{self.story.numbers}"


def prose_of(id_: str, **words: str | None) -> dict[str, Prose]:
    """Put words on their way into the store; their salt is of no interest in a story."""
    return {
        name: Prose(id=f"{id_}-{name}", salt="story", content=json.dumps(text, ensure_ascii=False))
        for name, text in words.items()
        if text is not None
    }
