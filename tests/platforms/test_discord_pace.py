"""A digest's requests leave evenly, and none waits longer than its lease allows."""

import asyncio
import time

import pytest

from adapters.discord.pace import LONGEST_WAIT, Pace
from bot.errors import RateLimited
from tests.fakes.asynchronous import asynchronous


@asynchronous
async def test_requests_are_spaced_out_and_a_stalled_loop_is_not_made_up_for_in_a_burst() -> None:
    pace = Pace(a_second=200)
    left: list[float] = []

    async def leave() -> None:
        await pace.turn()
        left.append(time.monotonic())
        if len(left) == 10:
            time.sleep(0.1)  # noqa: ASYNC251 - the stall is the point

    await asyncio.gather(*(leave() for _ in range(30)))
    assert left[-1] - left[0] >= 28 / 200
    after_stall = [one for one in left[10:] if one - left[10] < 0.02]
    assert len(after_stall) <= 6


@asynchronous
async def test_a_wait_that_would_outlast_a_lease_is_refused() -> None:
    pace = Pace(a_second=1)
    waiting = [asyncio.create_task(pace.turn()) for _ in range(int(LONGEST_WAIT) + 2)]
    await asyncio.sleep(0)
    with pytest.raises(RateLimited):
        await pace.turn()
    for task in waiting:
        task.cancel()
    await asyncio.wait(waiting)
