"""The data folder of one service: its store, its tokens, and where the command line finds it."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Home:
    """Everything that one service keeps lies in this folder, for its owner's eyes only."""

    path: Path

    @classmethod
    def at(cls, path: Path) -> Home:
        """Open the folder, or make it (mode 0700)."""
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        return cls(path)

    @property
    def store(self) -> Path:
        """The file of the store."""
        return self.path / "crisis.db"

    @property
    def card(self) -> Path:
        """Where the command line reads the address, the token and whom to telephone."""
        return self.path / "service.json"

    def operator_token(self) -> str:
        """Give the token of those who run the service; made once."""
        return self._secret("operator-token")

    def link_secret(self) -> str:
        """Give what signs links; made once: with another, links in old messages stop working."""
        return self._secret("link-secret")

    def announce(
        self, *, url: str, call_first: Mapping[str, Sequence[str]], shared: bool = False
    ) -> None:
        """Write the card, so that the command line finds the running service.

        ``shared`` says that its store does not lie in this folder.

        ``call_first`` (language -> lines) stays readable when nothing runs any more: it is what
        ``crisis raise`` shows then.
        """
        card = {
            "url": url,
            "token": self.operator_token(),
            "pid": os.getpid(),
            "shared": shared,
            "call_first": {language: list(lines) for language, lines in call_first.items()},
        }
        content = json.dumps(card, ensure_ascii=False, indent=1)
        if not self.card.exists() or self.card.read_text(encoding="utf-8") != content:
            _write(self.card, content)

    def keep(self, name: str, content: Any) -> None:
        """Keep a last good copy, with the digest by which :meth:`kept` knows that it is whole."""
        kept = {"digest": _digest(content), "content": content}
        _write(self.path / f"{name}.json", json.dumps(kept, ensure_ascii=False))

    def kept(self, name: str) -> Any:
        """The last good copy; None where there is none, or it is not whole."""
        try:
            kept = json.loads((self.path / f"{name}.json").read_text(encoding="utf-8"))
            content, digest = kept["content"], kept["digest"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return content if digest == _digest(content) else None

    def _secret(self, name: str) -> str:
        path = self.path / name
        if not path.exists():  # parts that start together make one, and all read the same
            made = path.with_name(f".{name}-{secrets.token_hex(8)}")
            _write(made, secrets.token_urlsafe(32))
            with suppress(FileExistsError):
                os.link(made, path)
            made.unlink()
        return path.read_text(encoding="utf-8").strip()


def _digest(content: Any) -> str:
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return sha256(canonical.encode("utf-8")).hexdigest()


def _write(path: Path, content: str) -> None:
    """Write a file that only its owner reads, whole or not at all, over a power cut too."""
    beside = path.with_suffix(f".{os.getpid()}.new")  # several parts may share the folder
    with os.fdopen(
        os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
