"""The files that an option of a profile wants in the home."""

from __future__ import annotations

import pytest

from seatrial.profiles import Option, load
from seatrial.servers.setup import NoSuchOption, Setup

RULES = {
    "options": (
        Option(name="rules", until="2.0", files={"old/rules": "${rules}"}),
        Option(name="rules", since="2.0", files={"new/rules": "# ${rules}"}),
    )
}
PROFILE = load("generic").model_copy(update=RULES)


@pytest.mark.parametrize(
    ("release", "files"),
    [("1.9", {"old/rules": "all"}), ("2.0", {"new/rules": "# all"})],
)
def test_the_files_are_those_of_the_release(release: str, files: dict[str, str]) -> None:
    setup = Setup()
    assert setup.choose(PROFILE, release, "rules", {"rules": "all"}) == files
    assert setup == Setup()


def test_a_file_that_lacks_what_it_is_made_of_is_an_error() -> None:
    with pytest.raises(NoSuchOption, match="rules"):
        Setup().choose(PROFILE, "2.0", "rules", {})
