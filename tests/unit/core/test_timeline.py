"""The timeline: every event says what happened, in French and in English."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crisis.core import events as e
from crisis.core.pinned import Pinned
from crisis.core.place import Building
from crisis.core.prose import TextRef
from crisis.core.timeline import FORMS, SAYS, Entry, entries
from crisis.core.timeline_values import WORDS
from crisis.core.values import Text
from tests.unit.codec.drawn import built
from tests.unit.compose.house import NOON, People, minutes, pinned
from tests.unit.core.story import as_shipped

EVENTS = get_args(e.EventBody)
WORD = st.text("abcdefghij-", min_size=1, max_size=8)


def name(person: str) -> str:
    """The name of anybody."""
    return People.people.get(person, "Sam Doe")


def entry(body: e.EventBody, *, actor: str = "rule:first-words", **changes: Any) -> Entry:
    """The entry of one event."""
    return told(body, actor=actor, **changes)[0]


def told(
    *bodies: e.EventBody, actor: str = "", house: Pinned | None = None, **changes: Any
) -> list[Entry]:
    """The entries of some events in a row."""
    row = [
        e.Event(seq=seq, at=NOON, body=body, actor=actor, **changes)
        for seq, body in enumerate(bodies, start=1)
    ]
    return list(entries(row, names=name, pinned=house or pinned()))


def test_every_event_has_its_sentence() -> None:
    """G11: the timeline is complete; a new class without words is found here."""
    assert set(SAYS) == set(EVENTS)
    assert set(FORMS) <= set(EVENTS)


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_both_languages_say_the_same_things(kind: type) -> None:
    """Every sentence has both languages, filled with the same fields, of at most 20 words."""
    for french, english in SAYS[kind].values():
        assert set(re.findall(r"{\w+}", french)) == set(re.findall(r"{\w+}", english))
        for words in (french, english):
            assert words.endswith(".")
            assert "!" not in words
            assert all(len(part.split()) <= 20 for part in re.split(r"(?<=[.?])\s", words))


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
@settings(max_examples=10, suppress_health_check=list(HealthCheck))
@given(drawn=st.data())
def test_every_event_can_be_told(kind: Any, drawn: st.DataObject) -> None:
    """Whatever an event holds, its entry has no brace, no id of a class, and both languages."""
    body = drawn.draw(built(kind, words=WORD))

    for house in (pinned(), None):
        told = next(iter(entries([e.Event(seq=1, at=NOON, body=body)], names=name, pinned=house)))
        for language in ("fr", "en"):
            assert told.says[language]
            assert "{" not in told.says[language]
            assert "TextRef" not in told.says[language]


@pytest.mark.parametrize("table", WORDS.values(), ids=WORDS)
def test_values_have_both_languages(table: Any) -> None:
    """A word of ours in one language has its other."""
    assert all(french and english for french, english in table.values())


def test_ids_are_shown_as_titles_and_names() -> None:
    """A reader sees people and roles, as the playbook calls them."""
    offered = e.RolesOffered(
        offer_id="o1", person="e101", roles=("lead",), ranks=("holder",), accept_by=minutes(5)
    )
    said = entry(offered).says

    assert said["fr"] == "Proposé à Claire Fontaine : Pilote de crise. Réponse avant 14h10."
    assert said["en"] == "Offered to Claire Fontaine: Incident lead. Answer by 14:10."


def test_a_role_that_each_floor_has_is_shown_with_its_floor() -> None:
    """Which floor is asked for, held and left without anybody stands in the line."""
    house = pinned()
    house.site = house.site.model_copy(update={"buildings": {
        "a": Building(title=Text({"fr": "Bâtiment A", "en": "Building A"}), floors=("1", "2")),
    }})  # fmt: skip
    taken = e.RolesAccepted(offer_id="o1", person="e101", roles=("technical", "lead"),
                            parts={"technical": "a/2"})  # fmt: skip
    bare = e.RoleUnfilled(role="lead", held=1, parts=("a/1", "annex"))
    events = [e.Event(seq=1, at=NOON, body=body) for body in (taken, bare)]
    said = [one.says["en"] for one in entries(events, names=name, pinned=house)]

    assert said == [
        "Claire Fontaine accepts: technical – Building A, floor 2; Incident lead.",
        (
            "Everyone foreseen has been asked; Incident lead, without a holder: "
            "Building A, floor 1; annex."
        ),
    ]


def test_a_commitment_is_told_by_its_audience() -> None:
    """Later events name only the commitment; the reader sees to whom it was made."""
    promised = e.UpdatePromised(
        commitment_id="c1", audience="people-on-site", due_at=minutes(24 * 60)
    )
    kept = e.CommitmentKept(commitment_id="c1", how="holding")
    unknown = e.CommitmentLate(commitment_id="c9")
    said = [one.says["en"] for one in told(promised, kept, unknown)]

    assert said == [
        "Next update promised for 14:05 on Saturday 21 November: People in the building.",
        "Promised time kept by a holding statement: People in the building.",
        "The promised time has passed: c9.",
    ]


def test_a_message_is_told_by_its_number_and_tally() -> None:
    """What was sent to how many, in words."""
    released = e.MessageReleased(
        message_id="i-3", number=3, kind="alert", audience="people-on-site", to=(), phase="open",
        urgency="immediate", life_safety=True, texts={"fr": TextRef("t", "d")}, digest="d",
        automatic=True,
    )  # fmt: skip
    sent = e.MessageSent(message_id="i-3", sent_at=minutes(1), tally={"sent": 12, "failed": 1})
    said = [one.says["fr"] for one in told(released, sent)]

    assert said == [
        "Message n° 3 (alerte) pour : Personnes présentes.",
        "Message n° 3 envoyé à 14h06 : 12 envoyés, 1 en échec.",
    ]
    empty = e.MessageSent(message_id="i-3", sent_at=minutes(1))
    asleep = e.MessageSent(message_id="i-3", sent_at=minutes(1), tally={"queued": 4})
    failed = e.MessageFailed(message_id="i-3", tally={"failed": 2})
    assert [one.says["en"] for one in told(released, empty, asleep, failed)][1:] == [
        "Message no. 3: nobody to tell at this moment in this audience: People in the building.",
        "Message no. 3: has reached nobody yet of: People in the building (4 queued).",
        "Message no. 3: nobody could be reached of: People in the building (2 failed).",
    ]


def test_a_message_to_people_that_reached_nobody_names_them() -> None:
    """Whoever reads the record at night knows whom to call."""
    released = e.MessageReleased(
        message_id="i-4", number=4, kind="role_offer", audience=None, to=("e101",), phase="open",
        urgency="immediate", life_safety=False, texts={}, digest="d", automatic=True,
    )  # fmt: skip
    failed = e.MessageFailed(message_id="i-4", tally={"failed": 2})
    unknown = e.MessageFailed(message_id="i-9", tally={"failed": 1})
    _, first, second = (one.says["en"] for one in told(released, failed, unknown))

    assert first == "Message no. 4: nobody could be reached of: Claire Fontaine (2 failed)."
    assert second == "Message i-9: nobody could be reached of: — (1 failed)."


def test_a_step_is_told_by_its_first_sentence() -> None:
    """Up to the fact of the site that a sentence would be filled with."""
    house = pinned()
    playbook = house.in_force({})
    question = {"ask": {"fr": "D'où vient l'eau ?", "en": "Where from?"}, "unanswered": "no"}
    steps = {
        "source": question | {"by": "lead", "within": "5m"},
        "shut": {
            "do": {
                "fr": "Fermez l'eau : {site.valve}. Puis attendez.",
                "en": "Shut: {site.valve}.",
            },
            "by": "lead",
            "within": "5m",
        },
        "leave": {
            "decide": {"fr": "Qui sort ?", "en": "Who leaves?"},
            "options": {"all": {"fr": "Tout le monde.", "en": "Everyone."}},
            "otherwise": "all",
            "by": "lead",
            "within": "5m",
        },
    }
    checked = type(playbook).model_validate(
        playbook.model_dump(by_alias=True, exclude_unset=True) | {"steps": steps}
    )
    house._built[()] = checked
    house._seen.clear()
    said = told(
        e.StepDone(step="shut"),
        e.StepAnswered(step="source", answer="yes"),
        e.StepAnswered(step="source", answer="roof", was="no"),
        e.ChoiceMade(step="leave", option="all", assumed=True),
        house=house,
    )

    assert [one.says["fr"] for one in said] == [
        "Étape faite : Fermez l'eau.",
        "Réponse à « D'où vient l'eau ? » : oui.",
        "Correction de la réponse à « D'où vient l'eau ? » : roof (avant : non).",
        "Sans choix à temps pour « Qui sort ? », le choix prévu vaut : Tout le monde.",
    ]


@pytest.mark.parametrize(
    ("actor", "french", "english"),
    [
        ("person:e101", "Claire Fontaine", "Claire Fontaine"),
        (
            "person:e101 for person:e102",
            "Marc Delmas, saisi par Claire Fontaine",
            "Marc Delmas, entered by Claire Fontaine",
        ),
        ("rule:first-words", "règle first-words", "rule first-words"),
        ("source:bms", "source bms", "source bms"),
        ("", "—", "—"),
    ],
)
def test_the_actor_is_shown(actor: str, french: str, english: str) -> None:
    """Who did it: a person, one for another, a source, or a rule of ours."""
    who = entry(e.StepDone(step="shut"), actor=actor).who

    assert (who["fr"], who["en"]) == (french, english)


def test_what_was_entered_later_shows_both_times() -> None:
    """From paper: when it happened, and when it was recorded."""
    later = entry(
        e.IncidentClosed(), actor="person:e101", happened_at=NOON.replace(hour=12, minute=50)
    )

    assert later.line("fr", zone="Europe/Paris") == (
        "13h50 – L'incident est clos. (Claire Fontaine, saisi à 14h05)"
    )
    assert later.line("en", zone="UTC") == (
        "12:50 – The incident is closed. (Claire Fontaine, entered at 13:05)"
    )


def test_a_line_says_when_what_and_who() -> None:
    """The plain line of something that was recorded when it happened."""
    assert entry(e.IncidentClosed()).line("en", zone="UTC") == (
        "13:05 – The incident is closed. (rule first-words)"
    )


def test_a_persons_words_are_pointed_at_never_copied() -> None:
    """The page that shows the timeline may show them; erased ones leave the entry whole."""
    recorded = e.MeasureRecorded(
        measure=TextRef("t1", "d"), expected_result=TextRef("t2", "d"), inside_only=False
    )

    assert [one.id for one in entry(recorded).words] == ["t1", "t2"]


def test_without_a_playbook_names_are_shown() -> None:
    """The stream of a report has no playbook; times are UTC there."""
    reported = e.Event(
        seq=1,
        at=datetime(2026, 11, 20, 13, tzinfo=UTC),
        body=e.ChoicePassedOn(step="leave", role="lead"),
    )
    said = next(iter(entries([reported], names=name))).says

    assert said["en"] == "The choice “leave” passes on to: lead."


def test_what_people_read_is_never_the_name_of_a_thing_in_a_file() -> None:
    """What is put back, a question with a fact, an answer, a role, what an action is about."""
    released = e.MessageReleased(
        message_id="i-9", number=3, kind="reminder", audience=None, to=("e101",), phase="open",
        urgency="immediate", life_safety=False, texts={}, digest="d", automatic=True,
    )  # fmt: skip
    done = told(
        e.StepsReady(steps=("close-area.undo", "next-day")),
        e.StepAnswered(step="source", answer="not-found"),
        e.RolesOffered(offer_id="o1", person="e101", roles=("technical",), ranks=("holder",),
                       accept_by=minutes(5)),
        e.RolesDeclined(offer_id="o1", person="e101", reason=None),
        released,
        e.ChoiceAsked(step="leave", number=3, message_id="i-9", due_at=minutes(9), why="joined"),
        e.ActionProposed(action_id="a1", reason="unanswered", subject="source,lead", evidence=()),
        e.ActionProposed(action_id="a2", reason="promise-late", subject="", evidence=()),
        e.ReviewReminded(count=0, hot_wash=True),
        house=as_shipped("flood"),
    )  # fmt: skip
    says = [one.says["en"] for one in done]
    assert says[0] == (
        "Steps ready: Reopen the entrances and take down tapes and notices; Who comes in on …?"
    )
    assert says[1].endswith("The origin of the water remains to be found.")
    assert says[3] == "Claire Fontaine cannot take: Technical lead."
    assert says[5].startswith("Decision no. 3 requested of Claire Fontaine too, by ")
    assert says[5].endswith("Who must leave?")
    assert says[6] == (
        "Action a1 proposed by the record: question without an answer, "
        "Where does the water come from?; Incident lead."
    )
    assert says[7] == "Action a2 proposed by the record: promise late."
    assert "no. 0" not in says[8]


def test_works_that_are_called_off_are_no_false_alarm() -> None:
    """Somebody decided that they do not take place; in a crisis it was an alarm for nothing."""
    (works,) = told(e.IncidentCancelled(reason=None), house=as_shipped("planned-works"))
    (alarm,) = told(e.IncidentCancelled(reason=None), house=as_shipped("flood"))
    assert works.says["en"].startswith("The announced works do not take place")
    assert alarm.says["en"].startswith("False alarm")
