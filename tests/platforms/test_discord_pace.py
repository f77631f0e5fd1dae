"""A digest's requests leave evenly, and none waits longer than its lease allows."""

import asyncio
import time
from itertools import pairwise
from types import SimpleNamespace

import aiohttp
import pytest

from adapters.discord import pace as pace_module
from adapters.discord.pace import LONGEST_WAIT, REQUESTS_A_SECOND, Pace
from bot.errors import RateLimited
from tests.fakes.asynchronous import asynchronous
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.place import place
from tests.fakes.discord.rates import LEFT_AT


class Stopwatch:
    """A clock that goes on by what is slept."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Stopwatch:
    watch = Stopwatch()
    monkeypatch.setattr(pace_module, "time", watch)
    monkeypatch.setattr(pace_module, "asyncio", SimpleNamespace(Lock=asyncio.Lock, sleep=watch.sleep))
    return watch


@asynchronous
async def test_requests_are_spaced_out_and_a_stalled_loop_is_not_made_up_for_in_a_burst(watch: Stopwatch) -> None:
    pace = Pace(a_second=200)
    left: list[float] = []

    async def leave() -> None:
        await pace.turn()
        left.append(watch.now)
        if len(left) == 10:
            watch.now += 0.1

    await asyncio.gather(*(leave() for _ in range(30)))
    gaps = [after - before for before, after in pairwise(left)]
    assert gaps[:9] == pytest.approx([0.005] * 9)
    assert gaps[9] == pytest.approx(0.1)
    # One turn is made up for at once, the others keep their distance.
    assert gaps[10:] == pytest.approx([0.0] + [0.005] * 18)


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
async def test_who_shares_the_fifty_gives_way_and_takes_it_back_little_by_little(watch: Stopwatch) -> None:
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
async def test_a_refusal_for_the_bot_as_a_whole_slows_digests_down_and_one_for_a_route_does_not(
    watch: Stopwatch,
) -> None:
    async with place() as it:
        for whole in (False, True):
            body = {"message": "You are being rate limited.", "retry_after": 0.01, "global": whole}
            headers = {"Retry-After": "1"} | ({"X-RateLimit-Global": "true"} if whole else {})
            it.fail(Fault("POST", r"/channels/\d+/messages", status=429, body=body, headers=headers))
            await it.post(f"d{whole}")
            before = watch.now
            for number in range(6):
                await it.post(f"d{whole}{number}")
            usual = 6 / REQUESTS_A_SECOND
            assert (watch.now - before > 1.5 * usual) is whole
    assert it.stored == 14


@asynchronous
async def test_requests_at_our_pace_are_never_too_many_for_discord_however_late_it_reads_them() -> None:
    async with place() as it, aiohttp.ClientSession() as session:
        it.discord.rates.global_limit = 50
        second = int(time.monotonic()) + 100  # in which nothing else is counted
        headers = {"Authorization": f"Bot {it.discord.world.token}"}

        async def leave(at: float) -> int:
            async with session.get(f"{it.discord.api_url}/users/@me", headers=headers | {LEFT_AT: repr(at)}) as answer:
                return answer.status

        # All are read now, in one second. They left over two.
        paced = [await leave(second + number / REQUESTS_A_SECOND) for number in range(2 * int(REQUESTS_A_SECOND))]
        assert set(paced) == {200}
        assert [await leave(second + 0.5) for _ in range(3)] == [200, 200, 429]
        assert it.discord.rates.refused == 1
