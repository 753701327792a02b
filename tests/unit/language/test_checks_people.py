"""Roles and audiences: a lead in time, words in every phase, times that the plan promises."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crisis.core.checks.fault import Fault

Broken = Callable[..., list[Fault]]
TEXT = {"fr": "Eau", "en": "Water"}


@pytest.mark.parametrize(
    ("edits", "rule", "at", "says"),
    [
        ({("roles",): {}}, "no-lead", ("roles",), "no role is called lead"),
        (
            {("roles", "lead", "when"): {"danger": "yes"}},
            "no-lead",
            ("roles", "lead", "when"),
            "take when: out",
        ),
        ({("roles", "lead", "need"): 2}, "no-lead", ("roles", "lead", "need"), "one person leads"),
        (
            {("roles", "lead", "one_per"): "floor"},
            "no-lead",
            ("roles", "lead", "one_per"),
            "one person leads, not one for each floor; take one_per: out of roles.lead",
        ),
        (
            {("roles", "lead", "last_resort"): ...},
            "no-last-resort",
            ("roles", "lead"),
            "nobody is left when holder and deputies of lead stay silent; add last_resort:",
        ),
        (
            {("roles", "lead", "accept_within"): "6m"},
            "lead-too-late",
            ("roles", "lead", "accept_within"),
            (
                "at S1 the offers to holder and deputies of lead take 12m, and a named person "
                "leads within 10m; write accept_within: {S1: 5m}"
            ),
        ),
        (
            {("roles", "lead", "accept_within"): ..., ("roles", "lead", "deputies"): list("abc")},
            "lead-too-late",
            ("roles", "lead"),
            "take 12m",
        ),
    ],
)
def test_a_crisis_without_a_lead_in_time_is_found(
    broken: Broken, edits: dict[tuple[str, ...], Any], rule: str, at: tuple[str, ...], says: str
) -> None:
    """G3: somebody leads by the bound, and somebody is left when all stay silent."""
    fault = broken(edits, rule=rule)[0]

    assert fault.at == at
    assert says in fault.says


def test_a_role_that_is_apart_from_itself_is_found(broken: Broken) -> None:
    """Nobody could hold it."""
    (fault,) = broken({("roles", "it", "apart_from"): ["it", "lead"]}, rule="role-unfillable")

    assert fault.at == ("roles", "it", "apart_from")
    assert "take it out" in fault.says


def test_one_authority_may_stand_for_a_list(broken: Broken) -> None:
    """As everywhere: one value where a list may stand; one that there is not is named."""
    assert broken({("roles", "lead", "authority"): "spend"}) == []
    (fault,) = broken({("roles", "lead", "authority"): "decied"})
    assert fault.at[:3] == ("roles", "lead", "authority")


def test_a_wave_of_those_whom_each_floor_has_is_found(broken: Broken) -> None:
    """All floors are asked at once: a number beside them would be read and ignored."""
    (fault,) = broken({("roles", "it", "one_per"): "floor", ("roles", "it", "wave"): 2})

    assert (fault.rule, fault.at) == ("wave-of-parts", ("roles", "it", "wave"))
    assert fault.says == "it is asked for each floor at once, so wave: changes nothing; take it out"


def test_a_quorum_that_nobody_can_reach_is_found(broken: Broken) -> None:
    """Two people of a role that one person holds never agree; the directorate may."""
    at = ("steps", "leave")
    edits = {(*at, "by"): ["it", {"role": "lead", "need": 2}]}
    (fault,) = broken(edits, rule="role-unfillable")

    assert fault.at == (*at, "by", 1)
    assert "write need: 2 in roles.lead" in fault.says
    assert broken({(*at, "by"): {"role": "directorate", "need": 2}}, rule="role-unfillable") == []
    floors = {("roles", "lead-two"): {"title": TEXT, "mission": TEXT, "holder": "x",
                                      "one_per": "floor"}}  # fmt: skip
    of_floors = {(*at, "by"): [{"role": "lead-two", "need": 2}]}
    assert broken(floors | of_floors, rule="role-unfillable") == []


def test_a_role_that_owes_nothing_is_a_warning(broken: Broken) -> None:
    """Whoever accepts it would stand there with nothing to do."""
    role = {"title": TEXT, "mission": TEXT, "holder": "x"}
    (fault,) = broken({("roles", "spare"): role})

    assert (fault.rule, fault.at, fault.severity) == ("role-idle", ("roles", "spare"), "warning")
    assert broken({("roles", "spare"): role | {"authority": ["send"]}}) == []
    assert broken({("roles", "spare"): role, ("tell", "front-line", "speaker"): "spare"}) == []


@pytest.mark.parametrize(
    ("edits", "rule", "at", "says"),
    [
        ({("tell",): {}}, "nobody-told", ("tell",), "nobody is told anything"),
        (
            {("tell", "people-on-site", "open"): ...},
            "no-first-message",
            ("tell", "people-on-site"),
            'tell.people-on-site says nothing in phase "open"; add open: with impact',
        ),
        (
            {("tell", "people-on-site", "open"): "none"},
            "no-first-message",
            ("tell", "people-on-site"),
            "add open:",
        ),
        (
            {("tell", "co-tenants", "safe"): ...},
            "no-first-message",
            ("tell", "co-tenants"),
            'tell.co-tenants says nothing in phase "safe"',
        ),
        (
            {("tell", "people-on-site", "safe"): ...},
            "no-message",
            ("tell", "people-on-site"),
            'says nothing in phase "safe"; add safe: with impact and instruction, or safe: none',
        ),
        (
            {("tell", "people-on-site", "normal"): "none"},
            "no-end-message",
            ("tell", "people-on-site"),
            "these people never hear the end; add normal:",
        ),
        (
            {("tell", "people-on-site", "worked_around", "workaround"): ...},
            "missing-workaround",
            ("tell", "people-on-site", "worked_around"),
            (
                "tell.people-on-site.worked_around has no "
                "workaround; say what these people can do meanwhile, or workaround: none"
            ),
        ),
        (
            {("tell", "front-line", "open", "say"): ...},
            "missing-say",
            ("tell", "front-line", "open"),
            "front-line will be asked, and tell.front-line.open has no words for it; add say:",
        ),
    ],
)
def test_an_audience_that_is_left_without_words_is_found(
    broken: Broken, edits: dict[tuple[str, ...], Any], rule: str, at: tuple[str, ...], says: str
) -> None:
    """G4, G5, G7: a first word, one in each phase, an end, and what to do meanwhile."""
    fault = broken(edits, rule=rule)[0]

    assert fault.at == at
    assert says in fault.says


def test_a_phase_that_is_never_lived_needs_no_words(broken: Broken) -> None:
    """A playbook without a workaround phase does not speak in it."""
    edits: dict[tuple[str, ...], Any] = {("phases", "worked_around"): ...}
    for audience in ("people-on-site", "front-line", "co-tenants"):
        edits["tell", audience, "worked_around"] = ...

    assert broken(edits) == []


def test_the_same_words_to_two_audiences_are_a_warning(broken: Broken) -> None:
    """Each reads what is true for it; one that need not act is not compared."""
    told = ("front-line", "people-on-site")
    same = {("tell", n, "open", "instruction"): {"fr": "Sortez.", "en": "Leave."} for n in told}
    (fault,) = broken(same)

    assert (fault.rule, fault.severity) == ("same-words", "warning")
    assert fault.at == ("tell", "front-line", "open", "instruction")


@pytest.mark.parametrize(
    ("edits", "plan_edits", "rule", "at", "says"),
    [
        (
            {("tell", "people-on-site", "first_within"): "10m"},
            {},
            "slower-than-promised",
            ("tell", "people-on-site", "first_within", "S1"),
            "people-on-site.first_within is 10m, and the plan promises 5m; write 5m or less",
        ),
        (
            {("tell", "people-on-site", "update_every"): "1h"},
            {},
            "slower-than-promised",
            ("tell", "people-on-site", "update_every", "S1"),
            "is 1h, and the plan promises 20m",
        ),
        (
            {("tell", "people-on-site", "scope_within"): "1h"},
            {},
            "slower-than-promised",
            ("tell", "people-on-site", "scope_within", "S1"),
            "the plan promises 5m",
        ),
        (
            {("directorate", "first_within"): "6m"},
            {},
            "slower-than-promised",
            ("directorate", "first_within", "S1"),
            "the plan promises 5m",
        ),
        (
            {("directorate", "brief_every"): "1h"},
            {},
            "slower-than-promised",
            ("directorate", "brief_every", "S1"),
            "the plan promises 30m",
        ),
        (
            {("tell", "people-on-site", "update_every"): {"S1": "10m", "S2": "10m"}},
            {},
            "promise-without-cadence",
            ("tell", "people-on-site", "update_every"),
            (
                "at S3 messages to people-on-site promise a next update, and no cadence says when; "
                "add S3 to update_every"
            ),
        ),
        (
            {},
            {("cadence", "update_every"): {"S1": "20m", "S2": "30m"}},
            "promise-without-cadence",
            ("tell", "people-on-site"),
            "at S3 messages to people-on-site promise",
        ),
    ],
)
def test_a_playbook_slower_than_the_plan_is_found(
    broken: Broken,
    edits: dict[tuple[str, ...], Any],
    plan_edits: dict[tuple[str, ...], Any],
    *,
    rule: str,
    at: tuple[str, ...],
    says: str,
) -> None:
    """It may be quicker, never slower; and no next time is promised without a rhythm."""
    fault = broken(edits, plan_edits, rule=rule)[0]

    assert fault.at == at
    assert says in fault.says


def test_a_directorate_that_hears_after_those_outside_is_a_warning(broken: Broken) -> None:
    """G6: it is told before or with them, so its bound is not the later one."""
    (fault,) = broken(
        {("directorate", "first_within"): {"S1": "5m", "S2": "5m"}},
        {("audiences", "co-tenants", "first_within"): {"S1": "5m", "S3": "30m"}},
    )

    assert (fault.rule, fault.severity) == ("directorate-earlier", "warning")
    assert fault.says == (
        "at S3 co-tenants hears within 30m and the directorate, told before or with them, only "
        "within 1h; write directorate.first_within: 30m"
    )
