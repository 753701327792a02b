"""Drawing the consequences: a review with owner and date, actions chased until verified (G10)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import count

from crisis.core.afterwards import Action
from crisis.core.commands import AgreeAction, FinishAction, HoldReview, VerifyAction
from crisis.core.decide.notices import chain_of_lead, holders, lead_or_above, notify
from crisis.core.decide.readiness import words_of
from crisis.core.decide.rights import person
from crisis.core.deciding import Deciding
from crisis.core.events import (
    ActionAgreed,
    ActionFinished,
    ActionProposed,
    ActionReminded,
    ActionVerified,
    ReviewHeld,
    ReviewOpened,
    ReviewReminded,
)
from crisis.core.incident import Incident
from crisis.core.message import Words
from crisis.core.obligation import Owed
from crisis.core.pinned import Pinned
from crisis.core.playbook import Playbook
from crisis.core.timeline_values import WORDS
from crisis.core.values import Text

AGAIN = timedelta(days=7)
"""How often what is overdue is asked for again."""
ASKED_AT = 0.8
"""Share of the span at which the first talk is asked for."""
COMPLETE_PLAN = "complete-plan"
"""The action that every review starts with: does the communication plan need completing?"""


def open_review(d: Deciding) -> None:
    """Open the review once it is over, with the first actions the record asks for.

    A false alarm has its lessons too. The gravest severity that it had counts: lowering it at the
    end does not make the review unnecessary.
    """
    rules = d.playbook.review
    review = d.incident.review
    reviewed = review is not None and not review.past
    if d.incident.phase not in {"normal", "cancelled"} or reviewed:
        return
    severity = _gravest_reviewed(d)
    if severity is None:
        return
    within = rules.within.at(severity)
    hot = rules.hot_wash_within.at(severity) if rules.hot_wash_within else None
    site = d.pinned.site
    due_at = site.add(d.now, within) if within else d.now + AGAIN
    state = d.incident.roles.get(rules.owner)
    people = ((tuple(state.holders) if state else ()) or lead_or_above(d)) or chain_of_lead(d)
    d.record(
        ReviewOpened(
            owner=people[0] if people else None,
            due_at=due_at,
            hot_wash_at=site.add(d.now, hot) if hot else None,
        ),
        rule="open-review",
        pointer="/review",
    )
    asked = {(one.reason, one.subject) for one in d.incident.actions.values() if _open(one)}
    fresh = [one for one in first_actions(d.incident) if one[:2] not in asked]
    for reason, subject, evidence in fresh:
        _propose(d, reason, subject, evidence, rule="first-actions")
    notify(
        d, people[:1], "review", rule="open-review", items=rules.questions, due_at=due_at
    )  # fmt: skip


def _open(action: Action) -> bool:
    return action.state != "verified"


def _gravest_reviewed(d: Deciding) -> str | None:
    """The gravest severity it has had at which the playbook wants a review; None: at none."""
    when = d.playbook.review.when
    for severity in d.pinned.plan.severities:
        had = severity in d.incident.severities
        if had and (when is None or when.holds({**d.incident.situation, "severity": severity})):
            return severity
    return None


def propose_left(d: Deciding, left: tuple[str, ...]) -> None:
    """What is left undone when a crisis is closed becomes an action, chased until verified."""
    for name in left:
        _propose(d, "left-undone", name, (), rule="left-undone")


def propose_waiting(d: Deciding, reason: str, subjects: tuple[str, ...]) -> None:
    """Those who still wait for a word, or an answer, when it is closed get it by an action."""
    for subject in subjects:
        _propose(d, reason, subject, (), rule="left-undone")


def propose_unanswered(d: Deciding) -> None:
    """Those who still wait for a reply when a crisis is closed get it by an action."""
    _propose(d, "left-unanswered", "", (), rule="left-undone")


def _propose(
    d: Deciding, reason: str, subject: str, evidence: tuple[int, ...], *, rule: str
) -> None:
    """Propose an action under a name that none has: people give names of their own too."""
    name = next(f"a{number}" for number in count(1) if f"a{number}" not in d.incident.actions)
    d.record(
        ActionProposed(action_id=name, reason=reason, subject=subject, evidence=evidence),
        rule=rule,
    )


def first_actions(incident: Incident) -> Iterator[tuple[str, str, tuple[int, ...]]]:
    """Give what the record itself asks to be mended, each with the events that show it.

    One action a reason, with all that it is about: thirty lines are a list that nobody reads.
    """
    found: dict[str, list[int]] = {}
    about: dict[str, dict[str, None]] = {}
    for lapse in incident.lapses:
        reason = "no-lead" if (lapse.reason, lapse.subject) == ("role-unfilled", "lead") else ""
        reason = reason or lapse.reason
        found.setdefault(reason, []).append(lapse.seq)
        if reason not in {"promise-late", "promise-broken"}:
            about.setdefault(reason, {})[lapse.subject] = None
    for reason, evidence in found.items():
        yield reason, ",".join(about.get(reason, ())), tuple(evidence)
    yield COMPLETE_PLAN, incident.playbook, (1,)


def hold_review(d: Deciding, body: HoldReview) -> None:
    """Could it have been avoided? A review without that answer is not one."""
    person(d, "review")
    if d.incident.review is None or not d.incident.over:
        d.refuse(
            "review",
            "Il n'y a pas encore de retour d'expérience : il s'ouvre au retour à la normale.",
            "There is no review yet: it opens when things are back to normal.",
        )
    d.record(ReviewHeld(avoidable=body.avoidable, why=body.why), rule="review")


def agree(d: Deciding, body: AgreeAction) -> None:
    """An action gets its owner, its date and what will prove it."""
    person(d, "action")
    if body.due_at <= d.now:
        d.refuse("action", "L'échéance est passée.", "The due date has passed.")
    action = d.incident.actions.get(body.action_id)
    if action is None and body.what is None:
        d.refuse("action", "Que faut-il faire ?", "What is to be done?")
    if action is not None and action.state == "verified":
        d.refuse("action", "C'est déjà vérifié.", "It is verified already.")
    d.record(
        ActionAgreed(
            action_id=body.action_id,
            what=body.what,
            owner=body.owner,
            due_at=body.due_at,
            proof=body.proof,
        ),
        rule="action",
    )


def _action(d: Deciding, action_id: str) -> Action:
    action = d.incident.actions.get(action_id)
    if action is None:
        known = ", ".join(d.incident.actions) or "-"
        d.refuse("action", f"Actions connues : {known}.", f"Known actions: {known}.")
    return action


def finish(d: Deciding, body: FinishAction) -> None:
    """The owner says done, and shows the proof."""
    person(d, "action")
    if _action(d, body.action_id).state == "verified":
        d.refuse("action", "C'est déjà vérifié.", "It is verified already.")
    d.record(ActionFinished(action_id=body.action_id, proof=body.proof), rule="action")


def verify(d: Deciding, body: VerifyAction) -> None:
    """Somebody other than the owner has seen the proof."""
    who = person(d, "action")
    action = _action(d, body.action_id)
    if action.state != "finished":
        d.refuse(
            "verify",
            "On vérifie ce qui est fait, avec sa preuve.",
            "What is done, with its proof, can be verified.",
        )
    if who == action.owner:
        d.object(
            "verify",
            "Une autre personne que le responsable de l'action doit voir la preuve.",
            "Somebody other than the action's owner must see the proof.",
        )
    if action.playbook and d.facts.playbook_digest(action.playbook) == action.playbook_digest:
        d.object(
            "verify",
            f"Le plan « {action.playbook} » n'a pas changé depuis : appliquez sa nouvelle version.",
            f'The playbook "{action.playbook}" has not changed since: apply its new version.',
        )
    d.record(ActionVerified(action_id=body.action_id), rule="action")


def wanted(d: Deciding, action: Action) -> Words:
    """What is to be done, in a person's words; else what the record proposed it for, and where."""
    if action.what is not None:
        return action.what
    reasons = WORDS["reason"][action.reason]
    said = {}
    for language, reason in zip(("fr", "en"), reasons, strict=True):
        colon = " : " if language == "fr" else ": "
        titles = (_title(d, one, language) for one in action.subject.split(","))
        between = " ; " if language == "fr" else "; "
        subject = between.join(title for title in titles if title)
        said[language] = reason[:1].upper() + reason[1:] + (f"{colon}{subject}" if subject else "")
    return Text(said)


def _title(d: Deciding, name: str, language: str) -> str | None:
    """What a role is called, or the first sentence of a step; None for what has no words."""
    role = d.playbook.roles.get(name)
    about = role.title if role is not None else words_of(d.incident, d.playbook, name)
    said = about.get(language) if isinstance(about, Text) else None
    return said.partition(". ")[0].removesuffix(".") if said else None


def owed_review(incident: Incident, _playbook: Playbook, _pinned: Pinned) -> Iterator[Owed]:
    """The review and each action at their dates, then every week; the first talk before its own."""
    review = incident.review if incident.over else None  # what has begun again is not reviewed yet
    if review is not None and review.held_at is None:
        yield Owed(review.due_at + AGAIN * review.reminders, "review")
        if review.hot_wash_at is not None and not review.hot_wash_asked:
            span = review.hot_wash_at - review.opened_at
            yield Owed(review.opened_at + span * ASKED_AT, "hot-wash")
    for name, action in incident.actions.items():
        if action.state != "verified" and action.due_at is not None:
            yield Owed(action.due_at + AGAIN * action.reminders, "action", name)


def _count(reminders: int, passed: timedelta) -> int:
    return max(reminders + 1, int(passed // AGAIN) + 1)


def hot_wash_due(d: Deciding, _subject: str) -> None:
    """Ask the owner, and those who are invited, to talk it through while memory is fresh."""
    review = d.incident.review
    if review is None:
        return
    d.record(ReviewReminded(count=review.reminders, hot_wash=True), rule="hot-wash")
    if review.hot_wash_at is not None and d.now < review.hot_wash_at:
        people = ((review.owner,) if review.owner else ()) + holders(d, d.playbook.review.invite)
        notify(
            d, people, "hot-wash", rule="hot-wash", items=d.playbook.review.questions,
            due_at=review.hot_wash_at,
        )  # fmt: skip


def review_due(d: Deciding, _subject: str) -> None:
    """Remind the owner; past the date the directorate too."""
    review = d.incident.review
    if review is None:
        return
    count = _count(review.reminders, d.now - review.due_at)
    d.record(ReviewReminded(count=count), rule="review")
    people = (review.owner,) if review.owner else chain_of_lead(d)
    notify(
        d, people, "review", rule="review", items=d.playbook.review.questions,
        due_at=review.due_at, count=count,
    )  # fmt: skip
    if count > 1:
        notify(
            d, (), "review", rule="review", due_at=review.due_at, count=count,
            audience="directorate",
        )  # fmt: skip


def action_due(d: Deciding, name: str) -> None:
    """Remind the owner of an action, or whoever must verify it; then the directorate."""
    action = d.incident.actions[name]
    if action.due_at is None:
        return
    count = _count(action.reminders, d.now - action.due_at)
    d.record(ActionReminded(action_id=name, count=count), rule="action")
    review = d.incident.review
    topic = "verify" if action.state == "finished" else "action"
    about = wanted(d, action)
    who = review.owner if topic == "verify" and review else action.owner
    people = (who,) if who else chain_of_lead(d)
    notify(
        d, people, topic, rule="action", subject=name, words=about, due_at=action.due_at,
        count=count,
    )  # fmt: skip
    if count > 1:
        notify(
            d, (), topic, rule="action", subject=name, words=about, due_at=action.due_at,
            count=count, audience="directorate",
        )  # fmt: skip
