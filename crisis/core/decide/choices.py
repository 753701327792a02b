"""Decisions: asked for by number, reminded of, passed on, taken by one or by several.

A request says how things stand, the options and what each brings, by when, what holds without an
answer and who is asked next. Silence has an answer: the next one, then the default option. What a
person chooses after that is a correction on the record, by name.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from crisis.core.commands import ChooseOption
from crisis.core.decide.briefs import brief_on_change
from crisis.core.decide.lateness import late_at
from crisis.core.decide.notices import holders, lead_or_above, notify
from crisis.core.decide.promises import ASKED_AT
from crisis.core.decide.rights import DIRECTORATE, counts_as, person, require, step_named
from crisis.core.deciding import Deciding
from crisis.core.events import ChoiceAsked, ChoiceBacked, ChoiceMade, ChoicePassedOn
from crisis.core.events.steps import Why
from crisis.core.incident import Incident, StepState
from crisis.core.message import ChoiceRequest, OptionTold
from crisis.core.obligation import Owed
from crisis.core.pinned import Pinned
from crisis.core.playbook import Playbook, Step
from crisis.core.values import Text

TOPICS = {
    "ready": "decision", "joined": "decision", "soon": "decision-soon",
    "passed-on": "choice-passed-on", "split": "decision-split",
}  # fmt: skip
"""Why somebody is asked for a choice, and the words of the notice."""


def chosen(playbook: Playbook, name: str) -> bool:
    """Whether this step ends in a choice."""
    step = playbook.steps.get(name)
    return step is not None and step.decide is not None


def asked_of(step: Step, state: StepState) -> tuple[str, ...]:
    """Give the roles that a choice is asked of now: those who owe it, or whom it passed on to."""
    return (state.passed_to,) if state.passed_to else step.by


def ask_choice(d: Deciding, name: str, *, why: Why, people: tuple[str, ...] | None = None) -> None:
    """Ask those who may decide (or these people alone); the same request keeps its number.

    While nobody holds the role, those who come to hold it are asked then; what was passed on, or
    is short of time, goes to the lead, or to everyone who could lead.
    """
    step, state = d.playbook.steps[name], d.incident.steps[name]
    roles = asked_of(step, state)
    above = people is None and DIRECTORATE in roles
    if people is None:
        people = holders(d, roles)
        if not people and not above and why != "ready":
            people = lead_or_above(d)
    number = state.request or d.incident.requests + 1
    asked = [_send(d, name, number, why, to=people), _send(d, name, number, why) if above else None]
    sent: list[str | None] = [one for one in asked if one is not None]
    due_at = late_at(d.incident, d.playbook, d.pinned, name)
    for message_id in sent or ([None] if why == "soon" else []):
        d.record(
            ChoiceAsked(step=name, number=number, message_id=message_id, due_at=due_at, why=why),
            rule="decision-request",
            pointer=f"/steps/{name}/decide",
        )


def _send(
    d: Deciding, name: str, number: int, why: Why, *, to: tuple[str, ...] | None = None
) -> str | None:
    """Ask these people, or the directorate where none are named."""
    step = d.playbook.steps[name]
    return notify(
        d,
        to or (),
        TOPICS[why],
        rule="decision-request",
        subject=name,
        words=step.decide,
        items=tuple(step.options.values()),
        due_at=late_at(d.incident, d.playbook, d.pinned, name),
        audience=DIRECTORATE if to is None else None,
        with_situation=True,
        request=_request(d, name, number),
    )


def _request(d: Deciding, name: str, number: int) -> ChoiceRequest:
    step, state = d.playbook.steps[name], d.incident.steps[name]
    passed = state.passed_to is not None
    return ChoiceRequest(
        number=number,
        options=tuple(_option(d, name, option) for option in step.options),
        otherwise=step.options[str(step.otherwise)],
        then_by=_title(d, step.then_by) if step.then_by and not passed else None,
        need=1 if passed else min((step.quorum.get(role, 1) for role in step.by), default=1),
    )


def _option(d: Deciding, name: str, option: str) -> OptionTold:
    step, state = d.playbook.steps[name], d.incident.steps[name]
    return OptionTold(
        name=option,
        words=step.options[option],
        then=tuple(brings(d.playbook, name, option)),
        people=tuple(who for who, backed in state.backed.items() if backed == option),
    )


def brings(playbook: Playbook, name: str, option: str) -> Iterator[Text]:
    """Give what is to be done once this option is chosen, and not whichever is."""
    options = playbook.steps[name].options
    for step in playbook.steps.values():
        if step.when is None or step.text is None:
            continue
        fitting = [block[name] for block in step.when.blocks if name in block]
        suits = [one for one in options if any(match.fits(one) for match in fitting)]
        if option in suits and len(suits) < len(options):
            yield step.text


def _title(d: Deciding, name: str) -> Text | None:
    role = d.playbook.roles.get(name)
    known = role or d.pinned.plan.audiences.get(name)
    return known.title if known is not None else None


# --- what time brings ---


def owed_choices(incident: Incident, playbook: Playbook, pinned: Pinned) -> Iterator[Owed]:
    """A choice is asked for again at 80 % of its time; then it passes on, or its default holds."""
    if incident.phase == "closed":
        return
    for name, state in incident.steps.items():
        if state.state != "ready" or not chosen(playbook, name):
            continue
        late = late_at(incident, playbook, pinned, name)
        if late is None:
            continue
        yield Owed(late, "choice-late", name)
        if not state.asked_soon:
            yield Owed(_soon(state.ready_at, late), "choice-soon", name)


def _soon(since: datetime, late: datetime) -> datetime:
    return since + (late - since) * ASKED_AT


def choice_soon(d: Deciding, name: str) -> None:
    """Remind those who may decide while there is time; after an absence there may be none left."""
    late = late_at(d.incident, d.playbook, d.pinned, name)
    if late is not None and late <= d.now:
        choice_late(d, name)
    else:
        ask_choice(d, name, why="soon")


def choice_late(d: Deciding, name: str) -> None:
    """The next one is asked; when that one is silent too, the default option is taken."""
    step, state = d.playbook.steps[name], d.incident.steps[name]
    if step.then_by is not None and state.passed_to is None:
        d.record(
            ChoicePassedOn(step=name, role=step.then_by),
            rule="passed-on",
            pointer=f"/steps/{name}/then_by",
        )
        if step.then_by == DIRECTORATE:
            brief_on_change(d)
        ask_choice(d, name, why="passed-on")
        return
    d.record(
        ChoiceMade(step=name, option=str(step.otherwise), assumed=True),
        rule="undecided",
        pointer=f"/steps/{name}/otherwise",
    )
    _tell_chosen(d, name, "choice-assumed")


# --- what people choose ---


def choose(d: Deciding, body: ChooseOption) -> None:
    """A decision is taken, by whoever the playbook names, or by whoever may decide.

    Of a quorum, so many different people must choose the same. Another choice after that, or after
    the default was taken, is a correction on the record.
    """
    step = step_named(d, body.step)
    if step.decide is None or body.option not in step.options:
        allowed = ", ".join(step.options) or "-"
        d.refuse(
            "choose",
            f"Choix possibles pour « {body.step} » : {allowed}.",
            f'Possible choices for "{body.step}": {allowed}.',
        )
    state = d.incident.steps.get(body.step)
    before = state.value if state is not None and state.state == "done" else None
    if state is not None and before == body.option and not state.assumed:
        d.refuse("choose", "C'est déjà noté. Merci.", "That is noted already. Thank you.")
    who = person(d, "choose")
    if not _may_alone(d, who, step, state) and not _agreed(d, who, body, step):
        return
    d.record(
        ChoiceMade(step=body.step, option=body.option, person=who, was=before),
        rule="choose",
        pointer=f"/steps/{body.step}",
    )
    if before is not None or step.quorum or DIRECTORATE in step.by:
        _tell_chosen(d, body.step, "choice-made")


def _may_alone(d: Deciding, who: str, step: Step, state: StepState | None) -> bool:
    """Whether this person decides alone; whoever may not at all is told so, and may override."""
    passed = (state.passed_to,) if state is not None and state.passed_to else ()
    alone = (*(role for role in step.by if role not in step.quorum), *passed)
    if any(counts_as(d, who, role) for role in alone):
        return True
    if any(counts_as(d, who, role) for role in step.quorum):
        return False
    authority = None if step.quorum else "decide"
    require(d, "choose", authority=authority, roles=(*step.by, *passed))
    return True


def _agreed(d: Deciding, who: str, body: ChooseOption, step: Step) -> bool:
    """Note the choice of one of several; whether enough of them have now chosen the same.

    Where they differ, all of them are shown it while there is time. One alone may set the quorum
    aside by name and with a reason, as any other refusal.
    """
    state = d.incident.steps.get(body.step)
    backed = state.backed if state is not None else {}
    if backed.get(who) == body.option or d.command.override is not None:
        need = min(step.quorum.values())
        d.object(
            "quorum",
            f"Votre choix est noté. Il faut encore l'accord d'autres personnes ({need} en tout).",
            f"Your choice is noted. Others must choose the same ({need} in all).",
        )
        return True
    d.record(
        ChoiceBacked(step=body.step, option=body.option, person=who),
        rule="choose",
        pointer=f"/steps/{body.step}/by",
    )
    now = d.incident.steps[body.step].backed
    same = [one for one, option in now.items() if option == body.option]
    for role, need in step.quorum.items():
        if sum(counts_as(d, one, role) for one in same) >= need:
            return True
    if len(set(now.values())) > 1 and len(set(backed.values())) == 1:
        ask_choice(d, body.step, why="split")
    return False


def _tell_chosen(d: Deciding, name: str, topic: str) -> None:
    """Tell the lead, and those who were asked, what holds now; not whoever has just chosen it."""
    step, state = d.playbook.steps[name], d.incident.steps[name]
    roles = (*step.by, *((state.passed_to,) if state.passed_to else ()))
    people = (*lead_or_above(d), *holders(d, roles))
    told = tuple(who for who in people if who != d.command.actor.person)
    for audience in (None, *((DIRECTORATE,) if DIRECTORATE in roles else ())):
        notify(
            d, () if audience else told, topic, rule="chosen", subject=name, words=step.decide,
            items=(step.options[str(state.value)],), audience=audience,
        )  # fmt: skip
