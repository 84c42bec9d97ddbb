"""The ways to hold a process tree, and which of them this machine allows."""

from __future__ import annotations

import functools

from seatrial.process.base import ExecutionFailed, Layer, death
from seatrial.process.group import Group
from seatrial.process.supervised import Supervised, WithoutBoth, WithoutChildren, WithoutPidfd
from seatrial.process.zygote import probe

__all__ = [
    "ExecutionFailed",
    "Group",
    "Layer",
    "Supervised",
    "WithoutBoth",
    "WithoutChildren",
    "WithoutPidfd",
    "death",
    "layer",
]


@functools.cache
def layer() -> type[Supervised] | type[Group]:
    """Returns the strongest layer that this machine allows; probed once.

    Its `name` says which one it is, and with which means it works here.
    """
    machine = probe()
    if machine is None:
        return Group
    held = (Supervised, WithoutPidfd, WithoutChildren, WithoutBoth)
    return next(one for one in held if one.machine == machine)
