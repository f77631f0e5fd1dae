"""Starting: from nothing to an answer, and what a running bot takes."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.refresh import peak_memory
from benchmarks.table import Figure, at_most

_ROOT = Path(__file__).parents[1]
_PEERS = {"python -c pass": "pass", "import slack_bolt": "import slack_bolt", "import discord": "import discord"}


def figures(quick: bool) -> Iterator[Figure]:
    """Measure processor time warm, as the best of several starts: anything more is somebody else's work."""
    repeats, notes = (2, 200) if quick else (7, 5000)
    with tempfile.TemporaryDirectory() as folder:
        ask = ["-m", "bot.cli", "ask", "/paper megalodon"]
        _cpu(ask, _environment(folder, _ROOT / "seeds"))
        warm = min(_cpu(ask, _environment(folder, _ROOT / "seeds")) for _ in range(repeats))
        peers = {name: min(_cpu(["-c", code], {}) for _ in range(repeats)) for name, code in _PEERS.items()}
        named = {name: f"{took:.2f} s" for name, took in peers.items()}
        yield at_most("`paperboy ask` over the seeds, warm, processor time", warm, 0.8, "s", digits=2, peers=named)
    with tempfile.TemporaryDirectory() as folder:
        yield from _running(Path(folder), notes)


def _running(folder: Path, notes: int) -> Iterator[Figure]:
    _write_notes(folder / "notes", notes)
    environment = _environment(str(folder), folder / "notes")
    cold, warm = _serve(environment), _serve(environment)
    what = f"over {notes} notes"
    yield Figure(f"first start {what}, until the first answer", f"{cold.took:.1f} s", peers=cold.named)
    yield Figure(f"peak memory of a first start {what}, index included", f"{cold.peak:.0f} MB")
    yield at_most(f"start {what}, warm, until the first answer", warm.took, 2, "s", digits=2, peers=warm.named)
    yield at_most(f"resident memory of a bot {what}", warm.resident, 150, "MB", digits=0)


@dataclass(frozen=True, slots=True)
class _Started:
    """A start until its first answer: seconds of wall and processor, the MB then held, and the most ever held."""

    took: float
    worked: float
    resident: float
    peak: float

    @property
    def named(self) -> Mapping[str, str]:
        """Show the processor time beside the wall's, which others on the machine stretch."""
        return {"its processor time": f"{self.worked:.2f} s"}


def _serve(environment: Mapping[str, str]) -> _Started:
    """Start the console, and ask it one thing."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "bot.cli", "run"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("/paper study 17\n")
        process.stdin.flush()
        answer = process.stdout.readline()
        while not answer.strip():
            answer = process.stdout.readline()
        took = time.perf_counter() - started
        bot = psutil.Process(process.pid)
        worked, resident = bot.cpu_times(), bot.memory_info().rss / 1e6
        peak = peak_memory(process.pid)
        process.kill()
    return _Started(took, worked.user + worked.system, resident, peak)


def _cpu(arguments: list[str], environment: Mapping[str, str]) -> float:
    before = os.times()
    full = {**os.environ, **environment}
    subprocess.run([sys.executable, *arguments], env=full, stdout=subprocess.DEVNULL, check=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def _environment(data: str, notes: Path) -> dict[str, str]:
    own = {"PAPERBOY_DATA": data, "PAPERBOY_NOTES": str(notes), "PAPERBOY_HTTP_ADDRESS": "off", "PYTHONUNBUFFERED": "1"}
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "DISCORD_"))}
    return {**clean, **own}


def _write_notes(folder: Path, count: int) -> None:
    folder.mkdir()
    for number in range(count):
        year, month, day = 2020 + number % 6, 1 + number % 12, 1 + number % 28
        text = (
            f"# Study {number} of State Tracking in Language Models\n\n"
            f"https://arxiv.org/abs/{2000 + number % 500}.{number:05}\n\n"
            f"이 논문은 상태 추적 능력을 살펴봅니다. 실험 {number} 결과가 흥미롭네요.\n\n#llm #topic{number % 50}\n"
        )
        (folder / f"{year}-{month:02}-{day:02}-{number}.md").write_text(text, encoding="utf-8")
