"""How surely an entry just read carries on one known before: by likeness, by date and by where both stand."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import product, takewhile

from bot.notes.likeness import Portrait, likeness, only_titles, same_words
from bot.notes.records import FreshEntry, KnownEntry, Place

# Likeness and evidence together that make two entries one. Of real entries on different papers in one file, one pair in
# a thousand is more alike than 0.19; those at the same place of the same file and date become one from 0.3 on.
_ENOUGH = 0.6
_ENOUGH_FOR_A_TOMBSTONE = 0.7
_SAME_WORDS = 0.3  # below this the writer wrote anew
_SAME_FILE = 0.15
_SAME_PLACE = 0.05
_SAME_DATE = 0.1


@dataclass(frozen=True, slots=True)
class Scene:
    """Where everything stands: the files that moved (new path to old), and how many entries each file had and has."""

    moved: Mapping[str, str]
    sizes_before: Mapping[str, int]
    sizes_now: Mapping[str, int]

    def same_file(self, old: Place, new: Place) -> bool:
        """Tell whether two places are in one file, moved or not."""
        return old.path in (new.path, self.moved.get(new.path))

    def same_place(self, old: Place, new: Place) -> bool:
        """Tell whether two places are the same one of a file that has as many entries as before."""
        same_size = self.sizes_before.get(old.path) == self.sizes_now.get(new.path)
        return same_size and old.position == new.position and self.same_file(old, new)


def survey(
    known: Iterable[KnownEntry], fresh: Sequence[FreshEntry], affected: Set[str], matches: Mapping[int, KnownEntry]
) -> Scene:
    """Gather the evidence of place: a file moved to where most of its entries stand now, if it is gone itself."""
    sizes_now = Counter(place.path for new in fresh for place in new.places)
    sizes_before = Counter(place.path for old in known if not old.gone for place in old.places)
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for position, old in matches.items():
        vanished = {path for path in old.paths if path in affected and path not in sizes_now}
        for path in fresh[position].paths:
            votes[path].update(vanished)
    moved = {path: _origin(path, count) for path, count in votes.items() if count}
    return Scene(moved, sizes_before, sizes_now)


def _origin(path: str, votes: Counter[str]) -> str:
    """Return the path most of a file's entries came from, among equals the one that ends most alike."""
    return min(votes, key=lambda old: (-votes[old], -_common_ending(old, path), old))


def _common_ending(one: str, other: str) -> int:
    """Count the last parts that two paths have in common."""
    pairs = zip(reversed(one.split("/")), reversed(other.split("/")), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def weigh(old: KnownEntry, new: FreshEntry, before: Portrait, now: Portrait, scene: Scene) -> float:
    """Return how surely an entry carries on another one, or 0 where it doesn't."""
    same_date = old.date == new.date
    same_file = any(scene.same_file(*pair) for pair in product(old.places, new.places))
    same_place = same_file and any(scene.same_place(*pair) for pair in product(old.places, new.places))
    if not same_file and not same_date and (old.gone or not _may_be_redated(before, now)):
        return 0.0
    alike = likeness(before, now)
    paper = _same_paper(before, now) if same_date else 0.0
    surest = max(alike, paper)
    stands = _SAME_FILE * same_file + _SAME_PLACE * same_place + _SAME_DATE * same_date
    if surest + stands < (_ENOUGH_FOR_A_TOMBSTONE if old.gone else _ENOUGH):
        return 0.0
    if surest < _ENOUGH and only_titles(before, now):
        return 0.0
    # Of several notes on one paper, the words tell which is which.
    return round(alike + paper / 4 + stands, 6)


def _may_be_redated(before: Portrait, now: Portrait) -> bool:
    """Tell a note that got another name and date from a second note on the same paper, written anew."""
    words = same_words(before, now)
    return words is None or words >= _SAME_WORDS


def _same_paper(before: Portrait, now: Portrait) -> float:
    """Return how much is sure already of two entries of one date if they name the same paper."""
    if before.arxiv_ids & now.arxiv_ids:
        return 0.8
    if before.arxiv_ids and now.arxiv_ids:
        return 0.0
    if before.links and before.links == now.links:
        return 0.75
    return 0.7 if before.title == now.title else 0.0
