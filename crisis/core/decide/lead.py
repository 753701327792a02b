"""A named lead in time, or those above are told that there is none, again and again (G3)."""

from __future__ import annotations

from collections.abc import Iterator

from crisis.core.decide.briefs import brief
from crisis.core.decide.lateness import doubled
from crisis.core.decide.notices import chain_of_lead, notify
from crisis.core.deciding import Deciding
from crisis.core.events import LeadMissing
from crisis.core.incident import Incident
from crisis.core.obligation import Owed
from crisis.core.pinned import Pinned
from crisis.core.playbook import Playbook

OFTEN = 3
"""So often is the missing lead escalated after twice the wait; then after four times the bound."""


def owed_lead(incident: Incident, _playbook: Playbook, pinned: Pinned) -> Iterator[Owed]:
    """A named lead within the plan's bound, or those above are told, again and again (G3)."""
    if incident.over or incident.lead is not None:
        return
    bound = pinned.lead_within(incident.severity)
    if incident.lead_missing_at is None:
        yield Owed(pinned.site.add(incident.opened_at, bound), "no-lead")
        return
    since = incident.lead_missing_at
    wait = pinned.site.add(since, bound) - since
    yield Owed(doubled(since, wait, min(incident.lead_missing, OFTEN)), "no-lead")


def no_lead(d: Deciding, _subject: str) -> None:
    """Tell the last resort and the directorate that nobody leads (G3); then all who could."""
    count = d.incident.lead_missing + 1
    d.record(LeadMissing(count=count), rule="no-lead", pointer="/roles/lead/last_resort")
    people = (_last_resort(d) if count == 1 else ()) or chain_of_lead(d)
    notify(d, people, "no-lead", subject="lead", rule="no-lead", count=count)
    brief(d, "no-lead")


def _last_resort(d: Deciding) -> tuple[str, ...]:
    ranks = d.facts.candidates.get("lead", ())
    return tuple(who for rank in ranks if rank.name == "last-resort" for who in rank.people)
