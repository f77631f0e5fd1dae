"""Hold measured figures, and draw them as a table beside their peers with the machine named."""

import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bot import __version__

COMMAND = "uv run python -m benchmarks"
_READING = (
    "✓ and ✗ say whether a goal is reached. Peers are measured in the same run, on the same input: read the ratio,"
    " which means more on another machine than the figure does. Where a machine's speed varies, or its Python was built"
    " without optimisations, plain Python before and after a benchmark says so."
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure: what it is, how much, what was aimed at, and what others reach in the same run.

    `met` says whether the goal is reached, None where there is none. Values carry their units, e.g. `4.2 ms`.
    """

    what: str
    value: str
    goal: str = ""
    met: bool | None = None
    peers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Section:
    """The figures of one benchmark module under its title; `failure` names why there are none.

    `pace` is how many rounds a second plain Python did before and after it.
    """

    title: str
    figures: Sequence[Figure]
    failure: str | None = None
    name: str = ""
    pace: tuple[int, int] | None = None


def at_most(
    what: str, value: float, goal: float, unit: str, *, digits: int = 1, peers: Mapping[str, str] | None = None
) -> Figure:
    """Build a figure that should be small."""
    return Figure(what, f"{value:.{digits}f} {unit}", f"≤ {goal:g} {unit}", value <= goal, peers or {})


def at_least(
    what: str, value: float, goal: float, unit: str, *, digits: int = 1, peers: Mapping[str, str] | None = None
) -> Figure:
    """Build a figure that should be large."""
    return Figure(what, f"{value:.{digits}f} {unit}", f"≥ {goal:g} {unit}", value >= goal, peers or {})


def machine() -> str:
    """Name the machine by what matters for speed; nothing that tells whose it is."""
    cores, memory = len(os.sched_getaffinity(0)), psutil.virtual_memory().total / 2**30
    return (
        f"{_processor()}, {cores} cores, {memory:.0f} GB, {platform.system()} {platform.release().split('-')[0]}, "
        f"Python {platform.python_version()}, Paperboy {__version__}"
    )


def document(sections: Iterable[Section], *, quick: bool) -> str:
    """Draw everything as Markdown."""
    if quick:
        size = f"Small versions of the benchmarks, to see that they run (`{COMMAND} --quick`)."
    else:
        size = f"All from one run of `{COMMAND}`, which writes this page."
    head = f"# Figures\n\n{size}\n\nMachine: {machine()}.\n\n{_READING}\n"
    return head + "".join(_section(section) for section in sections)


def rows(figures: Iterable[Figure]) -> str:
    """Draw figures as a table."""
    lines = ["| figure | Paperboy | goal | peers in the same run |", "|---|---|---|---|", *map(_row, figures)]
    return "\n".join(lines) + "\n"


def _section(section: Section) -> str:
    alone = f"\n`{COMMAND} --only {section.name}`\n" if section.name else ""
    head = f"\n## {section.title.rstrip('.')}\n{alone}\n"
    if section.failure is not None:
        return f"{head}Not measured: {section.failure}\n"
    return head + rows(section.figures) + _pace(section.pace)


def _pace(pace: tuple[int, int] | None) -> str:
    if pace is None:
        return ""
    before, after = pace
    return f"\nPlain Python: {before / 1000:.0f} thousand rounds a second before, {after / 1000:.0f} after.\n"


def _row(figure: Figure) -> str:
    mark = {True: " ✓", False: " ✗", None: ""}[figure.met]
    peers = "; ".join(f"{name}: {value}" for name, value in figure.peers.items())
    return "| " + " | ".join(_cell(text) for text in (figure.what, figure.value, figure.goal + mark, peers)) + " |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
