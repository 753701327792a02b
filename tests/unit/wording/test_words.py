"""What must not be said so, and how it may be said: each rule with its bad and its good words."""

from __future__ import annotations

import pytest

from crisis.core.wording import Finding, of_words
from crisis.core.wording.finding import RULES
from crisis.core.wording.lexicon import LANGUAGES, words_of
from crisis.core.wording.words import looked_at, names_nothing

BAD: tuple[tuple[str, str, str, str], ...] = (
    ("TN3 block", "fr", "C'est la catastrophe, on est débordés.", "Trois équipes sont sur place."),
    ("TN3 block", "en", "We are scrambling.", "Three teams are on site."),
    ("TN2 block", "fr", "C'est la faute de l'entreprise.", "Le réseau est en panne."),
    ("TN2 block", "en", "This was the vendor's mistake.", "The supply has failed."),
    ("TN1 block", "fr", "La cause est sans doute un mégot.", "Cause pas encore connue à 14h20."),
    ("TN1 block", "en", "It was probably caused by a short.", "Cause not known yet at 14:20."),
    ("TN1 warn", "fr", "L'ascenseur est peut-être arrêté.", "L'ascenseur est arrêté."),
    ("TN1 warn", "en", "Maybe the lift has stopped.", "The lift has stopped."),
    ("TN4 warn", "fr", "Sortez par le nord !", "Sortez par le nord."),
    ("TN4 block", "en", "EVACUATE!!!", "EVACUATE by the north stairs."),
    ("TN4 block", "fr", "Vous êtes où ?!", "Où êtes-vous ?"),
    ("TN5 warn", "fr", "Prenez dans le calme et sans courir l'escalier NORDIQUE.",
     "SORTEZ par l'escalier nord."),
    ("TN5 block", "fr", "ATTENTION, TOUTES LES PORTES FERMENT.", "Toutes les portes ferment."),
    ("TN5 block", "en", "The doors CLOSE ALWAYS at dusk NIGHTLY.", "The doors close at 17:00."),
    ("TN6 warn", "fr", "Ce n'est rien de grave.", "L'eau est coupée depuis 14h12."),
    ("TN6 warn", "en", "There is nothing to worry about.", "The water was cut at 14:12."),
    ("TN7 warn", "fr", "Cela ne se reproduira jamais plus.", "Nous changeons la vanne lundi."),
    ("TN7 block", "fr", "Il n'y a aucun risque pour la santé.", "Air mesuré à 14h30 : normal."),
    ("TN7 block", "en", "There is no danger for your health.", "Air tested at 14:30: normal."),
    ("TN8 warn", "fr", "Merci de votre compréhension.", "Prochain point à 15h30."),
    ("TN8 warn", "en", "We regret any inconvenience.", "Next update at 15:30."),
    ("TN2 block", "en", "The contractor screwed up.", "The valve does not close."),
    ("FU4 block", "en", "The water will be back at 15:00.", "Next update at 15:00."),
    ("TN9 warn", "fr", "🔥 au niveau 2.", "Feu au niveau 2, à 20 °C."),
    ("TN10 warn", "fr", "Cela pourrait éventuellement durer.", "Cela dure."),
    ("TN10 warn", "en", "It might possibly last.", "It lasts."),
    ("FU3 warn", "fr", "Nous reviendrons vers vous sous peu.", "Prochain point à 15h30."),
    ("FU3 warn", "en", "Updates to follow.", "Next update at 15:30."),
    ("FU3 warn", "en", "We speak again in 20 minutes.", "We speak again at 15:30."),
    ("FU4 block", "fr", "Le courant sera rétabli à 16h.", "Le courant est rétabli depuis 16h02."),
    ("FU4 block", "en", "It will be fixed in 10 minutes.", "It was fixed at 16:02."),
    ("RD5 warn", "fr", "L'eau coule depuis ce matin.", "L'eau coule depuis 8h05 ce matin."),
    ("RD5 warn", "en", "It began earlier.", "It began at 14:05."),
    ("RD6 block", "fr", "Rendez-vous le 03/04.", "Rendez-vous le 3 avril. Ouvert 24h/24, 7/7."),
    ("RD6 block", "en", "Come at 3 pm.", "Come at 15:00. Open 24/7."),
    ("RD1 warn", "fr", "mot " * 21, "mot " * 20),
    ("RD1 warn", "en", "word " * 21, "word {place} – " * 10),
    ("RD3 warn", "fr", "Le PRA est lancé.", "Le plan de reprise est lancé."),
    ("RD3 warn", "en", "The failover is done.", "The other line has taken over."),
    ("CT8 warn", "fr", "Contactez-nous.", "Contactez-nous au 01 99 00 10 00."),
    ("CT8 warn", "en", "Contact us.", "Contact us at {contact}."),
    ("PR2 block", "en", "The server 192.0.2.7 is open.", "The server is stopped."),
    ("PR2 block", "fr", "La faille CVE-2026-1234.", "Une faille est corrigée."),
)  # fmt: skip


@pytest.mark.parametrize(("rule", "language", "bad", "good"), BAD)
def test_bad_words_are_found_and_good_ones_are_not(
    rule: str, language: str, bad: str, good: str
) -> None:
    """E2, E4: the rule fires on what must not be said so, and not on what may be said instead."""
    name, severity = rule.split()

    assert (name, severity) in {(hit.rule, hit.severity) for hit in looked_at(bad, language)}
    assert name not in {hit.rule for hit in looked_at(good, language)}


@pytest.mark.parametrize("name", RULES)
def test_every_rule_says_what_is_wrong_and_what_to_write(name: str) -> None:
    """In both languages, in short calm sentences of its own."""
    finding = Finding(rule=name, severity="warn", at="/words", found="x")

    assert set(finding.says) == set(finding.proposal) == {"fr", "en"}
    assert all("{" not in words for words in finding.says.values())
    assert all("!" not in words for words in finding.proposal.values())
    assert finding.mark == f"{name} warn /words"


def test_both_lexicons_have_the_same_lists() -> None:
    """What is not said in one language is not said in the other."""
    french, english = (set(words_of(language)) for language in LANGUAGES)
    assert french == english


def test_a_language_without_a_lexicon_is_left_alone() -> None:
    """Its readers judge; nothing is guessed from English or French words."""
    assert looked_at("Katastrophe!!", "de") == ()
    assert of_words("/words", {"de": "Katastrophe!!"}) == ()
    assert words_of("de") == {}


def test_words_of_an_unknown_language_are_read_by_every_lexicon() -> None:
    """A person who typed in a hurry did not say which language it is."""
    marks = {one.mark for one in of_words("/words", {"": "Pas de panique, no big deal."})}

    assert marks == {"TN6 warn /words", "TN3 block /words"}


def test_what_is_graver_comes_first_and_nothing_comes_twice() -> None:
    """A person mends what holds the words back before what does not."""
    found = of_words("/words", {"en": "Soon. Panic! Panic!"})

    assert found[0].rule in {"TN3", "TN4"}
    assert [one.severity for one in found] == sorted(one.severity for one in found)
    assert len(found) == len(set(found))


def test_typographic_signs_change_nothing() -> None:
    """The apostrophe and the spaces that a word processor writes."""
    (hit,) = looked_at("Tout à l\u2019heure, l\u00a0eau montait.", "fr")
    assert hit.rule == "RD5"


def test_a_drill_is_marked_by_the_product_alone() -> None:
    """G9: the word alarms in an exercise and is wrong in a real message."""
    said = {"fr": "Ceci n'est pas un EXERCICE."}

    assert [one.rule for one in of_words("/words", said)] == ["CO7"]
    assert of_words("/words", said, exercise=True) == ()
    assert of_words("/words", {"fr": "Un exercice aura lieu lundi."}) == ()


def test_a_measure_is_something_that_was_done() -> None:
    """E4: that somebody looks at it is no measure."""
    (found,) = of_words("/measure", {"en": "We are monitoring it."}, measure=True)

    assert found.rule == "CT5"
    assert of_words("/measure", {"en": "We monitor it. The valve was shut."}, measure=True) == ()


@pytest.mark.parametrize("event", ["Un incident", "L'incident", "an issue", "Situation"])
def test_an_event_has_a_name(event: str) -> None:
    """CT1: what is happening is said in two or three words."""
    assert any(names_nothing(event, language) for language in LANGUAGES)
    assert not names_nothing("Panne de courant", "fr")
