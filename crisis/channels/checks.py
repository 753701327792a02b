"""Whether every channel of the settings could be opened: found with its line, before it is needed.

Each kind of channel has settings of its own, which the rest of the settings does not know.
"""

from __future__ import annotations

from collections.abc import Container, Iterator

from pydantic import ValidationError

from crisis.channels import ChannelSettingsError, channel_type
from crisis.config import ChannelSettings, Configuration
from crisis.config.documents import SETTINGS
from crisis.core.checks.fault import Pointer
from crisis.core.checks.form import faults_of
from crisis.yamlfile import Finding


def channel_findings(configuration: Configuration, secrets: Container[str]) -> list[Finding]:
    """Everything that would keep a channel from opening, or a source from being let in.

    A channel that cannot be opened is an error; a source without its token is refused at the door,
    and only warned of here.
    """
    settings = configuration.settings
    found = [
        finding
        for name, channel in settings.channels.items()
        for finding in _of_channel(configuration, name, channel, secrets)
    ]
    for name, source in settings.sources.items():
        if source.token not in secrets:
            says = f"{name} cannot send: {_missing(source.token)}"
            at: Pointer = ("sources", name, "token")
            found.append(configuration.finding(SETTINGS, at, "no-secret", says, warning=True))
    return sorted(set(found))


def _of_channel(
    configuration: Configuration, name: str, channel: ChannelSettings, secrets: Container[str]
) -> Iterator[Finding]:
    at: Pointer = ("channels", name)
    try:
        kind = channel_type(name, channel.kind)
    except ChannelSettingsError as unknown:
        yield configuration.finding(SETTINGS, (*at, "kind"), "unknown-name", str(unknown))
        return
    try:
        own = kind.settings_type.model_validate(channel.own())
    except ValidationError as error:
        for fault in faults_of(error, kind.settings_type):
            says = f"{name}: {fault.says}"
            yield configuration.finding(SETTINGS, (*at, *fault.at), fault.rule, says)
        return
    needed = getattr(own, "secrets", None)
    for secret in sorted(needed() if needed else ()):
        if secret not in secrets:
            says = f"{name} cannot be opened: {_missing(secret)}"
            yield configuration.finding(SETTINGS, at, "no-secret", says)


def _missing(secret: str) -> str:
    return (
        f'there is no secret "{secret}"; write it to a file of that name in secrets/, '
        "mode 0600, or set it in the environment"
    )
