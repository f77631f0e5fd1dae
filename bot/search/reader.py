"""Read one committed state of the index: candidates for a query, and entries by their values."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import tantivy
from tantivy import Occur, Query

from bot.model import FiledEntry, Label
from bot.search.analyse import tokens
from bot.search.codec import decode_entry, decode_label
from bot.search.face import Face, read_face
from bot.search.found import Filters
from bot.search.rank import Candidate
from bot.search.schema import STAMP_ID, indexable, text_field
from bot.search.sought import Vocabulary
from bot.search.wanted import Either, Wanted

Clause = tuple[Occur, Query]
_MOST_SOUNDS = 3000
_AT_HAND = 500  # faces, and as many entries, of some kilobytes each
_LABELS_AT_HAND = 5_000  # of half a kilobyte each: a few letters ask for many
_JUST_READ = 32  # documents: what is judged by its face may be shown next
_MOST_OF_A_VALUE = 200
_FIRST_DAY, _LAST_DAY = 1, date.max.toordinal()


@dataclass(frozen=True, slots=True)
class Reader:
    """A searcher over one committed state; safe for many threads.

    `entries` is how many there are. `face`, `filed` and `label` read a document by its segment and number there, and
    remember what they read last.
    """

    schema: tantivy.Schema
    searcher: tantivy.Searcher
    stamp: str
    entries: int
    face: Callable[[int, int], Face]
    filed: Callable[[int, int], FiledEntry]
    label: Callable[[int, int], Label]

    @classmethod
    def over(cls, index: tantivy.Index) -> "Reader":
        """Read the state that an index is in; raises ValueError where it lacks its stamp."""
        searcher = index.searcher()
        query = Query.term_query(index.schema, "id", STAMP_ID, "basic")
        hits = searcher.search(query, 1, count=False).hits
        if not hits:
            raise ValueError("an index without a stamp")
        stamp = _value(searcher.doc(hits[0][1]), "stamp").decode("utf-8", "surrogatepass")

        @lru_cache(_JUST_READ)
        def stored(segment: int, document: int) -> tantivy.Document:
            return searcher.doc(tantivy.DocAddress(segment, document))

        @lru_cache(_AT_HAND)
        def face(segment: int, document: int) -> Face:
            return read_face(_value(stored(segment, document), "face"))

        @lru_cache(_AT_HAND)
        def filed(segment: int, document: int) -> FiledEntry:
            return decode_entry(_value(stored(segment, document), "entry"))

        @lru_cache(_LABELS_AT_HAND)
        def label(segment: int, document: int) -> Label:
            return decode_label(_value(stored(segment, document), "label"))

        return cls(index.schema, searcher, stamp, searcher.num_docs - 1, face, filed, label)

    def vocabulary(self) -> Vocabulary:
        """Return the words of all entries, to analyse one query with."""
        return Vocabulary(self.entries, self._frequency, self._joined, self._sounding)

    def candidates(self, wanted: Iterable[Wanted | Either], filters: Sequence[Clause], limit: int) -> list[Candidate]:
        """Return entries that hold any of the terms, best first."""
        should = self._any_of(wanted)
        return self._collect(Query.boolean_query([*filters, (Occur.Must, should)]) if filters else should, limit)

    def holding_any(self, wanted: Iterable[Wanted | Either], limit: int, *, at_least: float) -> list[FiledEntry]:
        """Return the whole entries that hold any of the terms, best first, as far as that counts enough."""
        hits = self.searcher.search(self._any_of(wanted), limit, count=False).hits
        return [self.entry_at(address) for score, address in hits if score >= at_least]

    def weighed(
        self, wanted: Iterable[Wanted | Either], filters: Sequence[Clause], limit: int
    ) -> list[tuple[float, Label]]:
        """Return the labels of entries that hold any of the terms, each with how much that counts, best first."""
        query = Query.boolean_query([*filters, (Occur.Must, self._any_of(wanted))])
        hits = self.searcher.search(query, limit, count=False).hits
        return [(score, self.label_at(address)) for score, address in hits]

    def holding_all(self, words: Iterable[str], filters: Sequence[Clause], limit: int) -> list[Candidate]:
        """Return entries that hold every one of some words, somewhere, best by BM25 first."""
        must = [(Occur.Must, self._term(text_field(word), word, "freq")) for word in words]
        return self._collect(Query.boolean_query([*filters, *must]), limit)

    def holding(self, words: Iterable[str]) -> list[Clause]:
        """Return the clauses that select the entries that hold every one of some words."""
        terms = (self._term(text_field(word), word, "freq") for word in words)
        return [(Occur.Must, Query.const_score_query(term, 0.0)) for term in terms]

    def near(
        self, word: str, slips: int, others: Iterable[Wanted | Either], filters: Sequence[Clause], limit: int
    ) -> list[Candidate]:
        """Return entries that hold a word within a number of slips; those that hold other terms too come first."""
        fuzzy = Query.fuzzy_term_query(self.schema, "text", word, slips, transposition_cost_one=True)
        clauses = [*filters, (Occur.Must, Query.const_score_query(fuzzy, 1.0))]
        clauses += [(Occur.Should, self._query(each)) for each in others]
        return self._collect(Query.boolean_query(clauses), limit)

    def beginning_with(self, field: str, beginning: str, limit: int) -> list[tuple[str, int]]:
        """Return the terms of a field that begin so, in their order, each with how many entries hold it."""
        return self.searcher.terms_with_prefix(field, indexable(beginning), limit=limit)

    def holders(self, field: str, value: str) -> int:
        """Return how many entries hold a whole value, one just replaced among them."""
        return self.searcher.doc_freq(field, indexable(value))

    def by_value(self, field: str, value: str) -> list[FiledEntry]:
        """Return the entries that hold a whole value, oldest first, undated ones last."""
        query = self._term(field, value, "basic")
        hits = self.searcher.search(query, _MOST_OF_A_VALUE, count=False).hits
        return sorted((self.entry_at(address) for _, address in hits), key=age)

    def newest(self, filters: Sequence[Clause], limit: int) -> tuple[list[FiledEntry], int]:
        """Return the newest entries that fulfil filters, and how many do."""
        addresses, total = self._newest(filters, limit)
        return [self.entry_at(address) for address in addresses], total

    def newest_labels(self, filters: Sequence[Clause], limit: int) -> list[Label]:
        """Return the labels of the newest entries that fulfil filters."""
        return [self.label_at(address) for address in self._newest(filters, limit)[0]]

    def _newest(self, filters: Sequence[Clause], limit: int) -> tuple[list[tantivy.DocAddress], int]:
        stamp = self._term("id", STAMP_ID, "basic")
        clauses = [*filters, (Occur.Must, Query.all_query()), (Occur.MustNot, stamp)]
        found = self.searcher.search(Query.boolean_query(clauses), limit, order_by_field="start")
        return [address for _, address in found.hits], _count(found)

    def entry(self, entry_id: str) -> FiledEntry | None:
        """Return an entry by its id."""
        if entry_id == STAMP_ID:
            return None
        return next(iter(self.by_value("id", entry_id)), None)

    def entry_at(self, address: tantivy.DocAddress) -> FiledEntry:
        """Return the entry of a document."""
        return self.filed(address.segment_ord, address.doc)

    def face_of(self, entry_id: str) -> Face | None:
        """Return the face of an entry by its id."""
        hits = self.searcher.search(self._term("id", entry_id, "basic"), 1, count=False).hits
        return self.face(hits[0][1].segment_ord, hits[0][1].doc) if hits else None

    def label_at(self, address: tantivy.DocAddress) -> Label:
        """Return the label of a document's entry."""
        return self.label(address.segment_ord, address.doc)

    def clauses(self, filters: Filters) -> list[Clause]:
        """Return the query clauses that filters stand for; they select and do not score."""
        must = [self._term("tag", tag, "basic") for tag in filters.tags]
        must += [self._term("lang", language, "basic") for language in filters.languages]
        names = [tokens(author) or [author] for author in filters.authors]
        must += [self._term("authors", part, "freq") for name in names for part in name]
        if filters.since:
            must.append(self._days("end", filters.since.toordinal(), _LAST_DAY))
        if filters.until:
            must.append(self._days("start", _FIRST_DAY, filters.until.toordinal()))
        excluded = [self._term("tag", tag, "basic") for tag in filters.excluded_tags]
        return [
            *((Occur.Must, Query.const_score_query(query, 0.0)) for query in must),
            *((Occur.MustNot, query) for query in excluded),
        ]

    def _frequency(self, word: str) -> int:
        return self.searcher.doc_freq(text_field(word), word)

    def _joined(self, word: str) -> int:
        return self.searcher.doc_freq("joined", word)

    def _sounding(self, key: str) -> list[str]:
        terms = self.beginning_with("sound", f"{key}:", _MOST_SOUNDS)
        return [term.partition(":")[2] for term, _ in terms]

    def _term(self, field: str, value: str, option: str) -> Query:
        return Query.term_query(self.schema, field, indexable(value), option)

    def _days(self, field: str, first: int, last: int) -> Query:
        return Query.range_query(self.schema, field, tantivy.FieldType.Integer, first, last)

    def _any_of(self, wanted: Iterable[Wanted | Either]) -> Query:
        return Query.boolean_query([(Occur.Should, self._query(each)) for each in wanted])

    def _query(self, wanted: Wanted | Either) -> Query:
        if isinstance(wanted, Either):
            return Query.disjunction_max_query([self._query(term) for term in wanted.terms])
        query = self._term(wanted.field, wanted.term, "basic" if wanted.flat else "freq")
        if wanted.flat:
            return Query.const_score_query(query, wanted.boost)
        return Query.boost_query(query, wanted.boost)

    def _collect(self, query: Query, limit: int) -> list[Candidate]:
        hits = self.searcher.search(query, limit, count=False).hits
        return [Candidate(address, self.face(address.segment_ord, address.doc), score) for score, address in hits]


def _value(document: tantivy.Document, field: str) -> bytes:
    value = document.get_first(field)
    if not isinstance(value, bytes):
        raise ValueError(f"a document without {field}")
    return value


def _count(found: tantivy.SearchResult) -> int:
    """Return how many documents a search found in all; the stubs of tantivy 0.27 do not know the attribute."""
    return int(getattr(found, "count", None) or 0)


def age(filed: FiledEntry) -> tuple[date, str]:
    """Order entries from the oldest to the newest, undated ones last."""
    return filed.date.start or date.max, filed.source
