"""Queries written by hand: names as Korean researchers spell them, their initials, and what no notes hold."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.search_collection import Asked, Collection, squeezed, words_of
from benchmarks.search_korean import initials_of

_DATA = Path(__file__).parent / "data"
_LEAST_INITIALS = 3


def hand_written(collection: Collection, *, held_out: bool) -> Iterator[Asked]:
    """Yield the hand-written queries whose answer the entries hold; every other line is held out."""
    for number, line in enumerate(_lines("search_transliterations.tsv")):
        if (number % 2 == 1) == held_out:
            yield from _spelled(line, collection)
    for number, line in enumerate(_lines("search_nonsense.txt")):
        if (number % 2 == 1) == held_out:
            yield Asked(line, "none", frozenset())


def _lines(name: str) -> list[str]:
    return (_DATA / name).read_text(encoding="utf-8").splitlines()


def _spelled(line: str, collection: Collection) -> Iterator[Asked]:
    hangul, name = line.split("\t")
    right = _called(name, collection)
    if not right:
        return
    yield Asked(hangul, "kr_translit", right)
    initials = initials_of(hangul)
    if len(initials) >= _LEAST_INITIALS and not any(letter.isascii() and letter.isalnum() for letter in hangul):
        yield Asked(initials, "initials_name", right)


def _called(name: str, collection: Collection) -> frozenset[str]:
    """Return the entries whose title holds a name as words of its own, or whose short name it is."""
    phrase, close = f" {' '.join(words_of(name))} ", squeezed(name)
    return frozenset(
        filed.id
        for filed in collection.entries
        for title in (filed.entry.title, *filed.entry.aliases)
        if phrase in f" {' '.join(words_of(title))} " or close in (squeezed(title), squeezed(title.partition(":")[0]))
    )
