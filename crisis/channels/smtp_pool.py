"""Kept connections to one mail server, never more than the settings allow."""

from __future__ import annotations

import asyncio

import structlog

from crisis.channels.mail_settings import EmailSettings
from crisis.channels.smtp_connection import (
    ServerUnavailableError,
    SmtpConnection,
    open_connection,
)

_log = structlog.get_logger(__name__)


class SmtpPool:
    """Lends connections; the newest idle one first, so that the others can fall asleep."""

    def __init__(self, settings: EmailSettings, password: str | None) -> None:
        self._settings = settings
        self._password = password
        self._idle: list[SmtpConnection] = []
        self._reachable = True

    async def take(self) -> SmtpConnection:
        """An idle connection that still lives, or a new one; ServerUnavailableError when none."""
        now = asyncio.get_running_loop().time()
        while self._idle:
            connection = self._idle.pop()
            if connection.alive and now - connection.idle_since < self._settings.keep_within:
                return connection
            connection.abort()
        try:
            connection = await open_connection(self._settings, self._password)
        except ServerUnavailableError as error:
            if self._reachable:
                _log.warning("mail server unavailable", reason=str(error))
            self._reachable = False
            raise
        if not self._reachable:
            _log.info("mail server back", host=self._settings.host)
        self._reachable = True
        return connection

    def give_back(self, connection: SmtpConnection) -> None:
        """Keep a connection for the next batch, if it lives."""
        if connection.alive:
            self._idle.append(connection)

    async def close(self) -> None:
        """Say goodbye on every idle connection."""
        idle, self._idle = self._idle, []
        await asyncio.gather(*(connection.quit() for connection in idle))
