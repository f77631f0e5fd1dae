"""A digest's requests leave evenly, and none waits longer than its lease allows."""

import asyncio
import time

import pytest

from adapters.discord.pace import LONGEST_WAIT, REQUESTS_A_SECOND, Pace
from bot.errors import RateLimited
from tests.fakes.asynchronous import asynchronous
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.place import place


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


@asynchronous
async def test_who_shares_the_fifty_gives_way_and_takes_it_back_little_by_little() -> None:
    pace = Pace(a_second=1000)
    pace.slower()
    pace.slower()
    assert pace.gap == pytest.approx(0.004)
    gaps = []
    for _ in range(150):
        await pace.turn()
        gaps.append(pace.gap)
    assert gaps == sorted(gaps, reverse=True)
    assert 0.003 < gaps[20] < 0.004
    assert gaps[-1] == 0.001
    for _ in range(20):
        pace.slower()
    assert pace.gap == 0.25


@asynchronous
async def test_a_refusal_for_the_bot_as_a_whole_slows_digests_down_and_one_for_a_route_does_not() -> None:
    async with place() as it:
        for whole in (False, True):
            body = {"message": "You are being rate limited.", "retry_after": 0.01, "global": whole}
            headers = {"Retry-After": "1"} | ({"X-RateLimit-Global": "true"} if whole else {})
            it.fail(Fault("POST", r"/channels/\d+/messages", status=429, body=body, headers=headers))
            await it.post(f"d{whole}")
            at = [one.at for one in it.discord.requests]
            for number in range(6):
                await it.post(f"d{whole}{number}")
            left = [one.at for one in it.discord.requests][len(at) :]
            if whole:
                assert left[-1] - left[0] >= 5 / REQUESTS_A_SECOND * 2 * 0.9
    assert it.stored == 14
