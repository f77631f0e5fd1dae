"""Lay an entry out as an index document: which fields there are, and what goes into each."""

import tantivy

from bot.model import FiledEntry
from bot.search.analyse import compact, neighbour_joins, stems, terms, tokens
from bot.search.codec import encode_entry
from bot.tags import fold_tag

ANALYSER_VERSION = 1  # raise it whenever an index built before would answer differently
STAMP_ID = "\x00stamp"
_LONGEST_NAME = 300


def build_schema() -> tantivy.Schema:
    """Return the fields of the index: whole values under `raw`, analysed ones parted by blanks."""
    builder = tantivy.SchemaBuilder()
    for name in ("id", "name", "arxiv", "mention", "link", "tag", "lang", "source"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("title", "authors", "text", "stem"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    for name in ("start", "end"):
        builder.add_integer_field(name, indexed=True, fast=True)
    for name in ("entry", "face", "stamp"):
        builder.add_bytes_field(name, stored=True)
    return builder.build()


def build_document(filed: FiledEntry) -> tantivy.Document:
    """Return the index document of an entry."""
    entry = filed.entry
    document = tantivy.Document()
    document.add_text("id", _indexable(filed.id))
    for name in names(filed):
        document.add_text("name", name)
    for field, values in (
        ("arxiv", entry.arxiv_ids),
        ("mention", entry.mentioned_arxiv_ids),
        ("link", entry.links),
        ("tag", {fold_tag(tag) for tag in entry.tags}),
        ("lang", _languages(filed)),
    ):
        for value in values:
            document.add_text(field, _indexable(value))
    titles = " \n ".join((entry.title, *entry.aliases))
    title_terms = [*terms(titles), *neighbour_joins(tokens(titles))]
    people = terms(" , ".join(entry.authors))
    labels = terms(" , ".join(entry.tags))
    body = terms("\n".join((entry.abstract or "", *entry.commentary.ko, *entry.commentary.en)))
    everything = [*title_terms, *people, *labels, *body]
    document.add_text("title", " ".join(title_terms))
    document.add_text("authors", " ".join(people))
    document.add_text("text", " ".join(everything))
    document.add_text("stem", " ".join(stems(everything)))
    document.add_bytes("entry", encode_entry(filed))
    if filed.date.start is not None and filed.date.end is not None:
        document.add_integer("start", filed.date.start.toordinal())
        document.add_integer("end", filed.date.end.toordinal())
    return document


def names(filed: FiledEntry) -> set[str]:
    """Return what an entry is called, compact: its title, the title's head before a colon, its aliases."""
    title = filed.entry.title
    spoken = (title, title.partition(":")[0], *filed.entry.aliases)
    return {compact(name)[:_LONGEST_NAME] for name in spoken} - {""}


def _languages(filed: FiledEntry) -> list[str]:
    commentary = filed.entry.commentary
    return [language for language, texts in (("ko", commentary.ko), ("en", commentary.en)) if texts]


def _indexable(value: str) -> str:
    """Return a value the index accepts: it knows no lone surrogates, and no term of more than 65,530 bytes."""
    return value.encode("utf-8", "replace").decode()[:2000]
