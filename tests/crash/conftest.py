"""The house in which the power goes."""

from __future__ import annotations

from tests.scenarios.conftest import house

__all__ = ["house"]
