"""A long-lived process gives back what a burst of work took."""

import subprocess
import sys

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


def test_memory_of_a_burst_goes_back_to_the_system() -> None:
    shown = subprocess.run([sys.executable, "-c", BURST], capture_output=True, text=True, check=True, timeout=60)
    grown, left = map(int, shown.stdout.split())
    assert grown > 60_000_000
    assert left < grown / 4
