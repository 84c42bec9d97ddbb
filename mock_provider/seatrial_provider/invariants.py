"""What must hold of every model request, each rule with a name it can be switched off by."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.recorded import CALL_TYPES, OUTPUT_TYPES, RecordedRequest, output_call_id

_ROLES = frozenset({"user", "assistant", "system", "developer"})
_ASSISTANT_PARTS = frozenset({"output_text", "refusal"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """One way in which a request breaks an invariant.

    Attributes:
        invariant: The name of the invariant.
        expected: What should hold.
        arrived: What was found, with its place in the input.
    """

    invariant: str
    expected: str
    arrived: str


Finding = tuple[str, str]
"""What should hold, and what was found."""


def _call_has_output(request: RecordedRequest) -> Iterator[Finding]:
    for position, call_id, item in _with_ids(request, CALL_TYPES):
        places = [p for p, i, _ in _outputs(request) if i == call_id]
        if len(places) != 1 or places[0] < position:
            yield (
                f"one output after the {item['type']} {call_id!r} at position {position}",
                f"{len(places)} outputs, at positions {places}",
            )


def _output_has_call(request: RecordedRequest) -> Iterator[Finding]:
    calls = {call_id: position for position, call_id, _ in _with_ids(request, CALL_TYPES)}
    for position, call_id, item in _outputs(request):
        if calls.get(call_id, position) >= position:
            yield (
                f"a call {call_id!r} before its {item['type']} at position {position}",
                f"calls {sorted(calls)}",
            )


def _call_ids_present(request: RecordedRequest) -> Iterator[Finding]:
    for position, item in enumerate(request.input):
        if item.get("type") in CALL_TYPES | OUTPUT_TYPES and _call_id(item) is None:
            expected = f"the id of its call on the {item['type']} at position {position}"
            yield expected, f"call_id {item.get('call_id')!r}"


def _call_ids_unique(request: RecordedRequest) -> Iterator[Finding]:
    counts = Counter(call_id for _, call_id, _ in _with_ids(request, CALL_TYPES))
    for call_id, count in counts.items():
        if count > 1:
            yield f"one call with call_id {call_id!r}", f"{count} of them"


def _item_ids_unique(request: RecordedRequest) -> Iterator[Finding]:
    ids = (item.get("id") for item in request.input if "output" not in str(item.get("type")))
    for item_id, count in Counter(i for i in ids if isinstance(i, str) and i).items():
        if count > 1:
            yield f"one item with id {item_id!r}", f"{count} of them"


def _call_tool_offered(request: RecordedRequest) -> Iterator[Finding]:
    offered = request.offered_tools()
    for position, item in enumerate(request.input):
        if item.get("type") not in CALL_TYPES:
            continue
        name = str(item.get("name", "local_shell"))
        if isinstance(item.get("namespace"), str):
            name = f"{item['namespace']}.{name}"
        if name not in offered:
            yield (
                f"the tool {name!r} of the call at position {position} among the offered ones",
                f"offered: {', '.join(offered) or 'none'}",
            )


def _message_roles(request: RecordedRequest) -> Iterator[Finding]:
    for position, item in enumerate(request.input):
        if item.get("type", "message") != "message":
            continue
        role = item.get("role")
        if not isinstance(role, str) or role not in _ROLES:
            expected = f"one of {', '.join(sorted(_ROLES))} as role of the message at {position}"
            yield expected, f"role {role!r}"
            continue
        for kind in _part_types(item):
            if (kind in _ASSISTANT_PARTS) != (role == "assistant"):
                yield f"content that a {role} message takes at position {position}", kind


INVARIANTS: dict[str, Callable[[RecordedRequest], Iterator[Finding]]] = {
    "call-has-output": _call_has_output,
    "output-has-call": _output_has_call,
    "call-ids-present": _call_ids_present,
    "call-ids-unique": _call_ids_unique,
    "item-ids-unique": _item_ids_unique,
    "call-tool-offered": _call_tool_offered,
    "message-roles": _message_roles,
}
"""Every invariant by its name."""


def breaches(request: RecordedRequest, *, ignore: frozenset[str]) -> list[Breach]:
    """Checks a request against the invariants.

    Args:
        request: A request with a sound body.
        ignore: The names of the invariants to leave out.

    Returns:
        Every breach, by invariant.
    """
    return [
        Breach(invariant=name, expected=expected, arrived=arrived)
        for name, check in INVARIANTS.items()
        if name not in ignore
        for expected, arrived in check(request)
    ]


def _with_ids(
    request: RecordedRequest, types: frozenset[str]
) -> Iterator[tuple[int, str, JsonObject]]:
    for position, item in enumerate(request.input):
        call_id = _call_id(item) if item.get("type") in types else None
        if call_id is not None:
            yield position, call_id, item


def _call_id(item: JsonObject) -> str | None:
    if item["type"] in OUTPUT_TYPES:
        return output_call_id(item)
    call_id = item.get("call_id")
    return call_id if isinstance(call_id, str) and call_id else None


def _outputs(request: RecordedRequest) -> Iterator[tuple[int, str, JsonObject]]:
    return _with_ids(request, OUTPUT_TYPES)


def _part_types(message: JsonObject) -> list[str]:
    content = message.get("content")
    parts = content if isinstance(content, list) else []
    return [str(part.get("type")) for part in parts if isinstance(part, dict)]
