"""People, places and rota: who is meant, who is on duty, who is there, and how they are reached."""

from __future__ import annotations

from crisis.directory.people import PeopleDirectory

__all__ = ["PeopleDirectory"]
