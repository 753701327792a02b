"""Whether there are people enough: who is named and is nobody, and what hangs on one person.

Warnings: those who are there still act, and the files that are right today must be taken over
when somebody leaves.
"""

from __future__ import annotations

from collections.abc import Iterator

from crisis.config import Configuration
from crisis.config.documents import PLAN
from crisis.core.checks.fault import Fault, Pointer, path
from crisis.core.place import Site
from crisis.core.playbook import Role
from crisis.core.values import Who
from crisis.directory import PeopleDirectory
from crisis.library import Library, PlaybookSource
from crisis.yamlfile import Finding

_ASKED = ("holder", "deputies")
_DIRECTORATE = "directorate"


def served(configuration: Configuration, source: PlaybookSource) -> Iterator[Site]:
    """The sites at which this playbook can open."""
    return (one for one in configuration.sites.values() if source.playbook.serves(one.name))


def could_hold(directory: PeopleDirectory, role: Role, site: str) -> frozenset[str]:
    """Everybody who may be asked to hold a role at a site, at some hour."""
    whos = (*role.holder, *role.deputies)
    return frozenset[str]().union(*(directory.could_answer(one, site) for one in whos))


def staffing_faults(
    configuration: Configuration,
    library: Library,
    directory: PeopleDirectory,
    source: PlaybookSource,
) -> Iterator[Fault]:
    """What a playbook counts on and too few people are there for."""
    sites = list(served(configuration, source))
    for name, role in source.playbook.roles.items():
        for field in _ASKED:
            for turn, who in enumerate(getattr(role, field)):
                at: Pointer = ("roles", name, field, turn)
                known = set(who.functions) <= configuration.people.functions.keys()
                if known and not any(directory.could_answer(who, site.name) for site in sites):
                    says = (
                        f"{path(at)} names nobody who is there: {_said(who)}; give that to "
                        "somebody in people.yaml, or name another"
                    )
                    yield _warning(at, "who-is-nobody", says)
    for site in sites:
        roles = library.pin(source.name, site).in_force({"site": site.name}).roles
        for name, role in roles.items():
            yield from _too_few(directory, site, name, role)
        yield from _quorums(configuration, directory, site, source)


def _too_few(directory: PeopleDirectory, site: Site, name: str, role: Role) -> Iterator[Fault]:
    could = could_hold(directory, role, site.name)
    if role.one_per is not None:
        yield from _uncovered(directory, site, name, role)
    elif could and len(could) < role.need:
        says = (
            f"at {site.name} {role.need} people are wanted for {name}, and {len(could)} could "
            "hold it at any hour; give one of its functions to others, or write need: "
            f"{len(could)}"
        )
        yield _warning(("roles", name, "need"), "too-few-people", says)
    elif len(could) == 1:
        says = (
            f"at {site.name} {name} hangs on one person: nobody else is its holder or deputy; "
            "name a deputy who is somebody else"
        )
        yield _warning(("roles", name), "one-person-only", says)


def _uncovered(directory: PeopleDirectory, site: Site, name: str, role: Role) -> Iterator[Fault]:
    """Floors, buildings or sites that want somebody each, where there are fewer people than that.

    Those there are still cover what they can, and the lead hears what is left.
    """
    per = role.one_per
    could = could_hold(directory, role, site.name)
    wanted = site.parts(per) if per is not None else ()
    if per is None or not could or len(could) >= len(wanted) * role.need:
        return
    theirs = {directory.part(one, per) for one in could if directory.part(one, "site") == site.name}
    bare = ", ".join(part for part in wanted if part not in theirs)
    says = (
        f"at {site.name} {len(wanted) * role.need} people are wanted for {name}, one "
        f"for each {per}, and {len(could)} could hold it; nobody has their "
        f"place at {bare}: give the function to somebody there"
    )
    yield _warning(("roles", name, "one_per"), "part-uncovered", says)


def _quorums(
    configuration: Configuration, directory: PeopleDirectory, site: Site, source: PlaybookSource
) -> Iterator[Fault]:
    """Decisions that want more of the directorate than it has."""
    audience = configuration.plan.audiences.get(_DIRECTORATE)
    for name, step in source.playbook.steps.items():
        need = step.quorum.get(_DIRECTORATE, 0)
        whos = audience.who if audience is not None else ()
        could = frozenset[str]().union(*(directory.could_answer(one, site.name) for one in whos))
        if could and len(could) < need:
            says = (
                f"steps.{name}: {need} people of the directorate must choose the same, and at "
                f"{site.name} it has {len(could)}; write need: {len(could)}"
            )
            yield _warning(("steps", name, "by"), "too-few-people", says)


def empty_audiences(configuration: Configuration, directory: PeopleDirectory) -> Iterator[Finding]:
    """The audiences of the plan in which there is nobody at any site, and no place either."""
    shown = {name for place in configuration.people.places.values() for name in place.serves}
    for name, audience in configuration.plan.audiences.items():
        anybody = any(
            directory.could_answer(who, site)
            for who in audience.who for site in configuration.sites
        )  # fmt: skip
        if not anybody and name not in shown:
            says = (
                f"nobody is in {name}: what is said to them is said to no one; mend who:, or give "
                "its group, function or place to somebody in people.yaml"
            )
            at: Pointer = ("audiences", name, "who")
            yield configuration.documents[PLAN].finding(_warning(at, "audience-is-empty", says))


def _said(who: Who) -> str:
    """A ``who`` as its author wrote it."""
    fields = (f"{field}: {match.written()}" for field, match in who.fields.items())
    return ", ".join(who.functions) or ", ".join(fields)


def _warning(at: Pointer, rule: str, says: str) -> Fault:
    return Fault(at=at, rule=rule, says=says, severity="warning")
