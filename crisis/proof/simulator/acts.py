"""What people do in a story, right or wrong: each verb makes a command of what there is by then."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from crisis.core import commands as c
from crisis.core import committing_commands as k
from crisis.core.incident import UNDO, Incident, Offer, StepState
from crisis.core.life_commands import MakeLoud
from crisis.core.pinned import Pinned
from crisis.core.playbook import Playbook
from crisis.core.prose import Prose
from crisis.core.step import Step as PlaybookStep
from crisis.proof.acting import prose_of
from crisis.proof.simulator.steps import Step

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What whoever acts has before their eyes."""

    incident: Incident
    pinned: Pinned
    people: Sequence[str]
    now: datetime
    others: Sequence[str] = ()
    """The other incidents."""
    act: str
    """A name for this act alone: what it writes is filed under it."""

    @property
    def playbook(self) -> Playbook:
        """What is in force now."""
        return self.pinned.in_force(self.incident.situation)

    def anybody(self, step: Step) -> str:
        """Some person of the house, whoever that is."""
        return self.people[step.number("who") % len(self.people)]

    def lead_or_anybody(self, step: Step) -> str:
        """Who leads; whoever there is, while nobody does, or where the step wants somebody else."""
        if step.holds("stranger") or self.incident.lead is None:
            return self.anybody(step)
        return self.incident.lead


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A command in the making."""

    body: c.IncidentBody
    who: str
    prose: Mapping[str, Prose] = field(default_factory=dict)


Verb = Callable[[Scene, Step], Act | None]
"""Gives what is done; None where there is nothing of the kind to do."""


def nth(among: Sequence[T], step: Step, name: str = "n") -> T | None:
    """The one that a step's number points at, counted round and round."""
    return among[step.number(name) % len(among)] if among else None


# --- roles ---


def accept(scene: Scene, step: Step) -> Act | None:
    """Somebody who was asked takes their roles."""
    offer_id, offer = nth(_open_offers(scene), step) or (None, None)
    if offer_id is None or offer is None:
        return None
    who = scene.anybody(step) if step.holds("stranger") else offer.person
    return Act(body=c.AcceptRoles(offer_id=offer_id), who=who)


def decline(scene: Scene, step: Step) -> Act | None:
    """Somebody who was asked, or who has accepted already, cannot."""
    offers = list(scene.incident.offers.items()) if step.holds("late") else _open_offers(scene)
    found = nth(offers, step)
    return Act(body=c.DeclineRoles(offer_id=found[0]), who=found[1].person) if found else None


def take(scene: Scene, step: Step) -> Act | None:
    """Somebody steps in without having been asked."""
    role = nth(["lead", *scene.playbook.roles], step)
    return Act(body=c.TakeRole(role=str(role)), who=scene.anybody(step))


def _open_offers(scene: Scene) -> list[tuple[str, Offer]]:
    return [(id_, one) for id_, one in scene.incident.offers.items() if one.state == "open"]


# --- steps ---


def complete(scene: Scene, step: Step) -> Act | None:
    """A thing to do is done."""
    found = nth(_ready(scene, lambda one: one.do is not None or one.promise is not None), step)
    if found is None:
        return None
    proved = None if found[1].evidence is None or step.holds("again") else "Vu à 14:10."
    prose = prose_of(scene.act, evidence=proved)
    evidence = prose["evidence"].ref if prose else None
    body = c.CompleteStep(step=found[0], evidence=evidence)
    return Act(body=body, who=_owner(scene, found[1], step), prose=prose)


def undo(scene: Scene, step: Step) -> Act | None:
    """What was done for the crisis is put back."""
    back = [(name, state) for name, state in scene.incident.steps.items()
            if name.endswith(UNDO) and state.state == "ready"]  # fmt: skip
    found = nth(back, step)
    body = c.CompleteStep(step=found[0]) if found else None
    return Act(body=body, who=scene.lead_or_anybody(step)) if body else None


def answer(scene: Scene, step: Step) -> Act | None:
    """A question of the playbook has its answer; now and then one that was answered already."""
    asks = _steps(scene) if step.holds("again") else _ready(scene, lambda one: one.ask is not None)
    found = nth([(name, one) for name, one in asks if one.ask is not None], step)
    if found is None:
        return None
    said = nth(list(found[1].answers), step, "k")
    body = c.AnswerStep(step=found[0], answer=str(said))
    return Act(body=body, who=_owner(scene, found[1], step))


def choose(scene: Scene, step: Step) -> Act | None:
    """A choice is made."""
    found = nth(_ready(scene, lambda one: one.decide is not None), step)
    if found is None:
        return None
    option = nth(list(found[1].options), step, "k")
    return Act(
        body=c.ChooseOption(step=found[0], option=str(option)), who=scene.lead_or_anybody(step)
    )


def contractor(scene: Scene, step: Step) -> Act | None:
    """A contractor is called, says when it comes, comes, leaves, or does not come."""
    found = nth(_ready(scene, lambda one: one.trade is not None), step)
    if found is None:
        return None
    stage = _next_stage(scene.incident.steps[found[0]], step)
    eta_at = scene.now + timedelta(minutes=5 + step.number("k") % 90) if stage == "eta" else None
    body = c.ReportContractor(step=found[0], stage=stage, eta_at=eta_at)
    return Act(body=body, who=_owner(scene, found[1], step))


def _next_stage(state: StepState, step: Step) -> c.Stage:
    stages: dict[str | None, c.Stage] = {None: "called", "called": "eta", "eta": "arrived"}
    if step.holds("fails"):
        return "no-show"
    return stages.get(state.stage, "left")


def _steps(scene: Scene) -> list[tuple[str, PlaybookStep]]:
    known = scene.playbook.steps
    return [(name, known[name]) for name in scene.incident.steps if name in known]


def _ready(scene: Scene, wanted: Callable[[PlaybookStep], bool]) -> list[tuple[str, PlaybookStep]]:
    return [
        (name, one) for name, one in _steps(scene)
        if scene.incident.steps[name].state == "ready" and wanted(one)
    ]  # fmt: skip


def _owner(scene: Scene, known: PlaybookStep, step: Step) -> str:
    for role in () if step.holds("stranger") else known.by:
        state = scene.incident.roles.get(role)
        if state is not None and state.holder is not None:
            return state.holder
    return scene.lead_or_anybody(step)


# --- words ---


def measure(scene: Scene, step: Step) -> Act | None:
    """Something was done that the playbook does not have."""
    prose = prose_of(scene.act, measure="Les pompes tournent.", result="Le niveau baisse.")
    return Act(
        body=c.RecordMeasure(
            measure=prose["measure"].ref,
            expected_result=prose["result"].ref,
            inside_only=step.holds("inside"),
        ),
        who=scene.lead_or_anybody(step),
        prose=prose,
    )


def workaround(scene: Scene, step: Step) -> Act | None:
    """What people can do meanwhile."""
    prose = prose_of(scene.act, workaround="Prenez l'autre escalier.")
    body = c.RecordWorkaround(workaround=prose["workaround"].ref)
    return Act(body=body, who=scene.lead_or_anybody(step), prose=prose)


def say(scene: Scene, step: Step) -> Act | None:
    """The lead speaks, to all or to one audience, or corrects what was said."""
    audience = nth(list(scene.playbook.tell), step)
    prose = prose_of(scene.act, words="L'eau est coupée." if step.holds("words") else None)
    return Act(
        body=c.Say(
            audiences=(str(audience),) if step.holds("one") and audience else (),
            words=prose["words"].ref if prose else None,
            correction=step.holds("correction"),
        ),
        who=scene.lead_or_anybody(step),
        prose=prose,
    )


def approve(scene: Scene, step: Step) -> Act | None:
    """Words that wait for an approval are approved."""
    audience = nth(list(scene.incident.drafts), step)
    body = c.ApproveDraft(audience=audience) if audience else None
    return Act(body=body, who=_approver(scene, step)) if body else None


def reject(scene: Scene, step: Step) -> Act | None:
    """Words that wait for an approval are not good enough."""
    audience = nth(list(scene.incident.drafts), step)
    if audience is None:
        return None
    prose = prose_of(scene.act, reason="Trop long.")
    body = c.RejectDraft(audience=audience, reason=prose["reason"].ref)
    return Act(body=body, who=_approver(scene, step), prose=prose)


def _approver(scene: Scene, step: Step) -> str:
    """Somebody who holds a role, or anybody."""
    holders = [one for state in scene.incident.roles.values() for one in state.holders]
    return nth(holders, step, "k") or scene.anybody(step)


def promise(scene: Scene, step: Step) -> Act | None:
    """Something is promised to an audience, with a counterpart or without."""
    audience = nth(list(scene.playbook.tell), step)
    if audience is None:
        return None
    owed = "Un café." if step.holds("counterpart") else None
    prose = prose_of(scene.act, words="Le chauffage revient.", counterpart=owed)
    counterpart = prose.get("counterpart")
    return Act(
        body=c.MakePromise(
            promise_id=f"p{scene.act}",
            audience=audience,
            words=prose["words"].ref,
            due_at=scene.now + timedelta(minutes=step.number("minutes", 30)),
            counterpart=counterpart.ref if counterpart else None,
        ),
        who=scene.lead_or_anybody(step),
        prose=prose,
    )


def keep(scene: Scene, step: Step) -> Act | None:
    """What was promised is done."""
    made = [id_ for id_, one in scene.incident.commitments.items() if one.kind != "update"]
    found = nth(made, step)
    body = k.KeepPromise(promise_id=found) if found else None
    return Act(body=body, who=scene.lead_or_anybody(step)) if body else None


def brief(scene: Scene, step: Step) -> Act | None:
    """The directorate has a brief out of its rhythm."""
    return Act(body=c.SendBrief(), who=scene.lead_or_anybody(step))


# --- the course of the crisis ---


def phase(scene: Scene, step: Step) -> Act | None:
    """A phase is declared; one that was proposed, where the step names none."""
    proposed = nth(scene.incident.proposed, step)
    name = step.words("to") or proposed
    body = c.DeclarePhase(phase=name) if name else None
    return Act(body=body, who=scene.lead_or_anybody(step)) if body else None


def loud(scene: Scene, step: Step) -> Act | None:
    """Somebody has looked at it: it is real."""
    return Act(body=MakeLoud(), who=scene.lead_or_anybody(step))


def severity(scene: Scene, step: Step) -> Act | None:
    """It is graver, or less grave, than was thought."""
    body = c.ChangeSeverity(to=step.words("to", "S2"))
    return Act(body=body, who=scene.lead_or_anybody(step))


def cancel(scene: Scene, step: Step) -> Act | None:
    """It was a false alarm."""
    return Act(body=c.CancelIncident(), who=scene.lead_or_anybody(step))


def close(scene: Scene, step: Step) -> Act | None:
    """It is closed."""
    return Act(body=c.CloseIncident(), who=scene.lead_or_anybody(step))


# --- afterwards ---


def review(scene: Scene, step: Step) -> Act | None:
    """The review is held."""
    state = scene.incident.review
    if state is None:
        return None
    prose = prose_of(scene.act, why="Le joint était vieux.")
    body = c.HoldReview(avoidable="partly", why=prose["why"].ref)
    return Act(body=body, who=state.owner or scene.lead_or_anybody(step), prose=prose)


def agree(scene: Scene, step: Step) -> Act | None:
    """An action has its owner and its date."""
    found = nth(list(scene.incident.actions), step)
    if found is None:
        return None
    prose = prose_of(scene.act, what="Changer le joint.")
    owner = scene.anybody(step)
    due_at = scene.now + timedelta(days=1 + step.number("k") % 30)
    body = c.AgreeAction(action_id=found, owner=owner, due_at=due_at, what=prose["what"].ref)
    return Act(body=body, who=_reviewer(scene, step), prose=prose)


def finish(scene: Scene, step: Step) -> Act | None:
    """The owner of an action says that it is done."""
    found = nth(list(scene.incident.actions.items()), step)
    if found is None:
        return None
    prose = prose_of(scene.act, proof="La photo du joint.")
    body = c.FinishAction(action_id=found[0], proof=prose["proof"].ref)
    return Act(body=body, who=found[1].owner or scene.lead_or_anybody(step), prose=prose)


def verify(scene: Scene, step: Step) -> Act | None:
    """Somebody has seen the proof."""
    found = nth(list(scene.incident.actions), step)
    body = c.VerifyAction(action_id=found) if found else None
    return Act(body=body, who=scene.anybody(step)) if body else None


def _reviewer(scene: Scene, step: Step) -> str:
    owner = scene.incident.review.owner if scene.incident.review else None
    return owner or scene.lead_or_anybody(step)


# --- what makes no sense ---


def nonsense(scene: Scene, step: Step) -> Act | None:
    """Somebody asks for what there is not, or for what is out of order."""
    wrong: tuple[c.IncidentBody, ...] = (
        c.AcceptRoles(offer_id="no-such-offer"),
        c.DeclineRoles(offer_id="no-such-offer"),
        c.TakeRole(role="no-such-role"),
        c.CompleteStep(step="no-such-step"),
        c.CompleteStep(step="no-such-step.undo"),
        c.AnswerStep(step="no-such-step", answer="perhaps"),
        c.ChooseOption(step="no-such-step", option="neither"),
        c.ReportContractor(step="no-such-step", stage="eta"),
        c.Say(audiences=("no-such-audience",)),
        k.KeepPromise(promise_id="no-such-promise"),
        c.DeclarePhase(phase="no-such-phase"),
        c.ChangeSeverity(to="S9"),
        c.FinishAction(action_id="a99", proof=prose_of(scene.act, proof="?")["proof"].ref),
        c.VerifyAction(action_id="a99"),
    )
    body = nth(wrong, step)
    return Act(body=body, who=scene.anybody(step)) if body else None


ACTS: Mapping[str, Verb] = {
    verb.__name__: verb
    for verb in (
        accept, decline, take, complete, undo, answer, choose, contractor, measure, workaround, say,
        approve, reject, promise, keep, brief, phase, loud, severity, cancel, close, review, agree,
        finish, verify,
        nonsense,
    )
}  # fmt: skip
"""What every playbook has people do, by the word that steps use."""
