"""The package's public surface and what importing it costs."""

import subprocess
import sys

import seatrial_provider


def test_every_public_name_is_there() -> None:
    assert sorted(seatrial_provider.__all__) == sorted(set(seatrial_provider.__all__))
    for name in seatrial_provider.__all__:
        assert getattr(seatrial_provider, name) is not None


def test_importing_it_loads_neither_the_http_library_nor_the_other_packages() -> None:
    unwanted = ("aiohttp", "seatrial", "seatrial_reference", "seatrial_suites")
    program = (
        "import sys, seatrial_provider; "
        f"print([name for name in {unwanted!r} if name in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"
