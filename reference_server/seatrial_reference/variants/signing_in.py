"""Defects in signing in and out: what is stored, told, notified, and sent to the provider."""

from __future__ import annotations

import os

from seatrial_reference.account.credentials import Credentials, Store
from seatrial_reference.account.manager import Manager
from seatrial_reference.runner import CommandRunner
from seatrial_reference.services import Parts
from seatrial_reference.variants.variant import Variant
from seatrial_reference.wire import Wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from seatrial_reference.config import Config, Provider

CHANGES = ("account/updated", "authStatusChange")


def _instead(usual: Store, kind: type[Store]) -> Store:
    """Give another store where the usual one is a file."""
    return kind(usual.home) if type(usual) is Store else usual


class _TellsTheUnneeded(Manager):
    @property
    def credentials(self) -> Credentials | None:
        return self._credentials


class _TellsUnasked(Manager):
    def token(self, *, asked: bool) -> str | None:
        del asked
        return super().token(asked=True)


class _NeverTells(Manager):
    def token(self, *, asked: bool) -> str | None:
        del asked
        return None


class _NeverRequires(Manager):
    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.requires = False


class _ForgetsAtStart(Manager):
    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self._credentials = None


class _KeepsInMemory(Store):
    def save(self, credentials: Credentials) -> None:
        del credentials


class _InMemory(Manager):
    def make_store(self, config: Config) -> Store:
        return _instead(super().make_store(config), _KeepsInMemory)


class _OpenStore(Store):
    @property
    def mode(self) -> int:
        return 0o644


class _Open(Manager):
    def make_store(self, config: Config) -> Store:
        os.umask(0o022)
        return _instead(super().make_store(config), _OpenStore)


class _KeepsFile(Store):
    def remove(self) -> None:
        pass


class _LeavesFile(Manager):
    def make_store(self, config: Config) -> Store:
        return _instead(super().make_store(config), _KeepsFile)


class _StaysSignedIn(Manager):
    def sign_out(self) -> None:
        self.store.remove()


class _Quiet(Wire):
    def notify(self, method: str, params: dict[str, Any]) -> None:
        if method not in CHANGES:
            super().notify(method, params)


class _SendsNoBearer(Manager):
    def bearer(self, provider: Provider) -> str | None:
        del provider
        return None


class _SendsSomeBearer(Manager):
    def bearer(self, provider: Provider) -> str | None:
        return super().bearer(provider) or "anonymous"


class _TakesEnvironmentKey(Manager):
    def bearer(self, provider: Provider) -> str | None:
        return super().bearer(provider) or os.environ.get("OPENAI_API_KEY")


class _DropsHeaders(Manager):
    def headers(self, provider: Provider) -> dict[str, str]:
        every = super().headers(provider)
        return {name: text for name, text in every.items() if name not in provider.http_headers}


class _PermitsAll(Manager):
    def permit(self, method: str) -> None:
        del method


class _KnowsNobody(Manager):
    def person(self) -> tuple[str | None, str | None]:
        return None, None


class _GuessesWho(Manager):
    def person(self) -> tuple[str | None, str | None]:
        email, plan = super().person()
        return email or "somebody@example.com", plan or "pro"


class _Inherits(CommandRunner):
    def environment(self) -> dict[str, str]:
        return dict(os.environ)


VARIANTS = (
    Variant(
        name="tells-unneeded-sign-in",
        defect="The stored key is told though the provider needs no sign-in.",
        parts=Parts(account=_TellsTheUnneeded),
    ),
    Variant(
        name="tells-token-unasked",
        defect="The status holds the token though nobody asks for it.",
        parts=Parts(account=_TellsUnasked),
    ),
    Variant(
        name="never-tells-token",
        defect="The status holds no token though it is asked for.",
        parts=Parts(account=_NeverTells),
    ),
    Variant(
        name="never-requires-sign-in",
        defect="The provider is said to need no sign-in though it does.",
        parts=Parts(account=_NeverRequires),
    ),
    Variant(
        name="forgets-sign-in-at-start",
        defect="A stored sign-in is not read when the server starts.",
        parts=Parts(account=_ForgetsAtStart),
    ),
    Variant(
        name="stores-no-sign-in",
        defect="A sign-in is kept in memory only.",
        parts=Parts(account=_InMemory),
    ),
    Variant(
        name="open-credentials",
        defect="Everybody on the machine may read the stored sign-in.",
        parts=Parts(account=_Open),
    ),
    Variant(
        name="leaves-credentials",
        defect="Signing out leaves the stored sign-in in the home.",
        parts=Parts(account=_LeavesFile),
    ),
    Variant(
        name="stays-signed-in",
        defect="Signing out removes the file, and goes on with what is in memory.",
        parts=Parts(account=_StaysSignedIn),
    ),
    Variant(
        name="quiet-about-sign-in",
        defect="Neither signing in nor signing out is notified.",
        parts=Parts(wire=_Quiet),
    ),
    Variant(
        name="sends-no-bearer",
        defect="Requests to the provider never carry a bearer.",
        parts=Parts(account=_SendsNoBearer),
    ),
    Variant(
        name="sends-some-bearer",
        defect="Where nothing gives a bearer, one is made up.",
        parts=Parts(account=_SendsSomeBearer),
    ),
    Variant(
        name="takes-environment-key",
        defect="A key in the environment is used that nobody configured.",
        parts=Parts(account=_TakesEnvironmentKey),
    ),
    Variant(
        name="drops-provider-headers",
        defect="The headers that the configuration names for the provider are not sent.",
        parts=Parts(account=_DropsHeaders),
    ),
    Variant(
        name="permits-every-sign-in",
        defect="The forced way of signing in is not looked at.",
        parts=Parts(account=_PermitsAll),
    ),
    Variant(
        name="knows-nobody",
        defect="The claims of the stored token are not read.",
        parts=Parts(account=_KnowsNobody),
    ),
    Variant(
        name="guesses-who",
        defect="A token that cannot be read is taken to be somebody's.",
        parts=Parts(account=_GuessesWho),
    ),
    Variant(
        name="commands-inherit-secrets",
        defect="A command sees the keys of the server's environment.",
        parts=Parts(runner=_Inherits),
    ),
)
