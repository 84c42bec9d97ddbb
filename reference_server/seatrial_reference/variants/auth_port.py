"""Defects in where a sign-in by the browser comes back to, when that port is taken."""

from __future__ import annotations

import http.server

from seatrial_reference.account import issuer
from seatrial_reference.account.browser import BrowserSignIn
from seatrial_reference.services import Parts
from seatrial_reference.variants.tokens import begins_by
from seatrial_reference.variants.variant import Variant


class _SaysTheTaken(BrowserSignIn):
    def port(self) -> int:
        return issuer.callback_port() or super().port()


class _Wordless(BrowserSignIn):
    def listen(self, port: int) -> http.server.HTTPServer:
        server = super().listen(port)
        if port not in (0, server.server_address[1]):
            server.server_close()
            raise issuer.IssuerError("the sign-in could not begin")
        return server


VARIANTS = (
    Variant(
        name="leads-to-a-taken-port",
        defect="A sign-in by the browser leads back to its port though somebody else has it.",
        parts=Parts(account=begins_by(_SaysTheTaken)),
    ),
    Variant(
        name="port-without-a-word",
        defect="A sign-in by the browser whose port is taken is refused without the reason.",
        parts=Parts(account=begins_by(_Wordless)),
    ),
)
