"""Where a scenario file is played as an exercise: who acts and when stands in the file.

The same service, store and channels as an exercise by a seed; what people do is written down,
what is expected of it is held against what comes, and everything says that it is an exercise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from crisis.cli.drill_room import Refused
from crisis.cli.drill_stage import Ended, NothingSo
from crisis.codec import from_recorded
from crisis.config.folder import shipped_scenarios
from crisis.core.events import Event
from crisis.core.incident import Incident
from crisis.core.pinned import Pinned
from crisis.core.playbook import Playbook
from crisis.organisation import Organisation
from crisis.ports import Channel
from crisis.proof.fakes import StoryClock, fake_channels
from crisis.proof.playing import play
from crisis.proof.scenario import Story
from crisis.proof.script import ENDING, Scenario, script
from crisis.proof.stage import Runtime
from crisis.runtime.embedded import Embedded
from crisis.store import open_store


@dataclass(slots=True)
class ToldDrill:
    """One scenario, played as an exercise. ``watch`` hears of the events, as they happen."""

    story: Story
    scenario: Scenario
    service: Embedded
    playbook: Playbook
    language: str
    watch: Callable[[list[Event]], None] = lambda _: None
    refusals: Counter[str] = field(default_factory=Counter)
    """What people asked and were refused: a scenario says beforehand what is."""
    heard_no: Callable[[Refused], None] = lambda _: None
    """Nobody is refused what the scenario does not say."""
    ended: Ended = "told"
    missed: list[str] = field(default_factory=list)
    """The lines that did not come as they are told."""
    _told: int = 0

    @property
    def site(self) -> str:
        """Where it plays."""
        return self.scenario.head.site

    async def play(self) -> Incident:
        """Play every line; what is not as it is told is kept, and the next line is played."""
        await play(
            self.scenario, self.story, language=self.language, exercise=True,
            missed=self.missed.append, after=self._look,
        )  # fmt: skip
        return self.story.incident

    def _look(self) -> None:
        with self.service.store.read() as view:
            recorded = view.events("incident", self.story.incident_id, after=self._told)
        fresh = [from_recorded(one) for one in recorded]
        self._told += len(fresh)
        if fresh:
            self.watch(fresh)

    def now(self) -> datetime:
        """The time on everyone's watch."""
        return self.story.clock.now()

    def incident(self) -> Incident | None:
        """What the room shows."""
        return self.service.incident(self.story.incident_id)

    def pinned(self) -> Pinned:
        """The playbook on the wall."""
        pinned = self.service.pinned(self.story.incident_id)
        if pinned is None:
            raise NothingSo("playbook", self.playbook.name, ())
        return pinned


@dataclass(slots=True)
class _Stage:
    """The service in this process, on a store in memory."""

    organisation: Organisation
    files: Mapping[str, str]

    def open(self, clock: StoryClock, channels: Iterable[Channel]) -> Embedded:
        store = open_store("memory:")
        store.transact([lambda unit: unit.add_configuration(self.files, at=clock.now())])
        return Embedded(
            store=store, secrets={}, link_secret="a secret of nobody's",  # noqa: S106 - no link leaves
            operator_token="", clock=clock, channels=list(channels), known=[self.organisation],
            beside=False,
        )  # fmt: skip

    async def shut(self, runtime: Runtime) -> None:
        if isinstance(runtime, Embedded):
            await runtime.close()


def read_story(story: str, files: Mapping[str, str]) -> Scenario:
    """Read a scenario: a file, or the name of one of the organisation's or a shipped one.

    Raises NotAcceptable with all that is wrong in it, and NothingSo where there is none.
    """
    path = Path(story)
    if path.is_file():
        return script(path.read_text("utf-8"), str(path))
    own = {
        Path(name).name: text for name, text in files.items() if name.endswith(ENDING)
    }  # fmt: skip
    known = {**shipped_scenarios(), **own}
    wanted = story.removesuffix(ENDING) + ENDING
    if wanted not in known:
        raise NothingSo("scenario", story, (name.removesuffix(ENDING) for name in known))
    return script(known[wanted], wanted)


@asynccontextmanager
async def told(
    files: Mapping[str, str], scenario: Scenario, *, language: str
) -> AsyncIterator[ToldDrill]:
    """Open the service on these files, at the moment at which the scenario begins."""
    organisation = Organisation.from_files(files, version=1)
    head = scenario.head
    if head.playbook not in organisation.playbooks:
        raise NothingSo("playbook", head.playbook, organisation.playbooks)
    if head.site not in organisation.sites:
        raise NothingSo("site", head.site, organisation.sites)
    zone = ZoneInfo(organisation.sites[head.site].zone)
    begins = datetime.fromisoformat(head.begins).replace(tzinfo=zone)
    clock = StoryClock(begins)
    channels = fake_channels(organisation, clock)
    story = Story(
        stage=_Stage(organisation, files), clock=clock, channels=channels, zone=zone,
        place=head.site,
    )  # fmt: skip
    await story.starts()
    try:
        runtime = story.runtime
        if not isinstance(runtime, Embedded):
            raise TypeError("an exercise is played in this process")
        yield ToldDrill(
            story=story, scenario=scenario, service=runtime, language=language,
            playbook=organisation.pinned(head.playbook, head.site).in_force({}),
        )  # fmt: skip
    finally:
        await story.stops()
