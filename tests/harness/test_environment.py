"""The environment of a server: what is allowed gets through, nothing else does."""

from __future__ import annotations

import pytest

from seatrial.process import environment
from seatrial.process.environment import ALLOWED, DEAD_PROXY, RUN_MARKER

DEVELOPERS = {
    "OPENAI_API_KEY": "sk-developer",
    "CODEX_HOME": "/home/dev/.codex",
    "HOME": "/home/dev",
    "USER": "dev",
    "HTTPS_PROXY": "http://proxy.corp:3128",
    "no_proxy": "corp",
    "SSH_AUTH_SOCK": "/run/agent",
    "PYTHONPATH": "/home/dev/src",
    "XDG_CONFIG_HOME": "/home/dev/.config",
    "LD_PRELOAD": "/home/dev/lib.so",
    "path": "/lower",
}


def test_nothing_of_the_developers_leaks() -> None:
    made = environment({}, run="r", inherited=DEVELOPERS | {"PATH": "/bin", "LANG": "C"})
    assert made == {"PATH": "/bin", "LANG": "C", RUN_MARKER: "r", **DEAD_PROXY}


def test_what_a_program_needs_gets_through() -> None:
    inherited = {name: f"value of {name}" for name in ALLOWED}
    made = environment({}, run="r", inherited=inherited)
    assert {name: made[name] for name in ALLOWED} == inherited


def test_what_is_given_counts_more() -> None:
    made = environment(
        {"PATH": "/mine", "HTTP_PROXY": "http://127.0.0.1:1", "HOME": "/iso"},
        run="r",
        inherited={"PATH": "/bin"},
    )
    assert (made["PATH"], made["HTTP_PROXY"]) == ("/mine", "http://127.0.0.1:1")
    assert made["HOME"] == "/iso"
    assert made["https_proxy"] == "http://127.0.0.1:9"


def test_it_is_our_own_environment_without_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-developer")
    monkeypatch.setenv("TZ", "UTC+3")
    made = environment({}, run="run-7")
    assert "OPENAI_API_KEY" not in made
    assert made["TZ"] == "UTC+3"
    assert made["SEATRIAL_RUN"] == "run-7"


@pytest.mark.parametrize("scheme", ["HTTP", "HTTPS", "ALL"])
def test_whatever_would_leave_goes_nowhere_but_loopback_is_free(scheme: str) -> None:
    for name in (f"{scheme}_PROXY", f"{scheme}_PROXY".lower()):
        assert DEAD_PROXY[name] == "http://127.0.0.1:9"
    assert DEAD_PROXY["NO_PROXY"] == DEAD_PROXY["no_proxy"] == "127.0.0.1,localhost,::1"
