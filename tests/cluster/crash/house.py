"""The organisation of a crash run: buildings full of people, each reached by mail alone."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.house import address, write_house

BUILDINGS = 12
PEOPLE = 3_600
"""All together: three hundred in a building, so that a fan-out takes a while."""
CONNECTIONS, DEPTH = 4, 16
"""Of each dispatcher to the mail server: 64 mails are handed over without a durable receipt."""


@dataclass(frozen=True, slots=True)
class House:
    """Where its folder lies, and who lives in it."""

    org: Path
    home: Path

    @property
    def token(self) -> str:
        """The token of the reception, from where people report."""
        return (self.org / "secrets" / "reception-token").read_text(encoding="utf-8").strip()

    @property
    def operator(self) -> str:
        """The token of whoever runs the service; there once a part has run."""
        return (self.home / "operator-token").read_text(encoding="utf-8").strip()


def made(folder: Path, *, mail_port: int, phone_port: int) -> House:
    """Write an organisation, and the folder that all its parts share."""
    org, home = folder / "org", folder / "home"
    write_house(
        org, people=PEOPLE, buildings=BUILDINGS, mail_port=mail_port, gateway_port=phone_port,
        spread=True,
    )  # fmt: skip
    settings = org / "settings.yaml"
    reply = "    reply_to: duty@example.org\n"
    text = settings.read_text(encoding="utf-8")
    assert reply in text
    depth = f"    connections: {CONNECTIONS}\n    depth: {DEPTH}\n"
    settings.write_text(text.replace(reply, reply + depth), encoding="utf-8")
    home.mkdir()
    shutil.copytree(org / "secrets", home / "secrets")
    return House(org, home)


def residents() -> list[str]:
    """Everybody who lives in one of them, by the id that the directory has for them."""
    return [f"g{one:06}" for one in range(PEOPLE)]


def neighbours(building: str) -> set[str]:
    """The mail addresses of everybody in a building."""
    return {address(one) for one in range(int(building[1:]), PEOPLE, BUILDINGS)}
