"""Tell which entry just read carries on which entry known before: one to one, the surest pairs first."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import product

from bot.model import Entry
from bot.notes.evidence import Scene, weigh
from bot.notes.identity import title_key
from bot.notes.likeness import Portrait, portray
from bot.notes.records import FreshEntry, KnownEntry

_LARGEST_BLOCK = 4096  # pairs that share a feature; above, it tells nothing, and in a file only neighbours compare
_NEIGHBOURS = 8
_ALL_PAIRS = 2500  # pairs that share no feature and are still worth comparing

Matches = dict[int, KnownEntry]  # position among the fresh entries -> the known entry it carries on
Pair = tuple[KnownEntry, int]


def match_exactly(known: Sequence[KnownEntry], fresh: Sequence[FreshEntry], affected: Set[str]) -> Matches:
    """Pair what is surely the same: word for word on the same date or another, or under its title in the same file."""
    matches = _match_dated(known, fresh)
    matches |= _match_redated(_free(known, affected, matches), fresh, matches)
    return matches | _match_titled(_free(known, affected, matches), fresh, matches)


def match_alike(
    known: Iterable[KnownEntry],
    fresh: Mapping[int, FreshEntry],
    texts: Mapping[str, Entry],
    scene: Scene,
) -> Matches:
    """Pair what is alike enough, given where it stands: greedy, the surest first, the elder first among equals.

    The dead come after all the living: nothing that is there is lost to them. `texts` holds the content of every
    known entry given.
    """
    olds = tuple(known)
    if not olds or not fresh:
        return {}
    comparison = _Comparison(
        olds,
        fresh,
        {old.id: portray(texts[old.id]) for old in olds},
        {position: portray(new.entry) for position, new in fresh.items()},
        scene,
    )
    related = comparison.pairs_that_share_a_feature()
    matches = _choose(comparison, (pair for pair in related if not pair[0].gone), {})
    matches = _choose(comparison, comparison.pairs_left(matches), matches)
    return _choose(comparison, (pair for pair in related if pair[0].gone), matches)


def _match_dated(known: Sequence[KnownEntry], fresh: Sequence[FreshEntry]) -> Matches:
    same = defaultdict(list)
    for old in known:
        same[old.digest, old.date].append(old)
    return {
        position: _preferred(candidates, new)
        for position, new in enumerate(fresh)
        if (candidates := same.get((new.digest, new.date)))
    }


def _match_redated(free: Iterable[KnownEntry], fresh: Sequence[FreshEntry], dated: Matches) -> Matches:
    """Pair the same words on another date, where the old file is gone or still holds them."""
    same = defaultdict(list)
    for old in free:
        same[old.digest].append(old)
    now = {path for new in fresh for path in new.paths}
    matches: Matches = {}
    for position, new in enumerate(fresh):
        if position in dated:
            continue
        candidates = [old for old in same.get(new.digest, ()) if old.paths & new.paths or not old.paths & now]
        if candidates:
            matches[position] = _preferred(candidates, new)
            same[new.digest].remove(matches[position])
    return matches


def _match_titled(free: Iterable[KnownEntry], fresh: Sequence[FreshEntry], sure: Matches) -> Matches:
    """Pair what stands in the same file on the same date under a title that stands there once, before and now."""
    before = defaultdict(list)
    for old in free:
        if not old.gone:
            for path in old.paths:
                before[path, old.date, old.title_key].append(old)
    now = defaultdict(list)
    for position, new in enumerate(fresh):
        if position not in sure:
            for path in new.paths:
                now[path, new.date, title_key(new.entry.title)].append(position)
    matches: Matches = {}
    taken = set()
    for key, positions in now.items():
        olds = before.get(key, [])
        if len(olds) == len(positions) == 1 and positions[0] not in matches and olds[0].id not in taken:
            matches[positions[0]] = olds[0]
            taken.add(olds[0].id)
    return matches


def _free(known: Iterable[KnownEntry], affected: Set[str], matches: Matches) -> list[KnownEntry]:
    """Return the entries that stand nowhere yet."""
    used = {old.id for old in matches.values()}
    return [old for old in known if old.id not in used and not old.outside(affected)]


def _preferred(candidates: Iterable[KnownEntry], new: FreshEntry) -> KnownEntry:
    """Choose among entries with the same words: a living one first, then one of the same file, then the elder."""
    return min(candidates, key=lambda old: (old.gone, not old.paths & new.paths, old.born, old.id))


def _choose(comparison: "_Comparison", pairs: Iterable[Pair], matches: Matches) -> Matches:
    """Add the best pairs to the matches, each known and each fresh entry once."""
    weighed = ((comparison.weigh(pair), pair) for pair in pairs)
    ranked = sorted((-weight, old.born, old.id, position, old) for weight, (old, position) in weighed if weight)
    chosen = dict(matches)
    taken = {old.id for old in matches.values()}
    for *_, position, old in ranked:
        if position not in chosen and old.id not in taken:
            chosen[position] = old
            taken.add(old.id)
    return chosen


@dataclass(frozen=True, slots=True)
class _Comparison:
    """The two sides to be compared, prepared once."""

    olds: tuple[KnownEntry, ...]
    fresh: Mapping[int, FreshEntry]
    before: Mapping[str, Portrait]
    now: Mapping[int, Portrait]
    scene: Scene

    def weigh(self, pair: Pair) -> float:
        """Return how surely the two carry on each other, or 0."""
        old, position = pair
        return weigh(old, self.fresh[position], self.before[old.id], self.now[position], self.scene)

    def pairs_left(self, matches: Matches) -> Iterable[Pair]:
        """Return every pair of what is yet unmatched, if that is few."""
        used = {old.id for old in matches.values()}
        olds = [old for old in self.olds if not old.gone and old.id not in used]
        positions = [position for position in self.fresh if position not in matches]
        return product(olds, positions) if len(olds) * len(positions) <= _ALL_PAIRS else ()

    def pairs_that_share_a_feature(self) -> set[Pair]:
        """Return the pairs that have a title, paragraph, link, arXiv id or file in common."""
        blocks: dict[tuple[str, str], tuple[list[KnownEntry], list[int]]] = defaultdict(lambda: ([], []))
        for old in self.olds:
            for feature in _features(self.before[old.id], old.paths):
                blocks[feature][0].append(old)
        for position, new in self.fresh.items():
            moved_from = {self.scene.moved[path] for path in new.paths if path in self.scene.moved}
            for feature in _features(self.now[position], new.paths | moved_from):
                blocks[feature][1].append(position)
        pairs: set[Pair] = set()
        for (kind, _), (olds, positions) in blocks.items():
            if len(olds) * len(positions) <= _LARGEST_BLOCK:
                pairs.update(product(olds, positions))
            elif kind == "path":
                pairs.update(self._neighbours(olds, positions))
        return pairs

    def _neighbours(self, olds: Iterable[KnownEntry], positions: Iterable[int]) -> Iterator[Pair]:
        """Pair the entries of a file with the few that stand nearest in it."""
        standing = defaultdict(list)
        for old in olds:
            for place in old.places:
                standing[place.position].append(old)
        for position in positions:
            for place in self.fresh[position].places:
                for near in range(place.position - _NEIGHBOURS, place.position + _NEIGHBOURS + 1):
                    yield from ((old, position) for old in standing.get(near, ()))


def _features(portrait: Portrait, paths: Collection[str]) -> Iterator[tuple[str, str]]:
    yield "title", portrait.title
    yield from (("arxiv", arxiv_id) for arxiv_id in portrait.arxiv_ids)
    yield from (("link", link) for link in portrait.links)
    yield from (("text", paragraph) for paragraph in portrait.paragraphs)
    yield from (("path", path) for path in paths)
