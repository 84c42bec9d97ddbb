"""Defects in where a sign-in is kept."""

from __future__ import annotations

from seatrial_reference.account.credentials import Store
from seatrial_reference.account.manager import Manager
from seatrial_reference.account.storing import Unkept
from seatrial_reference.config import CredentialsStore
from seatrial_reference.errors import INTERNAL_ERROR, RequestError
from seatrial_reference.services import Parts
from seatrial_reference.variants.variant import Variant

TYPE_CHECKING = False
if TYPE_CHECKING:
    from seatrial_reference.config import Config


class _AlwaysFile(Manager):
    def make_store(self, config: Config) -> Store:
        return Store(config.home)


class _KeyringFirst(Store):
    def remove(self) -> None:
        raise RequestError(INTERNAL_ERROR, "no keyring to remove the sign-in from")


def _auto(kind: type[Store]) -> type[Manager]:
    class Keeps(Manager):
        def make_store(self, config: Config) -> Store:
            auto = config.credentials_store == CredentialsStore.AUTO
            return kind(config.home) if auto else super().make_store(config)

    return Keeps


VARIANTS = (
    Variant(
        name="ignores-storage-mode",
        defect="A sign-in is kept in the file, whatever the storage mode says.",
        parts=Parts(account=_AlwaysFile),
    ),
    Variant(
        name="auto-keeps-nothing",
        defect="Without a keyring, the storage mode `auto` keeps nothing.",
        parts=Parts(account=_auto(Unkept)),
    ),
    Variant(
        name="auto-stays-signed-in",
        defect="Without a keyring, nobody can sign out of what the storage mode `auto` has kept.",
        parts=Parts(account=_auto(_KeyringFirst)),
    ),
)
