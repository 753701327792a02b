"""The laws of due and of promises, over random crises on the shipped playbooks (design §2, §5).

People answer, decline, step in, contradict one another, stay silent; the service is away for
hours; the ledger is late or finds nobody. Whatever they do, the laws hold. :class:`Story` checks
at every step that nothing is due before ``next_due_at``, that each due command is accepted and
changes something, that nothing is due afterwards, that the fold of the events is the state of the
decision, that numbers have no gap, and that the same question has the same answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar, get_args
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crisis.codec import shape_of
from crisis.core import commands as c
from crisis.core import committing_commands as k
from crisis.core import decide as decide_module
from crisis.core import events as e
from crisis.core.decide import Follows
from crisis.core.incident import OVER, Incident
from tests.unit.core.story import PLAYBOOKS, SHIPPED, Story, document, words

T = TypeVar("T")
LAWFUL = settings(
    max_examples=25,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
SPANS = ("1m", "5m", "11m", "30m", "1h", "4h", "1d")
PEOPLE = ("lead", "lead-deputy", "director", "technical", "security", "stranger", "dg")


@dataclass(frozen=True)
class Act:
    """Something that somebody does, chosen by numbers among what the state offers."""

    what: int
    which: int
    who: int
    after: int
    forced: bool


acts = st.builds(
    Act,
    what=st.integers(0, 25),
    which=st.integers(0, 30),
    who=st.integers(0, 30),
    after=st.integers(0, 2 * len(SPANS)),
    forced=st.booleans(),
)


def body_of(story: Story, act: Act) -> c.Body | None:
    """What is said or done; None: this time only time passes."""
    incident, playbook = story.incident, story.pinned.in_force(story.incident.situation)

    def one(of: Sequence[T]) -> T | None:
        return of[act.which % len(of)] if of else None

    steps = [*playbook.steps, *incident.steps]
    name = one(steps) or "people"
    step = playbook.steps.get(name)
    offer = one(list(incident.offers)) or "none"
    audience = one([*incident.audiences, "users-away", "nobody"]) or ""
    due_at = story.now + timedelta(hours=act.which)
    severity = one(list(story.pinned.plan.severities)) or ""
    promise = one([*incident.commitments, "p0"]) or ""
    action = one([*incident.actions, "a99"]) or ""
    answer = one(list(step.answers if step else ())) or "yes"
    option = one(list(step.options if step else ())) or "none"
    stages: tuple[c.Stage, ...] = get_args(c.Stage)
    stage = stages[act.which % len(stages)]
    eta_at = due_at if act.which % 2 else None
    menu: list[c.Body | None] = [
        None,
        c.AcceptRoles(offer_id=offer),
        c.AcceptRoles(offer_id=offer),
        c.DeclineRoles(offer_id=offer),
        c.TakeRole(role=one(list(playbook.roles)) or "lead"),
        c.AnswerStep(step=name, answer=answer),
        c.AnswerStep(step=name, answer=answer),
        c.ChooseOption(step=name, option=option),
        c.CompleteStep(step=name, evidence=words("proof")),
        c.CompleteStep(step=name, evidence=words("proof")),
        c.ReportContractor(step=name, stage=stage, eta_at=eta_at),
        c.RecordMeasure(measure=words("m"), inside_only=act.which % 3 == 0),
        c.RecordWorkaround(workaround=words("w")),
        c.Say(),
        c.Say(audiences=(audience,), words=words("w"), correction=act.which % 4 == 0),
        c.MakePromise(
            promise_id=f"p{act.which}", audience=audience, words=words("p"), due_at=due_at,
            counterpart=words("c") if act.which % 2 else None,
        ),
        k.KeepPromise(promise_id=promise),
        c.SendBrief(),
        c.DeclarePhase(phase=one(["safe", "worked_around", "normal", "open"]) or ""),
        c.DeclarePhase(phase=one(["safe", "worked_around", "normal"]) or ""),
        c.CancelIncident() if act.which % 5 == 0 else None,
        c.CloseIncident(),
        c.ChangeSeverity(to=severity),
        c.HoldReview(avoidable="partly", why=words("why")),
        c.AgreeAction(action_id=action, what=words("w"), owner="lead", due_at=due_at),
        c.FinishAction(action_id=action, proof=words("p")) if act.which % 2
        else c.VerifyAction(action_id=action),
    ]  # fmt: skip
    return menu[act.what]


def play(story: Story, act: Act) -> None:
    """Do it, then let time pass, with the service running or away."""
    body = body_of(story, act)
    if act.what == 0 and act.which % 4 == 0:
        danger = "yes" if act.who % 2 else "unknown"
        signal = "resolved" if act.who % 3 == 0 else "firing"
        if story.incident.phase not in {"closed", "cancelled"}:
            story.report(danger=danger, signal=signal, by_machine=act.who % 2 == 0)
    if body is not None:
        by = PEOPLE[act.who % len(PEOPLE)]
        if isinstance(body, (c.AcceptRoles, c.DeclineRoles)) and act.forced:
            offer = story.incident.offers.get(body.offer_id)
            by = offer.person if offer else by
        story.tries(body, by, override=words("why") if act.forced else None)
    if act.after < len(SPANS):
        story.passes(SPANS[act.after])
    elif act.after < 2 * len(SPANS):
        story.ledger = act.who % 3 != 0
        story.away(SPANS[act.after - len(SPANS)])
        if story.ledger:
            story.dispatch()


@pytest.mark.slow
@LAWFUL
@given(
    playbook=st.sampled_from(PLAYBOOKS),
    severity=st.sampled_from((None, "S1", "S4")),
    failing=st.sampled_from(
        (frozenset[str](), frozenset({"directorate"}), frozenset({"co-tenants"}))
    ),
    script=st.lists(acts, min_size=3, max_size=14),
    ends=st.sampled_from((None, "normal", "cancelled")),
)
def test_whatever_happens_the_laws_hold(
    playbook: str,
    severity: str | None,
    failing: frozenset[str],
    script: list[Act],
    ends: str | None,
) -> None:
    """The laws of due, G5, G6, G7 and G8 hold over random acts, silences and absences."""
    story = Story(playbook, failing=set(failing))
    story.report(severity=severity)
    for act in script:
        play(story, act)
    story.ledger = True
    story.dispatch()
    finish(story, ends)
    nobody_hears_three_holding_statements_in_a_row(story)
    nobody_hears_more_than_agreed(story)
    every_promise_has_one_end(story)
    every_end_is_the_one_that_time_gave_it(story)
    the_snapshot_is_the_state(story)
    outside_comes_after_the_directorate(story)
    the_end_reaches_all_who_were_told(story)


def nobody_hears_three_holding_statements_in_a_row(story: Story) -> None:
    """G5: the third automatic word is not said."""
    rows: Counter[str | None] = Counter()
    for one in story.sent():
        if one.kind == "holding":
            rows[one.audience] += 1
            assert rows[one.audience] <= 2
        elif one.notice is None and one.brief is None:
            rows[one.audience] = 0


def nobody_hears_more_than_agreed(story: Story) -> None:
    """``at_most``, of which one is kept for the end, in each thread of messages."""
    limits = {name: one.at_most for name, one in story.pinned.plan.audiences.items()}
    heard: Counter[str | None] = Counter()
    for event in story.log:
        body = event.body
        if isinstance(body, e.PhaseDeclared) and body.phase == "open":
            heard.clear()
        if isinstance(body, e.MessageReleased) and (limit := limits.get(body.audience or "")):
            heard[body.audience] += 1
            assert heard[body.audience] <= limit
            over = body.phase in {"normal", "cancelled", "closed"}
            assert over or heard[body.audience] < limit


def every_promise_has_one_end(story: Story) -> None:
    """G8: kept, kept late, or broken; what is still open is in the state, nothing is lost."""
    made = [
        event.body.commitment_id
        for event in story.log
        if isinstance(event.body, (e.UpdatePromised, e.PromiseMade))
    ]
    ended = [
        event.body.commitment_id
        for event in story.log
        if isinstance(event.body, (e.CommitmentKept, e.CommitmentKeptLate, e.CommitmentBroken))
    ]
    open_now = list(story.incident.commitments)
    assert Counter(made) == Counter(ended) + Counter(open_now)
    tallies = dict(story.incident.tallies)
    assert tallies.pop("made", 0) == len(made)
    assert sum(tallies.values()) == len(ended)
    for name, one in story.incident.commitments.items():
        assert story.now <= broken_at(one.made_at, one.due_at), f"{name} is forgotten"


def broken_at(made_at: datetime, due_at: datetime) -> datetime:
    """A promise is broken at 120 % of its span (design §5)."""
    return made_at + (due_at - made_at) * 1.2


def every_end_is_the_one_that_time_gave_it(story: Story) -> None:
    """G5: kept is sent by the promised time, late until 120 % of the span, broken after that."""
    promised: dict[str, tuple[datetime, datetime]] = {}
    answers: dict[str, str] = {}
    sent: dict[str, datetime] = {}
    for event in story.log:
        body, at = event.body, event.happened_at or event.at
        match body:
            case e.UpdatePromised() | e.PromiseMade():
                promised[body.commitment_id] = (event.at, body.due_at)
            case e.PromiseAnswered():
                answers[body.commitment_id] = body.message_id
            case e.MessageSent():
                sent[body.message_id] = body.sent_at
            case e.CommitmentKept() | e.CommitmentKeptLate() | e.CommitmentBroken():
                kept_at = sent.get(answers.get(body.commitment_id, ""), at)
                made_at, due_at = promised[body.commitment_id]
                closing = story.phase_at(event.seq) in OVER and event.actor.startswith("person")
                if isinstance(body, e.CommitmentKept):
                    assert kept_at <= due_at
                elif isinstance(body, e.CommitmentKeptLate):
                    assert due_at < kept_at <= broken_at(made_at, due_at)
                else:
                    assert closing or event.at >= broken_at(made_at, due_at)


def finish(story: Story, ends: str | None) -> None:
    """The director ends it, whatever is still open, and time goes on."""
    why = words("seen with the team")
    if ends == "normal":
        story.tries(c.DeclarePhase(phase="normal"), "director", override=why)
    elif ends == "cancelled":
        story.tries(c.CancelIncident(), "director", override=why)
    story.passes("3h")
    if ends is not None:
        story.tries(c.CloseIncident(), "director", override=why)
        story.passes("3h")
        assert story.incident.over


def the_snapshot_is_the_state(story: Story) -> None:
    """A snapshot of the state gives the same state back."""
    shape = shape_of(Incident)
    assert shape.load(shape.dump(story.incident)) == story.incident


def outside_comes_after_the_directorate(story: Story) -> None:
    """G6: its brief was sent before, or leaves with it (life-safety), or the bound has passed."""
    outside = {name for name, one in story.pinned.plan.audiences.items() if one.outside}
    released = briefs(story)
    brief = known = waived = 0
    for event in story.log:
        body = event.body
        if isinstance(body, e.BriefReleased):
            brief = event.seq
        elif isinstance(body, e.MessageSent) and body.message_id in released:
            known = max(known, released[body.message_id])
        elif isinstance(body, e.DirectorateUnreached):
            waived = event.seq
        elif isinstance(body, e.MessageReleased) and body.audience in outside:
            change = last_change(story, event.seq)
            assert brief > change, "the brief leaves before it"
            assert body.life_safety or max(known, waived) > change


def briefs(story: Story) -> dict[str, int]:
    """The events that released the briefs."""
    return {
        event.body.message_id: event.seq for event in story.log
        if isinstance(event.body, e.MessageReleased) and event.body.kind == "brief"
    }  # fmt: skip


CHANGES = (
    e.IncidentDeclared, e.DangerReported, e.SeverityChanged, e.PhaseDeclared, e.IncidentCancelled,
    e.CommitmentBroken,
)  # fmt: skip


def last_change(story: Story, before: int) -> int:
    """The last material change before an event."""
    found = (one.seq for one in story.log if isinstance(one.body, CHANGES) and one.seq < before)
    return max(found)


def the_end_reaches_all_who_were_told(story: Story) -> None:
    """G7: once it is over, whoever was told anything is told so, or waits for the directorate."""
    if not story.incident.over:
        return
    for audience, heard in story.incident.audiences.items():
        assert heard.phase in {"normal", "cancelled", "closed"} or audience in story.incident.held
    updates = [one for one in story.incident.commitments.values() if one.kind == "update"]
    assert all(one.message_id or one.audience in story.incident.held for one in updates)
    promised = [one.seq for one in story.log if isinstance(one.body, e.UpdatePromised)]
    assert all(story.phase_at(seq) not in OVER for seq in promised), "promised after the end"


@LAWFUL
@given(
    playbook=st.sampled_from(PLAYBOOKS),
    severity=st.sampled_from(("S1", "S2", "S3")),
    accepted=st.booleans(),
    hours=st.integers(1, 6),
)
def test_after_an_absence_one_word_and_no_burst(
    playbook: str, severity: str, accepted: bool, hours: int
) -> None:
    """G5: after hours away each audience gets one holding statement, and each person few words."""
    story = Story(playbook)
    story.report(severity=severity)
    if accepted:
        story.accept()
    before = story.seq
    story.away(f"{hours}h")

    for audience in story.incident.audiences:
        assert len(story.sent(audience, since=before)) <= 2
        assert len(story.sent(audience, "holding", since=before)) <= 1
    written = Counter(who for one in story.sent(since=before) for who in one.to)
    assert max(written.values(), default=0) <= 8


def _no_wait(playbook: str) -> dict[str, object]:
    steps = document(SHIPPED, playbook)["steps"]
    return {f"steps/{name}/wait": ... for name, step in steps.items() if "wait" in step}


@pytest.mark.slow
@settings(LAWFUL, max_examples=8)
@given(playbook=st.sampled_from(PLAYBOOKS), script=st.lists(acts, max_size=10))
def test_a_rule_is_never_skipped_that_had_something_to_add(
    playbook: str, script: list[Act]
) -> None:
    """Running every rule after every event, or only those that it concerns, is the same.

    Only while nothing waits to be done: what time has brought meanwhile comes in its own order.
    So steps do not wait here: one whose wait ends in the instant of something else comes after it.
    """
    everything = frozenset(get_args(e.IncidentEvent))
    always = tuple(Follows(rule, everything) for rule, _ in decide_module.FOLLOW)
    stories = []
    for follow in (decide_module.FOLLOW, always):
        story = Story(playbook, edits=_no_wait(playbook))
        with patch.object(decide_module, "FOLLOW", follow):
            story.report()
            for act in script:
                play(story, replace(act, after=act.after % len(SPANS)))
        stories.append(story)
    only, every = stories

    assert only.log == every.log


@LAWFUL
@given(playbook=st.sampled_from(PLAYBOOKS), back=st.integers(1, 600))
def test_time_never_goes_back(playbook: str, back: int) -> None:
    """A clock that is set back does not date anything before what it follows."""
    story = Story(playbook)
    story.report()
    story.passes("20m")
    story.now -= timedelta(minutes=back)
    story.does(c.SendBrief())

    assert [one.at for one in story.log] == sorted(one.at for one in story.log)
