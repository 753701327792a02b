"""What people say: done, answered, a measure taken, a way round found."""

from __future__ import annotations

from crisis.core.commands import AnswerStep, CompleteStep, RecordMeasure, RecordWorkaround
from crisis.core.decide import wording
from crisis.core.decide.promises import settle
from crisis.core.decide.readiness import COUNTERPART, leftover, undo_of
from crisis.core.decide.rights import person, step_named
from crisis.core.deciding import Deciding
from crisis.core.events import MeasureRecorded, StepAnswered, StepDone, WorkaroundRecorded


def complete(d: Deciding, body: CompleteStep) -> None:
    """A step was done; doing what was promised keeps the promise."""
    person(d, "step-done")
    if leftover(body.step):
        _leftover_known(d, body.step)
    else:
        _doable(d, body)
    state = d.incident.steps.get(body.step)
    if state is not None and state.state == "done":
        d.refuse("step-done", "C'est déjà noté. Merci.", "That is noted already. Thank you.")
    d.record(
        StepDone(step=body.step, evidence=body.evidence),
        rule="step-done",
        pointer=f"/steps/{body.step}",
    )
    for name, commitment in tuple(d.incident.commitments.items()):
        if commitment.step == body.step:
            settle(d, name, d.command.happened_at or d.now, "deed")


def _doable(d: Deciding, body: CompleteStep) -> None:
    step = step_named(d, body.step)
    promised = any(one.step == body.step for one in d.incident.commitments.values())
    if d.incident.phase == "cancelled" and not promised:
        d.refuse(
            "step-done",
            "Fausse alerte : il reste seulement à remettre en place ce qui a été changé, et à tenir"
            " ce qui a été promis.",
            "False alarm: all that remains is to put back what was changed, and to keep what was"
            " promised.",
        )
    if d.incident.merged:
        d.refuse(
            "step-done",
            "Cet incident est suivi dans un autre : dites-le là-bas. Ici, il reste seulement à"
            " remettre en place ce qui a été changé.",
            "This incident is followed in another one: say it there. All that remains here is to"
            " put back what was changed.",
        )
    if step.verb not in {"do", "promise"}:
        d.refuse(
            "step-done",
            f"« {body.step} » attend une réponse, un choix ou l'entreprise appelée.",
            f'"{body.step}" waits for an answer, a choice or the contractor.',
        )
    if step.evidence and body.evidence is None:
        proof = ", ".join(step.evidence)
        d.object(
            "evidence",
            f"Le plan demande une preuve : {proof}.",
            f"The playbook asks for evidence: {proof}.",
        )


def _leftover_known(d: Deciding, name: str) -> None:
    owed = name in d.incident.steps if name.endswith(COUNTERPART) else undo_of(name, d.playbook)
    if not owed:
        d.refuse(
            "step",
            f"Il n'y a rien à remettre en place sous le nom « {name} ».",
            f'There is nothing to put back under the name "{name}".',
        )


def answer(d: Deciding, body: AnswerStep) -> None:
    """A question has its answer; one that comes late or changes is a correction on the record.

    A question that comes again has a new answer each time: that corrects nothing.
    """
    person(d, "answer")
    step = step_named(d, body.step)
    if step.ask is None or body.answer not in step.answers:
        allowed = ", ".join(step.answers) if step.ask is not None else "-"
        d.refuse(
            "answer",
            f"Réponses possibles à « {body.step} » : {allowed}.",
            f'Possible answers to "{body.step}": {allowed}.',
        )
    state = d.incident.steps.get(body.step)
    was = state.value if state is not None and state.state == "done" else None
    if was == body.answer and state is not None and not state.assumed:
        d.refuse("answer", "C'est déjà noté. Merci.", "That is noted already. Thank you.")
    d.record(
        StepAnswered(step=body.step, answer=body.answer, was=was),
        rule="answer",
        pointer=f"/steps/{body.step}",
    )


def record_measure(d: Deciding, body: RecordMeasure) -> None:
    """A measure beyond the playbook's; the next update tells it with its expected result."""
    person(d, "measure")
    told = {"measure": body.measure, "expected_result": body.expected_result}
    found = wording.read(d, "measure", {} if body.inside_only else told, at_once=wording.at_once(d))
    d.record(
        MeasureRecorded(
            measure=body.measure,
            expected_result=body.expected_result,
            inside_only=body.inside_only,
        ),
        rule="measure",
    )
    wording.note(d, "measure", found)


def record_workaround(d: Deciding, body: RecordWorkaround) -> None:
    """What people can do meanwhile, in a person's words."""
    person(d, "workaround")
    given = {"workaround": body.workaround}
    found = wording.read(d, "workaround", given, at_once=wording.at_once(d))
    d.record(WorkaroundRecorded(workaround=body.workaround), rule="workaround")
    wording.note(d, "workaround", found)
