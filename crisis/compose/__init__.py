"""Typed messages become words, in French and in English, long, short, and as a card to say."""

from crisis.compose.composer import Composer, Rendered
from crisis.compose.telling import Missing, Names

__all__ = ["Composer", "Missing", "Names", "Rendered"]
