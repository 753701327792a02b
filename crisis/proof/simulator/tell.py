"""A story for people to read: what happened when, what is wrong, and how to play it again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

from crisis.proof.simulator.play import Played
from crisis.proof.simulator.steps import Step, Tale

_TOLD = {
    "report": "a report comes in",
    "storm": "a storm of reports comes in",
    "repeat": "the same request comes again",
    "attentive": 'from now on people press "I have it" soon',
    "acknowledge": 'somebody presses "I have it"',
    "channel_dies": "a channel fails",
    "channel_returns": "a channel works again",
    "address_fails": "somebody cannot be reached",
    "channel_holds": "a channel takes its time",
    "provider": "a provider calls back from now on",
    "stop": "the power goes, and comes back",
    "crash": "from now on: the power goes at a mark in the code",
    "rules_fail": "from now on: the rules will fail once",
    "unpark": "somebody lets an incident that was set aside go on",
    "jump": "the clock of the machine is set",
    "store_away": "the store cannot be reached",
}


def told(tale: Tale, zone: ZoneInfo) -> Iterator[str]:
    """One line for each step, in the time of the place."""
    yield f"seed {tale.seed}, {len(tale.steps)} steps"
    for step in tale.steps:
        at = tale.at(step).astimezone(zone)
        yield f"  {at:%a %d %b %H:%M:%S}  {_line(step)}"
    end = (tale.begins_at + timedelta(seconds=tale.ends_after)).astimezone(zone)
    yield f"  {end:%a %d %b %H:%M:%S}  the story ends"


def _line(step: Step) -> str:
    how = ", ".join(
        name.replace("_", " ") if value is True else f"{name} {value}"
        for name, value in step.how.items()
    )
    said = _TOLD.get(step.verb, f"somebody would {step.verb.replace('_', ' ')}")
    return f"{said} ({how})" if how else said


def told_failure(played: Played, zone: ZoneInfo) -> Iterator[str]:
    """What is wrong, the story, and its steps as they can be kept."""
    for breach in played.breaches:
        yield f"! {breach}"
    yield from told(played.tale, zone)
    yield f"  kept as: {played.tale.dump()}"
