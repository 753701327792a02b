"""People and places: where they are, what they do, and addresses that can be written to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from crisis.config.documents import PEOPLE, Configuration
from crisis.config.forms import email_problem, phone_problem
from crisis.config.people import Person, Place
from crisis.config.settings import BY_HAND
from crisis.core.checks.fault import Pointer
from crisis.core.written import instead
from crisis.ports import OWN_PAGES
from crisis.yamlfile import Finding

Say = Callable[[Pointer, str, str], Finding]
"""Makes a finding of somebody: at, rule, words."""

_FORMS: Mapping[str, Callable[[str], str | None]] = {
    "email": email_problem,
    "phone": phone_problem,
    "any": lambda address: None if address.strip() else "this address is empty; take it out",
}


def findings(configuration: Configuration) -> Iterator[Finding]:
    """All that is wrong with anybody; a person without any address is a warning."""
    people = configuration.people
    for name, person in people.people.items():
        yield from _person(configuration, name, person)
    for name, place in people.places.items():
        yield from _place(configuration, name, place)
    for name in sorted(people.places.keys() & people.people.keys()):
        says = f'"{name}" is a person too; give the place another name'
        yield configuration.finding(PEOPLE, ("places", name), "duplicate-name", says)
    for name in sorted(people.functions.keys() & (people.people.keys() | people.places.keys())):
        says = f'"{name}" is a person or a place too; give the function another name'
        yield configuration.finding(PEOPLE, ("functions", name), "duplicate-name", says)


def _person(configuration: Configuration, name: str, person: Person) -> Iterator[Finding]:
    def say(at: Pointer, rule: str, says: str) -> Finding:
        return configuration.of_person(name, at, rule, f"{name}: {says}")

    yield from _where(configuration, person, say)
    for turn, function in enumerate(person.functions):
        if function not in configuration.people.functions:
            says = f'there is no function "{function}"; '
            says += instead(function, configuration.people.functions)
            yield say(("functions", turn), "unknown-name", says)
    yield from _addresses(configuration, person.addresses, say)
    for channel in sorted(OWN_PAGES & person.addresses.keys()):
        says = (
            f"{channel} is a page for everybody and reaches nobody in person; "
            "give this address to one of places:"
        )
        yield say(("addresses", channel), "address", says)
    if not person.addresses:
        says = (
            f"{name}: nothing can reach this person; add an address, as in addresses: {{email: …}}"
        )
        yield configuration.of_person(name, (), "no-address", says, warning=True)


def _place(configuration: Configuration, name: str, place: Place) -> Iterator[Finding]:
    def say(at: Pointer, rule: str, says: str) -> Finding:
        return configuration.finding(PEOPLE, ("places", name, *at), rule, f"{name}: {says}")

    yield from _where(configuration, place, say)
    audiences = configuration.plan.audiences
    for turn, audience in enumerate(place.serves):
        if audience not in audiences:
            says = f'there is no audience "{audience}"; {instead(audience, audiences)}'
            yield say(("serves", turn), "unknown-name", says)
        elif audiences[audience].on_duty and OWN_PAGES & place.addresses.keys():
            says = (
                f"{name}: everybody can open this page, and what is said to {audience} is for "
                "people on duty; take the audience out, or the address of the page"
            )
            at = ("places", name, "serves", turn)
            yield configuration.finding(PEOPLE, at, "public-page", says, warning=True)
    yield from _addresses(configuration, place.addresses, say)
    if not place.addresses:
        yield say(("addresses",), "no-address", "nothing can be shown here; add an address")


def _where(configuration: Configuration, one: Person | Place, say: Say) -> Iterator[Finding]:
    """The language, the site, and the building and floor, as the site's file names them."""
    languages = configuration.settings.languages
    if one.language not in languages:
        says = f'no text is written in "{one.language}"; {instead(one.language, languages)}'
        yield say(("language",), "unknown-value", says)
    site = configuration.sites.get(one.site)
    if site is None:
        says = f'there is no site "{one.site}"; {instead(one.site, configuration.sites)}'
        yield say(("site",), "unknown-name", says)
        return
    floor = one.floor if isinstance(one, Person) else None
    if one.building is None:
        if floor is not None:
            yield say(("floor",), "unknown-name", "a floor is of a building; add building:")
        return
    building = site.buildings.get(one.building)
    if building is None:
        says = f'{site.name} has no building "{one.building}"; '
        yield say(("building",), "unknown-name", says + instead(one.building, site.buildings))
    elif floor is not None and building.floors and floor not in building.floors:
        says = f'building {one.building} of {site.name} has no floor "{floor}"; '
        yield say(("floor",), "unknown-name", says + instead(floor, building.floors))


def _addresses(
    configuration: Configuration, addresses: Mapping[str, str], say: Say
) -> Iterator[Finding]:
    channels = configuration.settings.channels
    for channel, address in addresses.items():
        at: Pointer = ("addresses", channel)
        if not configuration.settings.reaches(channel):
            known = {*channels, *BY_HAND, *OWN_PAGES}
            says = f'settings.yaml has no channel "{channel}"; {instead(channel, known)}'
            yield say(at, "unknown-name", says)
            continue
        form = channels[channel].form(channel) if channel in channels else "any"
        problem = _FORMS[form](address)
        if problem is not None:
            yield say(at, "address", problem)
