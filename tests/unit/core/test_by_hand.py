"""Whom no medium reaches is told by somebody by name, once, with the present words, in time."""

from __future__ import annotations

from crisis.core import commands as c
from crisis.core import events as e
from crisis.core import people_commands as p
from crisis.core.deciding import Rank
from crisis.core.errand import PEOPLE
from crisis.core.message import Message
from tests.unit.core.story import Story, words

LEDGER = c.Actor(kind="rule", id="ledger")


def led(**more: object) -> Story:
    """A flood with all roles held."""
    story = Story("flood", **more)  # type: ignore[arg-type]  # what a story takes
    story.report()
    story.accept()
    return story


def left(story: Story, message: Message, count: int) -> list[e.EventBody]:
    """The ledger says how many of a message are left to people."""
    body = c.NoteLeftOver(
        message_id=message.id, kind=message.kind, audience=message.audience, count=count
    )
    return story.does(body, actor=LEDGER)


def test_who_speaks_to_them_is_asked_to_tell_them_by_the_objective() -> None:
    """Five people of those who are away are left over: the communication lead gets the errand."""
    story = led()
    message = story.sent("users-away")[-1]
    left(story, message, 5)

    assert "users-away" in story.incident.errands
    errand = story.incident.errands["users-away"]
    assert (errand.count, errand.carriers) == (5, ("communication",))
    first_within = story.pinned.first_within(
        story.pinned.in_force(story.incident.situation), "users-away", story.incident.severity
    )
    assert errand.due_at == story.now + first_within.delta
    (told,) = story.notices("communication", "carry")
    assert told.notice is not None
    assert message.instruction in told.notice.items


def test_who_walks_the_floors_goes_to_people_in_danger() -> None:
    """G12: security goes to the people who may be in danger, in a playbook without wardens."""
    story = Story("fire")
    story.report()
    story.accept()
    left(story, story.sent("people-on-site")[-1], 3)
    assert story.incident.errands["people-on-site"].carriers == ("security",)


def test_while_nobody_holds_a_role_the_last_resort_goes() -> None:
    """G3: an errand always has a name, if there is anybody at all."""
    story = Story("flood")
    story.report()
    left(story, story.sent("front-line")[-1], 2)
    assert story.incident.errands["front-line"].carriers == ("director",)

    alone = Story("flood", people={"lead": (Rank("holder", ()),)})
    alone.report()
    left(alone, alone.sent("front-line")[-1], 2)
    assert alone.incident.errands["front-line"].carriers == ()


def test_the_brief_is_carried_by_the_liaison_and_then_the_directorate_knows() -> None:
    """G6: what waits for the directorate goes once the brief was carried to it by hand."""
    story = led(ledger=False)
    brief = story.sent("directorate")[-1]
    story.note_sent(brief, sent=False)
    left(story, brief, 2)
    assert story.incident.errands["directorate"].carriers == ("liaison",)
    assert story.incident.known_seq == 0

    story.does(c.CarryByHand(audience="directorate"), "liaison")
    assert story.incident.known_seq == story.incident.brief_seq
    assert "directorate" not in story.incident.errands


def test_who_carries_an_older_brief_tells_the_directorate_nothing_newer() -> None:
    """G6: brief 2 says that it is safe, brief 1 is carried; co-tenants still wait for brief 2."""
    story = led(ledger=False)
    first = story.sent("directorate")[-1]
    story.does(c.DeclarePhase(phase="safe"), override=words("seen"))
    assert story.sent("directorate")[-1].id != first.id
    left(story, first, 2)
    story.does(c.CarryByHand(audience="directorate"), "liaison")
    assert story.incident.known_seq < story.incident.change_seq
    left(story, story.sent("directorate")[-1], 2)
    story.does(c.CarryByHand(audience="directorate"), "liaison")
    assert story.incident.known_seq == story.incident.brief_seq


def test_done_by_one_gesture_but_for_those_who_were_not_found() -> None:
    """By proxy, from paper: four are told, the fifth is looked for; then nobody is left."""
    story = led()
    left(story, story.sent("front-line")[-1], 5)
    story.does(
        c.CarryByHand(audience="front-line", but=("e9",)),
        happened_at=story.now,
        actor=c.Actor(kind="person", id="lead", for_person="communication"),
    )
    assert story.incident.errands["front-line"].count == 1
    story.does(c.CarryByHand(audience="front-line"), "communication")
    assert not story.incident.errands
    refused = story.refused(c.CarryByHand(audience="front-line"))
    assert refused.words["en"].endswith("To be carried: -.")
    machine = c.Actor(kind="source", id="operator")
    assert story.refused(c.CarryByHand(), actor=machine).rule == "by-hand"


def test_a_promise_is_kept_by_who_carries_the_word() -> None:
    """G5: the update that no medium took was told in person before its time."""
    story = led(failing={"front-line"})
    for _ in range(120):
        if any(
            one.audience == "front-line" and one.message_id is not None
            for one in story.incident.commitments.values()
        ):
            break
        story.passes("1m")
    message = story.sent("front-line")[-1]
    left(story, message, 4)
    kept = len(story.said(e.CommitmentKept))
    story.does(c.CarryByHand(audience="front-line"), "communication")
    assert len(story.said(e.CommitmentKept)) == kept + 1


def test_it_is_chased_until_it_is_done() -> None:
    """Not told in time: the carrier and the lead hear so; again after twice the wait."""
    story = led()
    story.passes("1h")
    left(story, next(one for one in story.messages if one.notice is not None), 1)
    errand = story.incident.errands[PEOPLE]
    wait = errand.due_at - errand.asked_at
    story.passes("5h")
    late = [event.at for event in story.log if isinstance(event.body, e.CarryingLate)]
    assert late[:3] == [errand.due_at, errand.due_at + wait, errand.due_at + 3 * wait]
    assert story.notices("communication", "carry-late")
    assert story.notices("lead", "carry-late")


def test_a_newer_word_replaces_what_was_to_be_carried() -> None:
    """Nobody carries what is no longer so; late news of the old word changes nothing."""
    story = led()
    old = story.sent("front-line")[-1]
    left(story, old, 5)
    story.does(c.Say(audiences=("front-line",)))
    assert "front-line" not in story.incident.errands
    assert not left(story, old, 5)


def test_who_was_asked_is_not_asked_anew_for_each_word_to_the_same_people() -> None:
    """The same person of the directorate confirms no brief: one errand, one chase, newest brief."""
    story = led()
    story.passes("3h")
    story.does(c.SendBrief())
    left(story, story.sent("directorate")[-1], 1)
    first = story.incident.errands["directorate"]
    story.passes(f"{(first.due_at - story.now).total_seconds() // 60 + 1:.0f}m")
    chased = story.incident.errands["directorate"].reminders
    assert chased > 0
    story.does(c.SendBrief())
    assert "directorate" not in story.incident.errands
    newest = story.sent("directorate")[-1]
    left(story, newest, 1)

    errand = story.incident.errands["directorate"]
    assert (errand.message_id, errand.reminders) == (newest.id, chased)
    assert (errand.asked_at, errand.due_at) == (first.asked_at, first.due_at)
    assert len(story.notices("liaison", "carry")) == 1
    counts = [one.notice.count for one in story.notices("liaison", "carry-late") if one.notice]
    assert counts == list(range(1, chased + 1))


def test_a_chase_that_is_over_hurries_nobody() -> None:
    """Words reached them meanwhile, or somebody went: who is left next has a time of their own."""
    story = led()
    left(story, story.sent("front-line")[-1], 1)
    for _ in range(3):  # two words of which nobody was left over
        story.passes("20m")
        story.does(c.Say(audiences=("front-line",)))
    left(story, story.sent("front-line")[-1], 1)
    assert story.incident.errands["front-line"].asked_at == story.now
    story.does(c.CarryByHand(audience="front-line"), "communication")
    story.passes("20m")
    left(story, story.sent("front-line")[-1], 1)

    errand = story.incident.errands["front-line"]
    assert (errand.asked_at, errand.reminders) == (story.now, 0)
    assert errand.due_at > story.now


def test_what_changes_what_people_must_do_is_asked_anew() -> None:
    """G12: whoever walks to them with "leave" must know that it is now "stay outside"."""
    story = led()
    left(story, story.sent("front-line")[-1], 1)
    story.does(c.DeclarePhase(phase="safe"), override=words("seen"))
    left(story, story.sent("front-line")[-1], 1)
    assert len(story.notices("security", "carry")) == 2
    assert story.incident.errands["front-line"].due_at > story.now


def test_who_carries_the_word_gives_the_same_contact_and_the_directorate_its_brief() -> None:
    """One voice: in person people hear whom to call as they read it; the director hears facts."""
    story = led()
    message = story.sent("people-on-site")[-1]
    left(story, message, 2)
    left(story, story.sent("directorate")[-1], 1)
    (told,) = story.notices("security", "carry")
    assert told.contact == message.contact
    (brief,) = story.notices("liaison", "carry")
    assert brief.notice is not None
    assert story.pinned.plan.severities["S3"] in brief.notice.items


def test_what_is_late_at_once_is_said_in_one_message() -> None:
    """Two audiences wait for somebody: each who is told of it reads one message, of both."""
    story = led()
    for audience in ("front-line", "people-on-site"):
        left(story, story.sent(audience)[-1], 1)
    for key in ("front-line", "people-on-site"):
        assert story.incident.errands[key].due_at > story.now
    story.passes("6h")
    told = [one.notice for one in story.notices("lead", "carry-late") if one.notice is not None]
    both = [one for one in told if one.subject == "front-line,people-on-site"]
    assert both
    assert all(not one.items for one in both)
    assert len({one.issued_at for one in story.notices("lead", "carry-late")}) == len(told)


def test_what_is_not_late_yet_is_not_said_with_what_is() -> None:
    """One has waited for its whole time; the other was asked for two minutes ago."""
    story = led()
    left(story, story.sent("front-line")[-1], 1)
    story.passes("5m")
    left(story, story.sent("contractors-on-site")[-1], 1)
    story.passes("6h")

    late = [one.subject for notice in story.notices("lead", "carry-late") if (one := notice.notice)]
    assert late[0] == "front-line"


def test_the_ledger_may_say_that_more_or_fewer_are_left() -> None:
    """One by one they were told; one more was not reached: nobody is asked twice for it."""
    story = led()
    message = story.sent("users-away")[-1]
    left(story, message, 2)
    assert not left(story, message, 2)
    left(story, message, 3)
    assert len(story.notices("communication", "carry")) == 1
    left(story, message, 1)
    assert story.incident.errands["users-away"].count == 1
    left(story, message, 0)
    assert not story.incident.errands
    assert not left(story, message, 0)


def test_people_with_a_role_who_cannot_be_reached_are_one_errand() -> None:
    """A notice about the errand that cannot be sent either does not make a second notice."""
    story = led()
    story.passes("1h")
    notice = next(one for one in story.messages if one.notice is not None)
    left(story, notice, 1)
    assert story.incident.errands[PEOPLE].carriers == ("communication",)
    (told,) = story.notices("communication", "carry")
    left(story, told, 1)
    assert len(story.notices("communication", "carry")) == 1
    story.does(c.CarryByHand(), "communication")
    assert not story.incident.errands


def test_after_the_end_it_still_matters_and_after_the_close_it_does_not() -> None:
    """G7: the end has to reach who was told, by hand too; a closed incident asks nobody."""
    story = led()
    story.does(c.CancelIncident())
    end = story.sent("front-line", kind="end")[-1]
    left(story, end, 2)
    assert story.incident.errands["front-line"].count == 2
    story.passes("5h")
    assert story.said(e.CarryingLate)
    closed = led()
    closed.does(c.DeclarePhase(phase="normal"), override=words("all is well"))
    last = closed.sent("front-line", kind="end")[-1]
    closed.does(c.CloseIncident(), override=words("nothing is owed"))
    assert closed.incident.phase == "closed"
    assert not left(closed, last, 2)


def test_who_was_not_found_is_still_to_be_told() -> None:
    """Nobody of them was there: it is on the record, and the errand stays."""
    story = led()
    left(story, story.sent("front-line")[-1], 1)
    story.does(c.CarryByHand(audience="front-line", but=("e9",)), "security")
    assert story.incident.errands["front-line"].count == 1
    assert [one.left for one in story.said(e.CarriedByHand)] == [1]


def test_what_is_asked_of_people_is_carried_beside_what_they_are_told() -> None:
    """G12: seven have not had the alarm; two of the roll-call are found, and the seven stay."""
    story = led()
    left(story, story.sent("people-on-site")[-1], 7)
    story.does(p.StartRollCall(roll_call_id="r1", audience="people-on-site"))
    left(story, story.sent("people-on-site", "roll_call")[-1], 2)
    assert {key: one.count for key, one in story.incident.errands.items()} == {
        "people-on-site": 7, "people-on-site/roll_call": 2,
    }  # fmt: skip
    story.does(c.CarryByHand(audience="people-on-site/roll_call"), "security")
    assert {key: one.count for key, one in story.incident.errands.items()} == {"people-on-site": 7}


def test_a_decision_to_be_carried_does_not_keep_the_brief_from_being_known() -> None:
    """G6: the directorate has its brief by runner, and what waits for it goes."""
    story = led(ledger=False)
    brief = story.sent("directorate")[-1]
    story.note_sent(brief, sent=False)
    left(story, brief, 2)
    asked = c.NoteLeftOver(
        message_id="m-9", kind="decision_request", audience="directorate", count=1
    )
    story.does(asked, actor=LEDGER)
    story.does(c.CarryByHand(audience="directorate"), "liaison")
    assert story.incident.known_seq == story.incident.brief_seq
