"""Why a store cannot be opened."""

from __future__ import annotations


class StoreRefused(Exception):  # noqa: N818 - read as a sentence: the store refused to open
    """The store cannot be opened; the text says why, and what to do."""


class StoreAway(StoreRefused):
    """The server does not answer, or not to us: the store may be there in a moment."""
