"""Turns what the HTTP library would only log into something that is reported."""

import logging
from collections.abc import Callable

Report = Callable[[BaseException], None]


class _Forward(logging.Handler):
    def __init__(self, report: Report) -> None:
        super().__init__(logging.ERROR)
        self._report = report

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        self._report(error if error is not None else RuntimeError(record.getMessage()))


def reporting_logger(report: Report) -> logging.Logger:
    """Makes a logger that reports errors and writes nothing.

    Args:
        report: Called with the exception of each logged error.

    Returns:
        A logger that belongs to no hierarchy.
    """
    logger = logging.Logger("seatrial_provider.http", level=logging.ERROR)
    logger.addHandler(_Forward(report))
    return logger
