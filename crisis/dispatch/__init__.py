"""From released messages to people: expand, send, write down, climb, and tell the incident.

No rule lives here: what is owed to one recipient is decided in :mod:`crisis.core.ladder`,
:mod:`crisis.core.delivery` and :mod:`crisis.core.receipt`.
"""

from crisis.dispatch.dispatcher import Dispatcher
from crisis.dispatch.ground import Ground, Lookup
from crisis.dispatch.news import Acknowledged, LeftOver, News, Turned

__all__ = ["Acknowledged", "Dispatcher", "Ground", "LeftOver", "Lookup", "News", "Turned"]
