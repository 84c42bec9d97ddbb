"""What a reaper puts its server into, beside being its subreaper: by default, nothing.

As a program, `python -I -S _isolation.py pidns | cgroup`, it tries whether this machine allows it:
the exit status is 0, or what stands against it is printed. Standard library only, and nothing that
is slow or large to import: see `_zygote.py`.
"""

from __future__ import annotations

import os
import sys

if __name__ == "__main__":  # the package without its __init__, which is large
    for name, up in (("seatrial", ".."), ("seatrial.process", "")):
        sys.modules[name] = package = type(sys)(name)
        package.__path__ = [os.path.join(os.path.dirname(os.path.abspath(__file__)), up)]

from seatrial.process._light import signal


class Isolation:
    """None at all, and what each kind has to say.

    Attributes:
        init: The pid of the process that holds it, a child of the reaper; 0 if there is none.
        path: The folder that stands for it; "" if there is none.
    """

    init = 0
    path = ""

    def enter(self) -> None:
        """Makes it, so that the next child is born in it; in a reaper that has no server yet.

        Raises:
            OSError: This machine does not allow it, or not once more.
        """

    def leave(self) -> None:
        """Steps out of it again, now that the server has been started."""

    def strike(self) -> bool:
        """Kills what is in it, at one stroke; returns whether that is all that there can be."""
        return False

    def cleared(self) -> bool:
        """Removes it; returns False as long as something in it is alive."""
        return True

    def end(self) -> None:
        """Kills what is in it and removes it, in place of a reaper that cannot."""


def isolation(word: str) -> Isolation:
    """Makes the one that is called so, for one reaper."""
    if word == "pidns":
        from seatrial.process._namespace import PidNamespace

        return PidNamespace()
    if word == "cgroup":
        from seatrial.process._cgroup import Cgroup

        return Cgroup()
    return Isolation()


def main() -> None:
    tried = isolation(sys.argv[1])
    try:
        tried.enter()
        if os.fork() == 0:
            while True:
                signal.pause()
        tried.leave()
        tried.strike()
        while True:
            try:
                os.wait()
            except ChildProcessError:
                break
        tried.end()
    except OSError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
