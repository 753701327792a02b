"""What media need, when it fails: nothing goes by what is dead, and people know who is left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import combinations

from crisis.core.commands import ReportDown, ReportUp
from crisis.core.decide.briefs import brief
from crisis.core.decide.crossing import ask_of
from crisis.core.decide.lateness import DIRECTORATE
from crisis.core.decide.messages import CATCH_UP, owed_word, tell
from crisis.core.decide.notices import lead_or_above, notify
from crisis.core.decide.rights import person
from crisis.core.deciding import Deciding
from crisis.core.events import CameBack, WentDown
from crisis.core.incident import Incident
from crisis.core.life_commands import NoteMedia
from crisis.core.plan import Medium
from crisis.core.report import site_prefix

PAGES = frozenset({"status", "board"})
"""Channels that are pages: they are read by whoever passes, and nobody is reached by them."""


def went_down(d: Deciding, body: ReportDown) -> None:
    """Note what has failed: the media that need it are avoided from then on."""
    person(d, "down")
    _known(d, body.what)
    if body.what in d.incident.down:
        d.refuse("down", "C'est déjà noté. Merci.", "That is noted already. Thank you.")
    since = min(body.since or d.command.happened_at or d.now, d.now)
    _down(d, body.what, since, rule="down", pointer="/can_fail")
    for other in beside(d):
        if body.what not in other.down:
            ask_of(d, other.id, NoteMedia(what=body.what, since=since))


def _down(d: Deciding, what: str, since: datetime, *, rule: str, pointer: str = "") -> None:
    """Record it; those in charge hear who is left with one way only (G12).

    Where nothing has opened yet, or it is over, nobody is told of it.
    """
    d.record(WentDown(what=what, since=since), rule=rule, pointer=pointer)
    alone = () if d.incident.watched or d.incident.over else tuple(one_way_only(d))
    if alone:
        notify(
            d, lead_or_above(d), "one-way-only", rule="one-way-only", subject=",".join(alone),
            items=tuple(d.pinned.plan.audiences[name].title for name in alone),
        )  # fmt: skip


def not_to_be_used(d: Deciding) -> None:
    """Note what a crisis of this kind takes away: nothing goes by it, from the first word on.

    Source: ``down`` of the playbook. A person says when it is safe again (:class:`ReportUp`).
    """
    for what in d.playbook.down:
        d.record(WentDown(what=what, since=d.now), rule="not-to-be-used", pointer="/down")
        for other in beside(d):
            if what not in other.down:
                ask_of(d, other.id, NoteMedia(what=what, since=d.now))


def known_beside(d: Deciding) -> None:
    """Avoid from the first word on what another crisis of the site knows to have failed (G13)."""
    for other in beside(d):
        for what, since in other.down.items():
            if what not in d.incident.down:
                d.record(WentDown(what=what, since=since), rule="down-beside")


def looked_at_anew(d: Deciding) -> None:
    """It begins again: what goes on beside knows better than what was over (G13)."""
    others = tuple(beside(d))
    known = {what for one in others for what in one.down} | {*d.playbook.down}
    for what in tuple(d.incident.down) if others else ():
        if what not in known:
            d.record(CameBack(what=what), rule="up-beside")
    known_beside(d)
    for other in others:
        for what, since in d.incident.down.items():
            if what not in other.down:
                ask_of(d, other.id, NoteMedia(what=what, since=since))


def beside(d: Deciding) -> Iterator[Incident]:
    """Give the other crises of the site that go on: what fails there fails here."""
    prefix = site_prefix(exercise=d.incident.exercise, site=d.incident.site)
    for one in d.facts.others.holding(prefix):
        if one.id != d.incident.id and not one.over and not one.merged:
            yield one


def note_media(d: Deciding, body: NoteMedia) -> None:
    """Another crisis of the site knows that something has failed, or that it works again.

    What this playbook holds to be unsafe stays so until somebody says the contrary here.
    """
    down = d.incident.down
    if body.since is not None and body.what not in down:
        _down(d, body.what, body.since, rule="down-beside")
    elif body.since is None and body.what in down and body.what not in d.playbook.down:
        _back(d, body.what, rule="up-beside")


def came_back(d: Deciding, body: ReportUp) -> None:
    """Note that it works again: its media are used from now on."""
    person(d, "up")
    _known(d, body.what)
    if body.what not in d.incident.down:
        d.refuse(
            "up",
            f"« {body.what} » n'est pas noté en panne.",
            f'"{body.what}" is not noted as failed.',
        )
    _back(d, body.what, rule="up", pointer="/can_fail")
    for other in beside(d):
        if body.what in other.down:
            ask_of(d, other.id, NoteMedia(what=body.what, since=None))


def _back(d: Deciding, what: str, *, rule: str, pointer: str = "") -> None:
    """Record it; each who heard us another way meanwhile is told once what holds now."""
    dead, since = d.pinned.dead(d.incident.down), d.incident.cut_at or d.incident.down[what]
    d.record(CameBack(what=what), rule=rule, pointer=pointer)
    for audience in tuple(missed(d, dead, since)):
        kind, _rule = owed_word(d, audience) or ("update", CATCH_UP)
        tell(d, audience, kind, rule=CATCH_UP, automatic=True)
    briefed_at = d.incident.last_brief_at
    missed_one = briefed_at is not None and briefed_at >= since and not d.incident.over
    if missed_one and _revived(d, "brief", DIRECTORATE, dead):
        brief(d, "asked")


def missed(d: Deciding, dead: Mapping[str, datetime], since: datetime) -> Iterator[str]:
    """Give the audiences that were told something while their first media were all dead.

    They get one message with the present state, and never a backlog: the word that they are owed
    now, where it is more than an update.
    """
    if d.incident.over:
        return
    for audience, heard in d.incident.audiences.items():
        if heard.last_at >= since and _revived(d, "update", audience, dead):
            yield audience


def _revived(d: Deciding, kind: str, audience: str, dead: Mapping[str, datetime]) -> bool:
    """Whether the media that these people hear us by first were all dead, and one is back."""
    urgency = d.pinned.urgency(d.playbook, d.incident.severity)
    rungs = d.pinned.rungs(kind, audience, urgency)
    first = {one for one in rungs[0].by if d.pinned.plan.media[one].channel not in PAGES}
    left = d.pinned.dead(d.incident.down)
    return first <= dead.keys() and not first <= left.keys()


def _known(d: Deciding, what: str) -> None:
    can_fail = d.pinned.plan.can_fail
    if what not in can_fail:
        known = ", ".join(can_fail) or "-"
        d.refuse(
            "down",
            f"Le plan de communication ne connaît pas « {what} ». Il connaît : {known}.",
            f'The communication plan does not know "{what}". It knows: {known}.',
        )


def one_way_only(d: Deciding) -> Iterator[str]:
    """Give the audiences in danger that two ways apart, one of them loud, reach no more (G12).

    Two ways are apart when they need nothing in common; a person who goes there is a way.
    """
    down, plan = d.incident.down, d.pinned.plan
    for name in d.playbook.tell:
        rungs = d.pinned.rungs("alert", name, "immediate")
        if not plan.audiences[name].at_risk:
            continue
        media = [plan.media[one] for rung in rungs for one in rung.by]
        left = [medium for medium in media if not down.keys() & medium.needs.keys()]
        if not any(_apart(one, other) for one, other in combinations(left, 2)):
            yield name


def _apart(one: Medium, other: Medium) -> bool:
    shared = one.needs.keys() & other.needs.keys()
    return not shared and one.channel != other.channel and (one.interruptive or other.interruptive)
