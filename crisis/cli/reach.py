"""``crisis reach``: who would be reached now, by what, and who by nothing; with something down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crisis.cli.output import HOME, AsJson, Home, fail, show
from crisis.cli.printing import Folder, Severity, Site, organisation_of
from crisis.cli.speech import language, say

if TYPE_CHECKING:
    from crisis.core.plan import Rung
    from crisis.core.playbook import Role
    from crisis.organisation import Organisation
    from crisis.ports import Recipient, Scope

_PAGE = 1000
_SHOWN = 10
"""How many are named of those whom nothing reaches: the rest is counted."""


def reach(
    audience: Annotated[
        str | None,
        typer.Argument(help=say("Le public ; sinon tous.", "The audience; else all of them.")),
    ] = None,
    *,
    without: Annotated[
        str | None,
        typer.Option(
            metavar="WHAT,…",
            help=say("Ce qui est en panne : mail,internet.", "What is down: mail,internet."),
        ),
    ] = None,
    playbook: Annotated[
        str, typer.Option(help=say("Le plan qui les prévient.", "The playbook that tells them."))
    ] = "generic",
    site: Site = None,
    severity: Severity = None,
    org: Folder = None,
    home: Home = HOME,
    json_: AsJson = False,
) -> None:
    """Say who would be reached now by an alert, and by what; who holds each role, or nobody."""
    organisation = organisation_of(org, home, json_=json_)
    down = tuple(filter(None, (without or "").split(",")))
    plan, library = organisation.plan, organisation.library
    at = site or organisation.settings.default_site
    for names, known in (
        (down, plan.can_fail), ((playbook,), library.playbooks),
        ((at,), organisation.sites), ((audience,) if audience else (), plan.audiences),
        ((severity,) if severity else (), plan.severities),
    ):  # fmt: skip
        _known(names, tuple(known), json_=json_)
    view = _View(organisation, playbook, at, severity, down)
    told = [view.audience(name) for name in ((audience,) if audience else view.told)]
    roles = list(view.roles()) if audience is None else []
    found = {"site": at, "playbook": playbook, "without": list(down), "audiences": told,
             "roles": roles}  # fmt: skip
    show(found, *_lines(told, roles), as_json=json_)


def _known(names: Sequence[str], known: Sequence[str], *, json_: bool) -> None:
    from crisis.core.written import instead

    for name in names:
        if name not in known:
            line = say(f"rien de tel ici : {name} ({', '.join(known)})",
                       f'there is no "{name}" here; {instead(name, known)}')  # fmt: skip
            raise fail("unknown-name", [line], as_json=json_)


class _View:
    """One site, at this moment, with some things down."""

    def __init__(
        self, organisation: Organisation, playbook: str, site: str, severity: str | None,
        down: Sequence[str],
    ) -> None:  # fmt: skip
        from crisis.ports import Scope

        self.organisation, self.down = organisation, down
        self.pinned = organisation.pinned(playbook, site)
        self.now = datetime.now(UTC)  # noqa: TID251 - who is on duty at this very moment
        hours = self.pinned.site.hours_at(self.now)
        self.severity = severity or self.pinned.in_force({}).severity.start
        situation = {"site": site, "hours": hours, "severity": self.severity, "danger": "unknown"}
        self.playbook = self.pinned.in_force(situation | {"down": "nothing"})
        self.urgency = self.pinned.urgency(self.playbook, self.severity)
        self.scope: Scope = Scope(site=site)
        self.told = [name for name in organisation.plan.audiences if name in self.playbook.tell]

    def audience(self, name: str) -> dict[str, Any]:
        """How many of an audience each medium reaches first, and who is left."""
        rungs = self.pinned.rungs("alert", name, self.urgency)
        media, later, by_person, nobody = Counter[str](), 0, 0, list[str]()
        people = list(self._people(name))
        for one in people:
            found = self._reached(one, rungs)
            if found is None:
                if not one.place:  # a board that is dead takes nobody's place
                    nobody.append(self.organisation.directory.name(one.id))
                continue
            media.update(found.media)
            later += found.rung > 0
            by_person += found.by_person
        return {"audience": name, "title": dict(self.organisation.plan.audiences[name].title),
                "people": len(people), "media": dict(media), "later": later,
                "by_person": by_person, "nobody": nobody}  # fmt: skip

    def roles(self) -> Iterator[dict[str, Any]]:
        """Who would be asked for each role first, and by what; nobody, where there is nobody."""
        rungs = self.pinned.rungs("role_offer", None, "immediate")
        for name, role in self.playbook.roles.items():
            people = [self.organisation.directory.recipient(one) for one in self._asked(role)]
            known = [one for one in people if one is not None]
            found = [self._reached(one, rungs) for one in known]
            media = [list(one.media) for one in found if one is not None]
            yield {"role": name, "title": dict(role.title),
                   "people": [self.organisation.directory.name(one.id) for one in known],
                   "media": sorted({medium for several in media for medium in several}),
                   "reached": len(media)}  # fmt: skip

    def _asked(self, role: Role) -> tuple[str, ...]:
        directory = self.organisation.directory
        for several in (role.holder, role.deputies):
            people = [one for who in several
                      for one in directory.candidates(who, self.scope, self.now)]  # fmt: skip
            if people:
                return tuple(dict.fromkeys(people))
        return ()

    def _people(self, name: str) -> Iterator[Recipient]:
        after, directory = "", self.organisation.directory
        while page := directory.audience(
            name, self.told, self.scope, self.now, after=after, limit=_PAGE
        ):
            yield from page
            after = page[-1].id

    def _reached(self, one: Recipient, rungs: Sequence[Rung]) -> Any:
        from crisis.core.reaching import reached

        return reached(self.organisation.plan, rungs, one.addresses, self.down)


def _lines(told: Sequence[Mapping[str, Any]], roles: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    spoken = language()
    for one in told:
        media = ", ".join(f"{name} {n}" for name, n in one["media"].items()) or "-"
        yield f"{one['title'][spoken]} ({one['audience']}) – {one['people']}: {media}"
        if one["by_person"]:
            yield say(f"  seulement par une personne : {one['by_person']}",
                      f"  only by a person who goes there: {one['by_person']}")  # fmt: skip
        if one["later"]:
            yield say(f"  pas au premier essai : {one['later']}",
                      f"  not at the first try: {one['later']}")  # fmt: skip
        if one["nobody"]:
            named = f"{len(one['nobody'])} ({', '.join(one['nobody'][:_SHOWN])})"
            yield say(f"  PAR RIEN, quelqu'un doit aller leur dire : {named}",
                      f"  BY NOTHING, somebody must go and tell them: {named}")  # fmt: skip
    for one in roles:
        people = ", ".join(one["people"]) or say("PERSONNE", "NOBODY")
        media = ", ".join(one["media"]) or say("PAR RIEN", "BY NOTHING")
        yield f"{one['title'][spoken]} ({one['role']}): {people} – {media}"
