"""Somebody's words, which stand apart from the journal, as a page shows them."""

from __future__ import annotations

import json

from crisis.core.prose import TextRef
from crisis.web.record import Reader


def text_of(service: Reader, ref: TextRef | None, language: str) -> str:
    """The words in this language, or the first that there is; empty where they were erased."""
    if ref is None:
        return ""
    with service.store.read() as view:
        row = view.texts([ref.id]).get(ref.id)
    words = json.loads(row.content) if row else ""
    if isinstance(words, str):
        return words
    return str(words.get(language) or next(iter(words.values()), ""))
