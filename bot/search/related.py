"""Find what an entry has to do with others: the same paper noted again, wiki links, mentions, rare tags, likeness."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.model import FiledEntry
from bot.search.face import title_key
from bot.search.reader import Reader, age
from bot.search.references import read_reference
from bot.search.schema import note_name
from bot.search.sought import latin_weight
from bot.search.wanted import Wanted
from bot.tags import fold_tag

_LINK, _MENTION = 40.0, 30.0
_TAG = 1.5  # times how rare the tag is
_WORD = 0.4  # times BM25
_LEAST = 5.0  # what has less to do with an entry than a rare word or two is no kin of it
_TELLING_WORDS = 16
_FEW_NAMESAKES = 4
# A word or a tag that more than this share of the entries hold, and more than a few, tells nothing.
_COMMON, _COMMON_TAG, _FEW = 0.2, 0.5, 20


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What stands around an entry: `mentioned` by arXiv id, the first note on each paper that it mentions,
    `same_paper` the other entries on its paper, oldest first, and the `related` ones, best first.
    """

    mentioned: Mapping[str, FiledEntry]
    same_paper: tuple[FiledEntry, ...]
    related: tuple[FiledEntry, ...]


def neighbours(reader: Reader, filed: FiledEntry, limit: int) -> Neighbours:
    """Return what stands around an entry, up to `limit` related ones."""
    mentioned = noted(reader, filed.entry.mentioned_arxiv_ids)
    paper = same_paper(reader, filed)
    return Neighbours(
        {mention: entries[0] for mention, entries in mentioned.items() if entries[0].id != filed.id},
        paper,
        _related(reader, filed, paper, limit),
    )


def related(reader: Reader, filed: FiledEntry, limit: int) -> tuple[FiledEntry, ...]:
    """Return the entries that have most to do with one, best first; other notes on the same paper are left out."""
    return _related(reader, filed, same_paper(reader, filed), limit)


def _related(reader: Reader, filed: FiledEntry, paper: Sequence[FiledEntry], limit: int) -> tuple[FiledEntry, ...]:
    known = {filed.id, *(other.id for other in paper)}
    wanted = [each for each in _links(filed) if reader.holders(each.field, each.term)]
    wanted += [*_shared_tags(filed, reader), *_telling_words(filed, reader)]
    found = reader.holding_any(wanted, limit + len(known), at_least=_LEAST) if wanted else []
    return tuple(other for other in found if other.id not in known)[:limit]


def same_paper(reader: Reader, filed: FiledEntry) -> tuple[FiledEntry, ...]:
    """Return the other entries on the same paper, oldest first.

    They share an own arXiv id, or the title where one of them has no id.
    """
    found = {other.id: other for own in filed.entry.arxiv_ids for other in _others(reader, "arxiv", own)}
    key = title_key(filed)
    namesakes = _others(reader, "titled", key) if key else []
    found |= {other.id: other for other in namesakes if _may_be_same(filed, other, len(namesakes))}
    return tuple(sorted((other for other in found.values() if other.id != filed.id), key=age))


def _others(reader: Reader, field: str, value: str) -> list[FiledEntry]:
    """Return the entries that share a value, none where it is one entry's own."""
    return reader.by_value(field, value) if reader.holders(field, value) > 1 else []


def noted(reader: Reader, references: Iterable[str]) -> dict[str, tuple[FiledEntry, ...]]:
    """Return the entries whose own paper or link a reference is, oldest first, for those references that have any."""
    answers = {}
    for reference in references:
        arxiv_id, link = read_reference(reference)
        entries = reader.by_value("arxiv", arxiv_id) if arxiv_id else []
        entries = entries or (reader.by_value("link", link) if link and not arxiv_id else [])
        if entries:
            answers[reference] = tuple(entries)
    return answers


def _may_be_same(one: FiledEntry, other: FiledEntry, namesakes: int) -> bool:
    """Tell whether two entries of one title are about one paper; a title like “Recent papers” names many."""
    if one.entry.arxiv_ids and other.entry.arxiv_ids:
        return False
    if one.entry.authors and other.entry.authors:
        return bool(set(one.entry.authors) & set(other.entry.authors))
    return namesakes <= _FEW_NAMESAKES


def _links(filed: FiledEntry) -> Iterator[Wanted]:
    """Yield what wiki links and mentioned papers lead to, and what leads here."""
    for target in filed.entry.relations:
        yield Wanted("source", note_name(target), _LINK)
        yield Wanted("name", note_name(target), _LINK)
    for path in (filed.source, *filed.copies):
        yield Wanted("relation", note_name(path), _LINK)
    for mentioned in filed.entry.mentioned_arxiv_ids:
        yield Wanted("arxiv", mentioned, _MENTION)
    for own in filed.entry.arxiv_ids:
        yield Wanted("mention", own, _MENTION)


def _shared_tags(filed: FiledEntry, reader: Reader) -> Iterator[Wanted]:
    for tag in {fold_tag(tag) for tag in filed.entry.tags}:
        held = reader.holders("tag", tag)
        if 1 < held <= max(_FEW, reader.entries * _COMMON_TAG):
            yield Wanted("tag", tag, _TAG * math.log(1 + reader.entries / (1 + held)))


def _telling_words(filed: FiledEntry, reader: Reader) -> Iterator[Wanted]:
    """Yield the words that tell most what an entry is about, where any other entry holds them."""
    face = reader.face_of(filed.id)
    vocabulary, common = reader.vocabulary(), max(_FEW, reader.entries * _COMMON)
    shared = {
        word: latin_weight(word, vocabulary)
        for word in (face.about.split() if face else ())
        if 1 < vocabulary.count(word) <= common
    }
    for word in sorted(shared, key=lambda word: (-shared[word], word))[:_TELLING_WORDS]:
        yield Wanted("text", word, _WORD, flat=False)
