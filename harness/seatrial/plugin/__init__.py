"""The pytest plugin: options, the header line, fixtures, and async tests on the trial's own loop.

It is loaded in every pytest run of an environment that has Seatrial, so nothing heavy is imported
before a test asks for it.
"""

from __future__ import annotations

import asyncio
import inspect

import pytest

from seatrial.plugin.fixtures import seatrial_loop, seatrial_server, trial

__all__ = ["seatrial_loop", "seatrial_server", "trial"]


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


def pytest_configure(config: pytest.Config) -> None:
    """Declares the markers."""
    config.addinivalue_line(
        "markers",
        "seatrial(server=NAME, dialect=NAME): the server and dialect of this test's trial",
    )
    config.addinivalue_line(
        "markers", "requirement(id): the requirement of the manifest that this test is about"
    )


def pytest_report_header(config: pytest.Config) -> str:
    """Names the server under test and how process trees are held."""
    from seatrial.process import layer

    chosen = config.getoption("--seatrial-command") or config.getoption("--seatrial-server")
    return f"seatrial: server {chosen or 'reference'}, processes held by {layer().name}"


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Runs an async test that uses a trial on the trial's loop; leaves every other to others."""
    loop = pyfuncitem.funcargs.get("seatrial_loop")
    if not isinstance(loop, asyncio.Runner) or not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = pyfuncitem._fixtureinfo.argnames
    loop.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
    return True
