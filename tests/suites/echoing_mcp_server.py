"""An MCP server on stdio with one tool that echoes, of the standard library alone."""

import json
import sys
from typing import Any

ECHO = {
    "name": "echo",
    "description": "Echoes a text.",
    "inputSchema": {
        "type": "object",
        "properties": {"text": {"type": "string"}},
        "required": ["text"],
    },
    "annotations": {"readOnlyHint": True},
}


def result(method: str, params: dict[str, Any]) -> dict[str, Any]:
    """Returns the result of a request; an empty one for what it does not know."""
    if method == "initialize":
        return {
            "protocolVersion": params["protocolVersion"],
            "capabilities": {"tools": {}, "resources": {}},
            "serverInfo": {"name": "echoing", "version": "1"},
        }
    if method == "tools/call":
        return {"content": [{"type": "text", "text": f"echo: {params['arguments']['text']}"}]}
    lists: dict[str, dict[str, Any]] = {
        "tools/list": {"tools": [ECHO]},
        "resources/list": {"resources": []},
    }
    return lists.get(method, {})


for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        answer = result(message["method"], message.get("params", {}))
        said = json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": answer})
        sys.stdout.write(f"{said}\n")
        sys.stdout.flush()
