"""A long-lived process gives back what a burst of work took."""

import asyncio
import gc
import subprocess
import sys

from bot.heap import keep_small, look_seldom
from tests.fakes.waiting import PATIENCE

BURST = """
import psutil
from bot.heap import give_back

give_back()
process = psutil.Process()
before = process.memory_info().rss
kept, burst = [], []
for number in range(40_000):  # a piece that stays after each hundred: the heap can't shrink from its end
    (burst if number % 100 else kept).append(bytes(2000))
grown = process.memory_info().rss - before
burst.clear()
give_back()
print(grown, process.memory_info().rss - before)
"""

LARGE = """
import psutil
from bot.heap import share

share()
process = psutil.Process()
before = process.memory_info().rss
larger = b"x" * 30_000_000
del larger  # by its own choice the C library would from now on take pieces of that size from the heap
large = b"x" * 20_000_000
stays = [b"x" * 2000 for _ in range(100)]  # above it: the heap can't shrink from its end
grown = process.memory_info().rss - before
del large
print(grown, process.memory_info().rss - before)
"""


def test_memory_of_a_burst_goes_back_to_the_system() -> None:
    grown, left = memory_of(BURST)
    assert grown > 60_000_000
    assert left < grown / 4


def test_a_large_piece_goes_back_the_moment_it_is_free() -> None:
    grown, left = memory_of(LARGE)
    assert grown > 15_000_000
    assert left < grown / 4


def memory_of(program: str) -> tuple[int, int]:
    """Run a program that prints by how many bytes its memory grew, and what is left of that."""
    command = [sys.executable, "-c", program]
    shown = subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE)
    grown, left = map(int, shown.stdout.split())
    return grown, left


async def begin_to_keep_small() -> None:
    keeping = asyncio.create_task(keep_small())
    await asyncio.sleep(0)
    keeping.cancel()


def test_a_start_looks_for_garbage_seldom_and_a_running_bot_as_usual() -> None:
    usual = gc.get_threshold()
    try:
        gc.set_threshold(5_000, 10, 10)
        look_seldom()
        assert gc.get_threshold()[0] > 10_000
        asyncio.run(begin_to_keep_small())
        assert gc.get_threshold() == (5_000, 10, 10)
        assert gc.get_freeze_count() > 10_000  # nothing that the start made is looked through again
    finally:
        gc.unfreeze()
        gc.set_threshold(*usual)
