"""What playbooks ask of the organisation: known functions, and somebody for each role."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from crisis.config import Configuration
from crisis.config.checks.plan import unknown_in
from crisis.core.checks.fault import Fault, Pointer
from crisis.core.layers import merged
from crisis.core.playbook import Layer, Playbook, Role
from crisis.core.values import Who
from crisis.core.written import instead
from crisis.directory import PeopleDirectory
from crisis.library import Library, PlaybookSource
from crisis.organisation.staffing import empty_audiences, served, staffing_faults
from crisis.yamlfile import Finding

_HOLDERS = ("holder", "deputies", "last_resort")
_ASKED: Mapping[tuple[str, ...], str] = {
    ("holder", "deputies"): (
        "at {site} nobody can hold {role}; give one of its functions to somebody in people.yaml, "
        "or name another deputy"
    ),
    ("last_resort",): (
        "at {site} the last resort of {role} is nobody; "
        "give the function to somebody in people.yaml"
    ),
}
"""Who must be somebody, and what is said where they are nobody."""


def playbook_findings(
    configuration: Configuration,
    library: Library,
    directory: PeopleDirectory,
) -> list[Finding]:
    """Everything that a playbook counts on and the organisation does not have, by file and line."""
    found: list[Finding] = list(empty_audiences(configuration, directory))
    for source in library.playbooks.values():
        faults = [
            *_unknown_names(configuration, source),
            *_unfillable(configuration, library, directory, source),
            *_one_for_two(configuration, library, directory, source),
            *staffing_faults(configuration, library, directory, source),
        ]
        found.extend(map(source.document.finding, faults))
    return found


def _unknown_names(configuration: Configuration, source: PlaybookSource) -> Iterator[Fault]:
    """Functions, sites and buildings that are named, in the base and in each layer alone."""
    yield from _in_base(configuration, source.playbook)
    base = {name: value for name, value in source.source.items() if name != "layers"}
    for name, raw in (source.source.get("layers") or {}).items():
        layer = Layer.model_validate(raw)
        playbook = Playbook.model_validate(merged(base, [layer.changes]))
        for role, rules in playbook.roles.items():
            if role in (layer.changes.get("roles") or {}):
                yield from _in_role(configuration, ("layers", name, "roles", role), rules)


def _in_base(configuration: Configuration, playbook: Playbook) -> Iterator[Fault]:
    functions = configuration.people.functions
    named: list[tuple[Pointer, str]] = [(("owner",), playbook.owner)]
    if playbook.exercise is not None:
        named.append((("exercise", "owner"), playbook.exercise.owner))
    for audience, tell in playbook.tell.items():
        if tell.contact is not None:
            named.append((("tell", audience, "contact"), tell.contact))
    for at, function in named:
        if function not in functions:
            says = f'there is no function "{function}"; {instead(function, functions)}'
            yield Fault(at=at, rule="unknown-name", says=says)
    for name, role in playbook.roles.items():
        yield from _in_role(configuration, ("roles", name), role)


def _in_role(configuration: Configuration, at: Pointer, role: Role) -> Iterator[Fault]:
    for field in _HOLDERS:
        for turn, who in enumerate(_whos(role, field)):
            for fault in unknown_in(configuration, who):
                place = (*at, field, *(() if field == "last_resort" else (turn,)), *fault.at)
                yield replace(fault, at=place)


def _unfillable(
    configuration: Configuration,
    library: Library,
    directory: PeopleDirectory,
    source: PlaybookSource,
) -> Iterator[Fault]:
    """Roles that nobody can hold at a site, whatever the hour, and last resorts that are nobody."""
    for site in served(configuration, source):
        playbook = library.pin(source.name, site).in_force({"site": site.name})
        for name, role in playbook.roles.items():
            for fields, says in _ASKED.items():
                whos = [who for field in fields for who in _whos(role, field)]
                if whos and not any(directory.could_answer(who, site.name) for who in whos):
                    at: Pointer = (
                        ("roles", name, fields[-1]) if len(fields) == 1 else ("roles", name)
                    )
                    words = says.format(site=site.name, role=name)
                    yield Fault(at=at, rule="role-unfillable", says=words)


def _one_for_two(
    configuration: Configuration,
    library: Library,
    directory: PeopleDirectory,
    source: PlaybookSource,
) -> Iterator[Fault]:
    """Two roles that are kept apart, and at a site one person for both: one would stay empty."""
    for site in served(configuration, source):
        roles = library.pin(source.name, site).in_force({"site": site.name}).roles
        could = {
            name: frozenset[str]().union(
                *(
                    directory.could_answer(who, site.name)
                    for field in _HOLDERS
                    for who in _whos(role, field)
                )
            )
            for name, role in roles.items()
        }
        for name, role in roles.items():
            for other in role.apart_from:
                if other in could and len(could[name] | could[other]) == 1:
                    says = (
                        f"at {site.name} one person is all there is for {name} and {other}, which "
                        "are kept apart; give one of their functions to somebody else, or name "
                        "another deputy"
                    )
                    at: Pointer = ("roles", name, "apart_from")
                    yield Fault(at=at, rule="role-unfillable", says=says)


def _whos(role: Role, field: str) -> Sequence[Who]:
    value = getattr(role, field)
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)
