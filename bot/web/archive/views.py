"""What a page shows of an entry: plain values with addresses, decided before any template is drawn. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot import cards
from bot.model import Entry, FiledEntry, NoteDate
from bot.notes.links import arxiv_id
from bot.richtext import Spans
from bot.web.archive.addresses import Addresses
from bot.web.archive.ink import linked_paragraphs, web_address
from bot.words import Words

# Of a long list of authors these stay in sight; one that is hardly longer isn't worth folding.
AUTHORS_SHOWN = 12
AUTHORS_UNFOLDED = 16
AUTHORS_IN_SHORT = 2
RELATED_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Anchor:
    """Words that lead somewhere; `address` is None where there is nowhere to go.

    `aside` is small print after them, `notes` how many notes are there.
    """

    text: str
    address: str | None = None
    aside: str = ""
    notes: int | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """An entry in a list; `date` is None where the list's heading says it."""

    title: str
    address: str
    date: Anchor | None
    authors: str
    tags: tuple[Anchor, ...]
    opening: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A paper that a note names: our own note on it where there is one, and the paper itself."""

    paper: Anchor
    note: Anchor | None = None


@dataclass(frozen=True, slots=True)
class NoteView:
    """An entry on its own page, in reading order. `other_words` are the writer's words in the other language."""

    title: str
    address: str
    paper: Anchor | None
    date: Anchor
    authors: tuple[str, ...]
    more_authors: tuple[str, ...]
    tags: tuple[Anchor, ...]
    words: tuple[Spans, ...]
    other_words: tuple[Spans, ...]
    abstract: tuple[Spans, ...]
    links: tuple[Anchor, ...]
    mentions: tuple[Mention, ...]
    also_noted: tuple[Anchor, ...]
    related: tuple[Anchor, ...]
    before: Anchor | None
    after: Anchor | None
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """Draw entries in a reader's words, with the addresses of this archive."""

    words: Words
    addresses: Addresses

    def summary(self, filed: FiledEntry, under: NoteDate | None = None) -> Summary:
        """Return what a list shows of an entry; `under` is the date that the list's heading says."""
        entry = filed.entry
        return Summary(
            title=entry.title,
            address=self.addresses.note(filed.id),
            date=None if filed.date == under else self.on(filed.date),
            authors=cards.authors_in_short(entry.authors[:AUTHORS_IN_SHORT], len(entry.authors)),
            tags=self.tags(entry.tags),
            opening=cards.first_sentences(entry, self.words.language),
        )

    def summaries(self, filed: Iterable[FiledEntry], under: NoteDate | None = None) -> tuple[Summary, ...]:
        """Return what a list shows of entries, in their order."""
        return tuple(self.summary(one, under) for one in filed)

    def note(
        self,
        filed: FiledEntry,
        *,
        noted: Mapping[str, FiledEntry],
        same_paper: Sequence[FiledEntry],
        related: Sequence[FiledEntry],
        same_date: Sequence[tuple[str, str]] = (),
    ) -> NoteView:
        """Return an entry's page.

        `noted` maps mentioned arXiv ids to the entries that write them up; `same_date` are id and title of the
        entries of its date, itself included, in order.
        """
        entry = filed.entry
        chosen = cards.commentary(entry, self.words.language)
        both = entry.commentary.ko and entry.commentary.en
        other = entry.commentary.en if chosen is entry.commentary.ko else entry.commentary.ko
        paper = paper_address(entry)
        in_sight = AUTHORS_SHOWN if len(entry.authors) > AUTHORS_UNFOLDED else AUTHORS_UNFOLDED
        return NoteView(
            title=entry.title,
            address=self.addresses.note(filed.id),
            paper=Anchor(_bare(paper), paper) if paper else None,
            date=self.on(filed.date),
            authors=entry.authors[:in_sight],
            more_authors=entry.authors[in_sight:],
            tags=self.tags(entry.tags),
            words=linked_paragraphs(chosen),
            other_words=linked_paragraphs(other) if both else (),
            abstract=linked_paragraphs((entry.abstract or "").split("\n\n")),
            links=tuple(Anchor(link, link) for link in _other_links(entry, paper)),
            mentions=tuple(self._mention(identifier, noted.get(identifier)) for identifier in _mentioned(entry)),
            also_noted=tuple(self._dated(one) for one in same_paper if one.id != filed.id),
            related=tuple(self._dated(one) for one in related[:RELATED_SHOWN]),
            before=self._beside(filed, same_date, -1),
            after=self._beside(filed, same_date, 1),
            sources=(filed.source, *filed.copies),
        )

    def on(self, when: NoteDate) -> Anchor:
        """Return a date as a link to all notes of it."""
        return Anchor(self.words.note_date(when), self.addresses.on(when) or self.addresses.undated())

    def tags(self, tags: Iterable[str]) -> tuple[Anchor, ...]:
        """Return tags as links to all notes that carry them."""
        return tuple(Anchor(f"#{tag}", self.addresses.tag(tag)) for tag in tags)

    def _dated(self, filed: FiledEntry) -> Anchor:
        return Anchor(filed.entry.title, self.addresses.note(filed.id), self.words.note_date(filed.date))

    def _beside(self, filed: FiledEntry, same_date: Sequence[tuple[str, str]], step: int) -> Anchor | None:
        """Return the entry before or after one, among those of its date."""
        ids = [entry_id for entry_id, _ in same_date]
        place = ids.index(filed.id) + step if filed.id in ids else -1
        if not 0 <= place < len(ids):
            return None
        entry_id, title = same_date[place]
        return Anchor(title, self.addresses.note(entry_id))

    def _mention(self, identifier: str, filed: FiledEntry | None) -> Mention:
        paper = Anchor(f"arXiv:{identifier}", cards.ARXIV_ABSTRACT.format(identifier))
        return Mention(paper, self._dated(filed) if filed else None)


def paper_address(entry: Entry) -> str | None:
    """Return where the paper is; an address that only stands among the writer's words is part of what they say."""
    address = cards.paper_url(entry)
    return None if address is None or (not entry.arxiv_ids and _is_said(address, entry)) else address


def _is_said(address: str, entry: Entry) -> bool:
    bare = _bare(address)
    return any(bare in paragraph for paragraph in (*entry.commentary.ko, *entry.commentary.en))


def _mentioned(entry: Entry) -> Sequence[str]:
    return tuple(dict.fromkeys(entry.mentioned_arxiv_ids))


def _other_links(entry: Entry, paper: str | None) -> Sequence[str]:
    """Return the links that aren't shown elsewhere already: as the paper, as a mention, among the writer's words."""
    shown = {*entry.arxiv_ids, *entry.mentioned_arxiv_ids}
    addresses = dict.fromkeys(web_address(link) for link in entry.links)
    others = (link for link in addresses if link != paper and arxiv_id(link) not in shown)
    return tuple(link for link in others if not _is_said(link, entry))


def _bare(address: str) -> str:
    """Return an address as a person would write it down."""
    return address.partition("://")[2].removeprefix("www.").rstrip("/") or address
