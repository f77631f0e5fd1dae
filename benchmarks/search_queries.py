"""Make queries whose right answers are known from the entries themselves: seeded, kind by kind."""

import random
from collections.abc import Iterator, Sequence

from benchmarks import search_korean as korean
from benchmarks import search_latin as latin
from benchmarks.search_collection import Asked, Collection, Maker
from bot.model import FiledEntry


def _english_in_korean(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
    asked = latin.acronym(chance, filed, collection) or latin.partial(chance, filed, collection)
    if not asked or not asked.text.isascii():
        return None
    text = korean.compose("".join(korean.LETTER_OF_KEY.get(key, key) for key in asked.text.lower()))
    return Asked(text, "kbd", asked.right)


MAKERS: dict[str, Maker] = {
    "exact": latin.exact,
    "partial": latin.partial,
    "acronym": latin.acronym,
    "typo1": latin.slipped(1),
    "typo2": latin.slipped(2),
    "transpose": latin.transposed,
    "joinvar": latin.joined,
    "kr_josa": korean.korean_phrase,
    "kr_space": korean.korean_unspaced,
    "kbd": _english_in_korean,
    "kbd_ko": korean.korean_in_english,
    "author": latin.author,
    "author_topic": latin.author_topic,
    "arxiv": latin.arxiv,
    "topic": latin.topic,
    "topic_natural": latin.natural_topic,
    "body_name": latin.body_name,
    "mixed": korean.mixed,
    "initials": korean.initials,
    "tag_word": latin.tag_word,
    "nfd": korean.nfd,
    "date_word": latin.date_word,
    "courtesy": latin.around,
    "pasted_title": latin.pasted_title,
    "paragraph": latin.paragraph,
}


def make_queries(collection: Collection, each: int, seed: int, *, held_out: bool = False) -> list[Asked]:
    """Return up to `each` queries of every kind; the held-out ones come from other entries than the rest."""
    mine = [filed for filed in collection.entries if (_half(filed.id) == 1) == held_out]
    queries: list[Asked] = []
    for kind, maker in MAKERS.items():
        chance = random.Random(f"{seed} {kind} {held_out}")
        queries.extend(_some(chance, mine, maker, collection, each))
    return queries


def _half(identity: str) -> int:
    return sum(identity.encode()) % 2


def _some(
    chance: random.Random, entries: Sequence[FiledEntry], maker: Maker, collection: Collection, each: int
) -> Iterator[Asked]:
    order = list(entries)
    chance.shuffle(order)
    made: set[str] = set()
    for filed in order:
        asked = maker(chance, filed, collection)
        if asked and asked.right and asked.text not in made:
            made.add(asked.text)
            yield asked
            if len(made) == each:
                return
