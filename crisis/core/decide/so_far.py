"""What was done and learnt so far: one set of facts feeds every message, brief and hand-over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from crisis.core.incident import Incident, Measure, StepState
from crisis.core.message import MeasureTold
from crisis.core.once import once
from crisis.core.playbook import Playbook
from crisis.core.step import Step
from crisis.core.values import Text

ON_THE_WAY = frozenset({"called", "eta", "arrived"})
"""A contractor at these stages is spoken of in every update, with the time it gave."""


def all_measures(incident: Incident, playbook: Playbook) -> Iterator[MeasureTold]:
    """Give every measure since the first second, those that stay inside too."""
    yield first_measure(incident, playbook)
    yield from told_measures(incident, playbook, since=0, inside=True)


def first_measure(incident: Incident, playbook: Playbook) -> MeasureTold:
    """The measure that is true from the first second; of works, from their announcement."""
    announced = incident.phases.get("expected") if playbook.planned else None
    return MeasureTold(
        id="words:measure",
        words=playbook.words.measure,
        since=announced or incident.opened_at,
        expected_result=playbook.words.expected_result,
    )


class _Told(NamedTuple):
    """A measure, and who may be told of it when."""

    seq: int
    on_the_way: bool
    inside_only: bool
    measure: MeasureTold


def told_measures(
    incident: Incident, playbook: Playbook, *, since: int, inside: bool
) -> Iterator[MeasureTold]:
    """Give the measures taken after an event, oldest first; contractors on the way always."""
    for told in _taken(incident.steps, incident.measures, playbook.steps):
        if (told.seq > since or told.on_the_way) and (inside or not told.inside_only):
            yield told.measure


@once
def _taken(
    states: Mapping[str, StepState], measures: tuple[Measure, ...], steps: Mapping[str, Step]
) -> list[_Told]:
    """Everything that was taken so far, oldest first."""
    found: list[_Told] = []
    for name, state in states.items():
        step = steps.get(name)
        if step is None or step.measure is None or state.told_at is None:
            continue
        if state.stage == "no-show":
            continue  # it was called and did not come: there is no such measure until the next is
        told = MeasureTold(
            id=f"step:{name}",
            words=step.measure,
            since=state.told_at,
            expected_result=step.expected_result,
            eta_at=state.eta_at if state.stage in {"called", "eta"} else None,
            arrived_at=state.arrived_at if state.stage == "arrived" else None,
        )
        found.append(_Told(state.told_seq, state.stage in ON_THE_WAY, step.inside_only, told))
    for measure in measures:
        told = MeasureTold(
            id=measure.id,
            words=measure.measure,
            since=measure.at,
            expected_result=measure.expected_result,
        )
        found.append(_Told(measure.seq, False, measure.inside_only, told))
    return sorted(found, key=_seq)


def _seq(told: _Told) -> int:
    return told.seq


def known(incident: Incident, playbook: Playbook) -> tuple[Text, ...]:
    """Give what is known, and what is not known yet and being looked for."""
    return _known(incident.steps, playbook.steps)


@once
def _known(states: Mapping[str, StepState], steps: Mapping[str, Step]) -> tuple[Text, ...]:
    found: list[Text] = []
    for name, state in states.items():
        step = steps.get(name)
        if step is None or step.ask is None or step.inside_only:
            continue
        if state.state == "ready" and step.unknown is not None:
            found.append(step.unknown)
        elif state.value is not None and state.value in step.known:
            found.append(step.known[state.value])
    return tuple(found)


def answers(incident: Incident, playbook: Playbook) -> Mapping[str, Text]:
    """Give the words behind ``{answer.STEP}``: what was answered or chosen so far."""
    return _answers(incident.steps, playbook.steps)


@once
def _answers(states: Mapping[str, StepState], steps: Mapping[str, Step]) -> Mapping[str, Text]:
    found: dict[str, Text] = {}
    for name, state in states.items():
        step = steps.get(name)
        if step is None or state.value is None:
            continue
        text = step.options.get(state.value) or step.known.get(state.value)
        if text is not None:
            found[name] = text
    return found


def etas(incident: Incident) -> Mapping[str, datetime]:
    """Give the times behind ``{eta.STEP}``."""
    return _etas(incident.steps)


@once
def _etas(states: Mapping[str, StepState]) -> Mapping[str, datetime]:
    return {name: state.eta_at for name, state in states.items() if state.eta_at}
