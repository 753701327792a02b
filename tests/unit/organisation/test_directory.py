"""Who is asked, who is told, and how they are reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from crisis.core.values import Who
from crisis.organisation import Organisation
from crisis.ports import Scope

HQ_A = Scope(site="hq", building="a")
ANNEX = Scope(site="annex")
EVERY = ("crisis-team", "directorate", "front-line", "contractors-on-site", "people-on-site",
         "users-away", "co-tenants")  # fmt: skip


def local(text: str) -> datetime:
    """An instant by the clock on the wall in Paris."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Paris"))


TUESDAY = local("2026-11-24T10:00")
NIGHT = local("2026-11-24T03:00")


def candidates(
    organisation: Organisation, who: Any, scope: Scope = HQ_A, at: datetime = TUESDAY
) -> tuple[str, ...]:
    """Ids that a `who` names, as a playbook writes it."""
    return organisation.directory.candidates(Who.parse(who), scope, at)


def told(
    organisation: Organisation,
    name: str,
    scope: Scope = HQ_A,
    at: datetime = TUESDAY,
    among: Sequence[str] = EVERY,
) -> list[str]:
    """Ids of a whole audience."""
    page = organisation.directory.audience(name, among, scope, at, after="", limit=1000)
    return [recipient.id for recipient in page]


# --- candidates ---


def test_function_is_whoever_is_on_duty(organisation: Organisation) -> None:
    """By the rota one person is asked, not all three of the function."""
    assert candidates(organisation, "facilities-duty") == ("e104",)


def test_christmas_swap_of_the_rota_is_asked(organisation: Organisation) -> None:
    """A swap by RECURRENCE-ID changes who is offered the role in that week."""
    week = local("2026-12-22T04:00")
    assert candidates(organisation, "facilities-duty", at=week) == ("e103",)


def test_gap_in_the_rota_calls_everybody_with_the_function(organisation: Organisation) -> None:
    """G3: silence has an answer: nobody on duty means all who could be, in the file's order."""
    before_the_rota = local("2025-06-01T12:00")
    expected = ("e103", "e104", "e105")
    assert candidates(organisation, "facilities-duty", at=before_the_rota) == expected


def test_function_of_each_site_is_that_of_the_incident(organisation: Organisation) -> None:
    """The annex's own manager is woken, not the headquarters'."""
    assert candidates(organisation, "site-manager", ANNEX) == ("e119",)
    assert candidates(organisation, "site-manager") == ("e118",)


def test_site_without_its_own_takes_the_others(organisation: Organisation) -> None:
    """The annex has no guard: the one on duty at the headquarters is asked rather than nobody."""
    assert candidates(organisation, "guard-post", ANNEX, NIGHT) == ("e110",)


def test_field_function_is_everybody_who_has_it(organisation: Organisation) -> None:
    """A block asks for what people are, on duty or not."""
    assert candidates(organisation, {"function": "facilities-duty"}) == ("e103", "e104", "e105")
    assert candidates(organisation, {"rota": "facilities-duty"}) == ("e104",)
    assert set(candidates(organisation, {"rota": "any"}, at=NIGHT)) >= {"e104", "e110"}


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ({"function": "floor-wardens", "building": "same", "present": True}, ("e127", "e128")),
        ({"function": "floor-wardens", "building": "b"}, ("e129",)),
        ({"function": "floor-wardens", "floor": 3}, ("e128",)),
        ({"skill": "first-aid"}, ("e122", "e128")),
        ({"skill": ["plumbing", "electricity"], "site": "same"}, ("e106", "e107")),
        ({"unit": "studio"}, ("e129", "e130")),
        ({"need": "no-stairs"}, ("e130",)),
        ({"group": "co-tenants", "building": "same"}, ("x302",)),
        ({"contractor": {"not": "none"}, "site": "same"}, ("x201",)),
        ({"site": {"not": "same"}, "function": "reception"}, ("e126",)),
        ({"reported": "yes"}, ()),
    ],
)
def test_fields_all_fit(
    organisation: Organisation, who: dict[str, Any], expected: tuple[str, ...]
) -> None:
    """Every field narrows; a building that is unknown counts as the one that is concerned."""
    assert candidates(organisation, who) == expected


def test_unknown_building_of_the_incident_means_the_whole_site(organisation: Organisation) -> None:
    """A report that does not say where concerns both buildings, and not the other site."""
    wardens = {"function": "floor-wardens", "building": "same"}
    assert candidates(organisation, wardens, Scope(site="hq")) == ("e127", "e128", "e129")


def test_floor_of_the_incident(organisation: Organisation) -> None:
    """`floor: same` is the incident's floor, in its building only."""
    wardens = {"function": "floor-wardens", "floor": "same"}
    assert candidates(organisation, wardens, replace(HQ_A, floor="1")) == ("e127",)
    assert candidates(organisation, wardens, ANNEX) == ("e119",)


def test_person_with_two_functions_is_found_by_each_and_named_once(
    organisation: Organisation,
) -> None:
    """Somebody who has both functions of a `who` is asked once."""
    both = Who(functions=("technical-duty", "maintenance-team"))
    found = organisation.directory.candidates(both, HQ_A, TUESDAY)
    assert sorted(found) == ["e106", "e107", "e108"]
    assert candidates(organisation, "floor-wardens", ANNEX) == ("e119",)


def test_exercise_reaches_nobody_outside_its_group(organisation: Organisation) -> None:
    """G9: neither a role offer nor a message of an exercise goes to anybody who is not in it."""
    drill = Scope(site="hq", exercise=True)
    assert "e130" not in told(organisation, "people-on-site", drill)
    assert "e130" in told(organisation, "people-on-site", Scope(site="hq"))
    assert "hq-a-lobby" not in told(organisation, "people-on-site", drill)
    assert "hq-a-voice" in told(organisation, "people-on-site", drill)
    assert candidates(organisation, {"need": "no-stairs"}, drill) == ()
    assert candidates(organisation, {"group": "co-tenants"}, drill) == ()


# --- audiences ---


def test_person_belongs_to_the_first_audience_that_is_told(organisation: Organisation) -> None:
    """A receptionist in the building is front line; where that is not told, somebody on site."""
    assert "e123" in told(organisation, "front-line")
    assert "e123" not in told(organisation, "people-on-site")
    fewer = tuple(name for name in EVERY if name != "front-line")
    assert "e123" in told(organisation, "people-on-site", among=fewer)


def test_holder_of_a_role_is_crisis_team(organisation: Organisation) -> None:
    """Whoever holds a role hears as one of the team and not as somebody in the building."""
    scope = replace(HQ_A, holders={"lead": ("e105",), "hr": ("e122",)})
    assert told(organisation, "crisis-team", scope) == ["e105", "e122"]
    assert "e122" not in told(organisation, "people-on-site", scope)
    assert "e122" in told(organisation, "people-on-site")


def test_nobody_is_in_two_audiences(organisation: Organisation) -> None:
    """G2: people get the words of one audience each."""
    people = [one for name in EVERY for one in told(organisation, name) if one[0] in "ex"]
    assert len(people) == len(set(people))


def test_absent_people_are_away_and_not_on_site(organisation: Organisation) -> None:
    """On a Tuesday, who comes from Wednesday on is told about tomorrow, not to leave."""
    assert "e131" in told(organisation, "people-on-site")
    assert "e132" in told(organisation, "users-away")


def test_holiday_empties_the_building(organisation: Organisation) -> None:
    """On a public holiday everybody is away but the guard, who works to hours of his own."""
    holiday = local("2026-11-11T10:00")
    people = [one for one in told(organisation, "people-on-site", at=holiday) if one[0] in "ex"]
    assert people == []
    assert "e131" in told(organisation, "users-away", at=holiday)
    without = tuple(name for name in EVERY if name != "front-line")
    here = told(organisation, "people-on-site", at=holiday, among=without)
    assert [one for one in here if one[0] in "ex"] == ["e109"]


def test_loudspeakers_of_the_building_belong_to_the_audience_they_serve(
    organisation: Organisation,
) -> None:
    """G4: places are recipients too, those of the building; of all buildings if it is unknown."""
    here = told(organisation, "people-on-site")
    assert {"hq-a-voice", "hq-a-lobby", "hq-status"} <= set(here)
    assert "hq-b-voice" not in here
    assert {"hq-a-voice", "hq-b-voice"} <= set(
        told(organisation, "people-on-site", Scope(site="hq"))
    )
    assert told(organisation, "front-line")[0].startswith("e")
    assert "hq-status" in told(organisation, "users-away")


def test_audience_of_the_annex_has_nobody_of_the_headquarters(organisation: Organisation) -> None:
    """An incident at one site disturbs nobody at the other."""
    assert told(organisation, "people-on-site", ANNEX) == [
        "annex-status", "annex-voice", "e108", "e119", "e133",
    ]  # fmt: skip


def test_pages_join_up(organisation: Organisation) -> None:
    """Page after page, in order of id, everybody comes exactly once."""
    whole = told(organisation, "people-on-site")
    paged: list[str] = []
    while page := organisation.directory.audience(
        "people-on-site", EVERY, HQ_A, TUESDAY, after=paged[-1] if paged else "", limit=3
    ):
        paged.extend(recipient.id for recipient in page)
        assert len(page) <= 3
    assert paged == whole == sorted(set(whole))


def test_unknown_audience_has_nobody(organisation: Organisation) -> None:
    """An audience that a later plan has dropped has no recipients; it is not an error."""
    assert told(organisation, "neighbours") == []


# --- reaching them ---


def test_addresses_are_completed_from_other_channels(organisation: Organisation) -> None:
    """The site's modem and the calls use the number of the text messages; feet know the way."""
    nadia = organisation.directory.recipient("e103")
    assert nadia is not None
    assert nadia.addresses["sms-modem"] == nadia.addresses["call"] == nadia.addresses["sms"]
    assert nadia.addresses["person"] == "Nadia Benali, hq a 2, +33639980103"
    guard = organisation.directory.recipient("e109")
    assert guard is not None
    assert guard.addresses["call"] == "+33199001018"


def test_place_is_a_recipient(organisation: Organisation) -> None:
    """A loudspeaker has an address, and no name of a person behind it."""
    place = organisation.directory.recipient("hq-a-voice")
    assert place is not None
    assert place.place
    assert place.addresses == {"voice": "hq-a"}


def test_names_are_shown_and_ids_never(organisation: Organisation) -> None:
    """People, places and functions have names; somebody who has left is said to have left."""
    name = organisation.directory.name
    assert name("e101") == "Claire Fontaine"
    assert name("hq-a-voice") == "Haut-parleurs du bâtiment A"
    assert name("facilities-duty") == "Astreinte des services généraux"
    assert name("e999") == "une personne qui n'est plus dans l'annuaire"
    assert organisation.directory.recipient("e999") is None


def test_contact_is_a_staffed_line_never_a_private_number(organisation: Organisation) -> None:
    """A person is reached through the function; what has no line of its own, through the desk."""
    contact = organisation.directory.contact
    assert contact("facilities-desk", "en") == "Facilities desk, +33 1 99 00 10 00, day and night"
    assert contact("e103", "fr").startswith("Astreinte des services généraux, +33 1 99 00 10 01")
    assert contact("e101", "en") == contact("facilities-desk", "en")
    assert contact("gone", "de") == contact("facilities-desk", "fr")


def test_numbers_to_call_when_the_service_is_down(organisation: Organisation) -> None:
    """Whoever finds the service out of order reads names and numbers, those on duty first."""
    lines = organisation.directory.call_first(NIGHT, "en")
    assert lines[0] == "Facilities duty officer: Thomas Keller, +33639980104"
    assert lines[-1] == "Facilities director: Claire Fontaine, +33639980101"
