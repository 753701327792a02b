"""The end of a program that may not wait for what hangs."""

from __future__ import annotations

import os
import threading

import structlog

_log = structlog.get_logger(__name__)

LEFT_WITHIN = 20.0
"""Seconds in which a part ends, whatever hangs: what is in flight has its time, and supervisors
wait for thirty before they kill."""


def leave_soon(code: int) -> None:
    """End this program with this exit code, should it still be there by then.

    Python waits at its end for every thread, and a thread that asked a database that hangs may
    wait for ever. Nothing that was acknowledged is lost: that is durable by then.
    """
    last = threading.Timer(LEFT_WITHIN, _left, (code,))
    last.daemon = True
    last.start()


def _left(code: int) -> None:
    _log.error("left without waiting any longer: something hangs, likely the database")
    os._exit(code)
