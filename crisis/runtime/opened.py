"""The channels of an organisation, opened: ours, and those that its settings name."""

from __future__ import annotations

from collections.abc import Mapping

from crisis.channels import open_channel
from crisis.channels.page import PageChannel
from crisis.organisation import Organisation
from crisis.ports import OWN_PAGES, Channel, Clock


def open_channels(
    organisation: Organisation, secrets: Mapping[str, str], clock: Clock
) -> list[Channel]:
    """Open every channel; raises as :func:`crisis.channels.open_channel` does."""
    opened: list[Channel] = [PageChannel(name, clock) for name in sorted(OWN_PAGES)]
    for name, settings in organisation.settings.channels.items():
        opened.append(open_channel(name, settings.kind, settings.own(), secrets, clock))
    return opened
