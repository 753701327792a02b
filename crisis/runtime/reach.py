"""People of the duty team, reached by every channel at once: one that is down stops no other."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from datetime import datetime

import structlog

from crisis.channels import ChannelSettingsError, open_channel
from crisis.channels.credentials import SecretMissingError
from crisis.compose.duty import duty_words
from crisis.core.break_glass import Call
from crisis.core.spoken import clock as spoken_clock
from crisis.core.values import Who
from crisis.organisation import Organisation
from crisis.ports import Channel, Clock, Outgoing, Recipient, Scope

_log = structlog.get_logger(__name__)

WITHIN = 40.0
"""Seconds for one channel: less than a claim lasts, so that nobody else calls meanwhile."""
REACHED = frozenset({"sent", "delivered"})


async def reach_duty(
    call: Call,
    *,
    organisation: Organisation,
    secrets: Mapping[str, str],
    clock: Clock,
    waiting: int = 0,
    at_least: bool = False,
    since: datetime | None = None,
    away: datetime | None = None,
) -> int:
    """Call those of ``call_first`` who are on duty; answer how many were reached by any channel.

    ``since`` and ``away`` are real times: that of the oldest report that waits, and that since
    which the store is away. With ``at_least`` more may wait than are counted. Never raises for a
    channel.
    """
    at = clock.real()
    settings, directory = organisation.settings, organisation.directory
    duty = Who(functions=tuple(settings.call_first))
    names = directory.candidates(duty, Scope(site=settings.default_site), clock.now())
    people = [one for one in map(directory.recipient, names) if one is not None]
    zone = organisation.sites[settings.default_site].zone

    def spoken(moment: datetime | None, language: str) -> str:
        return spoken_clock(moment or at, zone=zone, language=language, today=at)

    def to(one: Recipient, channel: str) -> Outgoing:
        words = duty_words(
            call, one.language, waiting=waiting, at_least=at_least, url=settings.web.public_url,
            organisation=settings.organisation.get(
                one.language, settings.in_default_language(settings.organisation)
            ),
            since=spoken(since, one.language), away=spoken(away, one.language),
        )  # fmt: skip
        return Outgoing(
            delivery_id=f"duty-{at:%Y%m%dT%H%M%S}-{one.id}-{channel}", incident_id="duty",
            message_id=f"duty-{at:%Y%m%dT%H%M%S}", number=1, kind="escalation",
            urgency="immediate", exercise=False, address=one.addresses[channel],
            language=one.language, subject=words.subject, text=words.text, short=words.short,
            sender=directory.title(settings.contact, one.language),
            contact=directory.contact(settings.contact, one.language),
        )  # fmt: skip

    calls = {
        name: {one.id: to(one, name) for one in people if name in one.addresses}
        for name in settings.channels
    }
    opened = _opened(organisation, secrets, clock)
    reached = await asyncio.gather(*(_through(one, calls[one.name]) for one in opened))
    return len(set().union(*reached))


def _opened(
    organisation: Organisation, secrets: Mapping[str, str], clock: Clock
) -> Iterator[Channel]:
    """Every channel that can be opened."""
    for name, settings in organisation.settings.channels.items():
        try:
            yield open_channel(name, settings.kind, settings.own(), secrets, clock)
        except (ChannelSettingsError, SecretMissingError) as error:
            _log.error("a channel cannot be opened", channel=name, why=str(error))


async def _through(channel: Channel, calls: Mapping[str, Outgoing]) -> set[str]:
    """Who was reached by this channel, in time."""
    reached: set[str] = set()
    at_once = asyncio.Semaphore(channel.abilities.connections)

    async def one(person: str, outgoing: Outgoing) -> None:
        async with at_once:
            [receipt] = await channel.send([outgoing])
        if receipt.state in REACHED:
            reached.add(person)
        else:
            _log.error("the duty team is not reached", channel=channel.name, why=receipt.reason)

    try:
        async with asyncio.timeout(WITHIN):
            tried = await asyncio.gather(
                *(one(person, outgoing) for person, outgoing in calls.items()),
                return_exceptions=True,
            )
        for fault in filter(None, tried):
            _log.error("a channel has failed", channel=channel.name, why=type(fault).__name__)
    except TimeoutError:
        _log.error("the duty team is not reached", channel=channel.name, why="no answer in time")
    finally:
        await channel.close()
    return reached
