"""How this organisation runs Crisis: its languages, doors, channels and sources.

Secrets stand apart, each in a file of its own under `secrets/`: a setting only names them.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from crisis.core.section import AtLeastOne, Name, Names, Section
from crisis.core.values import Span, Text
from crisis.core.written import wrong
from crisis.ports import OWN_PAGES

AddressForm = Literal["email", "phone", "any"]

_FORM_OF: Mapping[str, AddressForm] = {
    "email": "email",
    "sms": "phone",
    "sms-modem": "phone",
    "call": "phone",
}

BY_HAND = frozenset({"paper", "person"})
"""Channels that need no machine: somebody goes there, hangs it up, or telephones a list."""


def _web_address(value: str) -> str:
    if not value.startswith(("https://", "http://")) or value.endswith("/"):
        raise wrong(
            "web-address",
            f'"{value}" is not a web address; write https://crisis.example.org, '
            "without a stroke at the end",
        )
    return value


class Web(Section):
    """Where the pages are."""

    bind: str = "127.0.0.1:8420"
    public_url: Annotated[str, AfterValidator(_web_address)] = "http://127.0.0.1:8420"
    """What links in messages begin with."""

    @field_validator("bind")
    @classmethod
    def _host_and_port(cls, value: str) -> str:
        host, colon, port = value.rpartition(":")
        try:
            ipaddress.ip_address(host.strip("[]"))
        except ValueError:
            colon = "" if host != "localhost" else colon
        if not colon or not port.isdecimal() or not 0 <= int(port) <= 65535:  # noqa: PLR2004  the last port
            raise wrong("bind", f'"{value}" is not an address and a port; write 127.0.0.1:8420')
        return value

    @property
    def host(self) -> str:
        """The address that the pages listen on."""
        return self.bind.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        """The port that the pages listen on; 0 for any that is free."""
        return int(self.bind.rpartition(":")[2])


class ChannelSettings(BaseModel):
    """One way to reach people, by the name that media and addresses use.

    Whatever else is written here belongs to the kind of channel, which checks it: see `own`.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    kind: Name
    """Which kind of channel it is: an entry point of `crisis.channels`, such as email, gateway."""
    address: AddressForm | None = None
    """The form of its addresses; by default that of the channel's name, or any."""
    address_from: Name | None = None
    """The channel whose address is taken for people who have none for this one."""

    def own(self) -> dict[str, object]:
        """The settings that belong to the kind of channel, as they are written."""
        return dict(self.model_extra or {})

    def form(self, name: str) -> AddressForm:
        """The form of the addresses of the channel of this name."""
        return self.address or _FORM_OF.get(name, "any")


class Source(Section):
    """Somebody or something that may send reports, with a token of its own."""

    token: str
    """The name of the secret that holds the token, never the token."""
    site: Name
    """The site it speaks for where a report names none."""
    by: Literal["machine", "person"] = "machine"
    """Text from a machine is never shown to an audience unread."""
    kind: Name = "other"
    """What a report is about where it does not say."""
    kinds: Mapping[str, Name] = Field(default_factory=dict)
    """The sender's own words for it -> the kinds that playbooks open on."""
    may_raise: Names | None = None
    """The only kinds that this source may raise; all where it is left out."""
    severity: str | None = None
    """The severity of its reports where they give none; else the playbook's."""
    severities: Mapping[str, str] = Field(default_factory=dict)
    """The sender's own words for it -> severities of the communication plan."""

    def kind_of(self, word: str | None) -> str:
        """The kind that the sender's word stands for."""
        return self.kind if word is None else self.kinds.get(word, self.kind)

    def severity_of(self, word: str | None) -> str | None:
        """The severity that the sender's word stands for."""
        return self.severity if word is None else self.severities.get(word, self.severity)

    def may(self, kind: str) -> bool:
        """Whether this source may raise a kind."""
        return self.may_raise is None or kind in self.may_raise


class Retention(Section):
    """How long what is personal, or kept only to look something up, stays readable."""

    texts: Span = Span.parse("1095d")
    """Prose with names in it, after its incident was closed. The chain stays whole without it."""
    quarantine: Span = Span.parse("90d")
    """Raw bodies that could not be read."""


class Exercises(Section):
    """Whom an exercise may reach (never anybody else)."""

    group: Name = "exercise"
    """People and places of this group, and nobody outside it."""


def _seconds_too(value: object) -> object:
    """Spans, and seconds besides: what a program waits for may be shorter than a minute."""
    if isinstance(value, str) and value[-1:] == "s" and value[:-1].isdecimal():
        return timedelta(seconds=int(value[:-1]))
    span = value if isinstance(value, timedelta) else Span.parse(value)
    if isinstance(span, Span) and span.workdays:
        raise wrong("duration", f'"{value}" counts working days; write 30s, 5m or 1h')
    return span.delta if isinstance(span, Span) else span


class BreakGlass(Section):
    """When the doors themselves call the duty team: reports wait, and the store is away."""

    after: Annotated[timedelta, BeforeValidator(_seconds_too)] = timedelta(seconds=30)
    """How long the store may be away before they are called."""
    repeat_after: Annotated[timedelta, BeforeValidator(_seconds_too)] = timedelta(minutes=30)
    """How long until they are called again, where more reports wait by then."""


class Settings(Section):
    """The whole of `settings.yaml`."""

    organisation: Text
    languages: AtLeastOne[str]
    default_site: Name
    contact: Name
    """The function that answers where nothing else names one: somebody is always there."""
    call_first: AtLeastOne[Name]
    """The functions to telephone, in order, when the service itself is out of order."""
    web: Web = Web()
    channels: Mapping[Name, ChannelSettings] = Field(default_factory=dict)
    sources: Mapping[Name, Source] = Field(default_factory=dict)
    retention: Retention = Retention()
    exercises: Exercises = Exercises()
    break_glass: BreakGlass = BreakGlass()

    @field_validator("languages")
    @classmethod
    def _once_each(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(value)) != len(value):
            raise wrong("duplicate-name", "a language is named twice; name each once")
        return value

    def reaches(self, channel: str) -> bool:
        """Whether a channel of this name is there: configured, one of our pages, or by hand."""
        return channel in self.channels or channel in BY_HAND or channel in OWN_PAGES

    def in_default_language(self, text: Text) -> str:
        """A text in the first language of the organisation that it is written in."""
        language = next((one for one in self.languages if one in text), text.languages[0])
        return text[language]
