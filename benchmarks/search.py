"""Search: how often the right note comes first, and how fast, beside what usual bots do.

    uv run python -m benchmarks.search                           seeds and invented entries, queries made from them
    uv run python -m benchmarks.search --notes DIR               a folder of notes
    uv run python -m benchmarks.search --notes DIR --queries F   and queries with known answers (JSON lines)
    uv run python -m benchmarks.search --notes DIR --scale F     and once more among papers (gzipped JSON lines)

Every query runs on every system in one process; times are processor time, of one core.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

from benchmarks.search_collection import Asked, Collection, squeezed
from benchmarks.search_corpus import invent_entries, load_notes, load_papers
from benchmarks.search_costs import Costs, measure_costs
from benchmarks.search_hand import hand_written
from benchmarks.search_peers import paperboy, peers
from benchmarks.search_queries import make_queries
from benchmarks.search_score import print_scores, score
from benchmarks.table import Figure, at_least, at_most
from bot.model import FiledEntry

_SEEDS = Path(__file__).parents[1] / "seeds"
_MANY = 20_000  # entries from which on peers take seconds for a query, and are asked few
_SAMPLE = 15


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    chosen = _parser().parse_args(arguments)
    entries = _entries(chosen.notes, chosen.synthetic)
    _run(f"{len(entries)} entries", entries, chosen)
    if chosen.scale:
        _run("at scale", [*entries, *load_papers(chosen.scale)], chosen)


def figures(quick: bool) -> Iterator[Figure]:
    """Measure over the seeds and invented entries, dev and held-out queries together."""
    entries = _entries(None, 200 if quick else 2_000)
    asked = list(chain.from_iterable(_made(entries, 5 if quick else 40, 1, held_out=half) for half in (False, True)))
    with tempfile.TemporaryDirectory() as folder:
        scores = [score(system, asked) for system in (paperboy(Path(folder), entries), *peers(entries))]
    ours, *others = scores
    share = {other.name: f"{100 * other.first_share:.1f} %" for other in others}
    slow = {other.name: f"{other.slowest:.1f} ms" for other in others}
    refused = {other.name: f"{100 * other.refused_share:.0f} %" for other in others}
    yield at_least("right answer first", 100 * ours.first_share, 95, "%", peers=share)
    yield at_least("nonsense refused", 100 * ours.refused_share, 95, "%", digits=0, peers=refused)
    yield at_most(f"p99 of a query over {len(entries)} entries, processor time", ours.slowest, 6, "ms", peers=slow)
    costs = measure_costs(entries)
    yield Figure("time to build the index, processor", f"{costs.build_seconds:.1f} s")
    yield Figure("size of the index", f"{costs.megabytes:.1f} MB")
    yield at_most("slowest suggestion while a title is typed, processor time", costs.complete_ms, 20, "ms")
    yield at_most("import, open and first query, processor time", costs.first_seconds, 0.15, "s", digits=2)


def _run(title: str, entries: Sequence[FiledEntry], chosen: argparse.Namespace) -> None:
    collection = Collection(entries)
    with tempfile.TemporaryDirectory() as folder:
        ours = paperboy(Path(folder), entries)
        beside = [] if chosen.alone else peers(entries)
        for name, asked in _query_sets(collection, chosen):
            if beside and len(entries) > _MANY:
                print_scores(f"{title}, {name}", [score(ours, asked)])
                asked, name = asked[::_SAMPLE], f"{name}, one query in {_SAMPLE}"
            print_scores(f"{title}, {name}", [score(system, asked) for system in (ours, *beside)])
    _print_costs(measure_costs(entries))


def _query_sets(collection: Collection, chosen: argparse.Namespace) -> Iterator[tuple[str, list[Asked]]]:
    for file in chosen.queries:
        yield file.name, _load_queries(file, collection.entries)
    if not chosen.queries or chosen.made:
        for half in (False, True):
            yield "held out" if half else "dev", _made(collection.entries, chosen.each, chosen.seed, held_out=half)


def _made(entries: Sequence[FiledEntry], each: int, seed: int, *, held_out: bool) -> list[Asked]:
    collection = Collection(entries)
    made = make_queries(collection, each, seed, held_out=held_out)
    return [*made, *hand_written(collection, held_out=held_out)]


def _entries(notes: Path | None, synthetic: int) -> list[FiledEntry]:
    """Return the entries of a folder of notes; without one, those of the seeds and invented ones."""
    if notes:
        return load_notes(notes)
    seeds = (replace(filed, source=f"seeds/{filed.source}") for filed in load_notes(_SEEDS))
    return [*seeds, *invent_entries(synthetic)]


def _load_queries(file: Path, entries: Sequence[FiledEntry]) -> list[Asked]:
    """Read queries with their right answers, given by title and source."""
    by_source: dict[str, list[FiledEntry]] = {}
    for filed in entries:
        for path in (filed.source, *filed.copies):
            by_source.setdefault(path, []).append(filed)
    asked = []
    for line in file.read_text(encoding="utf-8").splitlines():
        query = json.loads(line)
        right = (each for want in query["want"] for each in _wanted(want["title"], by_source.get(want["source"], [])))
        asked.append(Asked(query["q"], query["kind"], frozenset(right)))
    return asked


def _wanted(title: str, there: Sequence[FiledEntry]) -> Iterator[str]:
    """Yield the entries of a note that a title means: the only one, or those that are called so."""
    close = squeezed(title)
    for filed in there:
        names = [squeezed(name) for name in (filed.entry.title, *filed.entry.aliases)]
        if len(there) == 1 or close in names or names[0].startswith(close[:30]):
            yield filed.id


def _print_costs(costs: Costs) -> None:
    print(f"build {costs.build_seconds:.1f} s of processor time, index {costs.megabytes:.1f} MB")
    print(f"one entry changed: {costs.apply_ms:.0f} ms")
    print(f"slowest of 300 suggestions while titles are typed: {costs.complete_ms:.1f} ms of processor time")
    print(f"import, open and first query in a fresh process: {costs.first_seconds:.2f} s of processor time")
    print(f"resident memory after 200 queries: {costs.resident_mb:.0f} MB\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--notes", type=Path, metavar="DIR", help="a folder of notes")
    parser.add_argument(
        "--queries", type=Path, action="append", default=[], metavar="FILE", help="JSON lines: q, kind, want"
    )
    parser.add_argument("--made", action="store_true", help="queries made from the entries too, beside a file's")
    parser.add_argument("--scale", type=Path, metavar="FILE", help="papers to add for a second run, gzipped JSON lines")
    parser.add_argument(
        "--synthetic", type=int, default=2_000, metavar="N", help="invented entries where there is no folder"
    )
    parser.add_argument("--each", type=int, default=60, metavar="N", help="queries made of each kind")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="another seed makes other queries")
    parser.add_argument("--alone", action="store_true", help="leave the peers out")
    return parser


if __name__ == "__main__":
    main()
