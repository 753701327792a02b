"""Commands, events and snapshots to JSON and back: strict, versioned, and readable for ever.

What is stored or sent carries a stable public name and a version (:mod:`crisis.codec.names`); an
older version is raised step by step to today's (:mod:`crisis.codec.upcast`); what this release does
not know is refused by a :class:`CannotRead`, never skipped.
"""

from crisis.codec.cloudevents import report_event, report_from, to_cloudevent
from crisis.codec.commands import command_bytes, command_from, dump_command, load_command
from crisis.codec.journal import dump_body, from_recorded, load_body, to_recorded
from crisis.codec.names import (
    COMMANDS,
    EVENTS,
    RECEIPTS,
    CannotRead,
    UnknownCommand,
    UnknownEvent,
    UnknownReceipt,
)
from crisis.codec.receipts import acknowledgement_bytes, receipts_bytes, receipts_from
from crisis.codec.shapes import NotThisShape, Shape, shape_of

__all__ = [
    "COMMANDS",
    "EVENTS",
    "RECEIPTS",
    "CannotRead",
    "NotThisShape",
    "Shape",
    "UnknownCommand",
    "UnknownEvent",
    "UnknownReceipt",
    "acknowledgement_bytes",
    "command_bytes",
    "command_from",
    "dump_body",
    "dump_command",
    "from_recorded",
    "load_body",
    "load_command",
    "receipts_bytes",
    "receipts_from",
    "report_event",
    "report_from",
    "shape_of",
    "to_cloudevent",
    "to_recorded",
]
