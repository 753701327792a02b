"""The channels of an organisation, opened: ours, and those that its settings name."""

from __future__ import annotations

from collections.abc import Mapping

from crisis.channels import open_channel
from crisis.channels.page import PageChannel
from crisis.config import Settings
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


def outdated(opened: Settings, now: Settings) -> list[str]:
    """Name the settings that take hold with the next start: channels, where doors listen."""
    names = opened.channels.keys() | now.channels.keys()
    changed = [one for one in names if opened.channels.get(one) != now.channels.get(one)]
    web = ["web"] if opened.web != now.web else []
    return sorted(f"channels.{one}" for one in changed) + web
