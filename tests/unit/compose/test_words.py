"""What the product says: approved texts, and what must hold of every one of them."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from crisis.compose import Composer, Missing
from crisis.compose.phrases import lexicon
from crisis.core.message import (
    ChoiceRequest,
    DecisionTold,
    MeasureTold,
    Message,
    OptionTold,
)
from crisis.core.wording import gsm
from tests.unit.compose.approve import FOLDER, LANGUAGES, messages, path, rendered, shown
from tests.unit.compose.house import NOON, TEXTS, People, minutes, pinned, ref, text
from tests.unit.compose.world import KINDS, message, notice

ALL = messages()
COMPOSER = Composer()
EACH = pytest.mark.parametrize("name", ALL)


def words(message: Message, language: str) -> dict[str, str]:
    """One language of a message."""
    return dict(json.loads(rendered(message).texts[language]))


@EACH
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_are_the_approved_ones(name: str, language: str) -> None:
    """Words change only when somebody has read the new ones (approve.py writes them anew)."""
    said = shown(rendered(ALL[name]).texts[language])

    assert path(name, language).read_text(encoding="utf-8") == said


def test_no_approved_text_is_left_of_a_message_that_is_no_more() -> None:
    """What stands in the folder is what is said today."""
    expected = {path(name, language) for name in ALL for language in LANGUAGES}

    assert set(FOLDER.glob("*.txt")) == expected


@EACH
def test_the_same_message_gives_the_same_bytes(name: str) -> None:
    """A digest of the words is worth something only then."""
    assert rendered(ALL[name]).texts == rendered(ALL[name]).texts


@EACH
def test_both_languages_say_the_same_figures(name: str) -> None:
    """Times, dates, numbers and telephone numbers are equal in French and in English (CO3)."""
    figures = [
        sorted(re.findall(r"\d+", words(ALL[name], language)["text"])) for language in LANGUAGES
    ]

    assert figures[0] == figures[1]


@EACH
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_to_fill_in(name: str, language: str) -> None:
    """No placeholder, no empty heading, no exclamation mark reaches a reader."""
    for said in words(ALL[name], language).values():
        assert "{" not in said
        assert "!" not in said
        assert "None" not in said
        assert "\n\n\n" not in said


@EACH
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_short_form_fits_text_messages(name: str, language: str) -> None:
    """At most three text messages of the GSM alphabet, and nothing that would cost the alphabet."""
    said = words(ALL[name], language)["short"]

    assert gsm.fits_alphabet(said)
    assert gsm.length(said) <= gsm.MOST
    assert "\u00a0" not in said


@EACH
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_exercise_says_so_first_and_last(name: str, language: str) -> None:
    """G9: the first and the last line, the subject, the short form and the card; else never."""
    marker = {"fr": "EXERCICE", "en": "EXERCISE"}[language]
    exercise = words(replace(ALL[name], exercise=True), language)
    real = words(replace(ALL[name], exercise=False), language)

    lines = exercise["text"].splitlines()
    assert lines[0].startswith(marker)
    assert lines[-1].startswith(marker)
    assert exercise["subject"].startswith(marker)
    assert exercise["short"].startswith(marker)
    assert exercise["short"].endswith(marker)
    assert "say" not in exercise or exercise["say"].splitlines()[-1].startswith(marker)
    assert not any(marker in said for said in real.values())


@EACH
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_message_says_who_speaks_and_whom_to_ask(name: str, language: str) -> None:
    """ID1, CT8, CT12: a voice that answers, a contact, and when it was written."""
    said = words(ALL[name], language)

    assert "+33 1 99 00 10 00" in said["text"]
    assert {"fr": "heure de Paris", "en": "Paris time"}[language] in said["text"]
    speaker = ALL[name].speaker
    shown_as = People().name(speaker) if speaker else People().title("facilities-duty", language)
    assert shown_as in said["text"]
    assert gsm.fold(shown_as) in said["short"][:60]


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_own_sentences_are_short_and_calm(language: str) -> None:
    """At most twenty words a sentence, in every phrase of the product."""
    spoken = lexicon(language)
    own = [*spoken.frame.values(), *spoken.short.values(), *spoken.reasons.values()]
    own += [said for topic in spoken.topics.values() for said in (topic.says, topic.asks)]
    for phrase in own:
        for part in re.split(r"(?<=[.?])\s", phrase):
            assert len(part.split()) <= 20
        assert "!" not in phrase


def test_both_languages_have_every_phrase_with_the_same_values() -> None:
    """Nothing that is filled in in one language is forgotten in the other."""
    french, english = lexicon("fr"), lexicon("en")
    for table in ("states", "ends", "phases", "frame", "short", "authority", "reasons"):
        fr, en = getattr(french, table), getattr(english, table)
        assert fr.keys() == en.keys()
        for key in fr:
            assert set(re.findall(r"{\w+}", fr[key])) == set(re.findall(r"{\w+}", en[key]))
    assert french.topics.keys() == english.topics.keys()


def test_a_missing_fact_leaves_its_sentence_out_and_is_noted() -> None:
    """Nothing raises in a crisis: the rest is said, and the room sees what was missing."""
    bare = COMPOSER.render(KINDS["alert"], pinned=pinned(facts={}), names=People(), texts=TEXTS)

    said = json.loads(bare.texts["fr"])["text"]
    assert "Sortez maintenant par l'escalier." in said
    assert "Rassemblement" not in said
    assert Missing(language="fr", name="site.assembly-point") in bare.missing
    assert len(bare.missing) == 2


def test_erased_words_are_left_out_and_the_site_is_named() -> None:
    """A person's words that were erased do not stop the message; the place is the site then."""
    bare = COMPOSER.render(KINDS["update"], pinned=pinned(), names=People(), texts={})

    said = json.loads(bare.texts["en"])["text"]
    assert said.startswith("UPDATE no. 6 – Flood, Headquarters\n")
    assert "The area is closed: Headquarters." in said
    assert Missing(language="en", name="text:place") in bare.missing
    assert Missing(language="en", name="text:promise") in bare.missing


def test_words_in_one_language_are_told_as_given_and_noted() -> None:
    """A language that a person did not write gets the words that there are."""
    given = TEXTS | {"words": '{"fr": "Les portes sont fermées."}'}
    update = COMPOSER.render(KINDS["update"], pinned=pinned(), names=People(), texts=given)

    assert "Les portes sont fermées." in json.loads(update.texts["en"])["text"]
    assert update.missing == (Missing(language="en", name="translation:words"),)


@pytest.mark.parametrize(
    "content", ["12", "{", '{"fr": 3}', '"12"', "[1]", "12 {place}", "12 {site.x}"]
)
def test_a_persons_words_are_taken_as_they_are(content: str) -> None:
    """Whatever somebody types is shown, and never read as a template."""
    said = words_of(content)

    assert content.strip('"') in said


def words_of(content: str) -> str:
    """The French update with these own words."""
    texts = TEXTS | {"words": content}
    update = COMPOSER.render(KINDS["update"], pinned=pinned(), names=People(), texts=texts)
    return str(json.loads(update.texts["fr"])["text"])


def test_a_machines_words_never_reach_an_audience() -> None:
    """Without a place in a person's words, the site is named."""
    assert words(message(place=None), "fr")["subject"] == "ALERTE n° 1 – Inondation, Siège"


def test_while_nobody_leads_the_function_does() -> None:
    """{lead} is the person, or the function with its article."""
    says = text("{lead} dirige. Demandez à {speaker}.", "{lead} leads. Ask {speaker}.")
    nobody = words(message(impact=says), "fr")["text"]
    somebody = words(message(impact=says, speaker="e101", lead="e101"), "en")["text"]

    assert "L'astreinte des services généraux dirige." in nobody
    assert "Demandez à l'astreinte des services généraux." in nobody
    assert "Claire Fontaine leads. Ask Claire Fontaine." in somebody


def test_an_announced_arrival_that_has_passed_is_called_so() -> None:
    """E2: at 15:05 the firm of 14:50 is not there: nobody reads that it is to come at 14:50."""
    (pump,) = KINDS["update"].measures[-1:]
    for at, says in ((60, "Announced arrival: 15:05."), (-15, "nobody is on site yet")):
        told = message(measures=(replace(pump, eta_at=minutes(at), arrived_at=None),))
        assert says in words(told, "en")["text"]


def test_every_placeholder_is_filled() -> None:
    """The closed list of the playbook language, each with a value in the site's time."""
    told = message(
        impact=text("{observed_at} {opened_at} {next_update_at} {number} {contact}", "x"),
        instruction=text("{next_workday}. {answer.leave} {eta.pump}. {site.assembly-point}", "x"),
        next_update_at=minutes(24 * 60),
        answers={"leave": text("Tout le bâtiment.", "The whole building.")},
        etas={"pump": minutes(60)},
    )
    said = words(told, "fr")["text"]

    assert "14h00 14h04 14h05 le samedi 21 novembre 1 PC des services généraux, +33" in said
    assert "Lundi 23 novembre. Tout le bâtiment. 15h05. Parking nord" in said


@pytest.mark.parametrize(
    "name", ["next_update_at", "answer.leave", "eta.pump", "site.unknown", "weather", "moon.phase"]
)
def test_what_nobody_knows_is_left_out(name: str) -> None:
    """A sentence with an unknown value is not said; the message is."""
    told = rendered(message(impact=text(f"Il pleut. Voici : {{{name}}}.", "It rains.")))

    assert "Il pleut.\n" in json.loads(told.texts["fr"])["text"]
    assert told.missing == (Missing(language="fr", name=name),)


def test_an_instruction_of_which_nothing_is_left_is_not_told_as_nothing_to_do() -> None:
    """Whoever must act is never told that there is nothing to do because a fact is missing."""
    said = words(message(instruction=text("{site.unknown}", "{site.unknown}")), "fr")

    assert "Vous n'avez rien à faire" not in said["text"]
    assert "Rien à faire" not in said["short"]


def test_a_language_without_frames_gets_the_playbooks_words_in_an_english_frame() -> None:
    """A third language is told in its own words, with our frame in English."""
    house = pinned()
    object.__setattr__(house.plan, "languages", ("de",))
    told = COMPOSER.render(
        message(impact=text("x", "It is closed.")), pinned=house, names=People(), texts=TEXTS
    )

    assert "ALERT no. 1" in told.texts["de"]
    assert "It is closed." in told.texts["de"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_shortest_form_keeps_who_what_and_what_to_do(language: str) -> None:
    """A long instruction takes more messages; too long, it is cut at a word, never inside."""
    long = " ".join(["Sortez calmement par l'escalier nord"] * 16)
    said = words(message(instruction=text(long, long), exercise=True), language)["short"]

    assert gsm.length(said) <= gsm.MOST
    assert re.search(r"(Sortez|calmement|par|l'escalier|nord)\.\.\. - EXERCI[CS]E$", said)


def test_a_notice_without_words_of_its_own_still_says_something() -> None:
    """A topic that the tables do not know leaves nobody without a word."""
    said = words(notice("comet", subject="lead"), "en")["text"]

    assert "The incident needs your attention: Incident lead." in said


def test_a_step_whose_words_lack_a_fact_is_still_named() -> None:
    """Whoever must do it is told by its name, and finds the rest on the page."""
    valve = text("Fermez l'eau : {site.valve}.", "Shut the water: {site.valve}.")
    ready = notice("steps-ready", subject="shut,close", items=(valve, text("Fermez.", "Close.")))
    said = words(ready, "en")["text"]

    assert "- shut\n- Close. [close]\n" in said


def test_what_a_request_has_no_words_for_is_left_out() -> None:
    """Options without words stand by their names; where nothing is foreseen, nothing is said."""
    gone = ChoiceRequest(
        number=4, options=(OptionTold(name="go", words=ref("gone")),), otherwise=ref("gone")
    )
    said = words(replace(notice("decision", due_at=None), request=gone), "en")

    assert "The options, and what each brings\n- go\n\nChoose one" in said["text"]
    assert "If nobody" not in said["text"] + said["short"]
    assert "Answer by" not in said["text"]


def test_a_decision_whose_words_are_gone_is_left_out_of_the_brief() -> None:
    """One without a time and a default is not wanted by any, and nothing is said of it."""
    brief = KINDS["brief"]
    assert brief.brief is not None
    asked = text("Qui sort ?", "Who leaves?")
    decisions = (
        DecisionTold(number=8, words=ref("gone")),
        DecisionTold(number=9, words=asked),
        DecisionTold(number=10, words=asked, due_at=NOON),
    )
    told = replace(brief, brief=replace(brief.brief, decisions=decisions))
    said = words(told, "en")["text"]

    assert "No. 8" not in said
    assert "No. 9" not in said
    assert "- No. 10, wanted by 14:05: Who leaves?\n\n" in said


def test_a_measure_whose_words_are_gone_is_left_out() -> None:
    """Nothing stands in the place of words that were erased."""
    gone = MeasureTold(id="seq:3", words=ref("gone"), since=NOON)
    said = words(message(measures=(gone,)), "en")["text"]

    assert "Since" not in said


def test_the_contact_is_not_said_twice_in_the_short_form() -> None:
    """An instruction that names whom to call is enough."""
    call = text("Appelez {contact}.", "Call {contact}.")

    assert words(message(instruction=call), "en")["short"].count("+33 1 99 00 10 00") == 1


def test_kinds_without_their_content_are_told_as_messages() -> None:
    """A brief without a brief, a notice without a notice: the words that there are."""
    for kind in ("brief", "reminder", "role_offer"):
        said = words(message(kind=kind, impact=text("Fermé.", "Closed.")), "en")
        assert said["subject"].endswith("Flood, building A, level 2")


def test_a_reader_far_away_sees_whose_clock_it_is() -> None:
    """Times are those of the site, and say so."""
    house = pinned(zone="America/New_York")
    told = COMPOSER.render(KINDS["alert"], pinned=house, names=People(), texts=TEXTS)

    said = json.loads(told.texts["en"])["text"]
    assert "Next update: 08:25 (New York time)." in said
    assert NOON.hour == 13


def test_a_name_in_another_alphabet_is_kept() -> None:
    """A name is never lost for the price of a text message."""
    assert gsm.fold("Łukasz Ωmega « été » Ελένη") == 'Lukasz Ωmega " été " Ελένη'
    assert gsm.fold("œuvre à 10 °C… l’été") == "oeuvre à 10 oC... l'été"
    assert ref("place").id == "place"


def test_a_correction_names_what_is_not_so_any_more() -> None:
    """E2: a marked correction is honest: it says what was wrong, in the reader's language."""
    wrong = text("L'eau vient de la toiture.", "The water comes from the roof.")
    one = message(kind="correction", corrected=(wrong,))

    assert "Ce n'est plus vrai :\n- L'eau vient de la toiture." in words(one, "fr")["text"]
    assert "This is not so any more:\n- The water comes from the roof." in words(one, "en")["text"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_screen_says_first_what_to_do(language: str) -> None:
    """Few lines, the instruction first, and no name: who speaks stands in the long form."""
    said = words(ALL["alert"], language)["screen"].splitlines()
    assert said[0] == words(ALL["alert"], language)["instruction"]
    assert len(said) <= 4
    assert "Claire Fontaine" not in words(ALL["update"], language)["screen"]
    assert "screen" not in words(ALL["role-offer"], language)


@EACH
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_screen_says_that_it_is_an_exercise(name: str, language: str) -> None:
    """G9: its first line and its last one say so."""
    said = words(replace(ALL[name], exercise=True), language).get("screen")
    marker = {"fr": "EXERCICE", "en": "EXERCISE"}[language]
    if said is not None:
        assert said.startswith(marker)
        assert said.splitlines()[-1].startswith(marker)
