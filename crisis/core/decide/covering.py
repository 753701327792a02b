"""One holder for each floor, building or site: which of them want somebody, and whom.

A part is written ``a`` (a building), ``a/2`` (its second floor) or ``annex`` (a site). People are
asked for the part they have their place in; where nobody of it is left, somebody else is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from crisis.core.deciding import Deciding, Rank
from crisis.core.values import Text

LAST = "last-resort"


def parts(d: Deciding, name: str) -> tuple[str, ...]:
    """Give what each wants holders of its own.

    Floors are those of the building that the report names, or of all where it names none; a
    building without floors is one part. Sites, and what the site's file does not say, are those
    in which the people of the role have their place.
    """
    per = d.playbook.roles[name].one_per
    known = d.pinned.site.parts(str(per), d.incident.building) if per != "site" else ()
    if known:
        return known
    theirs = (part for rank in _ranks(d, name) for part in rank.parts if part)
    return tuple(dict.fromkeys(theirs))


def gaps(d: Deciding, name: str) -> tuple[str, ...]:
    """Give the parts that want somebody, each as often as people are missing there."""
    state, need = d.incident.roles.get(name), d.playbook.roles[name].need
    held = Counter(state.parts.values()) if state is not None else Counter[str]()
    if state is not None and state.relief_at is not None:
        held[state.parts.get(str(state.holder), "")] -= 1
    return tuple(part for part in parts(d, name) for _ in range(need - held[part]))


def open_gaps(d: Deciding, name: str) -> tuple[str, ...]:
    """Give those of them for which nobody is being asked."""
    asked = Counter(
        offer.parts[name] for offer in d.incident.offers.values()
        if offer.state == "open" and name in offer.parts
    )  # fmt: skip
    left = Counter(gaps(d, name)) - asked
    return tuple(left.elements())


def of_person(d: Deciding, name: str, who: str) -> str:
    """Give the part in which a person has their place; nothing where that is not known."""
    for rank in _ranks(d, name):
        if rank.parts and who in rank.people:
            return rank.parts[rank.people.index(who)]
    return ""


def part_for(d: Deciding, name: str, who: str, offered: str | None) -> str:
    """Give the part of whoever takes the role now.

    Whoever was asked for a part takes that one. Whoever steps in takes their own, or the first
    that wants somebody; where none does, they help in their own.
    """
    wanted = gaps(d, name)
    if offered is not None:
        return offered
    own = of_person(d, name, who)
    return own if own in wanted or not wanted else wanted[0]


def next_for_parts(d: Deciding, name: str, free: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """Give who is asked next for which part, and as what: one person for one part.

    First those who have their place there, the holder before the deputies; for a part with nobody
    left, whoever is left over from elsewhere; the last resort when there is nobody at all.
    """
    wanted, chosen = list(open_gaps(d, name)), set[str]()
    ranks = [rank for rank in _ranks(d, name) if rank.name != LAST]
    for rank, who in _each(ranks, free):
        part = of_person(d, name, who)
        if part in wanted and who not in chosen:
            wanted.remove(part)
            chosen.add(who)
            yield who, rank, part
    for rank, who in _each(ranks, free):
        if wanted and who not in chosen:
            chosen.add(who)
            yield who, rank, wanted.pop(0)
    if chosen or not wanted:
        return
    for rank, who in _each([one for one in _ranks(d, name) if one.name == LAST], free):
        yield who, rank, wanted[0]
        return


def _ranks(d: Deciding, name: str) -> tuple[Rank, ...]:
    return tuple(d.facts.candidates.get(name, ()))


def _each(ranks: list[Rank], free: Collection[str]) -> Iterator[tuple[str, str]]:
    for rank in ranks:
        for who in rank.people:
            if who in free:
                yield rank.name, who


def titled(d: Deciding, title: Text, part: str) -> Text:
    """Give the title of a role with the part that it is for."""
    named = d.pinned.site.part(part)
    return Text({one: f"{words} – {named.get(one, part)}" for one, words in title.items()})
