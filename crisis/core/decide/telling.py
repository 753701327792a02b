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
from crisis.core.decide.replies import told_questions
from crisis.core.decide.severity import graver
from crisis.core.decide.so_far import answers, etas, first_measure, known, told_measures
from crisis.core.deciding import Deciding
from crisis.core.incident import OVER, PHASES, AudienceState, Incident
from crisis.core.message import Kind, MeasureTold, Message, Words, WorksNews, WorksTold
from crisis.core.playbook import Speech, Step
from crisis.core.promised import quicker
from crisis.core.prose import TextRef
from crisis.core.tell import Tell
from crisis.core.values import Text
from crisis.core.window import Works

SOONEST = timedelta(minutes=5)
"""A clock time that is nearer than this is too near to be promised: the next one is."""


def speech_for(d: Deciding, audience: str) -> Speech | None:
    """Give what the playbook says to these readers now: of this phase, or the last that spoke.

    At the end only its own words count: what was asked of people before is asked no more. While
    announced works are put off, nothing holds of what was said of their times.
    """
    tell = d.playbook.tell.get(audience)
    if tell is None or put_off(d.incident):
        return None
    if d.incident.over:
        return tell.said_in("cancelled" if d.incident.phase == "cancelled" else "normal")
    if d.incident.phase == "expected":
        return tell.expected
    reached = PHASES[1 : PHASES.index(d.incident.phase) + 1]
    spoken = (tell.said_in(phase) for phase in reversed(reached))
    return next((speech for speech in spoken if speech is not None), None)


def put_off(incident: Incident) -> bool:
    """Whether announced works have lost their times and wait for others."""
    works = incident.works
    return works is not None and works.postponed and incident.phase == "expected"


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
    whole: bool = False,
    joined: bool = False,
) -> Message:
    """Compose the typed message: this kind, to this audience, with the facts as they stand.

    It can be understood alone: what it changes for these readers, what they do, what is known and
    what is not. Measures are told once to each audience, and contractors on the way each time; at
    the end none is, because what holds then is that it is over.
    """
    incident, playbook = d.incident, d.playbook
    told = incident.audiences.get(audience)
    heard = told if kind != "alert" and not joined else None
    after_end = incident.over and heard is not None and heard.phase in OVER
    speech = None if after_end else speech_for(d, audience)
    urgency = d.pinned.urgency(playbook, incident.severity)
    next_at = None if incident.over else next_update_at(d, audience)
    if joined and told is not None:
        promise = incident.commitments.get(told.promise or "")
        next_at = promise.due_at if promise is not None else None
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
        contact=contact_of(d, audience),
        impact=None if after_end else impact_of(d, speech),
        instruction=speech.instruction if speech else None,
        workaround=_workaround(incident, speech),
        say=speech.say if speech else None,
        regret=speech.regret if speech else None,
        holding=playbook.words.holding if kind == "holding" and not put_off(incident) else None,
        measures=_measures(d, None if whole else heard, kind),
        graver=_graver(d, heard),
        replaces_at=_replaces(heard, speech) if kind == "instruction" else None,
        oftener=_oftener(incident, heard, next_at),
        known=() if incident.over else known(incident, playbook),
        corrected=tuple(wrong(d, heard)) if heard and kind == "correction" else (),
        promises=tuple(open_promises(incident, playbook, audience)),
        broken=tuple(broken_promises(incident, playbook, audience)),
        indebted=indebted(incident, audience),
        heard_later=playbook.review.survey or audience in playbook.review.publish_to,
        asked=tuple(told_questions(incident, audience, heard)),
        own_words=own_words,
        next_update_at=next_at,
        last_before_end=next_at is None and not incident.over,
        late_by_minutes=late_by(d, audience),
        over_at=incident.phases.get("normal") if incident.over and not after_end else None,
        works=_works(d, kind, incident.audiences.get(audience)),
        ends=ends,
        joined=joined,
        answers=answers(incident, playbook),
        etas=etas(incident),
    )


def _works(d: Deciding, kind: Kind, heard: AudienceState | None) -> WorksTold | None:
    """When announced works begin and end, and what is new about that for these readers."""
    incident, works = d.incident, d.incident.works
    if works is None or not d.playbook.planned or (incident.over and incident.phase != "cancelled"):
        return None
    news: WorksNews = ""
    if incident.over:
        news = "cancelled"
    elif put_off(incident):
        news = "postponed"
    elif heard is None:
        news = "announced" if incident.phase == "expected" else "begun"
    elif works.seq > heard.told_seq:
        news = "moved" if incident.phase == "expected" else "new-end"
    elif heard.phase == "expected" and incident.phase != "expected":
        news = "begun"
    elif incident.phase == "expected" and kind == "update":
        news = "reminder"
    return WorksTold(
        starts_at=works.starts_at, ends_at=works.ends_at, news=news, postponed=works.postponed
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
    building: str | None
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
        "building": incident.building,
        "observed_at": incident.observed_at,
        "opened_at": incident.opened_at,
        "lead": incident.lead,
    }


def impact_of(d: Deciding, speech: Speech | None) -> Text | None:
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


def _replaces(heard: AudienceState | None, speech: Speech | None) -> datetime | None:
    """When the instruction was given that this replaces; None: it is the same, more urgently."""
    if heard is None or heard.phase == "expected":
        return None
    asked, now = (one.partition(":")[2] for one in (heard.speech, marks(speech)))
    return heard.last_at if asked != now else None


def _oftener(incident: Incident, heard: AudienceState | None, next_at: datetime | None) -> bool:
    promise = incident.commitments.get(heard.promise or "") if heard is not None else None
    return promise is not None and next_at is not None and next_at < promise.due_at


def _speaker(d: Deciding, audience: str) -> str:
    """The role that speaks to an audience, also when a layer does not tell it any more."""
    if audience in d.playbook.tell:
        return d.pinned.speaker(d.playbook, audience)
    role = d.pinned.plan.audiences[audience].speaker
    return role if role in d.playbook.roles else "lead"


def contact_of(d: Deciding, audience: str) -> str:
    """Give the function that answers these people."""
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
    return (told for step, told in _overtaken(d, heard) if step.every is None)


def read_anew(d: Deciding, heard: AudienceState) -> bool:
    """Whether a question that comes again has another answer than these people were told.

    That is news and not an error: they hear it at once, and nothing is called wrong.
    """
    return any(step.every is not None for step, _ in _overtaken(d, heard))


def _overtaken(d: Deciding, heard: AudienceState) -> Iterator[tuple[Step, Text]]:
    """Give each step whose answer has changed since they were told it, with what they were told."""
    for name, state in d.incident.steps.items():
        if not 0 < state.was_seq < heard.told_seq or state.said_seq <= heard.told_seq:
            continue
        step = d.playbook.steps.get(name)
        if step is None or step.inside_only:
            continue
        told = step.known.get(state.was or "")
        if told is not None and told != step.known.get(state.value or ""):
            yield step, told


def news(d: Deciding, audience: str) -> bool:
    """Whether a person has recorded something new that these people may be told."""
    incident, playbook = d.incident, d.playbook
    since = incident.audiences[audience].told_seq
    if incident.workaround_seq > since:
        return True
    if any(told_questions(incident, audience, incident.audiences[audience])):
        return True
    if any(m.seq > since and not m.inside_only for m in incident.measures):
        return True
    if any(
        one.seq > since and one.audience == audience and one.kind not in {"update", "end"}
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
    works = None if put_off(incident) else incident.works
    if works is not None and incident.phase == "expected":
        return next_reminder_at(works, tell, d.now)
    clocks = (tell.update_at if tell else ()) or planned.update_at
    if clocks:
        soonest = d.now + SOONEST
        return min(pinned.site.add(soonest, clock) for clock in clocks)
    long = d.now - incident.opened_at >= pinned.plan.cadence.long_after.delta
    span = pinned.update_every(playbook, audience, incident.severity, long=long)
    if first:
        scope = (tell.scope_within if tell else None) or pinned.plan.cadence.scope_within
        span = quicker(scope.at(incident.severity) if scope else None, span)
    ends_at = works.ends_at if works is not None else None
    if ends_at is not None and ends_at <= d.now + SOONEST:
        ends_at = None  # another word is due before it in any case
    if span is None:
        return ends_at
    promised = pinned.site.add(d.now, span)
    soonest = max(promised.replace(second=0, microsecond=0), d.now + timedelta(minutes=1))
    return min(soonest, ends_at) if ends_at is not None else soonest


def next_reminder_at(works: Works, tell: Tell | None, now: datetime) -> datetime | None:
    """Give when people hear next of works to come: a reminder, or that they begin.

    A reminder whose moment has passed when they are told is not sent.
    """
    if tell is None:
        return None
    reminders = (works.starts_at - before.delta for before in tell.reminders)
    ahead = [at for at in reminders if at > now + SOONEST]
    if not ahead and tell.open is not None and works.starts_at > now + SOONEST:
        return works.starts_at
    return min(ahead, default=None)
