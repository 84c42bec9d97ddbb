"""The schema of what both dialects of the app-server share: the handshake, ids, and errors."""

from __future__ import annotations

from seatrial_reference.schema.words import (
    ANY,
    EMPTY,
    NOTHING,
    TEXT,
    WHOLE,
    each,
    either,
    one_of,
    optional,
    shape,
    with_optional,
)

REQUESTS = {"initialize": "InitializeParams"}
SAID = {"initialized": None}

POLICY = either("untrusted", "on-failure", "on-request", "never")
SANDBOX_MODE = either("read-only", "workspace-write", "danger-full-access")

DEFINITIONS = {
    "InitializeParams": with_optional(
        shape(clientInfo=with_optional(shape(name=TEXT, version=TEXT), title=TEXT)),
        capabilities=optional(optOutNotificationMethods=each(TEXT), experimentalApi=ANY),
    ),
    "InitializeResponse": shape(
        userAgent=TEXT, codexHome=TEXT, platformFamily=TEXT, platformOs=TEXT
    ),
    "RequestId": one_of(TEXT, WHOLE),
    "JSONRPCError": shape(
        id=one_of(TEXT, WHOLE, NOTHING),
        error=with_optional(shape(code=WHOLE, message=TEXT), data=ANY),
    ),
    "Empty": EMPTY,
    "Policy": POLICY,
    "SandboxMode": SANDBOX_MODE,
}
