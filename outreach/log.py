"""Structured logs: decisions with ids, never addresses, names or tokens."""

import logging
import sys
from typing import TextIO

import structlog

FORBIDDEN_KEYS = frozenset({"address", "email", "to", "name", "token", "url", "subject"})


def _refuse_personal_data(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    for key in FORBIDDEN_KEYS & event.keys():
        event[key] = "(left out)"
    return event


def configure(*, level: str = "INFO", as_json: bool = False, stream: TextIO | None = None) -> None:
    """Send all logs to `stream` (standard error), one line an event, as text or JSON."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(colors=(stream or sys.stderr).isatty())
    )
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _refuse_personal_data,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.WriteLoggerFactory(file=stream or sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=stream or sys.stderr, force=True)


def logger(room: str) -> structlog.typing.FilteringBoundLogger:
    """Give the logger of one room, e.g. `logger("delivery.sender")`."""
    bound: structlog.typing.FilteringBoundLogger = structlog.get_logger(room=room)
    return bound
