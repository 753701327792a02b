"""The communication plan finds its channels, its functions and its people in the organisation."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches

from crisis.config.documents import PLAN, SITES, Configuration
from crisis.config.forms import email_problem, phone_problem
from crisis.config.people import Person
from crisis.core.checks.fault import Fault, Pointer
from crisis.core.matching import Match, Who
from crisis.core.written import instead
from crisis.yamlfile import Finding

NOT_KEPT = frozenset({"reported", "asked", "subscribed"})
"""Fields of a `who` that no directory answers: refused, rather than that nobody is told."""


def findings(configuration: Configuration) -> Iterator[Finding]:
    """What the plan counts on and the organisation does not have."""
    yield from _media(configuration)
    for name, audience in configuration.plan.audiences.items():
        at: Pointer = ("audiences", name)
        function = configuration.people.functions.get(audience.contact)
        if function is None:
            says = f'there is no function "{audience.contact}"; '
            says += instead(audience.contact, configuration.people.functions)
            yield configuration.finding(PLAN, (*at, "contact"), "unknown-name", says)
        elif function.contact is None:
            says = (
                f"{audience.contact} does not say how it is reached; "
                f"add contact: to functions.{audience.contact} in people.yaml"
            )
            yield configuration.finding(PLAN, (*at, "contact"), "no-contact", says)
        for turn, who in enumerate(audience.who):
            for fault in unknown_in(configuration, who):
                yield configuration.documents[PLAN].finding(
                    replace(fault, at=(*at, "who", turn, *fault.at))
                )
    yield from _contractors(configuration)


def unknown_in(configuration: Configuration, who: Who) -> Iterator[Fault]:
    """Names in a `who` that the organisation does not have; they stand in it at `at`.

    A word that only people bear is warned of: the last one who bears it may leave any day, and
    the files that are right today must still be taken over then.
    """
    functions = configuration.people.functions
    buildings = {one for site in configuration.sites.values() for one in site.buildings}
    for name in who.functions:
        if name not in functions:
            says = f'there is no function "{name}"; {instead(name, functions)}'
            yield Fault(at=(), rule="unknown-name", says=says)
    among: dict[str, tuple[Collection[str], frozenset[str]]] = {
        "function": (functions, frozenset()),
        "rota": (functions, frozenset({"any"})),
        "site": (configuration.sites, frozenset({"same"})),
        "building": (buildings, frozenset({"same"})),
        "present": (("yes", "no"), frozenset()),
        "group": (_groups(configuration), frozenset({"none"})),
    }
    for field, match in who.fields.items():
        if field in NOT_KEPT:
            says = f"nobody can be picked by {field} yet; pick these people by group or function"
            yield Fault(at=(field,), rule="not-yet", says=says)
        if field in _OF_PEOPLE:
            yield from _slips(configuration, field, match)
        if field not in among:
            continue
        known, also = among[field]
        for value in sorted(match.values - also - set(known)):
            says = f'there is no {field} "{value}"; {instead(value, {*known, *also})}'
            fault = Fault(at=(field,), rule="unknown-name", says=says)
            yield replace(fault, severity="warning") if field == "group" else fault


def _groups(configuration: Configuration) -> frozenset[str]:
    """Every group that somebody or some place is in, and that of exercises."""
    people = configuration.people
    groups = {configuration.settings.exercises.group}
    groups.update(*(person.groups for person in people.people.values()))
    groups.update(*(place.groups for place in people.places.values()))
    return frozenset(groups)


def _slips(configuration: Configuration, field: str, match: Match) -> Iterator[Fault]:
    """A word that nobody has and that is nearly one that somebody has: it would tell nobody.

    One that is like no other is taken as it is: nobody who needs a lift works here today.
    """
    of = _OF_PEOPLE[field]
    trades = {trade for site in configuration.sites.values() for trade in site.contractors}
    known = {value for person in configuration.people.people.values() for value in of(person)}
    known |= trades if field == "contractor" else set()
    for value in sorted(match.values - known - {"none"}):
        near = get_close_matches(value, sorted(known), n=1, cutoff=_A_SLIP)
        if near:
            says = f'nobody has the {field} "{value}"; did you mean "{near[0]}"?'
            yield Fault(at=(field,), rule="unknown-name", says=says, severity="warning")


_A_SLIP = 0.8
"""How like another a word is when it is taken for a slip: a letter or two of a whole word."""

_OF_PEOPLE: Mapping[str, Callable[[Person], Iterable[str]]] = {
    "skill": lambda person: person.skills,
    "need": lambda person: person.needs,
    "unit": lambda person: filter(None, (person.unit,)),
    "contractor": lambda person: (person.contractor,),
}
"""Fields whose words are made up where people are listed."""


def _media(configuration: Configuration) -> Iterator[Finding]:
    """A medium without a channel is not an error: a ladder may wait for its gateway."""
    for name, medium in configuration.plan.media.items():
        if not medium.person and not configuration.settings.reaches(medium.channel):
            says = (
                f"{name} goes by the channel {medium.channel}, which settings.yaml does not have: "
                f"nothing will leave this way; add channels.{medium.channel}"
            )
            at = ("media", name, "channel")
            yield configuration.finding(PLAN, at, "no-channel", says, warning=True)


def _contractors(configuration: Configuration) -> Iterator[Finding]:
    """A firm that is called in a crisis has a number that can be dialled."""
    for site in configuration.sites.values():
        file = f"{SITES}{site.name}.yaml"
        for trade, firm in site.contractors.items():
            at: Pointer = ("contractors", trade)
            if firm.telephone is None:
                says = f"{firm.name} has no telephone number; add telephone:"
                yield configuration.finding(file, at, "no-address", says, warning=True)
            elif problem := phone_problem(firm.telephone):
                yield configuration.finding(file, (*at, "telephone"), "address", problem)
            if firm.mail is not None and (problem := email_problem(firm.mail)):
                yield configuration.finding(file, (*at, "mail"), "address", problem)
