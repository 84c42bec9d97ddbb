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
usage: seatrial-reference app-server [--variant NAME] [--listen URL [--ws-token-file FILE]]
                                     [-c KEY=VALUE]...
       seatrial-reference mcp-server | tool-server [--variant NAME] [-c KEY=VALUE]...
       seatrial-reference variants [--json]
       seatrial-reference generate-json-schema --out FOLDER [--variant NAME]
       seatrial-reference --version | --help

A small, correct agent server over stdio (JSON lines) or WebSocket (a message a frame).

  app-server        serve one client on stdin and stdout until stdin ends, in the dialects
                    app_v2 (threads and turns) and app_v1 (conversations)
  mcp-server        the same in the dialect mcp (Model Context Protocol)
  tool-server       an MCP server that is no agent: it has a tool that asks the user
    --variant NAME  be wrong in exactly one way
    -c KEY=VALUE    set what config.toml would set: a path with dots, and TOML or plain text
    --listen URL    serve all who connect to ws://127.0.0.1:PORT (0: any port) or unix:///PATH,
                    until SIGTERM; stderr says when and where
    --ws-token-file FILE
                    let in only those who show the bearer token in the file
  variants          list the variants: a name and one sentence each
    --json          as a JSON array of objects with `name` and `defect`
  generate-json-schema
    --out FOLDER    write the JSON Schema of all messages of app-server into a folder

The folder named by SEATRIAL_REFERENCE_HOME holds config.toml and the saved threads. What its
managed_config.toml sets holds over config.toml, and what -c sets over both.
"""


_SUBCOMMANDS = ("app-server", "mcp-server", "tool-server", "variants", "generate-json-schema")

_ANY = {"--variant": "a name (see: variants)", "-c": "KEY=VALUE"}
_OPTIONS = {
    "app-server": {**_ANY, "--listen": "an address", "--ws-token-file": "a path"},
    "mcp-server": _ANY,
    "tool-server": _ANY,
}
"""What each option of a server is followed by."""


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
        case "app-server" | "mcp-server" | "tool-server":
            return _serve(first, rest)
        case "variants":
            return _variants(rest)
        case "generate-json-schema":
            return _schema(rest)
        case "--version":
            return _say(f"seatrial-reference {__version__}\n")
        case "--help" | "-h" | "help":
            return _say(_USAGE)
        case _:
            raise _unknown("subcommand", first, _SUBCOMMANDS)


def _serve(front: str, arguments: list[str]) -> int:
    from seatrial_reference import server

    if arguments[:1] in (["--help"], ["-h"]):
        return _say(_USAGE)
    overrides, given = _options(front, arguments)
    parts = _variant(given["--variant"]) if "--variant" in given else None
    return server.serve(
        front,
        parts,
        url=given.get("--listen"),
        token_file=given.get("--ws-token-file"),
        overrides=overrides,
    )


def _options(front: str, arguments: list[str]) -> tuple[list[str], dict[str, str]]:
    """Read `-c` with its values, and the other options with one each, after a space or a `=`."""
    overrides, rest, given = list[str](), list(arguments), dict[str, str]()
    while rest:
        name, equals, value = rest.pop(0).partition("=")
        if name == "-c" and rest and not equals:
            overrides.append(rest.pop(0))
            continue
        if name not in _OPTIONS[front] or name in given:
            raise _UsageError(f"unknown arguments of {front}: {' '.join(arguments)}; try --help")
        if not equals and not rest:
            raise _UsageError(f"expected {_OPTIONS[front][name]} after {name}, found none")
        given[name] = value if equals else rest.pop(0)
    return overrides, given


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


def _schema(arguments: list[str]) -> int:
    match arguments:
        case ["--out", folder]:
            return _write_schema(folder, None)
        case ["--out", folder, "--variant", name]:
            return _write_schema(folder, _variant(name))
        case ["--help" | "-h", *_]:
            return _say(_USAGE)
        case _:
            raise _UsageError("generate-json-schema wants --out FOLDER; try --help")


def _write_schema(folder: str, parts: Parts | None) -> int:
    from seatrial_reference.schema import document, write

    try:
        return _say(f"{write(folder, (parts and parts.document) or document)}\n")
    except OSError as error:
        return _complain(f"the schema could not be written: {error}", 1)


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
