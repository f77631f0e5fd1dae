"""Measure everything the project promises, in one run; write it to docs/benchmarks.md, the main ones to the README.

    uv run python -m benchmarks                    everything; takes some minutes
    uv run python -m benchmarks --quick            small versions, to see that each still runs
    uv run python -m benchmarks --only search      one of them
    uv run python -m benchmarks --data DIR         with larger collections, where a benchmark has a use for them

A module of this package takes part by offering `figures(quick: bool) -> Iterable[Figure]`.
"""

import argparse
import importlib
import os
import pkgutil
import sys
import traceback
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import benchmarks
from benchmarks.quotation import quoting
from benchmarks.table import Section, document
from benchmarks.yardstick import rounds_a_second

README = Path(__file__).parents[1] / "README.md"
OUTPUT = README.parent / "docs" / "benchmarks.md"
# Where a benchmark finds collections that are too large for the repository.
DATA_VARIABLE = "BENCHMARK_DATA"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmarks and return 1 if one of them failed; a goal missed is a figure, not a failure."""
    chosen = _parser().parse_args(arguments)
    if chosen.data:
        os.environ[DATA_VARIABLE] = chosen.data
    sections = [_measure(name, quick=chosen.quick) for name in names() if chosen.only in (None, name)]
    text = document(sections, quick=chosen.quick)
    print(text)
    if not chosen.quick and chosen.only is None:
        OUTPUT.write_text(text, encoding="utf-8")
        README.write_text(quoting(README.read_text(encoding="utf-8"), sections), encoding="utf-8")
    return 1 if any(section.failure for section in sections) or not sections else 0


def names() -> list[str]:
    """Return the modules that offer figures, sorted; found without importing them."""
    folder = Path(benchmarks.__path__[0])
    found = [each.name for each in pkgutil.iter_modules(benchmarks.__path__) if each.name != "__main__"]
    return sorted(name for name in found if "\ndef figures(" in (folder / f"{name}.py").read_text(encoding="utf-8"))


def _measure(name: str, *, quick: bool) -> Section:
    print(f"{name} …", file=sys.stderr, flush=True)
    try:
        module = importlib.import_module(f"benchmarks.{name}")
        title = (module.__doc__ or name).strip().splitlines()[0]
        before = rounds_a_second()
        figures = list(module.figures(quick))
        # The goals are those of the whole sizes: a small run misses or meets them by chance.
        figures = [replace(figure, met=None) for figure in figures] if quick else figures
        return Section(title, figures, name=name, pace=(before, rounds_a_second()))
    except Exception as error:  # noqa: BLE001 - the others are measured all the same
        traceback.print_exc()
        return Section(name, [], f"{type(error).__name__}: {error}", name)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small versions; docs/benchmarks.md is left alone")
    parser.add_argument("--only", metavar="NAME", help="only this one; docs/benchmarks.md is left alone")
    parser.add_argument("--data", metavar="DIR", help="a folder of larger collections")
    return parser


if __name__ == "__main__":
    sys.exit(main())
