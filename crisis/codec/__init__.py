"""Commands, events and snapshots to JSON and back: strict, versioned, and readable for ever.

What is stored carries a stable public name and a version (:mod:`crisis.codec.names`); an older
version is raised step by step to today's (:mod:`crisis.codec.upcast`); what this release does not
know is refused by :class:`UnknownEvent`, never skipped.
"""

from crisis.codec.cloudevents import to_cloudevent
from crisis.codec.journal import (
    dump_body,
    dump_command,
    from_recorded,
    load_body,
    load_command,
    to_recorded,
)
from crisis.codec.names import COMMANDS, EVENTS, CannotRead, UnknownCommand, UnknownEvent
from crisis.codec.shapes import NotThisShape, Shape, shape_of

__all__ = [
    "COMMANDS",
    "EVENTS",
    "CannotRead",
    "NotThisShape",
    "Shape",
    "UnknownCommand",
    "UnknownEvent",
    "dump_body",
    "dump_command",
    "from_recorded",
    "load_body",
    "load_command",
    "shape_of",
    "to_cloudevent",
    "to_recorded",
]
