"""How permissions are written in the arguments of Codex's tools."""

from seatrial_provider.intents import Permissions
from seatrial_provider.jsontypes import JsonObject


def as_json(permissions: Permissions) -> JsonObject:
    """Returns permissions as `request_permissions` and `exec_command` take them.

    Source: the tools that Codex 0.130.0 and 0.163.0 offer.
    """
    files = {"read": list(permissions.read), "write": list(permissions.write)}
    named = {name: paths for name, paths in files.items() if paths}
    written: JsonObject = {"file_system": named} if named else {}
    if permissions.network:
        written["network"] = {"enabled": True}
    return written
