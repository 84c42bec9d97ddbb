"""What all tests share: the real server's presence, no deadlines, and nothing of the user's."""

from __future__ import annotations

import os
import signal

import pytest
from hypothesis import HealthCheck, settings

from seatrial.process.environment import ALLOWED

pytest_plugins = ["pytester"]

KEPT = (*ALLOWED, "HOME", "USER", "TMPDIR", "VIRTUAL_ENV", "CI", "XDG_CACHE_HOME")

settings.register_profile(
    "seatrial",
    deadline=None,  # a deadline is an assertion on time, and a loaded machine is slow
    max_examples=60,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("seatrial")


def pytest_configure(config: pytest.Config) -> None:
    """Declares the marker of tests that need a real Codex."""
    config.addinivalue_line("markers", "codex: needs the extra `codex` (a real server)")
    # What a shell's `&` or nohup has ignored would be ignored in every program that a test starts.
    for number in (signal.SIGQUIT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skips what needs a real Codex where none is installed, unless it must be there."""
    from seatrial.servers import UnknownServer, resolve

    try:
        resolve("codex@0.163.0")
    except UnknownServer as error:
        if "codex" in os.environ.get("SEATRIAL_REQUIRE", ""):
            return
        skip = pytest.mark.skip(reason=f"no real server: {error.remedy}")
        for item in items:
            if item.get_closest_marker("codex"):
                item.add_marker(skip)


@pytest.fixture(autouse=True)
def _nothing_of_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes the developer's own variables away, so that a test cannot depend on them."""
    for name in tuple(os.environ):
        if name not in KEPT and not name.startswith(("PYTEST_", "COV_", "SEATRIAL_")):
            monkeypatch.delenv(name)
