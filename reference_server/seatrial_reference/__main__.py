"""The command line: `app-server`, `variants`, `--version` and `--help`."""

from __future__ import annotations

import os
import sys

from seatrial_reference import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from seatrial_reference.services import Parts

_USAGE = """\
usage: seatrial-reference app-server [--variant NAME]
       seatrial-reference mcp-server [--variant NAME]
       seatrial-reference variants [--json]
       seatrial-reference --version | --help

A small, correct agent server over stdio (JSON lines).

  app-server        serve one client on stdin and stdout until stdin ends, in the dialects
                    app_v2 (threads and turns) and app_v1 (conversations)
  mcp-server        the same in the dialect mcp (Model Context Protocol)
    --variant NAME  be wrong in exactly one way
  variants          list the variants: a name and one sentence each
    --json          as a JSON array of objects with `name` and `defect`

The folder named by SEATRIAL_REFERENCE_HOME holds config.toml and the saved threads.
"""


class _UsageError(Exception):
    """The command line is wrong; the text says how."""


def main() -> None:
    """Run the command line of this process, and end the process with its status."""
    from seatrial_reference.errors import ConfigError

    try:
        status = _run(sys.argv[1:])
    except _UsageError as error:
        status = _complain(str(error), 2)
    except ConfigError as error:
        status = _complain(str(error), 1)
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        status = status or 1
    os._exit(status)  # turns that hang must not hold up the end


def _run(arguments: list[str]) -> int:
    if not arguments:
        raise _UsageError("expected a subcommand, found none; try --help")
    first, rest = arguments[0], arguments[1:]
    match first:
        case "app-server" | "mcp-server":
            return _serve(first, rest)
        case "variants":
            return _variants(rest)
        case "--version":
            return _say(f"seatrial-reference {__version__}\n")
        case "--help" | "-h" | "help":
            return _say(_USAGE)
        case _:
            raise _unknown("subcommand", first, ["app-server", "mcp-server", "variants"])


def _serve(front: str, arguments: list[str]) -> int:
    from seatrial_reference import server

    match arguments:
        case []:
            return server.serve(front, None)
        case ["--variant", name]:
            return server.serve(front, _variant(name))
        case [text] if text.startswith("--variant="):
            return server.serve(front, _variant(text.removeprefix("--variant=")))
        case ["--variant"]:
            raise _UsageError("expected a name after --variant, found none; try: variants")
        case ["--help" | "-h", *_]:
            return _say(_USAGE)
        case _:
            raise _UsageError(f"unknown arguments of {front}: {' '.join(arguments)}; try --help")


def _variant(name: str) -> Parts:
    from seatrial_reference.variants import VARIANTS

    if name not in VARIANTS:
        raise _unknown("variant", name, VARIANTS)
    return VARIANTS[name].parts


def _variants(arguments: list[str]) -> int:
    from seatrial_reference.variants import VARIANTS

    match arguments:
        case []:
            return _say("".join(f"{name}: {v.defect}\n" for name, v in VARIANTS.items()))
        case ["--json"]:
            import json

            listed = [{"name": name, "defect": v.defect} for name, v in VARIANTS.items()]
            return _say(json.dumps(listed, indent=2) + "\n")
        case ["--help" | "-h", *_]:
            return _say(_USAGE)
        case _:
            raise _UsageError(f"unknown arguments of variants: {' '.join(arguments)}; try --help")


def _unknown(kind: str, name: str, known: Iterable[str]) -> _UsageError:
    import difflib

    names = list(known)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.4)
    hint = f"did you mean {near[0]}? " if near else ""
    return _UsageError(f"unknown {kind} {name!r}; {hint}Known: {', '.join(names)}")


def _say(text: str) -> int:
    sys.stdout.write(text)
    return 0


def _complain(text: str, status: int) -> int:
    sys.stderr.write(f"seatrial-reference: {text}\n")
    return status


if __name__ == "__main__":
    main()
