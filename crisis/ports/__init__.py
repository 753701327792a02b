"""What the rules and the runtimes may ask of the world: every promise stands in its docstring.

Each protocol has a reference implementation and passes one contract suite; nothing here does I/O.
"""

from crisis.ports.channels import (
    Abilities,
    Acknowledgement,
    Channel,
    ChannelReceipts,
    Outgoing,
    Receipt,
    in_time,
)
from crisis.ports.health import Check, Grade, Health
from crisis.ports.inbox import Inbox, Pending, PerhapsKept
from crisis.ports.people import Directory, Recipient, Scope
from crisis.ports.rows import (
    DELIVERY_STATES,
    LANES,
    MAY_HAVE_BEEN_SENT,
    ON_THE_PAGE,
    OWN_PAGES,
    Claims,
    ConfigurationRow,
    DecisionRow,
    DeliveryRow,
    DeliveryState,
    FanoutRow,
    Lane,
    LeaseRow,
    MessageRow,
    QuarantineRow,
    Recorded,
    StreamKind,
    StreamRow,
    TextRow,
)
from crisis.ports.store import Bell, Conflict, InDoubt, Job, Stir, Store, Unavailable, Unit, View
from crisis.ports.time import Clock

__all__ = [
    "DELIVERY_STATES",
    "LANES",
    "MAY_HAVE_BEEN_SENT",
    "ON_THE_PAGE",
    "OWN_PAGES",
    "Abilities",
    "Acknowledgement",
    "Bell",
    "Channel",
    "ChannelReceipts",
    "Check",
    "Claims",
    "Clock",
    "ConfigurationRow",
    "Conflict",
    "DecisionRow",
    "DeliveryRow",
    "DeliveryState",
    "Directory",
    "FanoutRow",
    "Grade",
    "Health",
    "InDoubt",
    "Inbox",
    "Job",
    "Lane",
    "LeaseRow",
    "MessageRow",
    "Outgoing",
    "Pending",
    "PerhapsKept",
    "QuarantineRow",
    "Receipt",
    "Recipient",
    "Recorded",
    "Scope",
    "Stir",
    "Store",
    "StreamKind",
    "StreamRow",
    "TextRow",
    "Unavailable",
    "Unit",
    "View",
    "in_time",
]
