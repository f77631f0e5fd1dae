"""Lay an entry out as an index document: which fields there are, and what goes into each."""

from collections.abc import Iterable, Iterator, Sequence

import tantivy

from bot.model import Entry, FiledEntry
from bot.search.analyse import (
    compact,
    compound_joins,
    hangul_words,
    is_hangul,
    latin_words,
    neighbour_joins,
    stems,
    syllable_pairs,
    tokens,
)
from bot.search.codec import encode_entry, encode_label, label_of
from bot.search.face import names, texts, title_key, write_face
from bot.search.initials import hangul_initials, latin_initials
from bot.search.references import fold_link
from bot.search.spoken import Spoken, sound_terms, speak
from bot.tags import fold_tag

ANALYSER_VERSION = 11  # raise it whenever an index built before would answer differently
STAMP_ID = "\x00stamp"
_WHOLE = ("id", "name", "titled", "arxiv", "mention", "link", "tag", "lang", "source", "relation")
_WORDS = ("title", "joined", "authors", "text", "pairs", "stem", "sound", "initials", "onsets", "called", "acronym")
_LONGEST_TERM = 2000  # characters; tantivy drops terms of more than 65,530 bytes


def build_schema() -> tantivy.Schema:
    """Return the fields of the index: values taken whole, and words parted by blanks."""
    builder = tantivy.SchemaBuilder()
    for name in _WHOLE:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in _WORDS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    for name in ("start", "end"):
        builder.add_integer_field(name, indexed=True, fast=True)
    for name in ("entry", "face", "label", "stamp"):
        builder.add_bytes_field(name, stored=True)
    return builder.build()


def build_document(filed: FiledEntry) -> tantivy.Document:
    """Return the index document of an entry."""
    spoken, body = speak(filed.entry), tokens(texts(filed.entry))
    document = tantivy.Document()
    for field, values in _whole_values(filed):
        for value in values:
            document.add_text(field, indexable(value))
    for field, words in _word_values(filed.entry, spoken, body):
        document.add_text(field, " ".join(words))
    document.add_bytes("entry", encode_entry(filed))
    document.add_bytes("label", encode_label(label_of(filed)))
    document.add_bytes("face", write_face(filed, spoken, body))
    if filed.date.start is not None and filed.date.end is not None:
        document.add_integer("start", filed.date.start.toordinal())
        document.add_integer("end", filed.date.end.toordinal())
    return document


def stamp_document(stamp: str) -> tantivy.Document:
    """Return the document that carries the index's stamp, so that both change in one commit."""
    document = tantivy.Document()
    document.add_text("id", STAMP_ID)
    document.add_bytes("stamp", stamp.encode("utf-8", "surrogatepass"))
    return document


def _whole_values(filed: FiledEntry) -> Iterator[tuple[str, Iterable[str]]]:
    entry = filed.entry
    yield "id", (filed.id,)
    yield "name", names(filed)
    yield "titled", (title_key(filed),)
    yield "arxiv", entry.arxiv_ids
    yield "mention", entry.mentioned_arxiv_ids
    yield "link", {fold_link(link) for link in entry.links}
    yield "tag", {fold_tag(tag) for tag in entry.tags}
    yield "lang", _languages(filed)
    yield "source", {note_name(path) for path in (filed.source, *filed.copies)}
    yield "relation", {note_name(target) for target in entry.relations}


def _word_values(entry: Entry, spoken: Spoken, body: Sequence[str]) -> Iterator[tuple[str, Iterable[str]]]:
    """Yield the words of each field; `body` are those of the texts."""
    titles = " \n ".join((entry.title, *entry.aliases))
    labels = " , ".join((*entry.authors, *entry.tags))
    written = texts(entry)
    named, told = hangul_words(titles), hangul_words(written)
    title = latin_words(tokens(titles))
    text = [*title, *latin_words(tokens(labels)), *latin_words(body)]
    yield "title", title
    yield "joined", {*neighbour_joins(tokens(titles)), *compound_joins(titles), *compound_joins(written)}
    yield "authors", tokens(" , ".join(entry.authors))
    yield "text", text
    yield "pairs", syllable_pairs([*named, *hangul_words(labels), *told])
    yield "stem", stems(text)
    yield "acronym", spoken.acronyms
    yield "sound", {term for name in spoken.said for term in sound_terms(name)}
    yield "initials", hangul_initials([*named, *told])
    yield "onsets", latin_initials(spoken.said)
    yield "called", latin_initials(spoken.called)


def text_field(word: str) -> str:
    """Return the field that tells which entries hold a word, or a pair of syllables, anywhere."""
    return "pairs" if is_hangul(word) else "text"


def note_name(path: str) -> str:
    """Return what a wiki link calls a note: its file's name without folder and suffix, compact."""
    return compact(path.rsplit("/", 1)[-1].removesuffix(".md"))


def _languages(filed: FiledEntry) -> list[str]:
    commentary = filed.entry.commentary
    return [language for language, texts in (("ko", commentary.ko), ("en", commentary.en)) if texts]


def indexable(value: str) -> str:
    """Return a value the index accepts: it knows no lone surrogates."""
    known = value if value.isascii() else value.encode("utf-8", "replace").decode()
    return known[:_LONGEST_TERM]
