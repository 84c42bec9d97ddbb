"""Stopping a server in the middle of a check: by each means, with nothing left of it."""

from __future__ import annotations

import asyncio

import pytest

from seatrial.conformance import Stop, open_trial
from seatrial.peer import PeerGone
from seatrial.process import Means
from seatrial.servers import resolve


@pytest.mark.parametrize(
    ("how", "means"),
    [(Stop.EOF, Means.EOF), (Stop.SIGTERM, Means.SIGTERM), (Stop.SIGKILL, Means.SIGKILL)],
)
def test_a_server_is_stopped_and_the_next_one_has_its_home(how: Stop, means: Means) -> None:
    async def main() -> None:
        async with open_trial(resolve("reference"), "app_v2") as trial:
            async with trial.agent() as agent:
                await trial.stop(how)
                with pytest.raises(PeerGone):
                    await agent.fence()
            ended = trial.started[0].ended
            assert ended is not None
            assert (ended.means, ended.survivors) == (means, ())
            async with trial.agent() as agent:
                await agent.fence()
            assert trial.started[0].home == trial.started[1].home

    asyncio.run(main())


def test_every_way_has_a_test() -> None:
    assert {*Stop} == {Stop.EOF, Stop.SIGTERM, Stop.SIGKILL}
