"""One line of log an event, on standard error. Tracebacks show code, never what it held."""

from __future__ import annotations

import logging
import sys

import structlog


def speak() -> None:
    """For the service: readable at a terminal, JSON for whoever collects it."""
    to_person = sys.stderr.isatty()
    _configure(
        logging.INFO,
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if to_person
        else structlog.processors.JSONRenderer(ensure_ascii=False),
    )


def quiet() -> None:
    """For the demo: only what went wrong."""
    _configure(
        logging.ERROR,
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    )


def _configure(level: int, renderer: structlog.typing.Processor) -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info
            if isinstance(renderer, structlog.processors.JSONRenderer)
            else _as_it_is,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )


def _as_it_is(
    _logger: object, _name: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    return event
