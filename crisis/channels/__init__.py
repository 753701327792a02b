"""Ways to reach people: e-mail and HTTP gateways. One small class a kind, any number by name.

A kind of channel is a class with a ``settings_type`` (a pydantic model) and the constructor
``(name, settings, secrets, clock)``; others can be added under the entry point group
``crisis.channels``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any, ClassVar, Protocol, cast

from pydantic import BaseModel, ValidationError

from crisis.ports import Channel, Clock

_GROUP = "crisis.channels"
_OURS = {
    "email": "crisis.channels.email:EmailChannel",
    "gateway": "crisis.channels.gateway:GatewayChannel",
}


class ChannelType(Protocol):
    """What a kind of channel must be able to do."""

    settings_type: ClassVar[type[BaseModel]]

    def __call__(
        self, name: str, settings: Any, secrets: Mapping[str, str], clock: Clock
    ) -> Channel:
        """Open a channel; connects to nothing yet."""


class ChannelSettingsError(ValueError):
    """A channel cannot be opened as it is set up; the message says which, where and why."""


def open_channel(
    name: str, kind: str, settings: Mapping[str, Any], secrets: Mapping[str, str], clock: Clock
) -> Channel:
    """Open one channel from its raw settings; :class:`ChannelSettingsError` when they are wrong.

    A missing secret raises :class:`~crisis.channels.credentials.SecretMissingError`.
    """
    opened = channel_type(name, kind)
    try:
        checked = opened.settings_type.model_validate(settings)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join((name, *map(str, first["loc"])))
        raise ChannelSettingsError(f"channels.{where}: {first['msg']}") from None
    return opened(name, checked, secrets, clock)


def channel_type(name: str, kind: str) -> ChannelType:
    """What opens channels of this kind; :class:`ChannelSettingsError` where there is no such."""
    found = _added()
    if kind in found:
        return cast("ChannelType", found[kind].load())
    if kind in _OURS:
        module, _, attribute = _OURS[kind].partition(":")
        return cast("ChannelType", getattr(import_module(module), attribute))
    known = ", ".join(sorted({*_OURS, *found}))
    raise ChannelSettingsError(f"channels.{name}: no kind of channel {kind!r}; use one of {known}")


@cache
def _added() -> Mapping[str, EntryPoint]:
    """Kinds of channel that other packages bring."""
    return {point.name: point for point in entry_points(group=_GROUP)}
