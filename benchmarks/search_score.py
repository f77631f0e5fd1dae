"""Score what a system answers, kind by kind, and print the systems beside each other."""

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.search_collection import Asked
from benchmarks.search_peers import System


@dataclass(slots=True)
class Kind:
    """The answers to one kind of queries. `refused` counts right answers that were not called an answer."""

    asked: int = 0
    first: int = 0
    reciprocal: float = 0.0
    refused: int = 0
    certain_wrong: int = 0


@dataclass(slots=True)
class Score:
    """How one system did: by kind, and its times in milliseconds of processor time, sorted."""

    name: str
    kinds: dict[str, Kind] = field(default_factory=lambda: defaultdict(Kind))
    nothing: Kind = field(default_factory=Kind)
    times: list[float] = field(default_factory=list)

    @property
    def first_share(self) -> float:
        """The share of answerable queries whose first hit is right."""
        return sum(kind.first for kind in self.kinds.values()) / max(1, self.asked)

    @property
    def reciprocal_rank(self) -> float:
        """The mean reciprocal rank among the first ten."""
        return sum(kind.reciprocal for kind in self.kinds.values()) / max(1, self.asked)

    @property
    def refused_share(self) -> float:
        """The share of nonsense that is refused."""
        return self.nothing.refused / max(1, self.nothing.asked)

    @property
    def asked(self) -> int:
        """How many queries have an answer."""
        return sum(kind.asked for kind in self.kinds.values())

    @property
    def slowest(self) -> float:
        """The 99th percentile of the times."""
        return percentile(self.times, 0.99)


def percentile(times: Sequence[float], share: float) -> float:
    """Return the value that a share of sorted values does not exceed."""
    return times[min(len(times) - 1, int(len(times) * share))] if times else 0.0


def score(system: System, queries: Sequence[Asked]) -> Score:
    """Ask a system all queries."""
    result = Score(system.name)
    system.answer("warm up")
    system.answer("warmm upp")
    for asked in queries:
        began = time.process_time()
        answered = system.answer(asked.text)
        result.times.append(1000 * (time.process_time() - began))
        if not asked.right:
            result.nothing.asked += 1
            result.nothing.refused += not answered.confident
            continue
        kind = result.kinds[asked.kind]
        rank = next((place for place, each in enumerate(answered.ids, 1) if each in asked.right), 0)
        kind.asked += 1
        kind.first += rank == 1
        kind.reciprocal += 1 / rank if rank else 0.0
        kind.refused += rank == 1 and not answered.confident
        kind.certain_wrong += answered.certain and rank != 1
    result.times.sort()
    return result


def print_scores(title: str, scores: Sequence[Score]) -> None:
    """Print the share of right first hits of each kind, a column for each system, the best of a kind in `*`."""
    print(f"## {title}\n")
    width = max(16, *(len(each.name) + 2 for each in scores))
    print("R@1".ljust(16) + "n".rjust(6) + "".join(each.name.rjust(width) for each in scores))
    for name, kind in scores[0].kinds.items():
        shares = [each.kinds[name].first / each.kinds[name].asked for each in scores]
        cells = "".join(f"{'*' if share == max(shares) else ''}{share:.3f}".rjust(width) for share in shares)
        print(name.ljust(16) + str(kind.asked).rjust(6) + cells)
    rows = {
        "all kinds": [f"{each.first_share:.4f}" for each in scores],
        "MRR": [f"{each.reciprocal_rank:.4f}" for each in scores],
        "right refused": [f"{sum(k.refused for k in each.kinds.values()) / max(1, each.asked):.4f}" for each in scores],
        "opened wrong": [f"{sum(k.certain_wrong for k in each.kinds.values())}" for each in scores],
        "nonsense refused": [f"{each.refused_share:.3f}" for each in scores],
        "p50 ms": [f"{percentile(each.times, 0.5):.2f}" for each in scores],
        "p99 ms": [f"{each.slowest:.2f}" for each in scores],
        "max ms": [f"{percentile(each.times, 1.0):.2f}" for each in scores],
    }
    for label, cells_of in rows.items():
        counted = {"all kinds": scores[0].asked, "nonsense refused": scores[0].nothing.asked}.get(label, "")
        print(label.ljust(16) + str(counted).rjust(6) + "".join(cell.rjust(width) for cell in cells_of))
    print()
