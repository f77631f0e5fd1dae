"""Refresh a folder of notes: from nothing, unchanged, with one file edited, and with its folder renamed.

    uv run python -m benchmarks.refresh                    5,000 made-up notes, SQLite
    uv run python -m benchmarks.refresh --entries 100000
    uv run python -m benchmarks.refresh --notes PATH       a copy of real notes
    uv run python -m benchmarks.refresh --database URL     an empty PostgreSQL database

Beside each figure stands what simply reading every file costs in the same run: the floor for a first refresh, and
what a bot without a memory pays at each start. The work is done in a fresh process, so that its memory is its own.
"""

import argparse
import multiprocessing
import os
import resource
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from benchmarks.table import Figure, at_most
from bot.model import Entry
from bot.notes.files import find_notes
from bot.notes.refresh import refresh
from bot.notes.report import RefreshReport
from bot.storage.engine import open_engine
from bot.storage.entries import EntryStore
from bot.storage.migrate import migrate
from tests.fakes.notes import write_entry


@dataclass(frozen=True, slots=True)
class Taken:
    """What one kind of refresh took: seconds of wall and processor, the process's peak in MB so far, what it found."""

    name: str
    wall: float
    processor: float
    peak: float
    found: str


def figures(quick: bool) -> Iterator[Figure]:
    """Measure each kind of refresh beside reading the files, which is the least that any first one costs."""
    count = 300 if quick else 5000
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "notes"
        write_notes(root, count)
        floor, *taken = measured(root, Path(folder) / "paperboy.db")
    peers = {"reading every file": f"{floor.processor:.2f} s"}
    for one in taken:
        yield Figure(f"{count} notes, {one.name}, processor time", f"{one.processor:.2f} s", peers=peers)
    yield at_most(f"peak memory of all of it over {count} notes", taken[-1].peak, 200, "MB", digits=0)


def main() -> None:
    """Measure, and print one line a figure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=5000)
    parser.add_argument("--notes", type=Path)
    parser.add_argument("--database")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "notes"
        if options.notes:
            shutil.copytree(options.notes, root)
        else:
            write_notes(root, options.entries)
        address = options.database or Path(folder) / "paperboy.db"
        floor, *taken = measured(root, address)
        for one in (floor, *taken):
            ratio = one.processor / floor.processor
            print(
                f"{one.name:16} {one.wall:8.2f} s wall {one.processor:8.2f} s cpu {ratio:6.1f}x {one.peak:6.0f} MB"
                f"  {one.found}"
            )


def measured(root: Path, address: str | Path) -> list[Taken]:
    """Run each kind of refresh once, in a fresh process; reading every file comes first."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return process.submit(measure, root, address).result()


def write_notes(root: Path, count: int) -> None:
    """Write made-up notes, one entry each, 20 a day, all of them last changed long ago."""
    for number in range(count):
        day = date(2010, 1, 1) + timedelta(days=number // 20)
        entry = write_entry(number, "plain" if number % 4 == 0 else "full")
        file = root / str(day.year) / f"{day:%y%m%d} {entry.title}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(spell(entry), encoding="utf-8")
        os.utime(file, (1_600_000_000, 1_600_000_000))


def spell(entry: Entry) -> str:
    """Write an entry out as a Markdown note."""
    quoted = f"> {entry.abstract}" if entry.abstract else ""
    tags = " ".join(f"#{tag}" for tag in entry.tags)
    parts = (*entry.links, f"{entry.title} ({', '.join(entry.authors)})", quoted, *entry.commentary.ko, tags)
    return "\n\n".join(part for part in parts if part) + "\n"


def measure(root: Path, address: str | Path) -> list[Taken]:
    """Run each kind of refresh once, here."""
    engine = open_engine(address)
    migrate(engine)
    store = EntryStore(engine)
    taken = [timed("read every file", lambda: [(root / file.path).read_bytes() for file in find_notes(root).files])]
    taken.append(timed("from nothing", lambda: refresh(root, store)))
    taken.append(timed("nothing changed", lambda: refresh(root, store)))
    edited = root / find_notes(root).files[0].path
    edited.write_text(edited.read_text(encoding="utf-8") + "\n고쳤습니다.\n", encoding="utf-8")
    taken.append(timed("one file edited", lambda: refresh(root, store)))
    aside = root.rename(root.with_name("aside"))
    root.mkdir()
    aside.rename(root / "renamed")
    taken.append(timed("folder renamed", lambda: refresh(root, store)))
    return taken


def timed(name: str, work: Callable[[], object]) -> Taken:
    """Run once."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return Taken(name, wall, cpu, peak_memory(), described(result))


def peak_memory(process: int | str = "self") -> float:
    """Return the most that a process ever held, in MB.

    Linux hands `ru_maxrss` on through `exec`: a fresh process would be blamed for what its parent held.
    """
    status = Path("/proc", str(process), "status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split(maxsplit=1)[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def described(result: object) -> str:
    """Say what a refresh found."""
    if not isinstance(result, RefreshReport):
        return ""
    names = ("added", "changed", "moved", "gone", "unchanged", "unreadable")
    return " ".join(f"{name} {number}" for name in names if (number := getattr(result, name)))


if __name__ == "__main__":
    main()
