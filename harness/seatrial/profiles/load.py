"""Profiles from TOML: the built-in ones by name, others by path."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from pathlib import Path

from pydantic import ValidationError

from seatrial.errors import SeatrialError
from seatrial.profiles.model import Profile

__all__ = ["UnknownProfile", "builtin_names", "load", "recognise"]


class UnknownProfile(SeatrialError):
    """No such profile, or one that cannot be read."""


@cache
def builtin_names() -> tuple[str, ...]:
    """Returns the names of the profiles that come with Seatrial."""
    folder = resources.files("seatrial.profiles") / "data"
    return tuple(
        sorted(
            file.name.removesuffix(".toml")
            for file in folder.iterdir()
            if file.name.endswith(".toml")
        )
    )


def load(name: str) -> Profile:
    """Returns a profile by its built-in name, or by the path of its TOML file.

    Raises:
        UnknownProfile: There is none, or it does not have the shape of one.
    """
    if name in builtin_names():
        text = (resources.files("seatrial.profiles") / "data" / f"{name}.toml").read_text("utf-8")
        return _parse(text, name)
    path = Path(name)
    if path.suffix == ".toml" and path.is_file():
        return _at_home(_parse(_text(path, name), name), path.absolute().parent)
    raise UnknownProfile(
        f"there is no profile {name!r}",
        expected=f"one of {', '.join(builtin_names())}, or the path of a TOML file",
        arrived=repr(name),
        cause="is it misspelled, or the path relative to another folder?",
        remedy="copy a built-in profile and change it; docs/profiles.md explains the keys",
    )


def _text(path: Path, name: str) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnknownProfile(
            f"the profile {name!r} cannot be read",
            expected="a file of UTF-8 text that this user may read",
            arrived=str(error),
            cause="was it saved in another encoding?",
            remedy="save it as UTF-8",
        ) from None


def _at_home(profile: Profile, folder: Path) -> Profile:
    """Returns a profile whose commands name its folder instead of `${here}`."""
    find = tuple(
        place
        if place.command is None
        else place.model_copy(
            update={"command": tuple(w.replace("${here}", str(folder)) for w in place.command)}
        )
        for place in profile.find
    )
    return profile.model_copy(update={"find": find})


def _parse(text: str, name: str) -> Profile:
    try:
        return Profile.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        arrived = str(error)
    except ValidationError as error:
        arrived = "; ".join(
            f"{'.'.join(map(str, row['loc'])) or 'the file'}: {row['msg']}"
            for row in error.errors()
        )
    raise UnknownProfile(
        f"the profile {name!r} cannot be read",
        expected="a TOML file with the keys that docs/profiles.md lists",
        arrived=arrived,
        cause="is a key misspelled?",
        remedy="correct it; no key is ignored",
    )


def recognise(argv: Sequence[str]) -> Profile | None:
    """Returns the first built-in profile that knows this command line as its server's."""
    for name in builtin_names():
        profile = load(name)
        if profile.recognise and any(re.search(profile.recognise, word) for word in argv):
            return profile
    return None
