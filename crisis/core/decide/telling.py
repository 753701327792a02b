"""What an audience is told, and when it is told next: one set of facts feeds every message."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import TypedDict

from crisis.core.decide.debts import (
    broken_promises,
    disappointed,
    indebted,
    open_promises,
)
from crisis.core.decide.severity import graver
from crisis.core.deciding import Deciding
from crisis.core.incident import OVER, PHASES, AudienceState, Incident
from crisis.core.message import Kind, MeasureTold, Message, Words
from crisis.core.playbook import Playbook, Speech
from crisis.core.promised import quicker
from crisis.core.prose import TextRef
from crisis.core.values import Text

SOONEST = timedelta(minutes=5)
"""A clock time that is nearer than this is too near to be promised: the next one is."""
ON_THE_WAY = frozenset({"called", "eta", "arrived"})
"""A contractor at these stages is spoken of in every update, with the time it gave."""


def speech_for(d: Deciding, audience: str) -> Speech | None:
    """Give what the playbook says to these readers now: of this phase, or the last that spoke.

    At the end only its own words count: what was asked of people before is asked no more.
    """
    tell = d.playbook.tell.get(audience)
    if tell is None:
        return None
    if d.incident.over:
        return tell.said_in("cancelled" if d.incident.phase == "cancelled" else "normal")
    reached = PHASES[: PHASES.index(d.incident.phase) + 1]
    spoken = (tell.said_in(phase) for phase in reversed(reached))
    return next((speech for speech in spoken if speech is not None), None)


def marks(speech: Speech | None) -> str:
    """Two short digests, of the impact and of the instruction, as the playbook writes them."""
    if speech is None:
        return ":"
    return f"{_mark(speech.impact)}:{_mark(speech.instruction)}"


@lru_cache(maxsize=1024)
def _mark(text: Text | None) -> str:
    if text is None:
        return "none"
    words = "\x00".join(f"{language}\x01{text[language]}" for language in sorted(text))
    return sha256(words.encode()).hexdigest()[:12]


def message_to(
    d: Deciding,
    audience: str,
    kind: Kind,
    *,
    own_words: TextRef | None = None,
    ends: tuple[str, ...] = (),
) -> Message:
    """Compose the typed message: this kind, to this audience, with the facts as they stand.

    It can be understood alone: what it changes for these readers, what they do, what is known and
    what is not. Measures are told once to each audience, and contractors on the way each time; at
    the end none is, because what holds then is that it is over.
    """
    incident, playbook = d.incident, d.playbook
    heard = incident.audiences.get(audience) if kind != "alert" else None
    after_end = incident.over and heard is not None and heard.phase in OVER
    speech = None if after_end else speech_for(d, audience)
    urgency = d.pinned.urgency(playbook, incident.severity)
    next_at = None if incident.over else next_update_at(d, audience)
    role = _speaker(d, audience)
    return Message(
        **common(d),
        kind=kind,
        nth=_nth(incident, audience),
        phase=incident.phase,
        audience=audience,
        to=(),
        urgency=urgency,
        life_safety=d.pinned.life_safety(kind, audience, urgency),
        speaker=speaker(d, role),
        speaker_function=speaker_function(d, role),
        contact=_contact(d, audience),
        impact=None if after_end else _impact(d, speech),
        instruction=speech.instruction if speech else None,
        workaround=_workaround(incident, speech),
        say=speech.say if speech else None,
        regret=speech.regret if speech else None,
        holding=playbook.words.holding if kind == "holding" else None,
        measures=_measures(d, heard, kind),
        graver=_graver(d, heard),
        oftener=_oftener(incident, heard, next_at),
        known=() if incident.over else tuple(known(incident, playbook)),
        corrected=tuple(wrong(d, heard)) if heard and kind == "correction" else (),
        promises=tuple(open_promises(incident, playbook, audience)),
        broken=tuple(broken_promises(incident, playbook, audience)),
        indebted=indebted(incident, audience),
        own_words=own_words,
        next_update_at=next_at,
        last_before_end=next_at is None and not incident.over,
        late_by_minutes=late_by(d, audience),
        over_at=incident.phases.get("normal") if incident.over and not after_end else None,
        ends=ends,
        answers=answers(incident, playbook),
        etas=etas(incident),
    )


def _nth(incident: Incident, audience: str) -> int:
    """The number of the next word to these people, who have not seen those to others."""
    heard = incident.audiences.get(audience)
    return heard.told + 1 if heard is not None else 1


class Common(TypedDict):
    """What every message has, whoever it goes to."""

    id: str
    number: int
    exercise: bool
    issued_at: datetime
    event: Text
    site: str
    place: TextRef | None
    observed_at: datetime
    opened_at: datetime
    lead: str | None


def common(d: Deciding) -> Common:
    """Give what every message has: its number in the incident, the event, the place, the times."""
    incident = d.incident
    number = incident.messages + 1
    return {
        "id": f"{incident.id}-{number}",
        "number": number,
        "exercise": incident.exercise,
        "issued_at": d.now,
        "event": d.playbook.words.event,
        "site": incident.site,
        "place": incident.place,
        "observed_at": incident.observed_at,
        "opened_at": incident.opened_at,
        "lead": incident.lead,
    }


def _impact(d: Deciding, speech: Speech | None) -> Text | None:
    """Where the playbook has no end for these readers, what is true for everyone is theirs too."""
    if speech is not None:
        return speech.impact
    if d.incident.phase == "cancelled":
        return d.playbook.words.false_alarm
    ending = d.playbook.phases.get("normal") if d.incident.over else None
    return ending.means if ending is not None else None


def _workaround(incident: Incident, speech: Speech | None) -> Words | None:
    """What people can do meanwhile, in a person's words or the playbook's; none once it is over."""
    if incident.over:
        return None
    return incident.workaround or (speech.workaround if speech else None)


def _graver(d: Deciding, heard: AudienceState | None) -> Text | None:
    """What the severity means, to those whose last word was of a lesser one."""
    if heard is None or d.incident.over:
        return None
    now, plan = d.incident.severity, d.pinned.plan
    return plan.severities[now] if graver(d.pinned, now, heard.severity) else None


def _oftener(incident: Incident, heard: AudienceState | None, next_at: datetime | None) -> bool:
    promise = incident.commitments.get(heard.promise or "") if heard is not None else None
    return promise is not None and next_at is not None and next_at < promise.due_at


def _speaker(d: Deciding, audience: str) -> str:
    """The role that speaks to an audience, also when a layer does not tell it any more."""
    if audience in d.playbook.tell:
        return d.pinned.speaker(d.playbook, audience)
    role = d.pinned.plan.audiences[audience].speaker
    return role if role in d.playbook.roles else "lead"


def _contact(d: Deciding, audience: str) -> str:
    if audience in d.playbook.tell:
        return d.pinned.contact(d.playbook, audience)
    return d.pinned.plan.audiences[audience].contact


def _measures(d: Deciding, heard: AudienceState | None, kind: Kind) -> tuple[MeasureTold, ...]:
    """All so far to those who hear first; then the new ones, or the last if none is new."""
    incident, playbook = d.incident, d.playbook
    if incident.over:
        return ()
    since = heard.told_seq if heard is not None else 0
    measures = tuple(told_measures(incident, playbook, since=since, inside=False))
    if heard is None:
        return (first_measure(incident, playbook), *measures)
    if measures or kind == "holding":
        return measures
    earlier = tuple(told_measures(incident, playbook, since=0, inside=False))
    return earlier[-1:] or (first_measure(incident, playbook),)


def wrong(d: Deciding, heard: AudienceState) -> Iterator[Text]:
    """Give what these people were told as known, by a person, and what is not so."""
    for name, state in d.incident.steps.items():
        if not 0 < state.was_seq < heard.told_seq or state.said_seq <= heard.told_seq:
            continue
        step = d.playbook.steps.get(name)
        if step is None or step.inside_only:
            continue
        told = step.known.get(state.was or "")
        if told is not None and told != step.known.get(state.value or ""):
            yield told


def news(d: Deciding, audience: str) -> bool:
    """Whether a person has recorded something new that these people may be told."""
    incident, playbook = d.incident, d.playbook
    since = incident.audiences[audience].told_seq
    if incident.workaround_seq > since:
        return True
    if any(m.seq > since and not m.inside_only for m in incident.measures):
        return True
    if any(
        one.seq > since and one.audience == audience and one.kind != "update"
        for one in incident.commitments.values()
    ) or disappointed(incident, audience):
        return True
    for name, state in incident.steps.items():
        if max(state.told_seq, state.said_seq) <= since:
            continue
        step = playbook.steps.get(name)
        if step is None or step.inside_only:
            continue
        if step.measure is not None or (state.said_seq > since and state.value in step.known):
            return True
    return False


def speaker(d: Deciding, role: str) -> str | None:
    """Give the person who speaks: the role's holder, or the lead."""
    state = d.incident.roles.get(role)
    return (state.holder if state else None) or d.incident.lead


def speaker_function(d: Deciding, role: str) -> str:
    """Give the function that answers for it while no person is named."""
    for who in d.playbook.roles[role].holder:
        if who.functions:
            return who.functions[0]
    return d.playbook.owner


def first_measure(incident: Incident, playbook: Playbook) -> MeasureTold:
    """The measure that is true from the first second."""
    return MeasureTold(
        id="words:measure",
        words=playbook.words.measure,
        since=incident.opened_at,
        expected_result=playbook.words.expected_result,
    )


def told_measures(
    incident: Incident, playbook: Playbook, *, since: int, inside: bool
) -> Iterator[MeasureTold]:
    """Give the measures taken after an event, oldest first; contractors on the way always."""
    found: list[tuple[int, MeasureTold]] = []
    for name, state in incident.steps.items():
        step = playbook.steps.get(name)
        if step is None or step.measure is None or state.told_at is None:
            continue
        if state.stage == "no-show":
            continue  # it was called and did not come: there is no such measure until the next is
        waiting = state.stage in ON_THE_WAY
        if (step.inside_only and not inside) or not (state.told_seq > since or waiting):
            continue
        told = MeasureTold(
            id=f"step:{name}",
            words=step.measure,
            since=state.told_at,
            expected_result=step.expected_result,
            eta_at=state.eta_at if state.stage in {"called", "eta"} else None,
            arrived_at=state.arrived_at if state.stage == "arrived" else None,
        )
        found.append((state.told_seq, told))
    for measure in incident.measures:
        if measure.seq > since and (inside or not measure.inside_only):
            told = MeasureTold(
                id=measure.id,
                words=measure.measure,
                since=measure.at,
                expected_result=measure.expected_result,
            )
            found.append((measure.seq, told))
    return (told for _, told in sorted(found, key=lambda pair: pair[0]))


def known(incident: Incident, playbook: Playbook) -> Iterator[Text]:
    """Give what is known, and what is not known yet and being looked for."""
    for name, state in incident.steps.items():
        step = playbook.steps.get(name)
        if step is None or step.ask is None or step.inside_only:
            continue
        if state.state == "ready" and step.unknown is not None:
            yield step.unknown
        elif state.value is not None and state.value in step.known:
            yield step.known[state.value]


def answers(incident: Incident, playbook: Playbook) -> dict[str, Text]:
    """Give the words behind ``{answer.STEP}``: what was answered or chosen so far."""
    found: dict[str, Text] = {}
    for name, state in incident.steps.items():
        step = playbook.steps.get(name)
        if step is None or state.value is None:
            continue
        text = step.options.get(state.value) or step.known.get(state.value)
        if text is not None:
            found[name] = text
    return found


def etas(incident: Incident) -> dict[str, datetime]:
    """Give the times behind ``{eta.STEP}``."""
    return {name: state.eta_at for name, state in incident.steps.items() if state.eta_at}


def late_by(d: Deciding, audience: str) -> int:
    """By how many whole minutes the next word is late; a late word says so itself (FU5)."""
    heard = d.incident.audiences.get(audience)
    if heard is None:
        return 0
    promise = d.incident.commitments.get(heard.promise) if heard.promise else None
    due_at = promise.due_at if promise and promise.message_id is None else heard.owed_since
    if due_at is None or due_at >= d.now:
        return 0
    return int((d.now - due_at).total_seconds() // 60)


def next_update_at(d: Deciding, audience: str) -> datetime | None:
    """Give the clock time at which these people hear next; None when the next word is the end.

    A promise is an update time, never a recovery time. It falls on a whole minute, because that
    is what people read.
    """
    incident, playbook, pinned = d.incident, d.playbook, d.pinned
    heard = incident.audiences.get(audience)
    planned = pinned.plan.audiences[audience]
    so_far = heard.messages if heard else 0
    first = so_far == 0
    if planned.at_most is not None and so_far + 2 >= planned.at_most:
        return None
    tell = playbook.tell.get(audience)
    clocks = (tell.update_at if tell else ()) or planned.update_at
    if clocks:
        soonest = d.now + SOONEST
        return min(pinned.site.add(soonest, clock) for clock in clocks)
    long = d.now - incident.opened_at >= pinned.plan.cadence.long_after.delta
    span = pinned.update_every(playbook, audience, incident.severity, long=long)
    if first:
        scope = (tell.scope_within if tell else None) or pinned.plan.cadence.scope_within
        span = quicker(scope.at(incident.severity) if scope else None, span)
    if span is None:
        return None
    promised = pinned.site.add(d.now, span)
    return max(promised.replace(second=0, microsecond=0), d.now + timedelta(minutes=1))
