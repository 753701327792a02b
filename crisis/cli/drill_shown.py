"""An exercise as it is read while it is played: its timeline, its words, what is refused."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from crisis.cli.drill_room import Refused
from crisis.cli.drill_stage import Drill
from crisis.cli.drill_story import ToldDrill
from crisis.cli.output import printable
from crisis.cli.speech import language, say
from crisis.core import events as e
from crisis.core.events import Event
from crisis.core.spoken import clock, day, zone_of
from crisis.core.timeline import Entry, entries


class Shown:
    """The timeline as it happens, in both languages: each event is read once, in order."""

    def __init__(self, staged: Drill | ToldDrill, *, words: bool, as_json: bool) -> None:
        self._staged = staged
        self._words = words
        self._fresh: deque[Event] = deque()
        self._entries: Iterator[Entry] | None = None
        self._day = ""
        self.kept: list[dict[str, Any]] = []
        self.said_no: list[dict[str, Any]] = []
        staged.watch = self.keep if as_json else self.print
        staged.heard_no = self.keep_no if as_json else self.print_no

    def print(self, events: list[Event]) -> None:
        """Say what has just happened, under the day on which it did."""
        zone = self._staged.pinned().site.zone
        for event, entry in zip(events, self._read(events), strict=True):
            self._under(entry.at)
            line = entry.line(language(), zone=zone)
            print(printable(f"{entry.seq:>4}  {line}"), flush=True)
            for said in self._said(event, language()):
                print(printable(f"      | {said}"), flush=True)

    def _under(self, at: datetime) -> None:
        zone = self._staged.pinned().site.zone
        on = day(at.astimezone(zone_of(zone)).date(), language())
        if on != self._day:
            self._day = on
            print(on[:1].upper() + on[1:])

    def print_no(self, refused: Refused) -> None:
        """Say what somebody asked for in vain, where it happened; it has no number."""
        if refused.words:
            self._under(refused.at)
            print(printable(f"      {self._no(refused, language())}"), flush=True)

    def keep_no(self, refused: Refused) -> None:
        """Keep it for the end."""
        self.said_no.append(
            {
                "at": refused.at.isoformat(),
                "incident": refused.incident_id,
                "person": refused.person,
                "command": refused.command,
                "words": dict(refused.words),
            }
        )

    def _no(self, refused: Refused, said_in: str) -> str:
        pinned, directory = self._staged.pinned(), self._staged.service.organisation().directory
        at = clock(refused.at, zone=pinned.site.zone, language=said_in)
        who, words = directory.name(refused.person), refused.words[said_in]
        where = self._elsewhere(refused)
        return f"{at} – {who} : {say('refusé', 'refused')} ({refused.command}{where}). {words}"

    def _elsewhere(self, refused: Refused) -> str:
        """The playbook of the crisis, where it is not the one that is exercised."""
        here, there = self._staged.incident(), self._staged.service.incident(refused.incident_id)
        same = here is None or there is None or here.id == there.id
        return "" if same or there is None else f", {there.playbook}"

    def keep(self, events: list[Event]) -> None:
        """Keep it for the end."""
        zone = self._staged.pinned().site.zone
        for event, entry in zip(events, self._read(events), strict=True):
            kept = {
                "seq": entry.seq,
                "at": entry.at.isoformat(),
                "line": {name: entry.line(name, zone=zone) for name in ("fr", "en")},
            }
            words = {name: list(self._said(event, name)) for name in ("fr", "en")}
            self.kept.append(kept | ({"words": words} if words["en"] else {}))

    def _said(self, event: Event, said_in: str) -> Iterator[str]:
        """The words of a message that has just been released, as its readers have them."""
        body = event.body
        if not self._words or not isinstance(body, e.MessageReleased) or said_in not in body.texts:
            return
        with self._staged.service.store.read() as view:
            row = view.texts([body.texts[said_in].id]).get(body.texts[said_in].id)
        if row is not None:
            content = json.loads(row.content)
            yield from (content["subject"], *content["text"].splitlines())

    def _read(self, events: list[Event]) -> Iterator[Entry]:
        self._fresh.extend(events)
        if self._entries is None:
            names = self._staged.service.organisation().directory.name
            self._entries = entries(self._endless(), names=names, pinned=self._staged.pinned())
        for _ in events:
            yield next(self._entries)

    def _endless(self) -> Iterator[Event]:
        """What has come since the last time: nobody asks for more than there is."""
        while True:
            yield self._fresh.popleft()
