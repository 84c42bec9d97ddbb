"""Defects in sign-ins by device codes."""

from __future__ import annotations

import threading

from seatrial_reference.account.credentials import Credentials
from seatrial_reference.account.device import DeviceSignIn
from seatrial_reference.account.issuer import IssuerError
from seatrial_reference.account.manager import Manager
from seatrial_reference.services import Parts
from seatrial_reference.variants.variant import Variant

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar

    from seatrial_reference.account.signing_in import Done


class _ShowsAnother(DeviceSignIn):
    def shown(self) -> dict[str, str]:
        return {"verificationUrl": "", "userCode": "ABCD-EFGH"}


class _SaysItFailed(DeviceSignIn):
    def finish(self, credentials: Credentials | None, error: str | None) -> None:
        super().finish(credentials, error or "it failed")


class _TakesRefusals(DeviceSignIn):
    def answer(self) -> dict[str, Any] | None:
        try:
            return super().answer()
        except IssuerError:
            self.finish(Credentials(api_key="anonymous"), None)
            return None


class _CancelSucceeds(DeviceSignIn):
    def cancel(self) -> None:
        self.finish(None, None)


class _AsksOn(DeviceSignIn):
    """Asks on after it was given up; the next one waits until that has come to its end."""

    earlier: ClassVar[list[threading.Thread]] = []

    def go(self) -> None:
        for thread in self.earlier:
            thread.join()
        asking = threading.Thread(target=self._ask, daemon=True)
        self.earlier.append(asking)
        asking.start()

    def cancel(self) -> None:
        self._done(self.id, None, "the sign-in was cancelled")


class _BeginsAnyway(DeviceSignIn):
    def begun(self) -> dict[str, Any]:
        try:
            return super().begun()
        except IssuerError:
            return {}

    def answer(self) -> dict[str, Any] | None:
        return super().answer() if self._asked["user_code"] else None


def _by(kind: type[DeviceSignIn]) -> type[Manager]:
    class Begins(Manager):
        def make_device_sign_in(self, done: Done) -> DeviceSignIn:
            return kind(done)

    return Begins


VARIANTS = (
    Variant(
        name="device-shows-another-code",
        defect="The user is shown a code that the issuer did not give, and no address.",
        parts=Parts(account=_by(_ShowsAnother)),
    ),
    Variant(
        name="device-says-it-failed",
        defect="A sign-in by device code that succeeded is said to have failed.",
        parts=Parts(account=_by(_SaysItFailed)),
    ),
    Variant(
        name="device-takes-refusals",
        defect="A device code that was declined or has expired signs somebody in.",
        parts=Parts(account=_by(_TakesRefusals)),
    ),
    Variant(
        name="device-cancel-succeeds",
        defect="A sign-in by device code that was given up is said to have succeeded.",
        parts=Parts(account=_by(_CancelSucceeds)),
    ),
    Variant(
        name="device-asks-on",
        defect="A sign-in by device code that was given up is completed all the same.",
        parts=Parts(account=_by(_AsksOn)),
    ),
    Variant(
        name="device-begins-anyway",
        defect="A sign-in by device code begins though the issuer has none, without a code.",
        parts=Parts(account=_by(_BeginsAnyway)),
    ),
)
