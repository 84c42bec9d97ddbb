"""Reads the tools that a program can call: in Codex's code mode they are functions of JavaScript.

Shape: the custom tool `exec` of Codex 0.163.0 with models of the family of gpt-6, whose
description declares each tool in TypeScript. What is called there comes back as text or image.
"""

import json
import re
from collections.abc import Iterator

from seatrial_provider.jsontypes import JsonObject

_DECLARED = re.compile(
    r"^declare const tools: \{ (?P<name>\w+)\((?P<given>input|args): (?P<type>.*?)\): Promise",
    re.MULTILINE | re.DOTALL,
)
_MEMBER = re.compile(r"\s*(?P<name>\w+)\??: (?P<type>.*?);?")
_PLAIN = frozenset({"string", "number", "boolean"})


def declared(tool: JsonObject) -> Iterator[JsonObject]:
    """Yields each tool that a tool's description declares, in the shape of one that is offered.

    Args:
        tool: An offered tool; only the custom tool `exec` declares others.
    """
    if (tool.get("type"), tool.get("name")) != ("custom", "exec"):
        return
    for found in _DECLARED.finditer(str(tool.get("description"))):
        if found["given"] == "input":
            yield {"type": "custom", "name": found["name"]}
        else:
            parameters = {"type": "object", "properties": dict(_members(found["type"]))}
            yield {"type": "function", "name": found["name"], "parameters": parameters}


def program(tool: JsonObject, text: str) -> str:
    """Returns the program that calls a declared tool and shows what it returns.

    Args:
        tool: What `declared` yielded.
        text: The arguments of the function as JSON, or the input of the custom tool.
    """
    given = text if tool["type"] == "function" else json.dumps(text)
    return (
        f"const result = await tools.{tool['name']}({given});\n"
        "if (result && result.image_url) image(result); else text(result);\n"
    )


def _members(type_: str) -> Iterator[tuple[str, JsonObject]]:
    """Yields the members of an object type, without those of the objects in it."""
    depth = 0
    for line in type_.split("\n"):
        found = _MEMBER.fullmatch(line)
        if depth == 1 and found is not None:
            yield found["name"], _schema(found["type"])
        depth += line.count("{") - line.count("}")


def _schema(type_: str) -> JsonObject:
    if type_ in _PLAIN:
        return {"type": type_}
    if type_.startswith('"'):
        return {"type": "string", "enum": re.findall(r'"([^"]*)"', type_)}
    return {"type": "array" if type_.startswith("Array<") else "object"}
