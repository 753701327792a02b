"""The organisation as a whole: its files, its playbooks and its people, fitting together."""

from __future__ import annotations

from crisis.organisation.whole import Organisation

__all__ = ["Organisation"]
