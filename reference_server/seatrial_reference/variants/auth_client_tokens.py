"""Defects in tokens that the client owns: not asked for, stored, believed, or never replaced."""

from __future__ import annotations

from seatrial_reference.account.manager import Manager
from seatrial_reference.activity import Activity, TurnControl
from seatrial_reference.errors import TurnFailed
from seatrial_reference.services import Parts
from seatrial_reference.turn import Turn
from seatrial_reference.variants.variant import Variant

TYPE_CHECKING = False
if TYPE_CHECKING:
    from seatrial_reference.account.credentials import Credentials
    from seatrial_reference.account.lent import Lender
    from seatrial_reference.config import Provider
    from seatrial_reference.reply import Reply


class _NeverAsks(Manager):
    def renew(self, provider: Provider, refused: str, control: TurnControl) -> bool:
        held = self._credentials
        lent = held is not None and held.lent
        return False if lent else super().renew(provider, refused, control)


class _Stores(Manager):
    def borrow(self, credentials: Credentials, lender: Lender) -> None:
        super().borrow(credentials, lender)
        self.store.save(credentials)


class _Distrusts(Manager):
    trusts = True

    def borrowed(self, held: Credentials, control: TurnControl) -> Credentials:
        try:
            fresh = super().borrowed(held, control)
        except TurnFailed:
            self.trusts = False
            raise
        return fresh if self.trusts else held


class _HoldsOut(Manager):
    def borrowed(self, held: Credentials, control: TurnControl) -> Credentials:
        del control  # which the interrupt goes to
        return super().borrowed(held, TurnControl("of nobody", Activity()))


class _KeepsTheFirst(Manager):
    def borrow(self, credentials: Credentials, lender: Lender) -> None:
        if self._credentials is None:
            super().borrow(credentials, lender)


class _AnyWorkspace(Manager):
    def permit_workspace(self, credentials: Credentials) -> None:
        del credentials


class _Wordless(Turn):
    def ask_model(self) -> Reply:
        try:
            return super().ask_model()
        except TurnFailed as failure:
            raise TurnFailed("", info=failure.info) from failure


VARIANTS = (
    Variant(
        name="never-asks-the-client",
        defect="A bearer of the client's that is refused is not renewed.",
        parts=Parts(account=_NeverAsks),
    ),
    Variant(
        name="stores-client-tokens",
        defect="Tokens that the client owns are stored like others.",
        parts=Parts(account=_Stores),
    ),
    Variant(
        name="distrusts-the-client",
        defect="The tokens of a client that once gave none are asked for and not used.",
        parts=Parts(account=_Distrusts),
    ),
    Variant(
        name="holds-out-for-the-client",
        defect="A turn that waits for the client's new tokens cannot be interrupted.",
        parts=Parts(account=_HoldsOut),
    ),
    Variant(
        name="keeps-first-client-tokens",
        defect="A client that is signed in cannot sign in with other tokens.",
        parts=Parts(account=_KeepsTheFirst),
    ),
    Variant(
        name="permits-every-workspace",
        defect="The forced workspace is not looked at.",
        parts=Parts(account=_AnyWorkspace),
    ),
    Variant(
        name="fails-without-a-word",
        defect="The error of a turn whose model could not be asked is empty.",
        parts=Parts(turn=_Wordless),
    ),
)
