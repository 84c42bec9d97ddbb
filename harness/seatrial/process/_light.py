"""What the supervisors use of `signal` and `contextlib`, without the rest, which each would hold.

Those two import enum, collections and functools: a third of a supervisor's memory, and of the time
that the zygote takes to start.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    from types import TracebackType
else:
    import _signal as signal

__all__ = ["signal", "suppress"]


class suppress:  # noqa: N801 - named as that of contextlib, which it is
    """Goes on behind the block if it raises one of some exceptions."""

    def __init__(self, *kinds: type[BaseException]) -> None:
        self.kinds = kinds

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        return kind is not None and issubclass(kind, self.kinds)
