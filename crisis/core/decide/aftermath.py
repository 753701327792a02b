"""After the end: ask how it was, present and publish what was learnt, look again, say thank you."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import get_args

from crisis.core.after import Rating, survey_subject
from crisis.core.after_commands import AnswerSurvey, PublishReview, TieToPlaybook
from crisis.core.decide.lateness import DIRECTORATE
from crisis.core.decide.messages import tell
from crisis.core.decide.notices import chain_of_lead, holders, notify
from crisis.core.decide.release import release
from crisis.core.decide.review import AGAIN, wanted
from crisis.core.decide.rights import person, require
from crisis.core.decide.telling import common, speaker, speaker_function
from crisis.core.deciding import Deciding
from crisis.core.events import (
    ActionsFollowed,
    ActionTied,
    ContributorsThanked,
    PublicationReminded,
    ReviewPresented,
    ReviewPublished,
    SurveyAnswered,
    SurveySent,
)
from crisis.core.incident import Incident
from crisis.core.message import Contribution, Message, SurveyAsked
from crisis.core.obligation import Owed
from crisis.core.pinned import Pinned
from crisis.core.place import Site
from crisis.core.playbook import Playbook
from crisis.core.values import Text

SURVEYED_AFTER = timedelta(days=1)
"""When people are asked how it was: not in the same hour, and while they remember it."""
ANSWERED_WITHIN = timedelta(days=7)
"""How long the answers of a survey are waited for."""
MOST_DID = 3
"""Measures named for one contributor."""


def owed_after(incident: Incident, playbook: Playbook, pinned: Pinned) -> Iterator[Owed]:
    """The survey, the word to the audiences and each day on which actions are looked at again."""
    review, after, rules = incident.review, incident.after, playbook.review
    if review is None or review.past or not incident.over:
        return
    if rules.survey and after.surveyed_at is None and _surveyed(incident, pinned):
        yield Owed(review.opened_at + SURVEYED_AFTER, "survey")
    if rules.publish_to and review.held_at is not None and after.published_at is None:
        yield Owed(review.held_at + AGAIN * (after.publish_reminders + 1), "publish")
    if after.followed < len(rules.follow_up):
        spans = sorted(rules.follow_up)
        yield Owed(pinned.site.add(review.opened_at, spans[after.followed]), "follow-up")


def _surveyed(incident: Incident, pinned: Pinned) -> tuple[str, ...]:
    """Give those who are asked: all who were told, but for whoever has heard as much as agreed."""
    most = {name: one.at_most for name, one in pinned.plan.audiences.items()}
    return tuple(
        name for name, heard in incident.audiences.items()
        if name != DIRECTORATE and heard.messages < (most.get(name) or heard.messages + 1)
    )  # fmt: skip


def survey(d: Deciding, _subject: str) -> None:
    """Ask each audience that was told: one question, one tap, words if people like."""
    asked = _surveyed(d.incident, d.pinned)
    review, site = d.incident.review, d.pinned.site
    spans = sorted(d.playbook.review.follow_up)
    again = site.add(review.opened_at, spans[0]) if review is not None and spans else None
    for audience in asked:
        told = d.pinned.plan.audiences[audience]
        role = told.speaker if told.speaker in d.playbook.roles else "lead"
        message = Message(
            **common(d),
            kind="survey",
            phase=d.incident.phase,
            audience=audience,
            to=(),
            urgency="future",
            life_safety=False,
            speaker=speaker(d, role),
            speaker_function=speaker_function(d, role),
            contact=told.contact,
            survey=SurveyAsked(questions=(), answer_by=d.now + ANSWERED_WITHIN, again_at=again),
        )
        release(d, message, rule="survey", automatic=True)
    d.record(SurveySent(audiences=asked), rule="survey", pointer="/review/survey")


def answer_survey(d: Deciding, body: AnswerSurvey) -> None:
    """One person's answer, counted once; a later one replaces it."""
    who = person(d, "survey")
    if body.audience not in d.incident.after.survey or body.rating not in get_args(Rating):
        d.refuse(
            "survey",
            "Ce public n'a pas de question ouverte.",
            "This audience has no question to answer.",
        )
    was = d.facts.register.said(survey_subject(body.audience), who)
    d.record(
        SurveyAnswered(audience=body.audience, rating=body.rating, was=was, comment=body.comment),
        rule="survey",
    )


def present(d: Deciding) -> None:
    """Give what the review found to those whom the playbook names, as soon as it is held."""
    rules, review = d.playbook.review, d.incident.review
    if review is None or review.held_at is None or d.incident.after.presented:
        return
    if not (rules.present_to or rules.publish_to):
        return
    actions = tuple(wanted(d, one) for one in d.incident.actions.values())
    people = holders(d, rules.present_to)
    notify(d, people, "review-presented", rule="present", items=actions)
    if DIRECTORATE in rules.present_to:
        notify(
            d, (), "review-presented", rule="present", items=actions, audience=DIRECTORATE
        )  # fmt: skip
    d.record(ReviewPresented(roles=rules.present_to), rule="present", pointer="/review")
    if rules.publish_to and d.incident.after.published_at is None:
        _ask_to_publish(d, 1)


def _ask_to_publish(d: Deciding, count: int) -> None:
    review = d.incident.review
    people = (review.owner,) if review is not None and review.owner else chain_of_lead(d)
    audiences = ",".join(d.playbook.review.publish_to)
    notify(d, people, "publish", rule="publish", subject=audiences, count=count)


def publish_due(d: Deciding, _subject: str) -> None:
    """The audiences have not heard what has changed: the owner is asked again, each week."""
    held = d.incident.review.held_at if d.incident.review is not None else None
    passed = int((d.now - held) // AGAIN) if held is not None else 0
    count = max(d.incident.after.publish_reminders + 1, passed)
    d.record(PublicationReminded(count=count), rule="publish", pointer="/review/publish_to")
    _ask_to_publish(d, count + 1)


def publish(d: Deciding, body: PublishReview) -> None:
    """Tell those whom the playbook names what has changed; they are those who heard the end."""
    review = d.incident.review
    if review is None or review.held_at is None or not d.incident.over:
        d.refuse(
            "publish",
            "Le retour d'expérience n'est pas encore tenu.",
            "The review has not been held yet.",
        )
    if d.command.actor.person != review.owner:
        require(d, "publish", authority="send")
    audiences = tuple(name for name in d.playbook.review.publish_to if name in d.incident.audiences)
    if not audiences:
        d.refuse(
            "publish",
            "Le plan ne nomme aucun public à qui le dire, ou aucun n'a été prévenu.",
            "The playbook names no audience to tell, or none of them was told of the crisis.",
        )
    for audience in audiences:
        tell(d, audience, "update", rule="publish", own_words=body.words)
    d.record(ReviewPublished(words=body.words, audiences=audiences), rule="publish")


def follow_up(d: Deciding, _subject: str) -> None:
    """Look at the actions again: what is not verified goes to its owner and to the directorate."""
    review = d.incident.review
    opened_at = review.opened_at if review is not None else d.now
    spans = sorted(d.playbook.review.follow_up)
    passed = sum(d.pinned.site.add(opened_at, span) <= d.now for span in spans)
    left = {name: one for name, one in d.incident.actions.items() if one.state != "verified"}
    d.record(
        ActionsFollowed(count=passed, left=len(left)),
        rule="follow-up",
        pointer="/review/follow_up",
    )
    owners = [review.owner if review else None, *(one.owner for one in left.values())]
    items = tuple(wanted(d, one) for one in left.values())
    people = tuple(who for who in owners if who is not None) or chain_of_lead(d)
    notify(d, people, "follow-up", rule="follow-up", items=items, count=passed)
    notify(
        d, (), "follow-up", rule="follow-up", items=items, count=passed, audience=DIRECTORATE
    )  # fmt: skip


def thank(d: Deciding) -> None:
    """Merci: everybody who held a role reads each one's part, by name, once it is closed."""
    if d.incident.phase != "closed" or d.incident.after.thanked:
        return
    held = (who for state in d.incident.roles.values() for who in state.holders)
    people = tuple(dict.fromkeys((*held, *d.incident.relieved)))
    if not people:
        return
    message = Message(
        **common(d),
        kind="thanks",
        phase=d.incident.phase,
        audience=None,
        to=people,
        urgency="future",
        life_safety=False,
        speaker=speaker(d, "lead"),
        speaker_function=speaker_function(d, "lead"),
        contact=d.pinned.plan.audiences[DIRECTORATE].contact,
        contributions=tuple(contributions(d.incident, d.playbook, d.pinned.site)),
    )
    release(d, message, rule="thanks", automatic=True)
    d.record(ContributorsThanked(people=people), rule="thanks")


def contributions(
    incident: Incident, playbook: Playbook, site: Site, *, named: bool = True
) -> Iterator[Contribution]:
    """Give each one's part: roles with what was done under them; in public without names."""
    done = {
        name: step for name, step in playbook.steps.items()
        if (state := incident.steps.get(name)) is not None and state.state == "done"
    }  # fmt: skip
    for name, role in playbook.roles.items():
        held = incident.roles.get(name)
        holding = tuple(held.holders) if held is not None else ()
        did = [step.measure for step in done.values() if name in step.by and step.measure]
        for who in holding if named else holding[:1]:
            yield Contribution(
                person=who if named else None, role=role.title, did=tuple(did[:MOST_DID])
            )
    for step in done.values():
        if step.call is not None and step.for_ is not None:
            firm = site.contractors.get(step.call)
            if firm is None:
                yield Contribution(person=None, role=step.for_)
            else:
                of_firm = Text(dict.fromkeys(step.for_, firm.name))
                yield Contribution(person=None, role=of_firm, did=(step.for_,))


def tie(d: Deciding, body: TieToPlaybook) -> None:
    """The lesson becomes a change of a playbook: its next version is the proof."""
    person(d, "action")
    if body.action_id not in d.incident.actions:
        known = ", ".join(d.incident.actions) or "-"
        d.refuse("action", f"Actions connues : {known}.", f"Known actions: {known}.")
    digest = d.facts.playbook_digest(body.playbook)
    if not digest:
        d.refuse(
            "action",
            f"Il n'y a pas de plan « {body.playbook} ».",
            f'There is no playbook "{body.playbook}".',
        )
    d.record(
        ActionTied(action_id=body.action_id, playbook=body.playbook, digest=digest), rule="action"
    )
