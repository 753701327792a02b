"""The JSON Schema of the documents, for editors that complete and check while one writes."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from crisis.core.place import Site
from crisis.core.plan import CommunicationPlan
from crisis.core.playbook import Playbook

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, dict[str, Any]]:
    """The JSON Schema (2020-12) of `playbook`, `communication_plan` and `site`."""
    documents: dict[str, type[BaseModel]] = {
        "playbook": Playbook,
        "communication_plan": CommunicationPlan,
        "site": Site,
    }
    return {
        name: {"$schema": DIALECT, **model.model_json_schema(by_alias=True)}
        for name, model in documents.items()
    }
