"""The ways to hold a process tree, and which of them this machine allows."""

from __future__ import annotations

import functools
from dataclasses import replace

from seatrial.process.base import ExecutionFailed, Layer, death
from seatrial.process.group import Group
from seatrial.process.isolation import Isolation, named, strongest, wished
from seatrial.process.supervised import (
    InCgroup,
    InPidNamespace,
    Supervised,
    WithoutBoth,
    WithoutChildren,
    WithoutPidfd,
)
from seatrial.process.zygote import probe

__all__ = [
    "ExecutionFailed",
    "Group",
    "InCgroup",
    "InPidNamespace",
    "Layer",
    "Supervised",
    "WithoutBoth",
    "WithoutChildren",
    "WithoutPidfd",
    "death",
    "layer",
]

_SUPERVISED = (
    Supervised,
    InPidNamespace,
    InCgroup,
    WithoutPidfd,
    WithoutChildren,
    WithoutBoth,
)


def layer(isolation: Isolation | None = None) -> type[Supervised] | type[Group]:
    """Returns the strongest layer that this machine allows, with an isolation; probed once.

    Its `name` says which one it is, and with which means it works here.

    Args:
        isolation: The isolation that is wished for; None for what the environment's
            SEATRIAL_ISOLATION says, which is none if it is not set.

    Raises:
        CannotIsolate: This machine does not allow the isolation, or there is none of that name.
    """
    return _held(wished() if isolation is None else named(isolation))


@functools.cache
def _held(wish: Isolation) -> type[Supervised] | type[Group]:
    machine = probe()
    isolation = strongest(wish, supervised=machine == Supervised.machine)
    if machine is None:
        return Group
    found = replace(machine, isolation=isolation)
    return next(one for one in _SUPERVISED if one.machine == found)
