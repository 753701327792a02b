"""Texts: languages, figures, placeholders, and what a site must say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crisis.core.checks.fault import Fault
from crisis.core.place import Site

Broken = Callable[..., list[Fault]]


@pytest.mark.parametrize(
    ("edits", "rule", "at", "says"),
    [
        (
            {("steps", "round", "do", "en"): ...},
            "missing-language",
            ("steps", "round", "do"),
            "steps.round.do has no English text; add en: beside fr",
        ),
        (
            {("steps", "round", "do", "fr"): ...},
            "missing-language",
            ("steps", "round", "do"),
            "steps.round.do has no French text; add fr: beside en",
        ),
        (
            {("steps", "round", "do", "es"): "Ronda"},
            "unknown-field",
            ("steps", "round", "do", "es"),
            "steps.round.do: the plan has no language es",
        ),
        (
            {("layers", "stay", "tell", "people-on-site", "open", "impact", "en"): ...},
            "missing-language",
            ("layers", "stay", "tell", "people-on-site", "open", "impact"),
            "layers.stay.tell.people-on-site.open.impact has no English text; add en: beside fr",
        ),
        (
            {("steps", "round", "do", "en"): "Walk round {place}."},
            "language-parity",
            ("steps", "round", "do"),
            "do not hold the same placeholders (place); write them in both",
        ),
        (
            {("steps", "round", "do", "en"): "Walk 2 rounds."},
            "language-parity",
            ("steps", "round", "do"),
            "do not hold the same figures (2)",
        ),
        (
            {
                ("tell", "people-on-site", "open", "instruction"): {
                    "fr": "Le choix : {answer.leave}.",
                    "en": "The choice: {answer.leave}.",
                },
            },
            "empty-at-first",
            ("tell", "people-on-site", "open", "instruction", "fr"),
            "nothing of it is left when the first message leaves",
        ),
        (
            {("steps", "round", "do"): {"fr": "À {plaice}.", "en": "At {plaice}."}},
            "unknown-placeholder",
            ("steps", "round", "do"),
            'nobody can fill in {plaice}; did you mean "place"?',
        ),
        (
            {("steps", "round", "do"): {"fr": "{contact}", "en": "{contact}"}},
            "unknown-placeholder",
            ("steps", "round", "do"),
            "{contact} is known only in words told to an audience",
        ),
        (
            {("steps", "round", "do"): {"fr": "{answer.sorce}", "en": "{answer.sorce}"}},
            "unknown-placeholder",
            ("steps", "round", "do"),
            'no step that asks or decides is named sorce; did you mean "source"?',
        ),
        (
            {("steps", "round", "do"): {"fr": "{eta.people}", "en": "{eta.people}"}},
            "unknown-placeholder",
            ("steps", "round", "do"),
            "no step that calls is named people",
        ),
    ],
)
def test_a_text_that_is_not_whole_is_found(
    broken: Broken, edits: dict[tuple[str, ...], Any], rule: str, at: tuple[str, ...], says: str
) -> None:
    """Languages, figures and placeholders, in the playbook and in each layer."""
    fault = broken(edits, rule=rule)[0]

    assert fault.at == at
    assert says in fault.says


@pytest.mark.parametrize(
    ("fr", "en", "reads_as"),
    [
        ("Stay at the door with them.", "Stay there with them.", {"fr": "English"}),
        ("Restez sous le porche.", "Restez dans le hall.", {"en": "French"}),
        ("The floor is shut.", "Un étage de la tour est fermé.", {"fr": "English", "en": "French"}),
    ],
)
def test_words_beside_the_wrong_language_are_found(
    broken: Broken, fr: str, en: str, reads_as: dict[str, str]
) -> None:
    """People would read what they do not understand; whoever wrote it cannot see that."""
    faults = broken({("steps", "round", "do"): {"fr": fr, "en": en}}, rule="other-language")

    found = {
        fault.at[-1]: fault.says.partition("reads as ")[2].partition(";")[0] for fault in faults
    }
    assert found == reads_as
    assert {fault.severity for fault in faults} == {"warning"}


@pytest.mark.parametrize(
    ("fr", "en"),
    [
        ("Entrez par « Out of the Office ».", "Go in by “Out of the Office”."),
        ("Appelez Le Relais des Vosges.", "Call Le Relais des Vosges."),
        ("Sortez par la porte.", "Leave via Porte des Ternes et Avenue du Roule."),
        ("Appelez The Bank of London.", "Call The Bank of London."),
        ("Alerte incendie", "Fire alarm"),
        ("Pause café.", "Pause café."),
        ("The area is closed.", "The area is closed."),
    ],
)
def test_names_of_the_other_language_are_no_slip(broken: Broken, fr: str, en: str) -> None:
    """One word of its own is enough; what was not translated at all is said by another check."""
    assert broken({("steps", "round", "do"): {"fr": fr, "en": en}}, rule="other-language") == []


@pytest.mark.parametrize(
    ("fr", "en"),
    [
        ("10 000 personnes", "10,000 people"),
        ("à 18h00", "at 18:00"),
        ("à 18 h 30", "at 18:30"),
        ("le {site.level-2}", "the {site.level-2}"),
        ("dix personnes", "ten people"),
    ],
)
def test_figures_are_compared_whatever_their_typography(broken: Broken, fr: str, en: str) -> None:
    """Thousands and full hours may be written in the manner of each language."""
    edits = {("steps", "round", "do"): {"fr": fr, "en": en}}

    assert broken(edits, rule="language-parity") == []


def test_what_is_told_may_name_the_contact_and_the_next_time(broken: Broken) -> None:
    """Words to an audience, and measures told in them, know speaker, contact and next time."""
    words = {"fr": "{contact} {next_update_at}", "en": "{contact} {next_update_at}"}
    told = [
        ("words", "holding"),
        ("steps", "pump", "measure"),
        ("steps", "source", "known", "pipe"),
        ("steps", "belongings", "promise"),
        ("tell", "people-on-site", "open", "impact"),
    ]

    assert broken(dict.fromkeys(told, words)) == []


def test_a_site_says_what_a_playbook_asks_of_it(broken: Broken, tower: Site, annex: Site) -> None:
    """Facts in every language, and a contractor for every trade that is called."""
    bare = tower.model_copy(update={"facts": {}, "contractors": {}})
    cut = Site.model_validate(
        {
            **tower.model_dump(mode="json"),
            "facts": {"water-cutoff": {"fr": "x"}, "assembly-point": 1},
        }
    )

    faults = broken({}, sites=[bare, annex], rule="missing-site-fact")
    assert {fault.says.split(": ", 1)[1] for fault in faults} == {
        *(
            f"the site tower does not say {fact}; add {fact} to the facts of sites/tower.yaml, or "
            "tell it only where it is known (when: {site: NAME}, or a layer)"
            for fact in ("water-cutoff", "assembly-point")
        ),
        (
            "the site tower has no contractor for pumping; "
            "add pumping: {name: …, telephone: …} to its contractors"
        ),
        (
            "the site tower has no contractor for pumping-second; "
            "add pumping-second: {name: …, telephone: …} to its contractors"
        ),
    }
    says = broken({}, sites=[cut, annex], rule="missing-site-fact")[0].says
    assert "does not say water-cutoff in en; " in says
    without = {("steps", "pump", "then_call"): ...}
    assert broken(without, sites=[tower, annex]) == []


def test_a_fact_is_asked_only_of_the_sites_where_the_step_is_taken(
    broken: Broken, tower: Site, annex: Site
) -> None:
    """Only the annex has a well: the tower need not say where; a near name is a question."""
    words = {"fr": "{site.wel}", "en": "{site.wel}"}
    edits = {("steps", "round", "do"): words, ("steps", "round", "when"): {"site": "annex"}}
    faults = broken(edits, sites=[tower, annex], rule="missing-site-fact")
    assert faults
    assert not any("tower" in fault.says for fault in faults)
    assert not any("?," in fault.says for fault in faults)


def test_a_site_is_checked_with_the_layers_that_hold_there(
    broken: Broken, tower: Site, annex: Site
) -> None:
    """What only the annex asks for is not asked of the tower, and the other way round."""
    words = {"fr": "{site.well}", "en": "{site.well}"}
    edits = {("layers", "annex", "steps", "round"): {"do": words}}
    faults = broken(edits, sites=[tower, annex], rule="missing-site-fact")
    assert [(fault.layers, "annex" in fault.says) for fault in faults] == [(("annex",), True)]
