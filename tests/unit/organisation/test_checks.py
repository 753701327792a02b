"""Every mistake in the organisation's files is found at its line, with what to write instead."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple

import pytest

from crisis.config import check, read_configuration
from crisis.organisation import Organisation
from crisis.yamlfile import Finding, NotAcceptable
from tests.unit.organisation.conftest import Change, Files

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def refused(files: Mapping[str, str]) -> list[Finding]:
    """The errors for which an organisation is not taken over."""
    with pytest.raises(NotAcceptable) as refusal:
        Organisation.from_files(files, now=NOW)
    return [one for one in refusal.value.findings if one.severity == "error"]


def errors(files: Mapping[str, str]) -> list[Finding]:
    """The errors of everything but the playbooks (which take longest to check)."""
    own = {path: text for path, text in files.items() if not path.startswith("playbooks/")}
    try:
        found = check(read_configuration(own), NOW)
    except NotAcceptable as error:
        found = error.findings
    return [one for one in found if one.severity == "error"]


def warned(files: Mapping[str, str]) -> list[Finding]:
    """The warnings about an organisation that is taken over."""
    return list(Organisation.from_files(files, now=NOW).findings)


def test_the_organisation_that_ships_has_nothing_to_find(organisation: Organisation) -> None:
    """What `crisis init` writes is whole: no error and no warning, playbooks and rota included."""
    assert organisation.findings == ()


SETTINGS, PEOPLE, PLAN = "settings.yaml", "people.yaml", "communication-plan.yaml"
HQ = "sites/hq.yaml"
FLOOD = "playbooks/flood.yaml"


class Mistake(NamedTuple):
    """One place that is written wrong, and what must be said of it."""

    file: str
    old: str
    new: str
    rule: str
    words: str


MISTAKES = [
    (SETTINGS, "default_site: hq", "default_site: hd", "unknown-name", "there is no site"),
    (SETTINGS, "contact: facilities-desk", "contact: desk", "unknown-name", "there is no function"),
    (SETTINGS, "contact: facilities-desk", "contact: hr-duty", "no-contact", "add contact:"),
    (SETTINGS, "[facilities-duty, facilities-deputy", "[duty, facilities-deputy",
     "unknown-name", "there is no function"),
    (SETTINGS, "[fr, en]  ", "[fr, fr]  ", "duplicate-name", "name each once"),
    (SETTINGS, 'en: "Example House"', 'de: "Musterhaus"', "missing-language", "add en: beside fr"),
    (SETTINGS, "127.0.0.1:8420 ", "localhost ", "bind", "write 127.0.0.1:8420"),
    (SETTINGS, "http://127.0.0.1:8420 ", "crisis.example.org ", "web-address", "https://"),
    (SETTINGS, "address_from: sms", "address_from: texto", "unknown-name", "no other channel"),
    (SETTINGS, "critical: S2", "critical: P1", "unknown-value", 'there is no severity "P1"'),
    (SETTINGS, "severities: {", "severity: S9\n    severities: {", "unknown-value", '"S9"'),
    (SETTINGS, "may_raise: [water-leak", "kind: gas\n    may_raise: [water-leak", "unknown-value",
     "building may not raise gas"),
    (SETTINGS, "    by: person\n    site: hq", "    by: person\n    site: hd", "unknown-name",
     "annex, hq"),
    (SETTINGS, "retention:", "retenton:", "unknown-field", 'did you mean "retention"?'),
    (SETTINGS, "texts: 1095d", "texts: 3 years", "duration", "is not a duration"),
    (PEOPLE, "functions: [facilities-director]", "functions: [facilities-directer]",
     "unknown-name", 'did you mean "facilities-director"?'),
    (PEOPLE, "language: fr", "language: de", "unknown-value", "no text is written in"),
    (PEOPLE, "site: annex", "site: anex", "unknown-name", 'did you mean "annex"?'),
    (PEOPLE, "building: a", "building: c", "unknown-name", 'hq has no building "c"'),
    (PEOPLE, "floor: 5", "floor: 9", "unknown-name", 'has no floor "9"'),
    (PEOPLE, "floor: 5", "floor: ground floor", "name", "is not a floor"),
    (PEOPLE, "    building: a\n    floor: 5", "    floor: 5", "unknown-name", "add building:"),
    (PEOPLE, "claire.fontaine@example.org", "claire.fontaine", "address", "name@example.org"),
    (PEOPLE, '"+33639980101"', '"06 39 98 01 01"', "address", "international number"),
    (PEOPLE, '"+33639980101"', '"+33 6 39 98 01 01"', "address", 'write "+33639980101"'),
    (PEOPLE, "push: crisis-e101", "pusch: crisis-e101", "unknown-name", 'did you mean "push"?'),
    (PEOPLE, "serves: [people-on-site]", "serves: [people-onsite]", "unknown-name", "audience"),
    (PEOPLE, "  hq-a-voice:", "  e101:", "duplicate-name", "is a person too"),
    (PEOPLE, "  hr-duty:", "  e101:", "duplicate-name", "is a person or a place too"),
    (PEOPLE, "  e102:", "  e101:", "duplicate-name", "a second time"),
    (PEOPLE, 'hours: "07:00-19:00"', "hours: 7-19", "hours", 'write "08:00-19:00"'),
    (PEOPLE, "days: [monday, tuesday, thursday]", "days: [mon, tue]", "unknown-value", "monday"),
    (PEOPLE, "addresses: {voice: hq-a}", "addresses: {}", "no-address", "nothing can be shown"),
    (PLAN, "contact: facilities-duty", "contact: facility-duty", "unknown-name", "did you mean"),
    (PLAN, "contact: facilities-duty", "contact: hr-duty", "no-contact", "how it is reached"),
    (PLAN, "who: {function: directorate}", "who: {function: directors}", "unknown-name",
     "directors"),
    (PLAN, "who: {function: directorate}", "who: {function: directorate, present: maybe}",
     "unknown-name", "there is no present"),
    (PLAN, "who: {function: directorate}", "who: direction", "unknown-name", "no function"),
    (PLAN, "who: {function: directorate}", "who: {function: directorate, subscribed: yes}",
     "not-yet", "pick these people by group or function"),
    (PEOPLE, "push: crisis-e101", "board: hq-a", "address", "give this address to one of places"),
    (SETTINGS, "  sms-modem:  ", "  board:  ", "duplicate-name", "is a page of Crisis"),
    (HQ, 'telephone: "+33199006010"', 'telephone: "01 99"', "address", "international"),
    (HQ, 'telephone: "+33199006010"', 'telephone: "+33199006010", mail: pump', "address", "e-mail"),
    (HQ, 'en: "Headquarters"', 'de: "Zentrale"', "missing-language", "title has no English text"),
    (HQ, 'en: "restaurant of building B"', 'de: "Kantine"', "missing-language", "facts"),
    (HQ, 'en: "Building A"', 'de: "Haus A"', "missing-language", "buildings.a.title"),
    (HQ, "name: hq", "name: main", "name", "sites/main.yaml"),
    (HQ, "zone: Europe/Paris", "zone: Europe/Pari", "clock", "is not a time zone"),
    (FLOOD, "holder: technical-duty", "holder: tecnical-duty", "unknown-name",
     'did you mean "technical-duty"?'),
    (FLOOD, "owner: facilities-director", "owner: facility-director", "unknown-name", "did you"),
]  # fmt: skip


@pytest.mark.parametrize("mistake", [Mistake(*mistake) for mistake in MISTAKES])
def test_mistake_is_found_at_its_line(change: Change, mistake: Mistake) -> None:
    """The finding stands at a line that was changed, and says what to write instead."""
    files = change(mistake.file, mistake.old, mistake.new)
    found = refused(files) if mistake.file == FLOOD else errors(files)
    fitting = [one for one in found if one.rule == mistake.rule and mistake.words in one.message]
    assert fitting, "\n".join(map(str, found))
    assert fitting[0].file == mistake.file
    line = files[mistake.file].splitlines()[fitting[0].line - 1]
    assert any(part.strip() in line for part in mistake.new.split("\n")), fitting[0]


def test_missing_files_are_named(files: Files) -> None:
    """A folder without what is needed says what is missing and how to have it."""
    found = refused({PLAN: files[PLAN]})
    assert {one.file for one in found if one.rule == "missing-file"} == {
        SETTINGS, PEOPLE, "sites/NAME.yaml",
    }  # fmt: skip


def test_file_that_nothing_reads_is_refused(files: Files) -> None:
    """A file whose name is mistyped is not silently left out."""
    [found] = refused({**files, "peeple.yaml": "people: {}"})
    assert str(found) == (
        "peeple.yaml:1:1 [unknown-file] nothing reads this file; did you mean people.yaml?"
    )


def test_all_mistakes_are_said_at_once(change: Change) -> None:
    """Somebody who mends a folder is not sent round once for each mistake."""
    files = dict(change(SETTINGS, "default_site: hq", "default_sit: hq"))
    files[PEOPLE] = files[PEOPLE].replace("language: fr", "langage: fr", 1)
    files[FLOOD] = files[FLOOD].replace("owner:", "ownr:", 1)
    assert {one.file for one in refused(files)} == {SETTINGS, PEOPLE, FLOOD}


def test_languages_of_settings_and_plan_agree(change: Change) -> None:
    """A language that the plan has and the settings have not would be written for nobody."""
    found = refused(change(SETTINGS, "[fr, en]  ", "[fr]  "))
    assert any(one.rule == "languages-disagree" and one.file == PLAN for one in found)


def test_person_without_any_address_is_a_warning(change: Change) -> None:
    """People without an address stay in the directory; somebody has to know it."""
    old = '{email: awa.traore@example.org, sms: "+33639980130"}'
    [found] = warned(change(PEOPLE, old, "{}"))
    assert (found.rule, found.severity) == ("no-address", "warning")
    assert "e130" in found.message


def test_words_of_the_inside_on_a_page_for_everybody_are_a_warning(change: Change) -> None:
    """A board that serves people on duty can be opened by anybody: said, for somebody to decide."""
    old = "serves: [people-on-site]\n    addresses: {board: hq-a"
    new = "serves: [people-on-site, crisis-team]\n    addresses: {board: hq-a"
    [found] = warned(change(PEOPLE, old, new))
    assert (found.rule, found.severity) == ("public-page", "warning")
    assert "everybody can open this page" in found.message


SLIPS = [
    (PLAN, "{group: co-tenants,", "{group: co-tenant,", "unknown-name", 'mean "co-tenants"?'),
    (PLAN, "{group: co-tenants,", "{group: unions,", "unknown-name", 'no group "unions"'),
    (PLAN, "who: {function: directorate}", "who: {skill: frist-aid}", "unknown-name",
     'did you mean "first-aid"?'),
    (PLAN, "{contractor: {not: none}", "{contractor: [none, liift]", "unknown-name", '"lift"?'),
    (FLOOD, "holder: technical-duty", "holder: {skill: frist-aid}", "unknown-name",
     'did you mean "first-aid"?'),
]  # fmt: skip


@pytest.mark.parametrize("slip", [Mistake(*slip) for slip in SLIPS])
def test_a_word_that_nobody_bears_is_warned_of(change: Change, slip: Mistake) -> None:
    """A slip is shown at its line, and stops nothing: the last of a group may have left today."""
    files = change(slip.file, slip.old, slip.new)
    [found] = [one for one in warned(files) if slip.words in one.message]
    assert (found.file, found.rule, found.severity) == (slip.file, slip.rule, "warning")
    assert slip.new in files[slip.file].splitlines()[found.line - 1]


def test_files_stay_right_when_the_last_of_a_floor_leaves(change: Change) -> None:
    """Units "floor-12" and "floor-13" in the plan, nobody in one of them now: taken over."""
    files = change(PEOPLE, "    building: a\n    floor: 5", "    unit: floor-13\n    building: a")
    who = "who: {function: directorate}"
    files = {**files, PLAN: files[PLAN].replace(who, "who: {unit: floor-12}", 1)}
    [found] = [one for one in warned(files) if "floor-12" in one.message]
    assert 'did you mean "floor-13"?' in found.message
    assert found.severity == "warning"


def test_a_need_that_nobody_has_today_is_no_mistake(change: Change) -> None:
    """Only a word that is nearly another one is taken for a slip."""
    found = warned(change(PLAN, "who: {function: directorate}", "who: {need: no-stairs}"))
    assert "unknown-name" not in {one.rule for one in found}


def test_medium_without_a_channel_is_a_warning(change: Change) -> None:
    """A plan may name a medium whose gateway is yet to come: said, and not refused."""
    files = change(SETTINGS, "  voice:  ", "  other-voice:  ")
    people = files[PEOPLE]
    for voice in ("hq-a", "hq-b", "annex"):
        people = people.replace(f"voice: {voice}", "paper: hall")
    files = {**files, PEOPLE: people}
    [found] = warned(files)
    assert str(found).startswith("communication-plan.yaml:")
    assert "[no-channel] warning: public-address" in str(found)


def test_contractor_without_a_number_is_a_warning(change: Change) -> None:
    """A firm that is only a name cannot be called in a crisis."""
    [found] = warned(change(HQ, ', telephone: "+33199006012"', ""))
    assert (found.file, found.rule) == (HQ, "no-address")


def test_gap_in_the_rota_ahead_is_a_warning(files: Files) -> None:
    """A week without anybody on duty is found before it comes, with its beginning and end."""
    text = files["rota.ics"].replace("\r\n", "\n")
    weekly = "RRULE:FREQ=WEEKLY;INTERVAL=3"
    with_gap = text.replace(weekly, weekly + "\nEXDATE;TZID=Europe/Paris:20261130T080000", 3)
    [found] = warned({**files, "rota.ics": with_gap})
    assert found.rule == "rota-gap"
    assert "facilities-duty from 2026-11-30 08:00 to 2026-12-07 08:00 (Europe/Paris)" in str(found)


def test_function_that_must_have_a_rota_and_has_none(change: Change) -> None:
    """`rota: always` without a turn is one gap; `sometimes` is none, whatever the rota says."""
    files = change(PEOPLE, "  hr-duty:\n", "  hr-duty:\n    rota: always\n")
    [found] = warned(files)
    assert "hr-duty" in found.message
    files = change(PEOPLE, "  it-duty:\n", "  it-duty:\n    rota: sometimes\n")
    without_it = files["rota.ics"].replace("SUMMARY:it-duty", "SUMMARY:technical-duty", 1)
    assert warned({**files, "rota.ics": without_it}) == []


def test_folder_without_a_rota_calls_everybody(files: Files) -> None:
    """The rota is optional: then a function is everybody who has it, and nothing is a gap."""
    without = {path: text for path, text in files.items() if path != "rota.ics"}
    assert warned(without) == []


def test_role_that_nobody_can_hold_is_refused(change: Change) -> None:
    """G3: a playbook whose role has nobody at some site is found before the crisis."""
    files = change(FLOOD, "    holder: hr-duty\n    deputies: [directorate-office]\n",
                   "    holder: {function: hr-duty, site: same}\n")  # fmt: skip
    found = refused(files)
    assert any(one.rule == "role-unfillable" and "at annex" in one.message for one in found)


def test_floors_that_nobody_covers_are_a_warning(change: Change) -> None:
    """One for each floor, and more floors than people: which ones, before the day of the fire."""
    files = change(FLOOD, "    holder: hr-duty\n    deputies: [directorate-office]\n",
                   "    holder: {function: floor-wardens, site: same}\n    one_per: floor\n",
                   )  # fmt: skip
    annex, hq = [one for one in warned(files) if one.rule == "part-uncovered"]
    assert files[FLOOD].splitlines()[hq.line - 1] == "    one_per: floor"
    assert (
        "at hq 11 people are wanted for hr, one for each floor, and 3 could hold it" in hq.message
    )
    assert "a/-1, a/0, a/2, a/4, a/5, b/-1, b/0, b/2: give the function" in hq.message
    assert "at annex 2 people are wanted" in annex.message
    enough = files[FLOOD].replace("one_per: floor", "one_per: site")
    assert [one for one in warned({**files, FLOOD: enough}) if one.rule == "part-uncovered"] == []


def test_one_person_for_two_roles_that_are_kept_apart_is_refused(change: Change) -> None:
    """G3: two roles that check each other want two people, at every site of the playbook."""
    alone = "    holder: facilities-director\n    deputies: []\n"
    lead = "    last_resort: facilities-director\n"
    files = change(FLOOD, "    holder: hr-duty\n    deputies: [directorate-office]\n",
                   alone + "    apart_from: watch\n")  # fmt: skip
    text = files[FLOOD]
    watch = (
        "  watch:\n    title: {fr: Veille, en: Watch}\n    mission: {fr: Veiller., en: Watch.}\n"
        + alone
    )
    first = text.index("roles:\n") + len("roles:\n")
    files = {**files, FLOOD: text[:first] + watch + text[first:]}
    assert lead in text
    found = [one for one in refused(files) if one.rule == "role-unfillable"]
    assert {one.file for one in found} == {FLOOD}
    assert any("at hq one person is all there is for" in one.message for one in found)


LED = frozenset(f"playbooks/{name}.yaml" for name in ("flood", "fire", "generic", "service-outage"))
"""The playbooks whose last resort is the head of facilities."""


def test_last_resort_that_is_nobody_is_refused(change: Change) -> None:
    """G3: who is left when all stay silent must be somebody."""
    files = change(PEOPLE, "functions: [facilities-director]", "functions: []")
    found = refused(files)
    assert {one.file for one in found} >= LED
    assert all(one.rule == "role-unfillable" and "last resort of lead" in one.message
               for one in found)  # fmt: skip
    line = files[FLOOD].splitlines()[next(one.line for one in found if one.file == FLOOD) - 1]
    assert "last_resort: facilities-director" in line
