"""Passwords and tokens of channels, kept apart from settings and never shown.

A secret is a file of its name in the secrets folder (mode 0600, or a mounted secret), or the
environment variable ``CRISIS_SECRET_<NAME>``; the file wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

_PREFIX = "CRISIS_SECRET_"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")


class SecretMissingError(KeyError):
    """A channel's settings name a secret that is neither a file nor in the environment."""

    def __str__(self) -> str:
        """The sentence, without the quotes that a KeyError puts around a key."""
        return str(self.args[0])


class Secrets(Mapping[str, str]):
    """Secrets by name. Showing it, or an error about it, shows names and never a value."""

    def __init__(self, values: Mapping[str, str], *, where: str = "the secrets folder") -> None:
        self._values = dict(values)
        self._where = where

    @classmethod
    def read(cls, folder: Path | None, environment: Mapping[str, str]) -> Secrets:
        """Read every secret once, at start; a file's last line end is not part of the secret."""
        values = {
            key.removeprefix(_PREFIX).lower(): value
            for key, value in environment.items()
            if key.startswith(_PREFIX) and value
        }
        if folder is not None and folder.is_dir():
            for path in sorted(folder.iterdir()):
                if path.is_file() and _NAME.fullmatch(path.name):
                    values[path.name.lower()] = path.read_text(encoding="utf-8").rstrip("\r\n")
        return cls(values, where=str(folder) if folder else "the secrets folder")

    def __getitem__(self, name: str) -> str:
        """Answer the value; names do not distinguish capitals."""
        try:
            return self._values[name.lower()]
        except KeyError:
            raise SecretMissingError(
                f"the secret {name!r} is missing: write it to a file of that name in "
                f"{self._where}, or set {_PREFIX}{name.upper()} before starting"
            ) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Secrets({', '.join(sorted(self._values))})"
