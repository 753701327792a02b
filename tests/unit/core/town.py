"""Several incidents told as stories side by side; what one asks of another is done at once."""

from __future__ import annotations

from dataclasses import dataclass, field

from crisis.core import commands as c
from crisis.core.deciding import Decision
from crisis.core.incident import Incident
from tests.unit.core.story import Story


@dataclass
class Town:
    """Several incidents; what one asks of another is done at once."""

    stories: dict[str, Story] = field(default_factory=dict)

    def incident(self, incident_id: str) -> Incident | None:
        """One of them."""
        story = self.stories.get(incident_id)
        return story.incident if story else None

    def holding(self, prefix: str) -> list[Incident]:
        """Those whose key begins so."""
        return [s.incident for s in self.stories.values() if s.incident.key.startswith(prefix)]

    def opens(self, playbook: str = "flood", **report: object) -> Story:
        """An incident opens, and everybody accepts."""
        story = Story(playbook, others=self)
        self.reported(story, **report)
        story.accept()
        return story

    def reported(self, story: Story, **report: object) -> None:
        """Somebody reports what the story is about."""
        number = len(self.stories)
        fields = {"source": f"door-{number}", "native_id": f"n-{number}"} | report
        self._all_done(story.report(**fields))
        self.stories[story.incident.id] = story

    def asks(self, story: Story, body: c.Body, by: str = "lead", **more: object) -> Decision:
        """Somebody does something, and what it asks of others is done."""
        answer = story.tries(body, by, **more)
        self._all_done(answer)
        return answer

    def _all_done(self, answer: Decision) -> None:
        waiting = list(answer.follow)
        while waiting:
            waiting += self._handled(waiting.pop(0))

    def _handled(self, command: c.Command) -> tuple[c.Command, ...]:
        story = self.stories.get(command.stream_id)
        if story is None:
            assert isinstance(command.body, c.Declare)
            story = Story(command.body.playbook, others=self)
            story.now = command.body.accepted_at
        decision = story._accepted(command)
        self.stories[command.stream_id] = story
        return decision.follow
