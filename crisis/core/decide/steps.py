"""Steps: done, asked, called, decided, promised; late ones are escalated, never dropped."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from crisis.core.commands import (
    AnswerStep,
    ChooseOption,
    CompleteStep,
    RecordMeasure,
    RecordWorkaround,
    ReportContractor,
)
from crisis.core.decide.notices import holders, lead_or_above, notify
from crisis.core.decide.readiness import UNDO, again_at, applies, ready_at, undo_of
from crisis.core.decide.rights import person, require
from crisis.core.deciding import Deciding
from crisis.core.events import (
    ChoiceMade,
    ChoicePassedOn,
    CommitmentKept,
    CommitmentKeptLate,
    ContractorReported,
    MeasureRecorded,
    PromiseMade,
    StepAnswered,
    StepDone,
    StepEscalated,
    StepsMoot,
    StepsReady,
    WorkaroundRecorded,
)
from crisis.core.incident import Incident, StepState
from crisis.core.obligation import Owed
from crisis.core.pinned import Pinned
from crisis.core.playbook import Playbook, Step

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def steps_follow(d: Deciding) -> None:
    """Work out, after any change, which steps are ready now and which are moot."""
    if d.incident.phase in {"closed", "cancelled"}:
        return
    moot = tuple(
        name for name, state in d.incident.steps.items()
        if state.state == "ready" and not name.endswith(UNDO)
        and applies(d.incident, d.playbook, name) == "no"
    )  # fmt: skip
    if moot:
        d.record(StepsMoot(steps=moot), rule="steps-moot")
    ready = tuple(
        name for name in d.playbook.steps
        if ((state := d.incident.steps.get(name)) is None or state.state == "moot")
        and (at := ready_at(d.incident, d.playbook, d.pinned, name)) is not None and at <= d.now
    )  # fmt: skip
    undone = tuple(
        f"{name}{UNDO}" for name, state in d.incident.steps.items()
        if state.state == "done" and d.incident.phase != "open"
        and (step := d.playbook.steps.get(name)) is not None and step.undo is not None
        and f"{name}{UNDO}" not in d.incident.steps
    )  # fmt: skip
    if ready or undone:
        d.record(StepsReady(steps=(*ready, *undone)), rule="steps-ready")
        _make_promises(d, ready)
        _tell_owners(d, ready)


def _make_promises(d: Deciding, ready: tuple[str, ...]) -> None:
    """A promise of the playbook is made when its step is ready, and told in the next message."""
    for name in ready:
        step = d.playbook.steps[name]
        within = step.within.at(d.incident.severity) if step.within else None
        if step.promise is None or step.to is None or within is None:
            continue
        d.record(
            PromiseMade(
                commitment_id=f"{d.incident.id}-p-{name}",
                audience=step.to,
                due_at=d.pinned.site.add(d.now, within),
                step=name,
                engagement=step.counterpart is not None,
            ),
            rule="promise",
            pointer=f"/steps/{name}/promise",
        )


def _tell_owners(d: Deciding, ready: tuple[str, ...]) -> None:
    """Tell those who hold the roles what is theirs to do now; those asked later read it there."""
    acting = d.command.actor.person
    tasks: dict[str, list[str]] = {}
    for name in ready:
        step = d.playbook.steps[name]
        if "directorate" in step.by and step.decide is not None:
            _ask_directorate(d, name, step)
        for who in holders(d, step.by):
            if who != acting:
                tasks.setdefault(who, []).append(name)
    for who, names in tasks.items():
        words = tuple(text for name in names if (text := d.playbook.steps[name].text) is not None)
        notify(d, (who,), "steps-ready", rule="steps-ready", subject=",".join(names), items=words)


def _ask_directorate(d: Deciding, name: str, step: Step) -> None:
    notify(
        d,
        (),
        "decision",
        rule="decision-request",
        subject=name,
        words=step.decide,
        items=tuple(step.options.values()),
        due_at=late_at(d.incident, d.playbook, d.pinned, name),
        audience="directorate",
    )


def late_at(incident: Incident, playbook: Playbook, pinned: Pinned, name: str) -> datetime | None:
    """Give when a ready step is late; for what was escalated, when it is escalated again.

    The wait doubles each time: it is never dropped, and does not drown the rest.
    """
    step, state = playbook.steps.get(name), incident.steps.get(name)
    if step is None or state is None or state.state != "ready" or step.within is None:
        return None
    within = step.within.at(incident.severity)
    if within is None or (step.trade is not None and state.stage is not None):
        return None
    first = pinned.site.add(state.ready_at, within)
    return state.ready_at + (first - state.ready_at) * (1 << state.escalations)


# --- what people say ---


def complete(d: Deciding, body: CompleteStep) -> None:
    """A step was done; doing what was promised keeps the promise."""
    person(d, "step-done")
    step = undo_of(body.step, d.playbook) or _step(d, body.step)
    if step.verb not in {"do", "promise"} and not body.step.endswith(UNDO):
        d.refuse(
            "step-done",
            f"« {body.step} » attend une réponse, un choix ou l'entreprise appelée.",
            f'"{body.step}" waits for an answer, a choice or the contractor.',
        )
    state = d.incident.steps.get(body.step)
    if state is not None and state.state == "done" and step.every is None:
        d.refuse("step-done", "C'est déjà noté. Merci.", "That is noted already. Thank you.")
    if step.evidence and body.evidence is None and not body.step.endswith(UNDO):
        proof = ", ".join(step.evidence)
        d.object(
            "evidence",
            f"Le plan demande une preuve : {proof}.",
            f"The playbook asks for evidence: {proof}.",
        )
    d.record(
        StepDone(step=body.step, evidence=body.evidence),
        rule="step-done",
        pointer=f"/steps/{body.step}",
    )
    commitment_id = f"{d.incident.id}-p-{body.step}"
    if commitment_id in d.incident.commitments:
        keep(d, commitment_id)


def keep(d: Deciding, commitment_id: str) -> None:
    """What was promised has been done: in time, or late."""
    done_at = d.command.happened_at or d.now
    if done_at <= d.incident.commitments[commitment_id].due_at:
        d.record(CommitmentKept(commitment_id=commitment_id, how="deed"), rule="promise-kept")
    else:
        d.record(CommitmentKeptLate(commitment_id=commitment_id), rule="promise-kept")


def _step(d: Deciding, name: str) -> Step:
    step = d.playbook.steps.get(name)
    if step is None:
        known = ", ".join(d.playbook.steps)
        d.refuse(
            "step",
            f"Le plan en vigueur n'a pas d'étape « {name} ». Étapes : {known}.",
            f'The playbook in force has no step "{name}". Steps: {known}.',
        )
    return step


def answer(d: Deciding, body: AnswerStep) -> None:
    """A question has its answer; one that comes late or changes is a correction on the record."""
    person(d, "answer")
    step = _step(d, body.step)
    if step.ask is None or body.answer not in step.answers:
        allowed = ", ".join(step.answers) if step.ask is not None else "-"
        d.refuse(
            "answer",
            f"Réponses possibles à « {body.step} » : {allowed}.",
            f'Possible answers to "{body.step}": {allowed}.',
        )
    state = d.incident.steps.get(body.step)
    was = state.value if state else None
    if was == body.answer and state is not None and not state.assumed:
        d.refuse("answer", "C'est déjà noté. Merci.", "That is noted already. Thank you.")
    d.record(
        StepAnswered(step=body.step, answer=body.answer, was=was),
        rule="answer",
        pointer=f"/steps/{body.step}",
    )


def choose(d: Deciding, body: ChooseOption) -> None:
    """A decision is taken, by whoever the playbook names, or by whoever may decide."""
    step = _step(d, body.step)
    if step.decide is None or body.option not in step.options:
        allowed = ", ".join(step.options) or "-"
        d.refuse(
            "choose",
            f"Choix possibles pour « {body.step} » : {allowed}.",
            f'Possible choices for "{body.step}": {allowed}.',
        )
    if not (_is_directorate(d) and "directorate" in step.by):
        state = d.incident.steps.get(body.step)
        passed = (state.passed_to,) if state and state.passed_to else ()
        require(d, "choose", authority="decide", roles=(*step.by, *passed))
    d.record(
        ChoiceMade(step=body.step, option=body.option),
        rule="choose",
        pointer=f"/steps/{body.step}",
    )


def _is_directorate(d: Deciding) -> bool:
    ranks = d.facts.candidates.get("directorate", ())
    return any(d.command.actor.person in rank.people for rank in ranks)


def contractor(d: Deciding, body: ReportContractor) -> None:
    """A contractor was called, gave its time, arrived, left, or did not come."""
    person(d, "contractor")
    step = _step(d, body.step)
    if step.trade is None:
        d.refuse(
            "contractor",
            f"« {body.step} » n'appelle pas d'entreprise.",
            f'"{body.step}" does not call a contractor.',
        )
    if body.stage == "eta" and body.eta_at is None:
        d.refuse(
            "contractor",
            "À quelle heure l'entreprise arrive-t-elle ? Donnez l'heure.",
            "At what time will the contractor be there? Give the time.",
        )
    d.record(
        ContractorReported(step=body.step, stage=body.stage, eta_at=body.eta_at),
        rule="contractor",
        pointer=f"/steps/{body.step}",
    )
    if body.stage == "no-show":
        notify(
            d, lead_or_above(d), "no-show", rule="contractor", subject=step.then_call or step.trade
        )


# --- what time brings ---


def owed_steps(incident: Incident, playbook: Playbook, pinned: Pinned) -> Iterator[Owed]:
    """Steps that become ready, that are late, and that come again."""
    if incident.phase in {"closed", "cancelled"}:
        return
    for name, step in playbook.steps.items():
        state = incident.steps.get(name)
        if state is None or state.state == "moot":
            at = ready_at(incident, playbook, pinned, name) if step.wait is not None else None
            if at is not None:
                yield Owed(at, "step-ready", name)
            continue
        again = again_at(step, state, incident)
        if again is not None:
            yield Owed(again, "step-again", name)
        late = late_at(incident, playbook, pinned, name)
        if late is not None:
            yield Owed(late, "step-late", name)


def owed_arrivals(incident: Incident, playbook: Playbook, pinned: Pinned) -> Iterator[Owed]:
    """A contractor that was called and has not come within its contract."""
    for name, state in incident.steps.items():
        at = arrival_due(playbook.steps.get(name), state, incident, pinned)
        if at is not None and not incident.over:
            yield Owed(at, "contractor-late", name)


def arrival_due(
    step: Step | None, state: StepState, incident: Incident, pinned: Pinned
) -> datetime | None:
    """Give when a called contractor must be there; doubled once it was escalated."""
    if step is None or step.arrive_within is None or state.told_at is None:
        return None
    if state.stage not in {"called", "eta"} or state.state != "ready":
        return None
    within = step.arrive_within.at(incident.severity)
    if within is None:
        return None
    first = pinned.site.add(state.told_at, within)
    return state.told_at + (first - state.told_at) * (1 << state.escalations)


def contractor_late(d: Deciding, name: str) -> None:
    """Tell the lead that the contractor is late against its contract, and whom to call next."""
    step = d.playbook.steps[name]
    count = _count_late(d, name, "contractor-late")
    people = (*holders(d, step.by), *lead_or_above(d))
    notify(
        d, people, "contractor-late", rule="contractor-late",
        subject=step.then_call or step.trade or name, words=step.text, count=count,
    )  # fmt: skip


def step_ready(d: Deciding, _name: str) -> None:
    """A wait has passed: the rules that follow every change find the step ready."""


def step_again(d: Deciding, name: str) -> None:
    """A repeated step comes again."""
    d.record(StepsReady(steps=(name,)), rule="step-again", pointer=f"/steps/{name}/every")


def step_late(d: Deciding, name: str) -> None:
    """Silence has an answer: the prudent one, the default option, or the one above is told."""
    step = d.playbook.steps[name]
    pointer = f"/steps/{name}"
    state = d.incident.steps[name]
    if step.ask is not None and step.unanswered is not None:
        d.record(
            StepAnswered(step=name, answer=step.unanswered, assumed=True),
            rule="unanswered",
            pointer=f"{pointer}/unanswered",
        )
    elif step.decide is not None and step.then_by is not None and state.passed_to is None:
        d.record(
            ChoicePassedOn(step=name, role=step.then_by),
            rule="passed-on",
            pointer=f"{pointer}/then_by",
        )
        people = holders(d, (step.then_by,)) or lead_or_above(d)
        notify(
            d, people, "choice-passed-on", rule="passed-on", subject=name, words=step.decide,
            items=tuple(step.options.values()),
        )  # fmt: skip
    elif step.decide is not None and step.otherwise is not None:
        d.record(
            ChoiceMade(step=name, option=step.otherwise, assumed=True),
            rule="undecided",
            pointer=f"{pointer}/otherwise",
        )
    else:
        escalate_all(d)


def escalate_all(d: Deciding) -> None:
    """Tell holders and lead what is late, all of it in one word to each."""
    late: dict[str, list[str]] = {}
    for name, step in d.playbook.steps.items():
        at = late_at(d.incident, d.playbook, d.pinned, name)
        if step.verb in {"ask", "decide"} or at is None or at > d.now:
            continue
        _count_late(d, name, "step-late")
        for who in dict.fromkeys((*holders(d, step.by), *lead_or_above(d))):
            late.setdefault(who, []).append(name)
    people_of: dict[tuple[str, ...], list[str]] = {}
    for who, names in late.items():
        people_of.setdefault(tuple(names), []).append(who)
    for together, people in people_of.items():
        words = tuple(
            text for name in together if (text := d.playbook.steps[name].text) is not None
        )
        notify(
            d,
            tuple(people),
            "step-late",
            rule="step-late",
            subject=",".join(together),
            items=words,
            count=max(d.incident.steps[name].escalations for name in together),
        )  # fmt: skip


def _count_late(d: Deciding, name: str, topic: str) -> int:
    """Count one more escalation: after a long absence one word, not one for each missed."""
    step, state = d.playbook.steps[name], d.incident.steps[name]
    since = state.told_at if topic == "contractor-late" and state.told_at else state.ready_at
    count = state.escalations + 1
    while since + _first_wait(d, step, topic) * 2**count <= d.now:
        count += 1
    d.record(
        StepEscalated(step=name, count=count), rule="step-late", pointer=f"/steps/{name}/within"
    )
    return count


def _first_wait(d: Deciding, step: Step, topic: str) -> timedelta:
    timing = step.arrive_within if topic == "contractor-late" else step.within
    span = timing.at(d.incident.severity) if timing else None
    return max(d.pinned.site.add(d.now, span) - d.now if span else DAY, MINUTE)


def record_measure(d: Deciding, body: RecordMeasure) -> None:
    """A measure beyond the playbook's; the next update tells it with its expected result."""
    person(d, "measure")
    d.record(
        MeasureRecorded(
            measure=body.measure,
            expected_result=body.expected_result,
            inside_only=body.inside_only,
        ),
        rule="measure",
    )


def record_workaround(d: Deciding, body: RecordWorkaround) -> None:
    """What people can do meanwhile, in a person's words."""
    person(d, "workaround")
    d.record(WorkaroundRecorded(workaround=body.workaround), rule="workaround")
