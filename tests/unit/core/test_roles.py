"""Roles: offered, accepted, declined, handed over; nobody silent in charge (G3)."""

from __future__ import annotations

import itertools

from crisis.core import commands as c
from crisis.core import events as e
from crisis.core.deciding import Rank
from tests.unit.core.story import Story, cast, words
from tests.unit.only import only


def flood(**more: object) -> Story:
    """A flood that has just been reported."""
    story = Story("flood", **more)  # type: ignore[arg-type]  # fields by name
    story.report()
    return story


def test_every_role_is_offered_at_once_with_its_card() -> None:
    """Each holder is asked at the opening, with mission, authority and what waits for the role."""
    story = flood()
    offer = only(one for one in story.sent(kind="role_offer") if one.to == ("technical",))

    (card,) = offer.cards
    assert card.role == "technical"
    assert card.mission == story.pinned.in_force({}).roles["technical"].mission
    assert card.authority == ("commit", "spend")
    assert card.spend_up_to == "5000 EUR"
    assert len(card.tasks) == 6
    assert offer.accept_by is not None
    assert story.clock(offer.accept_by) == "10:10"


def test_one_person_with_several_roles_gets_one_offer_and_one_card_each() -> None:
    """Nobody is called three times for three roles."""
    people = cast(("lead", "technical", "security", "communication", "liaison", "logistics"))
    people["technical"] = people["security"] = (Rank("holder", ("ann",)),)
    story = flood(people=people)

    offer = only(one for one in story.sent(kind="role_offer") if one.to == ("ann",))
    assert [card.role for card in offer.cards] == ["technical", "security"]
    story.accept("technical")
    assert story.incident.roles_of("ann") == ("technical", "security")


def test_all_holders_are_asked_and_the_first_to_accept_holds() -> None:
    """The others need not answer: their offer is withdrawn, and a late yes gets thanks."""
    people = cast(("lead",))
    people["lead"] = (Rank("holder", ("ann", "bob")),)
    story = flood(people=people)
    anns, bobs = story.incident.offers
    story.does(c.AcceptRoles(offer_id=bobs), "bob")

    assert story.incident.lead == "bob"
    assert story.incident.offers[anns].state == "withdrawn"
    assert "already accepted" in story.refused(c.AcceptRoles(offer_id=anns), "ann").words["en"]


def test_a_person_may_accept_one_role_of_an_offer_that_is_partly_taken() -> None:
    """What somebody else took meanwhile is not taken from them."""
    people = cast(("lead",))
    people["lead"] = people["technical"] = (Rank("holder", ("ann",)),)
    story = flood(people=people)
    story.does(c.TakeRole(role="lead"), "bob")
    story.accept("technical")

    assert story.incident.lead == "bob"
    assert story.incident.roles_of("ann") == ("technical",)


def test_after_a_refusal_the_deputy_is_asked_at_once() -> None:
    """Nobody waits for the time to answer of a person who has said no."""
    story = flood()
    story.passes("1m")
    story.does(c.DeclineRoles(offer_id=story.offer("lead"), reason=words("abroad")), "lead")

    offer = story.incident.offers[story.offer("lead")]
    assert (offer.person, offer.ranks) == ("lead-deputy", ("deputy-1",))


def test_after_silence_the_deputy_is_asked_and_a_late_yes_still_counts() -> None:
    """Silence has an answer; whoever wakes up late is welcome while nobody else holds the role."""
    story = flood()
    first = story.offer("lead")
    story.at("10:10")
    assert story.incident.offers[first].state == "lapsed"
    assert story.incident.offers[story.offer("lead")].person == "lead-deputy"
    story.does(c.AcceptRoles(offer_id=first), "lead")

    assert story.incident.lead == "lead"
    deputys = [one for one in story.incident.offers.values() if one.person == "lead-deputy"]
    assert [one.state for one in deputys] == ["withdrawn"]


def test_offers_that_lapse_together_give_one_new_offer_to_a_common_deputy() -> None:
    """A deputy of two roles is asked once, for both."""
    people = cast(("lead",))
    people["technical"] = (Rank("holder", ("tom",)), Rank("deputy-1", ("sue",)))
    people["security"] = (Rank("holder", ("guard",)), Rank("deputy-1", ("sue",)))
    story = flood(people=people)
    story.at("10:10")

    assert [one.roles for one in story.incident.offers.values() if one.person == "sue"] == [
        ("technical", "security")
    ]


def test_whoever_refused_is_not_asked_again_as_a_deputy() -> None:
    """No is no, in every rank."""
    people = cast(("lead",))
    people["lead"] = (
        Rank("holder", ("ann",)), Rank("deputy-1", ("ann", "bob")), Rank("deputy-2", ("ann",)),
        Rank("last-resort", ("director",)),
    )  # fmt: skip
    story = flood(people=people)
    story.does(c.DeclineRoles(offer_id=story.offer("lead")), "ann")
    assert story.incident.offers[story.offer("lead")].person == "bob"
    story.does(c.DeclineRoles(offer_id=story.offer("lead")), "bob")

    assert story.incident.offers[story.offer("lead")].person == "director"


def test_nobody_leads_in_time_and_those_above_are_told() -> None:
    """G3: at the bound the last resort and the directorate hear that nobody leads, and again."""
    story = flood()
    story.at("10:15")
    (missing,) = story.said(e.LeadMissing)
    assert missing.count == 1
    assert story.notices("director", "no-lead")
    assert not story.notices("lead", "no-lead")
    assert [one.brief.reason for one in story.sent("directorate") if one.brief][-1] == "no-lead"
    story.at("11:15")

    assert story.said(e.LeadMissing)[-1].count > 2
    assert story.notices("lead", "no-lead"), "then everyone who could lead is asked"


def test_when_everyone_has_declined_nobody_waits_for_the_bound() -> None:
    """G3: there is nobody left to wait for, so those above are told at once."""
    story = flood(people={"lead": (Rank("holder", ("ann",)), Rank("last-resort", ("director",)))})
    story.does(c.DeclineRoles(offer_id=story.offer("lead")), "ann")
    story.passes("1m")
    story.does(c.DeclineRoles(offer_id=story.offer("lead")), "director")

    assert [one.count for one in story.said(e.LeadMissing)] == [1]
    assert story.notices("director", "no-lead")


def test_an_offer_that_cannot_be_sent_waits_for_nobody() -> None:
    """G3: somebody without an address does not keep the role for the time of an answer."""
    story = flood(ledger=False)
    (offer,) = (one for one in story.sent(kind="role_offer") if one.to == ("technical",))
    before = story.seq
    story.note_sent(offer, sent=False)

    (lapsed,) = story.said(e.OfferLapsed, before)
    assert lapsed.person == "technical"
    (asked,) = story.said(e.RolesOffered, before)
    assert (asked.person, asked.roles) == ("technical-deputy", ("technical",))
    story.does(c.AcceptRoles(offer_id=lapsed.offer_id), "technical")
    assert story.incident.roles["technical"].holder == "technical", "late is better than never"


def test_an_answer_before_the_ledger_says_no_counts() -> None:
    """Whoever has accepted by another way is not let go for a mail that bounced."""
    story = flood(ledger=False)
    (offer,) = (one for one in story.sent(kind="role_offer") if one.to == ("technical",))
    story.does(c.AcceptRoles(offer_id=str(offer.offer_id)), "technical")
    before = story.seq
    story.note_sent(offer, sent=False)

    assert story.said(e.OfferLapsed, before) == []


def test_that_nobody_leads_is_said_once_at_a_bound() -> None:
    """The bound and the last silence fall together: one word, then ever more rarely."""
    people = {"lead": (Rank("holder", ("ann",)), Rank("last-resort", ("director",)))}
    edits = {"roles/lead/accept_within": "5m"}
    story = flood(people=people, edits=edits, plan={"cadence/lead_within": "10m"})
    story.passes("10m")

    assert "lead" in {one.role for one in story.said(e.RoleUnfilled)}
    assert [one.count for one in story.said(e.LeadMissing)] == [1]
    story.passes("3h")
    at = [event.at for event in story.log if isinstance(event.body, e.LeadMissing)]
    gaps = [(after - before).total_seconds() / 60 for before, after in itertools.pairwise(at)]
    assert gaps == [10, 20, 40, 40, 40]


def test_with_nobody_on_call_the_directorate_is_told_at_once() -> None:
    """G3: an empty rota is not a reason to be silent; everyone is told once, in one word."""
    story = flood(people={"directorate": (Rank("member", ("dg",)),)})

    assert {one.role for one in story.said(e.RoleUnfilled)} >= {"lead", "technical"}
    assert story.said(e.LeadMissing)
    assert story.sent("directorate")[0].brief is not None


def test_roles_that_nobody_takes_are_told_in_one_word() -> None:
    """Five empty roles are one notice to the lead, not five."""
    people = cast(("lead",)) | {"technical": (Rank("holder", ("tom",)),)}
    story = flood(people=people)

    (notice,) = story.notices("lead", "role-unfilled")
    assert notice.notice is not None
    assert notice.notice.subject == "security,communication,liaison,logistics"


def test_a_role_is_offered_once_its_condition_holds_and_let_go_when_it_ends() -> None:
    """The IT lead is asked when the server room is threatened, and not any longer than that."""
    story = flood()
    story.accept()
    story.does(c.AnswerStep(step="server-room", answer="yes"), "technical")
    assert story.incident.offers[story.offer("it")].person == "it"
    offer = story.offer("it")
    story.does(c.AnswerStep(step="server-room", answer="no"), "technical")

    assert story.incident.offers[offer].state == "withdrawn"
    assert "not needed" in story.refused(c.AcceptRoles(offer_id=offer), "it").words["en"]


def test_a_role_that_a_layer_removes_is_offered_no_more() -> None:
    """What the playbook in force does not have, nobody is asked to hold."""
    edits = {"layers/calm": {"when": {"severity": "S4"}, "roles": {"logistics": None}}}
    story = flood(edits=edits)
    story.accept("lead")
    story.does(c.ChangeSeverity(to="S4"))

    offers = [one for one in story.incident.offers.values() if "logistics" in one.roles]
    assert [one.state for one in offers] == ["withdrawn"]


def test_stepping_in_without_being_asked_is_a_handover_from_who_held_it() -> None:
    """Whoever takes a role gets its tasks; whoever held it is told and thanked."""
    story = flood()
    story.accept("technical")
    before = story.seq
    story.does(c.TakeRole(role="technical"), "sue")

    assert story.incident.roles_of("sue") == ("technical",)
    assert story.notices("technical", "relieved", before)
    assert story.notices("sue", "steps-ready", before)
    assert story.refused(c.TakeRole(role="technical"), "sue").rule == "take-role"


def test_what_became_ready_since_the_offer_is_told_on_accepting() -> None:
    """The card shows what waited when it was written; the rest comes with the yes."""
    story = flood()
    story.accept("lead")
    story.passes("2m")
    story.does(c.AnswerStep(step="current", answer="yes"), "lead")
    before = story.seq
    story.accept("technical")

    notice = only(story.notices("technical", "steps-ready", before))
    assert notice.notice is not None
    assert notice.notice.subject == "cut-power"


def test_offers_are_answered_by_those_who_were_asked() -> None:
    """A stranger cannot answer; a proxy enters it for the person, and the record has both."""
    story = flood()
    offer = story.offer("lead")
    assert story.refused(c.AcceptRoles(offer_id="none"), "lead").rule == "offer"
    assert story.refused(c.AcceptRoles(offer_id=offer), "bob").rule == "offer"
    proxy = c.Actor(kind="person", id="reception", for_person="lead")
    story.does(c.AcceptRoles(offer_id=offer), actor=proxy)

    assert story.incident.lead == "lead"
    accepted = next(one for one in story.log if isinstance(one.body, e.RolesAccepted))
    assert accepted.actor == "person:reception for person:lead"


def test_an_answer_given_twice_is_thanked_for() -> None:
    """Buttons are pressed twice; nothing happens twice."""
    story = flood()
    offer, other = story.offer("lead"), story.offer("technical")
    story.accept("lead")
    assert "noted" in story.refused(c.AcceptRoles(offer_id=offer), "lead").words["en"]
    assert "takes over" in story.refused(c.DeclineRoles(offer_id=offer), "lead").words["en"]
    story.does(c.DeclineRoles(offer_id=other), "technical")
    assert "noted" in story.refused(c.DeclineRoles(offer_id=other), "technical").words["en"]


def test_a_role_that_is_not_there_cannot_be_taken() -> None:
    """The refusal names the roles that there are."""
    refusal = flood().refused(c.TakeRole(role="pilot"), "bob")
    assert "technical" in refusal.words["en"]


def test_after_the_end_no_role_is_needed() -> None:
    """Offers are let go at the end, nobody is asked, and a late yes gets thanks."""
    story = flood()
    offer = story.offer("technical")
    story.accept("lead")
    story.does(c.DeclarePhase(phase="normal"), override=words("dry"))

    assert story.incident.offers[offer].state == "withdrawn"
    assert "not needed" in story.refused(c.AcceptRoles(offer_id=offer), "technical").words["en"]
    assert "not needed" in story.refused(c.TakeRole(role="security"), "bob").words["en"]


def test_a_rule_cannot_do_what_only_people_do() -> None:
    """Machines propose, people decide."""
    machine = c.Actor(kind="source", id="sensor")
    assert flood().refused(c.TakeRole(role="lead"), actor=machine).rule == "take-role"
