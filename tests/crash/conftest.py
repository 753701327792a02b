"""The house in which the power goes."""

from __future__ import annotations

from tests.scenarios.conftest import house, log, quick_disk

__all__ = ["house", "log", "quick_disk"]
