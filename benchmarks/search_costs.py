"""Measure what the index costs: building, changing, its size, and a fresh process that opens it and asks."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from bot.model import FiledEntry
from bot.search.index import SearchIndex

_CHANGES = 5
_TODAY = date(2026, 1, 1)
_FIRST = """
import time
import sys
from datetime import date
from pathlib import Path
from bot.search.index import SearchIndex
index = SearchIndex.open(Path(sys.argv[1]))
index.find(sys.argv[2], today=date(2026, 1, 1))
print(time.process_time())
"""
_RESIDENT = """
import json
import sys
from datetime import date
from pathlib import Path
import psutil
from bot.search.index import SearchIndex
index = SearchIndex.open(Path(sys.argv[1]))
for query in json.loads(sys.argv[2]):
    index.find(query, today=date(2026, 1, 1))
print(psutil.Process().memory_info().rss / 2**20)
"""


@dataclass(frozen=True, slots=True)
class Costs:
    """Seconds are of the processor, megabytes are of 2**20 bytes; `first_seconds` counts from the interpreter's start.

    `apply_ms` is what one changed entry takes, `complete_ms` what the slowest of a hundred half-typed titles takes,
    `resident_mb` what a process holds after 200 queries.
    """

    build_seconds: float
    megabytes: float
    apply_ms: float
    complete_ms: float
    first_seconds: float
    resident_mb: float


def measure_costs(entries: Sequence[FiledEntry]) -> Costs:
    """Build an index of the entries and measure it."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        began = time.process_time()
        index = SearchIndex.build(folder, entries, "s")
        built = time.process_time() - began
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 2**20
        titles = [filed.entry.title.replace(":", " ") for filed in entries[:: max(1, len(entries) // 200)]]
        first = min(float(_ask(_FIRST, folder, titles[0])) for _ in range(3))
        resident = float(_ask(_RESIDENT, folder, json.dumps(titles)))
        complete = _complete(index, titles[:100])
        return Costs(built, size, _apply(index, entries[len(entries) // 2]), complete, first, resident)


def _complete(index: SearchIndex, titles: Sequence[str]) -> float:
    """Return what the slowest suggestion takes while titles are typed, in milliseconds of processor time."""
    took = []
    index.complete("warmm up", today=_TODAY)
    for title in titles:
        for typed in {title[:4], title[:9], title[: len(title) // 2]}:
            began = time.process_time()
            index.complete(typed, today=_TODAY)
            took.append(1000 * (time.process_time() - began))
    return max(took)


def _apply(index: SearchIndex, filed: FiledEntry) -> float:
    """Return the median of some changes of one entry, in milliseconds of wall time."""
    took = []
    for turn in range(_CHANGES):
        edited = replace(filed, entry=replace(filed.entry, title=f"{filed.entry.title} {turn}"))
        began = time.perf_counter()
        index.apply([edited], (), str(turn))
        took.append(1000 * (time.perf_counter() - began))
    return sorted(took)[_CHANGES // 2]


def _ask(script: str, *arguments: object) -> str:
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
