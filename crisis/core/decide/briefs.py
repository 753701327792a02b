"""Situation briefs: numbered, on their own rhythm and at each material change (design §3, G6)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from crisis.core.commands import SendBrief
from crisis.core.cost import cost_question
from crisis.core.decide.debts import open_promises
from crisis.core.decide.lateness import late_at
from crisis.core.decide.legal import open_delays
from crisis.core.decide.release import release
from crisis.core.decide.rights import person
from crisis.core.decide.roll_call import told_roll_calls
from crisis.core.decide.so_far import all_measures, known
from crisis.core.decide.telling import common, speaker, speaker_function
from crisis.core.deciding import Deciding
from crisis.core.events import BriefReleased
from crisis.core.incident import Incident
from crisis.core.message import BriefContent, DecisionTold, Message, RoleStanding, WorksTold
from crisis.core.obligation import Owed
from crisis.core.pinned import Pinned
from crisis.core.playbook import Playbook

DIRECTORATE = "directorate"
"""The audience of the plan that briefs go to."""


def brief(d: Deciding, reason: str) -> None:
    """Send the next numbered brief, and say when the one after comes."""
    incident, playbook = d.incident, d.playbook
    every = d.pinned.brief_every(playbook, incident.severity)
    next_at = None if incident.over else d.pinned.site.add(d.now, every)
    number = incident.briefs + 1
    planned = d.pinned.plan.audiences[DIRECTORATE]
    informed_by = playbook.directorate.informed_by
    role = informed_by if informed_by in playbook.roles else "lead"
    message = Message(
        **common(d),
        kind="brief",
        phase=incident.phase,
        audience=DIRECTORATE,
        to=(),
        urgency=d.pinned.urgency(playbook, incident.severity),
        life_safety=False,
        speaker=speaker(d, role),
        speaker_function=speaker_function(d, role),
        contact=planned.contact,
        measures=tuple(all_measures(incident, playbook)),
        known=known(incident, playbook),
        workaround=None if incident.over else incident.workaround,
        next_update_at=next_at,
        works=_works(incident),
        brief=_content(d, number, reason, next_at),
    )
    release(d, message, rule="brief", automatic=reason != "asked")
    d.record(
        BriefReleased(number=number, message_id=message.id, reason=reason, next_brief_at=next_at),
        rule="brief",
        pointer="/directorate/brief_every",
    )


def _works(incident: Incident) -> WorksTold | None:
    """When announced works begin and end: the directorate reads it as everybody does."""
    works = incident.works
    if works is None or incident.over:
        return None
    return WorksTold(starts_at=works.starts_at, ends_at=works.ends_at, postponed=works.postponed)


def _content(d: Deciding, number: int, reason: str, next_at: datetime | None) -> BriefContent:
    incident, playbook, plan = d.incident, d.playbook, d.pinned.plan
    roles = tuple(
        RoleStanding(role=name, title=role.title, people=tuple(state.holders) if state else ())
        for name, role in playbook.roles.items()
        if (state := incident.roles.get(name)) is not None or role.when is None
    )
    return BriefContent(
        number=number,
        reason=reason,
        severity=incident.severity,
        severity_means=plan.severities[incident.severity],
        roles=roles,
        promises=tuple(open_promises(incident, playbook)),
        late=incident.tallies.get("late", 0) + incident.tallies.get("broken", 0),
        asked=incident.questions.asked,
        waiting=incident.questions.waiting,
        delays=tuple(open_delays(incident, d.pinned)),
        roll_calls=tuple(told_roll_calls(d)),
        risks=playbook.directorate.risks,
        audiences_told=tuple(plan.audiences[name].title for name in incident.audiences),
        next_brief_at=next_at,
        head=d.facts.head,
        decisions=(
            *decisions_wanted(incident, playbook, d.pinned),
            *_decisions_taken(incident, playbook),
        ),
        others=d.facts.beside(),
        told_after=incident.waived_seq > incident.known_seq,
    )


def decisions_wanted(
    incident: Incident, playbook: Playbook, pinned: Pinned
) -> Iterator[DecisionTold]:
    """Give every decision that was asked for and is not taken: the costs to grant among them."""
    for name, state in incident.steps.items():
        step, cost = playbook.steps.get(name), state.cost
        if step is None:
            continue
        if cost is not None and cost.state == "asked":
            words = cost_question(cost.money, step.for_)
            yield DecisionTold(number=cost.request, words=words, due_at=cost.due_at)
        if step.decide is not None and state.request and state.state == "ready":
            yield DecisionTold(
                number=state.request,
                words=step.decide,
                due_at=late_at(incident, playbook, pinned, name),
                otherwise=step.options.get(step.otherwise or ""),
            )


def _decisions_taken(incident: Incident, playbook: Playbook) -> Iterator[DecisionTold]:
    """Give the decisions that were taken since the last brief."""
    for name, state in incident.steps.items():
        step = playbook.steps.get(name)
        if step is None or step.decide is None or state.state != "done":
            continue
        if state.said_seq > incident.brief_seq and state.request:
            yield DecisionTold(
                number=state.request,
                words=step.decide,
                chosen=step.options.get(state.value or ""),
                person=state.chosen_by,
            )


def brief_on_change(d: Deciding) -> None:
    """Brief the directorate at once when something material has changed, before anyone outside."""
    if d.incident.change_seq > d.incident.brief_seq:
        brief(d, "change" if d.incident.briefs else "first")


def brief_follows(d: Deciding) -> None:
    """Brief it of what has changed, unless nobody is told of this incident yet."""
    if d.incident.hushed is None:
        brief_on_change(d)


def send_brief(d: Deciding, _body: SendBrief) -> None:
    """A person sends a brief out of its rhythm; briefs are for everyone who works the crisis."""
    person(d, "brief")
    brief(d, "asked")


def owed_brief(incident: Incident, _playbook: Playbook, _pinned: Pinned) -> Iterator[Owed]:
    """The next brief, at the time that the last one named."""
    if incident.next_brief_at is not None and not incident.over:
        yield Owed(incident.next_brief_at, "brief")


def brief_due(d: Deciding, _subject: str) -> None:
    """Send the brief of the rhythm."""
    brief(d, "cadence")
