"""The one path from a command to its durable answer; the same in every runtime.

:class:`Coordinator` loads the stream, gathers the facts and asks the rules;
:mod:`crisis.coordinator.prepare` puts into words what they release;
:mod:`crisis.coordinator.record` writes the answer into the journal and the decision log;
:mod:`crisis.coordinator.release` hands messages to the ledger. All in the transaction that it was
given, and what crosses streams in the same one. A refusal leaves its row and nothing else.
"""

from crisis.coordinator.coordinator import (
    Coordinator,
    Parked,
    Released,
    fold,
    fold_as_far_as_known,
    fresh_salt,
)
from crisis.coordinator.prepare import Rendered, Words
from crisis.coordinator.record import as_before

__all__ = [
    "Coordinator", "Parked", "Released", "Rendered", "Words", "as_before", "fold",
    "fold_as_far_as_known", "fresh_salt",
]  # fmt: skip
