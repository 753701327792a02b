"""What is owed to keep the playbooks alive, as pages, command line and doctor show it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from crisis.core.spoken import day, zone_of
from crisis.core.timeline_values import Pair
from crisis.core.upkeep import Upkeep
from crisis.core.upkeep import upkeep as owed_upkeep
from crisis.core.values import Who
from crisis.organisation import Organisation
from crisis.ports import Scope
from crisis.web.record import Reader

LOOKED_AT = 10_000
"""The newest incidents among which the last exercise of each playbook is looked for."""

WORDS: dict[str, Pair] = {
    "exercise": ("exercice du plan « {title} »", 'exercise of the playbook "{title}"'),
    "contact-test": (
        "essai des adresses pour le plan « {title} »",
        'try of the addresses for the playbook "{title}"',
    ),
}


def upkeep(reader: Reader, now: datetime) -> list[dict[str, Any]]:
    """What is owed for every playbook of the organisation, what is due first first."""
    organisation = reader.organisation()
    site = organisation.sites[organisation.settings.default_site]
    playbooks = [
        organisation.pinned(name, site.name).in_force({}) for name in sorted(organisation.playbooks)
    ]
    owed = owed_upkeep(playbooks, site, exercised=_exercised(reader))
    return [_told(organisation, one, site.zone, now) for one in owed]


def _exercised(reader: Reader) -> dict[str, datetime]:
    """When each playbook was last exercised on the service."""
    with reader.store.read() as view:
        rows = [row for row in view.streams("incident", limit=LOOKED_AT) if row.exercise]
    played = (reader.incident(row.stream_id) for row in rows)
    found: dict[str, datetime] = {}
    for one in played:
        if one is not None:
            found[one.playbook] = max(found.get(one.playbook, one.opened_at), one.opened_at)
    return found


def _told(organisation: Organisation, one: Upkeep, zone: str, now: datetime) -> dict[str, Any]:
    directory = organisation.directory
    scope = Scope(site=organisation.settings.default_site)
    people = directory.candidates(Who(functions=(one.owner,)), scope, now)
    return {
        "playbook": one.playbook,
        "what": one.what,
        "owner": one.owner,
        "owners": list(people),
        "last_at": one.last_at.isoformat() if one.last_at else None,
        "due_at": one.due_at.isoformat(),
        "overdue": one.overdue(now),
        "line": {
            language: _line(organisation, one, zone, language, late=one.overdue(now))
            for language in ("fr", "en")
        },
    }


def _line(organisation: Organisation, one: Upkeep, zone: str, language: str, *, late: bool) -> str:
    """What is owed, by whom, and by which day."""
    french = language == "fr"
    title = one.title[language]
    what = WORDS[one.what][0 if french else 1].format(title=title)
    on = one.due_at.astimezone(zone_of(zone)).date()
    due = f"{day(on, language)} {on.year}"
    owner = organisation.directory.title(one.owner, language)
    owes = f"à faire par : {owner}" if french else f"owed by: {owner}"
    by = f"avant le {due}" if french else f"by {due}"
    past = (" – EN RETARD" if french else " – LATE") if late else ""
    return f"{what[:1].upper()}{what[1:]}, {by}, {owes}{past}"
