"""The server under test that the options of pytest name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seatrial.errors import SeatrialError

if TYPE_CHECKING:
    from seatrial.servers import ServerUnderTest

_OPTIONS = ("--seatrial-server", "--seatrial-command", "--seatrial-profile")


def chosen_server(config: pytest.Config) -> ServerUnderTest:
    """Returns the server that is named; the reference server if none is.

    Args:
        config: Where the options stand.

    Raises:
        SeatrialError: It is not here, or the options do not go together.
    """
    from seatrial.servers import resolve

    server, command, profile = map(config.getoption, _OPTIONS)
    return resolve(server, command=command, profile=profile)


def check_chosen(config: pytest.Config) -> None:
    """Refuses a server that is not here once, before any test is collected.

    Args:
        config: Where the options stand.

    Raises:
        UsageError: It is not here, or the options do not go together.
    """
    if any(map(config.getoption, _OPTIONS)):
        try:
            chosen_server(config)
        except SeatrialError as error:
            raise pytest.UsageError(str(error)) from None
