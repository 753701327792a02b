"""What people promise by their own word: to an audience or a person, by whoever owes it.

A promise with a counterpart is an engagement, told to those it is made to with the counterpart. The
directorate promises too, and so does a contractor, through whoever called it.
"""

from __future__ import annotations

from crisis.core.commands import MakePromise
from crisis.core.committing_commands import KeepPromise, RenewPromise
from crisis.core.decide import wording
from crisis.core.decide.messages import tell
from crisis.core.decide.notices import notify
from crisis.core.decide.promises import settle
from crisis.core.decide.rights import DIRECTORATE, counts_as, person, require
from crisis.core.deciding import Deciding
from crisis.core.events import CommitmentRenewed, PromiseMade


def make_promise(d: Deciding, body: MakePromise) -> None:
    """Promise something; with a counterpart it is an engagement, told to whom it is made."""
    who = person(d, "promise")
    if not (body.by == DIRECTORATE and counts_as(d, who, DIRECTORATE)):
        require(d, "promise", authority="commit")
    if d.incident.over:
        d.refuse(
            "promise",
            "La crise est finie : ce public n'entend plus rien. Notez plutôt une action.",
            "The crisis is over: this audience hears nothing more. Record an action instead.",
        )
    if body.promise_id in d.incident.commitments:
        d.refuse("promise", "C'est déjà noté. Merci.", "That is noted already. Thank you.")
    _sound(d, body)
    found = wording.read(d, "promise", {"words": body.words, "counterpart": body.counterpart})
    d.record(
        PromiseMade(
            commitment_id=body.promise_id,
            audience=body.audience,
            due_at=body.due_at,
            words=body.words,
            engagement=body.counterpart is not None,
            counterpart=body.counterpart,
            by=body.by,
            person=body.person,
        ),
        rule="promise",
    )
    wording.note(d, "promise", found)
    if body.person is not None:
        notify(
            d, (body.person,), "promised", rule="promise", words=body.words, due_at=body.due_at,
            items=(body.counterpart,) if body.counterpart is not None else (),
        )  # fmt: skip


def _sound(d: Deciding, body: MakePromise) -> None:
    """Whether it is made to somebody, by somebody, for a time to come."""
    made_to = (body.person is not None) != (body.audience in d.playbook.tell)
    if not made_to or body.due_at <= d.now:
        d.refuse(
            "promise",
            "Une promesse se fait à un public de ce plan, pour une heure à venir.",
            "A promise is made to an audience of this playbook, for a time to come.",
        )
    step = d.playbook.steps.get(body.by or "")
    if body.by not in {None, DIRECTORATE, *d.playbook.roles} and (step is None or not step.trade):
        known = ", ".join((*d.playbook.roles, DIRECTORATE))
        d.refuse(
            "promise",
            f"Qui le doit ? Un rôle, la direction ou l'étape d'une entreprise : {known}.",
            f"Who owes it? A role, the directorate, or a contractor's step: {known}.",
        )


def keep_promise(d: Deciding, body: KeepPromise) -> None:
    """What was promised has been done."""
    person(d, "promise-kept")
    commitment = d.incident.commitments.get(body.promise_id)
    if commitment is None or commitment.kind == "update":
        d.refuse(
            "promise-kept",
            "Il n'y a pas de promesse ouverte de ce nom.",
            "There is no open promise of that name.",
        )
    settle(d, body.promise_id, d.command.happened_at or d.now, "deed")
    if commitment.person is not None:
        notify(d, (commitment.person,), "promise-done", rule="promise-kept", words=commitment.words)


def renew_promise(d: Deciding, body: RenewPromise) -> None:
    """Give a new time before the old one passes: those who were promised are told at once.

    After that time it is late, whatever is said then: another promise may be made.
    """
    require(d, "promise", authority="commit")
    commitment = d.incident.commitments.get(body.promise_id)
    if commitment is None or commitment.kind == "update":
        d.refuse(
            "promise",
            "Il n'y a pas de promesse ouverte de ce nom.",
            "There is no open promise of that name.",
        )
    if commitment.due_at < d.now or body.due_at <= commitment.due_at:
        d.refuse(
            "promise",
            "Une nouvelle heure se donne avant que l'ancienne passe, et plus tard qu'elle.",
            "A new time is given before the old one passes, and is later than it.",
        )
    d.record(
        CommitmentRenewed(commitment_id=body.promise_id, due_at=body.due_at),
        rule="promise-renewed",
    )
    if commitment.audience in d.incident.audiences:
        tell(d, commitment.audience, "update", rule="promise-renewed")
    elif commitment.person is not None:
        notify(
            d, (commitment.person,), "promised", rule="promise-renewed", words=commitment.words,
            due_at=body.due_at,
        )  # fmt: skip
