"""Sheets on notice boards: who hung which where, and who takes them down once it is over.

A page expires, a sheet does not: it says "do not use the lift" until somebody takes it down. So
whoever hung it is asked to, when the crisis ends, for exactly what hangs; and chased until it is
done. The number of a sheet is that of its message.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from crisis.core.decide.lateness import DAY, doubled
from crisis.core.decide.notices import lead_or_above, notify
from crisis.core.decide.readiness import at_rest
from crisis.core.decide.rights import person
from crisis.core.deciding import Deciding
from crisis.core.events import SheetsHung, SheetsTakenDown, TakeDownAsked
from crisis.core.incident import OVER, Incident
from crisis.core.obligation import Owed
from crisis.core.pinned import Pinned
from crisis.core.playbook import Playbook
from crisis.core.sheet_commands import HangSheets, TakeDownSheets
from crisis.core.sheets import MOST_SHEETS, PLACE, Sheet, spot_of
from crisis.core.values import Text

TAKEN_DOWN_WITHIN = timedelta(hours=2)
"""How long a round of the boards takes, for people who go home meanwhile to a site that works."""
STAYS = DAY
"""How long a sheet that was hung after the end stays: whoever comes next morning reads it."""


def number_of(message_id: str) -> int:
    """Give the number of a message in its incident: the end of its id."""
    return int(message_id.rpartition("-")[2])


def hang(d: Deciding, body: HangSheets) -> None:
    """Record that a sheet hangs; what hung there for the same people, it covers and replaces."""
    heard = d.incident.audiences.get(body.audience)
    if heard is None:
        told = ", ".join(d.incident.audiences) or "-"
        d.refuse(
            "sheets",
            f"Rien n'a encore été dit à « {body.audience} ». Publics prévenus : {told}.",
            f'Nothing was told to "{body.audience}" yet. Audiences that were: {told}.',
        )
    number = body.number or number_of(heard.last_message_id)
    who = person(d, "sheets")
    places = tuple(dict.fromkeys(body.at))
    if not places or not all(PLACE.fullmatch(one) for one in places):
        d.refuse(
            "sheets",
            "Un lieu s'écrit en un mot court, sans nom de personne : hall-a, escalier-2.",
            "A place is one short word, with nobody's name in it: hall-a, stairs-2.",
        )
    if number > d.incident.messages:
        d.refuse(
            "sheets",
            f"Il n'y a pas de feuille n° {number} : le numéro est imprimé dessus.",
            f"There is no sheet no. {number}: its number is printed on it.",
        )
    spots = {spot_of(one, body.audience) for one in places}
    if len(spots | d.incident.sheets.keys()) > MOST_SHEETS:
        d.refuse(
            "sheets",
            f"{MOST_SHEETS} feuilles sont déjà affichées. Retirez-en d'abord : crisis taken-down.",
            f"{MOST_SHEETS} sheets hang already. Take some down first: crisis taken-down.",
        )
    before = {d.incident.sheets[one].number for one in spots if one in d.incident.sheets}
    d.record(
        SheetsHung(
            number=number, audience=body.audience, places=places, person=who,
            replaced=tuple(sorted(before - {number})),
        ),
        rule="sheets",
    )  # fmt: skip


def take_down(d: Deciding, body: TakeDownSheets) -> None:
    """Somebody has taken sheets down: those at these places, or all that hang."""
    person(d, "sheets")
    hanging = tuple(dict.fromkeys(one.place for one in d.incident.sheets.values()))
    places = tuple(dict.fromkeys(body.at)) or hanging
    if not places or not set(places) <= set(hanging):
        d.refuse(
            "sheets",
            f"Aucune feuille de cette crise n'y est affichée. Il y en a : {_listed(hanging)}.",
            f"No sheet of this crisis hangs there. There are some at: {_listed(hanging)}.",
        )
    numbers = {one.number for one in d.incident.sheets.values() if one.place in places}
    d.record(SheetsTakenDown(places=places, numbers=tuple(sorted(numbers))), rule="sheets")


def _listed(places: Iterable[str]) -> str:
    return ", ".join(places) or "-"


def owed_sheets(incident: Incident, _playbook: Playbook, _pinned: Pinned) -> Iterator[Owed]:
    """Once it is over, each sheet that hangs: to be asked for, then chased."""
    if at_rest(incident) or not incident.over:
        return
    for spot, sheet in incident.sheets.items():
        yield Owed(_next(incident, sheet)[0], "take-down", spot)


def _next(incident: Incident, sheet: Sheet) -> tuple[datetime, int]:
    """Give when somebody is asked for a sheet, and the how manieth reminder it is: 0, none yet.

    Of an end that was none, nothing counts: at the new one they are asked anew.
    """
    ended_at = min(at for phase, at in incident.phases.items() if phase in OVER)
    if sheet.asked_at is None or sheet.due_at is None or sheet.asked_at < ended_at:
        return (sheet.hung_at + STAYS if sheet.hung_at > ended_at else ended_at), 0
    if sheet.reminded_at is None:
        return sheet.due_at, 1
    wait = sheet.due_at - sheet.asked_at
    return doubled(sheet.reminded_at, wait, sheet.reminders), sheet.reminders + 1


def ask_down(d: Deciding, _spot: str) -> None:
    """Ask whoever hung them for all that is due: one message to each; when late, the lead too."""
    due: dict[tuple[str, int], list[str]] = {}
    for spot, sheet in d.incident.sheets.items():
        at, count = _next(d.incident, sheet)
        if at <= d.now:
            due.setdefault((sheet.by, count), []).append(spot)
    for (who, count), spots in due.items():
        _ask(d, who, spots, count)


def _ask(d: Deciding, who: str, spots: list[str], count: int) -> None:
    """Ask one person; the ``count``-th time the lead hears of it too."""
    sheets = [d.incident.sheets[spot] for spot in spots]
    known = [one.due_at for one in sheets if count and one.due_at is not None]
    due_at = min(known, default=d.now + TAKEN_DOWN_WITHIN)
    d.record(
        TakeDownAsked(
            person=who, spots=tuple(spots), numbers=tuple(one.number for one in sheets),
            due_at=due_at, count=count,
        ),
        rule="take-down",
    )  # fmt: skip
    notify(
        d, (who, *lead_or_above(d)) if count else (who,),
        "take-down-late" if count else "take-down", rule="take-down",
        subject=",".join(one.place for one in sheets), due_at=due_at, count=max(count, 1),
        items=tuple(_named(one) for one in sheets),
    )  # fmt: skip


def _named(sheet: Sheet) -> Text:
    """A sheet as it is looked for on a wall: by the number that is printed on it."""
    return Text({"fr": f"feuille n° {sheet.number}", "en": f"sheet no. {sheet.number}"})
