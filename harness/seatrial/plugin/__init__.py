"""The pytest plugin: options, header, fixtures, leaks, and async tests on the trial's own loop.

It is loaded in every pytest run of an environment that has Seatrial, so nothing heavy is imported
before a test asks for it.
"""

from __future__ import annotations

import asyncio
import inspect
import os

import pytest

from seatrial.errors import SeatrialError
from seatrial.leaks import Severity, blind
from seatrial.plugin.account import KEY, Account, WorkerAccount
from seatrial.plugin.chosen import check_chosen
from seatrial.plugin.fixtures import (
    mock_provider,
    seatrial_loop,
    seatrial_server,
    seatrial_spawn,
    trial,
)
from seatrial.plugin.leaks import LeakGuard, severities
from seatrial.plugin.workers import begin

__all__ = ["mock_provider", "seatrial_loop", "seatrial_server", "seatrial_spawn", "trial"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the options that say which server is judged."""
    group = parser.getgroup("seatrial", "the server under test")
    group.addoption(
        "--seatrial-server",
        metavar="NAME",
        help="reference (default), reference:VARIANT, codex, a profile's file, a program's path",
    )
    group.addoption("--seatrial-command", metavar="LINE", help="a command line instead of a name")
    group.addoption("--seatrial-profile", metavar="NAME|FILE", help="the server's profile")
    group.addoption(
        "--seatrial-leaks",
        choices=[str(severity) for severity in Severity],
        help="what a leak does to a test that uses Seatrial's fixtures (default: fail)",
    )
    group.addoption(
        "--seatrial-leaks-all",
        action="store_true",
        help="judge the leaks of every test, also of those that do not use Seatrial",
    )
    parser.addini("seatrial_leaks", "the default of --seatrial-leaks: off, warn or fail")
    parser.addini(
        "seatrial_leak_severity",
        "how much each kind of leak matters, as in: descriptor=fail thread=off",
        type="args",
    )
    parser.addini(
        "seatrial_die_with_controller",
        "whether a worker of pytest-xdist is killed with its controller (Linux)",
        type="bool",
        default=True,
    )


def pytest_configure(config: pytest.Config) -> None:
    """Declares the markers, and begins to look for leaks.

    Raises:
        UsageError: A setting about leaks says something that does not exist, SEATRIAL_ISOLATION
            asks for what this machine does not allow, or the server under test is not here.
    """
    _check_isolation()
    config.addinivalue_line(
        "markers",
        "seatrial(server=NAME, dialect=NAME): the server and dialect of this test's trial",
    )
    config.addinivalue_line(
        "markers", "mock_provider(OPTION=VALUE): options of this test's mock provider"
    )
    config.addinivalue_line(
        "markers", "requirement(id): the requirement of the manifest that this test is about"
    )
    config.addinivalue_line(
        "markers",
        "seatrial_leaks(mode, expect=[KIND]): off, warn or fail for this test, or what it leaks",
    )
    guard = _guard(config)
    told = getattr(config, "workerinput", None)
    config.pluginmanager.register(guard, "seatrial-leaks")
    if told is None:
        check_chosen(config)
        config.pluginmanager.register(Account(guard), "seatrial-account")
        return
    config.pluginmanager.register(WorkerAccount(guard), "seatrial-account")
    if KEY in told:
        begin(told[KEY])


def _guard(config: pytest.Config) -> LeakGuard:
    mode = config.getoption("--seatrial-leaks") or config.getini("seatrial_leaks") or "fail"
    if mode not in set(Severity):
        known = ", ".join(Severity)
        raise pytest.UsageError(f"seatrial_leaks is one of {known}, and not {mode!r}")
    try:
        matters = severities(config.getini("seatrial_leak_severity"))
    except SeatrialError as error:
        raise pytest.UsageError(str(error)) from None
    return LeakGuard(
        mode=Severity(mode),
        everyone=config.getoption("--seatrial-leaks-all"),
        severities=matters,
    )


def _check_isolation() -> None:
    """Refuses an isolation that was asked for by name and cannot be had, before any test runs."""
    if not os.environ.get("SEATRIAL_ISOLATION"):
        return
    from seatrial.process import layer

    try:
        layer()
    except SeatrialError as error:
        raise pytest.UsageError(str(error)) from None


def pytest_report_header(config: pytest.Config) -> str:
    """Names the server under test, how process trees are held, and what a leak does."""
    from seatrial.process import layer

    chosen = config.getoption("--seatrial-command") or config.getoption("--seatrial-server")
    unseen = f", {' and '.join(f'{kind}s' for kind in blind())} not seen here" if blind() else ""
    guard = config.pluginmanager.get_plugin("seatrial-leaks")
    assert isinstance(guard, LeakGuard)
    return (
        f"seatrial: server {chosen or 'reference'}, processes held by {layer().name}, "
        f"leaks: {guard.mode}{unseen}"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Runs an async test that uses a trial on the trial's loop; leaves every other to others."""
    loop = pyfuncitem.funcargs.get("seatrial_loop")
    if not isinstance(loop, asyncio.Runner) or not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = pyfuncitem._fixtureinfo.argnames
    loop.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
    return True
