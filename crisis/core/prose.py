"""Prose stands apart from the journal: events carry an id and a salted digest, never the words.

Erasing a text with its salt erases the person who is named in it and leaves every chain whole
(GDPR art. 17): a digest without its salt cannot be tried against guesses.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class TextRef:
    """Points at prose that is kept apart, and proves that it is the same prose."""

    id: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """Words on their way into the store: ``content`` is JSON, language -> text, or one string."""

    id: str
    salt: str
    content: str

    @property
    def ref(self) -> TextRef:
        """What an event may carry of these words."""
        return TextRef(self.id, digest_of(self.salt, self.content))


def given(content: str) -> dict[str, str]:
    """A person's words by language; under ``""`` where they did not say which it is."""
    if content.startswith(("{", '"')):
        try:
            said = json.loads(content)
        except ValueError:
            return {"": content}
        if isinstance(said, dict) and all(isinstance(words, str) for words in said.values()):
            return said
        if isinstance(said, str):
            return {"": said}
    return {"": content}


def digest_of(salt: str, content: str) -> str:
    """SHA-256 of salt and content, in hexadecimal."""
    return sha256(f"{salt}\x00{content}".encode()).hexdigest()
