"""Defects in tokens: how they are renewed, shared, kept secret, and got by the browser."""

from __future__ import annotations

from seatrial_reference.account.browser import BrowserSignIn
from seatrial_reference.account.credentials import Credentials
from seatrial_reference.account.manager import Manager
from seatrial_reference.errors import TurnFailed
from seatrial_reference.log import note
from seatrial_reference.services import Parts
from seatrial_reference.turn import Turn
from seatrial_reference.variants.variant import Variant

TYPE_CHECKING = False
if TYPE_CHECKING:
    from seatrial_reference.account.signing_in import Done
    from seatrial_reference.activity import TurnControl
    from seatrial_reference.config import Provider
    from seatrial_reference.reply import Reply


class _NeverRenews(Manager):
    def renew(self, provider: Provider, refused: str, control: TurnControl) -> bool:
        del provider, refused, control
        return False


class _RenewsTwice(Manager):
    def refreshed(self, held: Credentials) -> Credentials:
        return super().refreshed(super().refreshed(held))


class _RenewsForEachTurn(Manager):
    def renew(self, provider: Provider, refused: str, control: TurnControl) -> bool:
        with self._lock:
            held = self._credentials
            now = refused if held is None else f"Bearer {held.bearer}"
            return super().renew(provider, now, control)


class _RenewsAlone(Manager):
    def refreshed(self, held: Credentials) -> Credentials:
        from seatrial_reference.account.refreshing import asked

        assert held.tokens is not None
        fresh = held.with_tokens(asked(held.tokens.refresh_token))
        self.store.save(fresh)
        return fresh


class _SpeaksOfNothing(Manager):
    def refreshed(self, held: Credentials) -> Credentials:
        try:
            return super().refreshed(held)
        except TurnFailed as failure:
            raise TurnFailed("unexpected status 401", info=failure.info) from failure


class _HidesFailure(Turn):
    def ask_model(self) -> Reply:
        from seatrial_reference.reply import Reply

        try:
            return super().ask_model()
        except TurnFailed:
            return Reply()


class _StoresOnly(Manager):
    def sign_in(self, credentials: Credentials) -> None:
        self.store.save(credentials)


class _ReadsTheFile(Manager):
    def bearer(self, provider: Provider) -> str | None:
        self._credentials = self.store.load()
        return super().bearer(provider)


class _WritesToStderr(Manager):
    def bearer(self, provider: Provider) -> str | None:
        bearer = super().bearer(provider)
        note(f"asking {provider.name} with {bearer}")
        return bearer


class _WritesALog(Manager):
    def bearer(self, provider: Provider) -> str | None:
        bearer = super().bearer(provider)
        with open(f"{self.store.path}.log", "a", encoding="utf-8") as file:  # noqa: PTH123
            file.write(f"asking {provider.name} with {bearer}\n")
        return bearer


class _TellsInErrors(Turn):
    def ask_model(self) -> Reply:
        try:
            return super().ask_model()
        except TurnFailed as failure:
            assert self.thread.provider is not None
            bearer = self.services.account.bearer(self.thread.provider)
            raise TurnFailed(f"{failure.message} ({bearer})", info=failure.info) from failure


class _SameState(BrowserSignIn):
    def make_state(self) -> str:
        return "state"


class _NoProof(BrowserSignIn):
    def asked(self) -> dict[str, str]:
        return {**super().asked(), "code_challenge_method": "plain", "code_challenge": "x" * 43}


class _LeadsAway(BrowserSignIn):
    def asked(self) -> dict[str, str]:
        return {**super().asked(), "redirect_uri": "https://elsewhere.example.com/auth/callback"}


class _TakesAnyState(BrowserSignIn):
    def fits(self, state: str) -> bool:
        del state
        return True


class _LetsEverybodyIn(BrowserSignIn):
    def returned(self, query: str) -> tuple[int, str]:
        status, text = super().returned(query)
        return 200, text if status == 200 else "Signed in. This window can be closed."


class _CancelSucceeds(BrowserSignIn):
    def cancel(self) -> None:
        self._done(self.id, None, None)


class _ListensOn(BrowserSignIn):
    def cancel(self) -> None:
        self._done(self.id, None, "the sign-in was cancelled")


class _SaysItFailed(BrowserSignIn):
    def finish(self, credentials: Credentials | None, error: str | None) -> None:
        super().finish(credentials, error or "it failed")


def begins_by(kind: type[BrowserSignIn]) -> type[Manager]:
    """Give a manager whose sign-ins by the browser are of another kind."""

    class Begins(Manager):
        def make_browser_sign_in(self, done: Done) -> BrowserSignIn:
            return kind(done)

    return Begins


VARIANTS = (
    Variant(
        name="never-renews",
        defect="A bearer that the provider refuses is never renewed.",
        parts=Parts(account=_NeverRenews),
    ),
    Variant(
        name="renews-twice",
        defect="New tokens are asked for two times in a row.",
        parts=Parts(account=_RenewsTwice),
    ),
    Variant(
        name="renews-for-each-turn",
        defect="Each turn whose bearer was refused has it renewed, though another has done so.",
        parts=Parts(account=_RenewsForEachTurn),
    ),
    Variant(
        name="renews-alone",
        defect="Tokens are renewed without a look at what another process has stored.",
        parts=Parts(account=_RenewsAlone),
    ),
    Variant(
        name="speaks-of-nothing",
        defect="The error of a refused refresh says nothing of the sign-in.",
        parts=Parts(account=_SpeaksOfNothing),
    ),
    Variant(
        name="hides-failure",
        defect="A turn whose model could not be asked ends as completed.",
        parts=Parts(turn=_HidesFailure),
    ),
    Variant(
        name="stores-only",
        defect="A sign-in is stored, and used after the next start only.",
        parts=Parts(account=_StoresOnly),
    ),
    Variant(
        name="reads-the-file",
        defect="The account of another process on the same home is taken over silently.",
        parts=Parts(account=_ReadsTheFile),
    ),
    Variant(
        name="bearer-on-stderr",
        defect="The bearer of each request is written to stderr.",
        parts=Parts(account=_WritesToStderr),
    ),
    Variant(
        name="bearer-in-a-log",
        defect="The bearer of each request is written to a log in the home.",
        parts=Parts(account=_WritesALog),
    ),
    Variant(
        name="bearer-in-errors",
        defect="The error of a turn holds the bearer.",
        parts=Parts(turn=_TellsInErrors),
    ),
    Variant(
        name="same-state",
        defect="Every sign-in by the browser has the same state.",
        parts=Parts(account=begins_by(_SameState)),
    ),
    Variant(
        name="no-proof",
        defect="The code of a sign-in by the browser may be used by anybody (PKCE `plain`).",
        parts=Parts(account=begins_by(_NoProof)),
    ),
    Variant(
        name="leads-away",
        defect="A sign-in by the browser leads back to another machine.",
        parts=Parts(account=begins_by(_LeadsAway)),
    ),
    Variant(
        name="says-it-failed",
        defect="A sign-in by the browser that succeeded is said to have failed.",
        parts=Parts(account=begins_by(_SaysItFailed)),
    ),
    Variant(
        name="takes-any-state",
        defect="The state of a callback is not looked at.",
        parts=Parts(account=begins_by(_TakesAnyState)),
    ),
    Variant(
        name="lets-everybody-in",
        defect="A callback that was refused is told that it has signed in.",
        parts=Parts(account=begins_by(_LetsEverybodyIn)),
    ),
    Variant(
        name="cancel-succeeds",
        defect="A sign-in that was given up is said to have succeeded.",
        parts=Parts(account=begins_by(_CancelSucceeds)),
    ),
    Variant(
        name="listens-on",
        defect="A sign-in that was given up still takes its callback.",
        parts=Parts(account=begins_by(_ListensOn)),
    ),
)
