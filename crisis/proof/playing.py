"""Plays a scenario file on a story: the same acts, the same rules, the same expectations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, time
from inspect import signature
from typing import Any

from crisis.core.values import Text
from crisis.proof.moment import Moment
from crisis.proof.scenario import CALL, MAIL, TEXT, Story
from crisis.proof.script import (
    Act,
    Expected,
    Heard,
    Recorded,
    Scenario,
    Silence,
    Standing,
    Untried,
    event_named,
)
from crisis.proof.seen import Seen

_MEDIA = {"mail": MAIL, "sms": TEXT, "call": CALL, "message": None}


class NotAsTold(AssertionError):  # noqa: N818 - a story fails so
    """The product did something else than the scenario says; the line is named."""


async def play(
    scenario: Scenario,
    story: Story,
    *,
    language: str = "fr",
    exercise: bool = False,
    missed: Callable[[str], None] | None = None,
    after: Callable[[], None] = lambda: None,
) -> None:
    """Play a scenario from its first line to its last; people write in ``language``.

    The story must not have begun. Its guarantees are checked by the story itself, at its end. With
    ``missed`` a line that does not come as it is told is named there, and the next one is played;
    without it, it ends the story. ``after`` is called after each line.
    """
    head = scenario.head
    begins = datetime.fromisoformat(head.begins).replace(tzinfo=story.zone)
    if begins < story.clock.now():
        raise NotAsTold(f"{head.scenario} begins at {head.begins}, which has passed")
    story.place = head.site
    story.clock.pass_unseen(begins - story.clock.now())
    stage = _Playing(story, language, exercise=exercise)
    for line in scenario.lines:
        try:
            if isinstance(line, Act):
                await stage.act(line)
            else:
                await stage.expect(line)
        except (AssertionError, LookupError) as error:
            if missed is None:
                raise NotAsTold(f"{line.where}: {error}") from error
            missed(f"{line.where}: {error}")
        after()


class _Playing:
    """One performance, at one of its lines."""

    def __init__(self, story: Story, language: str, *, exercise: bool) -> None:
        self.story = story
        self.language = language
        self.exercise = exercise
        self.moment: Moment | None = None

    async def act(self, line: Act) -> None:
        """Do what the line says, at its time, in the name of whoever does it."""
        story = self.story
        at = story.clock_time(line.at) if line.at else None
        if self.moment is None or at not in {None, self.moment.at}:
            self.moment = story.then if at is None else Moment(story, at)
        if at is not None and at > story.clock.now():
            await story.until(at)
        verb = getattr(self.moment, line.verb)
        fields = {name: self._said(value) for name, value in line.fields.items()}
        if line.verb == "report" and self.exercise:
            fields["exercise"] = True
        who = signature(verb).parameters
        if line.who is not None and line.verb != "report":
            fields["who" if "who" in who else "by"] = line.who
        await verb(*line.several, **fields)

    async def expect(self, line: Expected) -> None:
        """Hold what the line expects against what has happened."""
        at = self.story.clock_time(line.at) if line.at else None
        if at is not None and at > self.story.clock.now():
            await self.story.until(at)
            self.moment = None
        match line.what:
            case Heard():
                self._heard(line.what)
            case Silence():
                await self._silence(line.what)
            case Standing():
                self._standing(line.what)
            case Recorded():
                self._recorded(line.what)
            case Untried():
                self._untried(line.what)

    def _said(self, value: Any) -> Any:
        return value[self.language] if isinstance(value, Text) else value

    def _seen(self, wanted: Mapping[str, Any], says: str | Text | None) -> list[Seen]:
        found = self.story.seen(**wanted)
        words = tuple(says.values()) if isinstance(says, Text) else (says,)
        return [one for one in found if says is None or any(one.says(str(w)) for w in words)]

    def _heard(self, what: Heard) -> None:
        heard = {"to": what.to, "kind": what.kind, "by": _MEDIA[what.expect], "ever": what.ever}
        found = self._seen(heard, what.says)
        if not found if what.count is None else len(found) != what.count:
            many = "" if what.count is None else f" {what.count} times, not {len(found)}"
            says = what.says[self.language] if isinstance(what.says, Text) else what.says
            words = (what.kind, f"to {what.to}" if what.to else None,
                     f'saying "{says}"' if says else None)  # fmt: skip
            wanted = " ".join((what.expect, *filter(None, words)))
            raise AssertionError(f"expected{many}: {wanted}; arrived: {self.story.told()}")

    async def _silence(self, what: Silence) -> None:
        if what.until is not None:
            await self.story.until(what.until)
            self.moment = None
        found = self._seen({"to": what.of, "kind": what.kind}, what.says)
        if found:
            raise AssertionError(f"expected silence; arrived: {self.story.told(found)}")

    def _standing(self, what: Standing) -> None:
        incident = self.story.incident
        lead = self.story.person(what.lead) if what.lead not in {None, "nobody"} else None
        pairs: list[tuple[str, str | None, str]] = [
            ("playbook", what.playbook, incident.playbook),
            ("phase", what.phase, incident.phase),
            ("severity", what.severity, incident.severity),
            ("lead", None if what.lead is None else lead or "nobody", incident.lead or "nobody"),
        ]
        for step, stands in what.steps.items():
            state = incident.steps.get(step)
            now = {state.state, state.value} if state is not None else {"not yet"}
            pairs.append((step, stands, stands if stands in now else ", ".join(map(str, now))))
        for name, wanted, found in pairs:
            if wanted is not None and wanted != found:
                raise AssertionError(f"{name} is {found}, not {wanted}; {self.story.told()}")

    def _recorded(self, what: Recorded) -> None:
        found = len(self.story.happened(event_named(what.is_)))
        if found == 0 if what.count is None else found != what.count:
            many = "" if what.count is None else f" {what.count} times"
            raise AssertionError(f"{what.is_} stands{many} in the timeline: it does {found} times")

    def _untried(self, what: Untried) -> None:
        today = self.story.clock.now().astimezone(self.story.zone).date()
        since = datetime.combine(today, time.fromisoformat(what.since), self.story.zone)
        for name in what.by:
            tried = [one for one in self.story.channels[name].handed if one.at > since]
            if tried:
                raise AssertionError(f"{len(tried)} sends were attempted by {name}")
