"""The demo in a terminal: roles, promises, messages and briefs, as they happen."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console, Group
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text as Line

from crisis.cli.demo import Demo
from crisis.cli.speech import say
from crisis.core.incident import Incident
from crisis.core.timeline import Entry, entries
from crisis.ports import MessageRow

LAST = 14
"""How many entries of the timeline are shown."""


class Screen:
    """Shows one demo. ``pause`` is how many seconds a step of the story stays to be read."""

    def __init__(self, demo: Demo, language: str) -> None:
        self._demo = demo
        self._language = language
        self._zone = demo.pinned().site.zone
        self._told = 0

    def __rich__(self) -> Group:
        """Give everything, as it stands."""
        incident = self._demo.incident()
        if incident is None:
            return Group(Line(say("Le signalement arrive.", "The report is coming in.")))
        with self._demo.service.store.read() as view:
            messages = view.messages(incident.id)
        return Group(
            self._head(incident),
            self._roles(incident),
            self._promises(incident),
            self._messages(messages),
            self._timeline(),
        )

    def address(self) -> str:
        """Give the line that says where the page is."""
        return say("La même chose dans une page : ", "The same in a page: ") + self._demo.page()

    def public(self) -> str:
        """Give the line that says where everybody looks, and what the screen in the hall shows."""
        return say(
            f"Pour tous : {self._demo.url}/status ; les écrans du hall : {self._demo.url}/board",
            f"For everybody: {self._demo.url}/status; the screens in the halls: "
            f"{self._demo.url}/board",
        )

    def news(self) -> list[str]:
        """Give the lines of the timeline that have come since the last time."""
        fresh = [entry for entry in self._entries() if entry.seq > self._told]
        self._told = fresh[-1].seq if fresh else self._told
        return [entry.line(self._language, zone=self._zone) for entry in fresh]

    def _clock(self, at: datetime) -> str:
        local = at.astimezone(ZoneInfo(self._zone))
        return f"{local:%d/%m %H:%M}"

    def _head(self, incident: Incident) -> Panel:
        playbook = self._demo.pinned().in_force(incident.situation)
        phase = {
            "open": say("en cours", "open"),
            "safe": say("en sécurité", "safe"),
            "worked_around": say("contourné", "worked around"),
            "normal": say("retour à la normale", "back to normal"),
            "closed": say("clos", "closed"),
            "cancelled": say("fausse alerte", "false alarm"),
        }[incident.phase]
        words = (
            f"{playbook.title[self._language]} · {incident.severity} · {phase} · "
            f"{self._clock(self._demo.now())} ({self._zone})"
        )
        return Panel(words, title="Crisis", title_align="left")

    def _roles(self, incident: Incident) -> Table:
        table = Table(title=say("Rôles", "Roles"), title_justify="left", expand=True)
        for name in (
            say("rôle", "role"),
            say("tenu par", "held by"),
            say("proposé à", "offered to"),
        ):
            table.add_column(name)
        directory = self._demo.service.organisation().directory
        playbook = self._demo.pinned().in_force(incident.situation)
        for name, state in incident.roles.items():
            title = playbook.roles[name].title[self._language] if name in playbook.roles else name
            asked = (
                f"{directory.name(offer.person)} ({self._answer(offer.state)})"
                for offer in incident.offers.values()
                if name in offer.roles
            )
            held = directory.name(state.holder) if state.holder else "–"
            table.add_row(title, held, ", ".join(asked))
        return table

    def _answer(self, state: str) -> str:
        return {
            "open": say("on attend", "waiting"),
            "accepted": say("accepté", "accepted"),
            "declined": say("ne peut pas", "cannot"),
            "lapsed": say("silence", "silent"),
            "withdrawn": say("plus nécessaire", "not needed any more"),
        }[state]

    def _promises(self, incident: Incident) -> Table:
        tally = incident.tallies
        kept = sum(count for name, count in tally.items() if name.startswith("kept"))
        title = say("Promesses", "Promises") + (
            f" : {tally.get('made', 0)} · {say('tenues', 'kept')} {kept}"
            f" · {say('rompues', 'broken')} {tally.get('broken', 0)}"
            f" · {say('points à la direction', 'briefs')} {incident.briefs}"
        )
        table = Table(title=title, title_justify="left", expand=True)
        table.add_column(say("à", "to"))
        table.add_column(say("pour", "by"))
        table.add_column(say("état", "state"))
        audiences = self._demo.pinned().plan.audiences
        for one in sorted(incident.commitments.values(), key=lambda one: one.due_at):
            who = audiences[one.audience].title[self._language]
            table.add_row(who, self._clock(one.due_at), one.state)
        return table

    def _messages(self, messages: Iterable[MessageRow]) -> Table:
        table = Table(title=say("Messages", "Messages"), title_justify="left", expand=True)
        table.add_column(say("public", "audience"))
        table.add_column(say("messages", "messages"), justify="right")
        table.add_column(say("dernier", "last"))
        audiences = self._demo.pinned().plan.audiences
        heard: dict[str, list[MessageRow]] = {}
        for message in messages:
            if message.audience is not None:
                heard.setdefault(message.audience, []).append(message)
        for name, said in heard.items():
            last = said[-1]
            table.add_row(
                audiences[name].title[self._language],
                str(len(said)),
                f"{self._clock(last.released_at)} {last.kind}",
            )
        return table

    def _timeline(self) -> Panel:
        lines = [entry.line(self._language, zone=self._zone) for entry in self._entries()]
        return Panel(
            Line("\n".join(lines[-LAST:])),
            title=say("Main courante", "Timeline"),
            title_align="left",
        )

    def _entries(self) -> Iterable[Entry]:
        incident = self._demo.incident()
        if incident is None:
            return ()
        events = self._demo.service.events("incident", incident.id)
        names = self._demo.service.organisation().directory.name
        return entries(events, names=names, pinned=self._demo.pinned())


def _farewell(console: Console, demo: Demo) -> None:
    """Say that the story is over and the page still answers."""
    console.print(
        say(
            f"L'histoire est finie ; la page répond encore : {demo.page()} (Ctrl-C pour arrêter).",
            f"The story is over; the page still answers: {demo.page()} (Ctrl-C to stop).",
        )
    )


async def in_terminal(demo: Demo, *, language: str, pause: float, stay: bool) -> dict[str, Any]:
    """Show it live, at a pace that can be read; ``stay`` keeps the page until Ctrl-C."""
    console = Console()
    async with demo:
        await demo.begin()
        screen = Screen(demo, language)
        console.print(screen.address(), soft_wrap=True)
        console.print(screen.public(), soft_wrap=True)
        with Live(console=console, auto_refresh=False) as live:

            async def show(_: Demo) -> None:
                if console.is_terminal:
                    live.update(screen, refresh=True)
                else:
                    for line in screen.news():
                        console.print(line, soft_wrap=True, markup=False, highlight=False)
                await asyncio.sleep(pause)

            demo.watch = show
            result = await demo.play()
        if stay:
            _farewell(console, demo)
            await asyncio.Event().wait()
        return result
