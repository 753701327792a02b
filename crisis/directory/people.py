"""The directory: people, places and rota of one version of the organisation."""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice

from crisis.config.documents import Configuration
from crisis.config.people import Person, Place
from crisis.core.matching import Match, Who
from crisis.core.plan import CommunicationPlan
from crisis.core.playbook import Part
from crisis.directory.index import PeopleIndex
from crisis.directory.matching import Fits, Moment
from crisis.ports import Recipient, Scope

_PASSING = frozenset({"present", "role", "floor"})
"""What somebody is only for a time."""

_WHENEVER = datetime(2026, 1, 1, tzinfo=UTC)
"""An instant for questions whose answer is the same at all of them."""

_GONE = {
    "fr": "une personne qui n'est plus dans l'annuaire",
    "en": "somebody who is no longer in the directory",
}


class PeopleDirectory:
    """`crisis.ports.Directory` over the configuration. Immutable: safe to ask from any thread.

    A page of an audience costs what its people cost, whatever the size of the directory: the
    index gives those who may fit, in order of id.
    """

    def __init__(self, configuration: Configuration, *, version: int = 0) -> None:
        self.version = version
        self._settings = configuration.settings
        self._people = configuration.people
        self._rota = configuration.rota
        self._sites = configuration.sites
        self._plan: CommunicationPlan = configuration.plan
        self._index = PeopleIndex(configuration.people.people)
        self._serving: dict[str, list[str]] = {}
        for name in sorted(self._people.places):
            for audience in self._people.places[name].serves:
                self._serving.setdefault(audience, []).append(name)

    def candidates(self, who: Who, scope: Scope, at: datetime) -> tuple[str, ...]:
        """Ids of the people that a playbook's ``who`` names, in the organisation's order.

        For a function: those on duty by the rota, in the order of their turns, or else everybody
        who has it. Nobody is named twice.
        """
        moment = self._moment(scope, at)
        if who.functions:
            found = (one for function in who.functions for one in moment.answering(function))
            return tuple(dict.fromkeys(found))
        fits = moment.fits(who)
        people = self._index.people
        chosen = [name for name in moment.narrowed(who) if fits(name, people[name])]
        return tuple(sorted(chosen, key=self._index.rank.__getitem__))

    def audience(
        self, name: str, told: Sequence[str], scope: Scope, at: datetime, *, after: str, limit: int
    ) -> list[Recipient]:
        """The next recipients of an audience after a cursor (a recipient id), in order of id.

        A person belongs to the first of the plan's audiences among ``told`` that fits; a place to
        each of the audiences that it serves, at its site and building.
        """
        if name not in self._plan.audiences:
            return []
        people = self._people_of(name, told, self._moment(scope, at), after)
        places = self._places_of(name, scope, after)
        page = islice(heapq.merge(people, places), limit)
        return [self._known(recipient_id) for recipient_id in page]

    def could_answer(self, who: Who, site: str) -> frozenset[str]:
        """Ids that a ``who`` may name at a site, at some hour and in some incident there."""
        scope = Scope(site=site)
        if who.functions or "rota" in who.fields:
            named = who.functions or tuple(sorted(who.fields["rota"].values))
            return frozenset(
                one
                for function in named
                for one in (*self._index.of_function(function), *self._rota.people(function))
                if one in self._people.people
            )
        lasting = {name: one for name, one in who.fields.items() if name not in _PASSING}
        lasting = lasting or {"site": Match(frozenset({"same"}))}
        return frozenset(self.candidates(Who(fields=lasting), scope, _WHENEVER))

    def tells(self, audience: str) -> bool:
        """Whether this version's plan has such an audience."""
        return audience in self._plan.audiences

    def takes_part(self, person_id: str) -> bool:
        """Whether this person is on the list of those whom exercises may reach (G9)."""
        person = self._people.people.get(person_id)
        return person is not None and self._settings.exercises.group in person.groups

    def recipient(self, recipient_id: str) -> Recipient | None:
        """One recipient, as the directory has them now."""
        if recipient_id in self._people.people or recipient_id in self._people.places:
            return self._known(recipient_id)
        return None

    def part(self, person_id: str, per: Part) -> str:
        """Where a person has their place: a floor (``a/2``), a building (``a``) or a site."""
        person = self._people.people.get(person_id)
        if person is None or per == "site":
            return person.site if person is not None else ""
        if person.building is None or (per == "floor" and person.floor is None):
            return person.building or ""
        return person.building if per == "building" else f"{person.building}/{person.floor}"

    def name(self, person_id: str) -> str:
        """The name that is shown: a person's, a place's or a function's; never a bare id."""
        person = self._people.people.get(person_id)
        if person is not None:
            return person.name
        titled = self._people.places.get(person_id) or self._people.functions.get(person_id)
        if titled is not None:
            return self._settings.in_default_language(titled.title)
        return next((_GONE[one] for one in self._settings.languages if one in _GONE), _GONE["en"])

    def title(self, function: str, language: str) -> str:
        """What a function is called in a language; never a bare id."""
        known = self._people.functions.get(function)
        if known is None:
            return self.name(function)
        return known.title.get(language, self._settings.in_default_language(known.title))

    def contact(self, function: str, language: str) -> str:
        """How a function or person is reached by those who have a question: one short line.

        A person is reached through their functions, never at their own number; where none of them
        says how, by the organisation's contact.
        """
        person = self._people.people.get(function)
        named = (function,) if person is None else person.functions
        for one in (*named, self._settings.contact):
            known = self._people.functions.get(one)
            if known is not None and known.contact is not None:
                default = self._settings.in_default_language(known.contact)
                return known.contact.get(language, default)
        return self.name(self._settings.contact)

    def call_first(self, at: datetime, language: str) -> list[str]:
        """Whom to telephone when the service is out of order: one line a person. Personal."""
        lines = []
        for function in self._settings.call_first:
            title = self._people.functions[function].title
            shown = title.get(language, self._settings.in_default_language(title))
            for name in self._moment(Scope(site=self._settings.default_site), at).answering(
                function
            ):
                recipient = self._known(name)
                number = recipient.addresses.get("call") or recipient.addresses.get("sms")
                if number:
                    colon = " :" if language == "fr" else ":"
                    lines.append(f"{shown}{colon} {self.name(name)}, {number}")
        return list(dict.fromkeys(lines))

    def _moment(self, scope: Scope, at: datetime) -> Moment:
        return Moment(
            index=self._index,
            functions=self._people.functions,
            rota=self._rota,
            sites=self._sites,
            exercise_group=self._settings.exercises.group,
            scope=scope,
            at=at,
        )

    def _people_of(
        self, name: str, told: Sequence[str], moment: Moment, after: str
    ) -> Iterator[str]:
        """Ids after the cursor, lazily: those who fit this audience, and none before it."""
        whos = self._plan.audiences[name].who
        earlier: list[Fits] = []
        for audience, rules in self._plan.audiences.items():
            if audience == name:
                break
            if audience in told:
                earlier.extend(moment.fits(who) for who in rules.who)
        own = [moment.fits(who) for who in whos]
        people = self._index.people
        narrowed = [moment.narrowed(who) for who in whos]
        rest = [_after(names, after) for names in narrowed]
        last = None
        for one in heapq.merge(*rest):
            if one == last:
                continue
            last, person = one, people[one]
            if any(fits(one, person) for fits in own) and not any(
                fits(one, person) for fits in earlier
            ):
                yield one

    def _places_of(self, name: str, scope: Scope, after: str) -> list[str]:
        group = self._settings.exercises.group
        return [
            one
            for one in self._serving.get(name, ())
            if one > after
            and _at(self._people.places[one], scope)
            and (not scope.exercise or group in self._people.places[one].groups)
        ]

    def _known(self, recipient_id: str) -> Recipient:
        person = self._people.people.get(recipient_id)
        if person is None:
            place = self._people.places[recipient_id]
            return Recipient(
                id=recipient_id, language=place.language, addresses=place.addresses, place=True
            )
        return Recipient(
            id=recipient_id, language=person.language, addresses=self._addresses(person)
        )

    def _addresses(self, person: Person) -> Mapping[str, str]:
        """Their own, those taken from another channel, and where to find them on foot."""
        addresses = dict(person.addresses)
        for channel, settings in self._settings.channels.items():
            source = settings.address_from or channel
            if source in person.addresses and channel not in addresses:
                addresses[channel] = person.addresses[source]
        where = " ".join(part for part in (person.site, person.building, person.floor) if part)
        number = addresses.get("call") or addresses.get("sms")
        addresses.setdefault("person", ", ".join(filter(None, (person.name, where, number))))
        return addresses


def _after(names: Sequence[str], cursor: str) -> Iterator[str]:
    """The names beyond the cursor; an `islice` would walk over all those before it."""
    return (names[at] for at in range(bisect_right(names, cursor), len(names)))


def _at(place: Place, scope: Scope) -> bool:
    return place.site == scope.site and (
        None in (place.building, scope.building) or place.building == scope.building
    )
