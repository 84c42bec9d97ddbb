"""Where a sign-in is kept, by the setting `cli_auth_credentials_store` (Codex 0.65.0 to 0.169.0).

This server has no way to a keyring, so it is as on a machine that has none: `keyring` cannot keep
a sign-in, and `auto` keeps it in the file.
"""

from __future__ import annotations

from seatrial_reference.account.credentials import Store
from seatrial_reference.config import CredentialsStore
from seatrial_reference.errors import INTERNAL_ERROR, RequestError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from seatrial_reference.account.credentials import Credentials


class Unkept(Store):
    """Nowhere: the sign-in is that of this process alone."""

    def load(self) -> Credentials | None:
        """Know of none."""
        return None

    def save(self, credentials: Credentials) -> None:
        """Keep nothing."""

    def remove(self) -> None:
        """Have nothing to remove."""


class NoKeyring(Unkept):
    """A keyring that is not there."""

    def save(self, credentials: Credentials) -> None:
        """Refuse.

        Raises:
            RequestError: Always.
        """
        raise RequestError(
            INTERNAL_ERROR,
            "the sign-in cannot be kept: this server has no keyring. Set "
            "cli_auth_credentials_store to `file` or `auto`.",
        )


STORES: dict[str, type[Store]] = {
    CredentialsStore.FILE: Store,
    CredentialsStore.AUTO: Store,
    CredentialsStore.KEYRING: NoKeyring,
    CredentialsStore.EPHEMERAL: Unkept,
}
