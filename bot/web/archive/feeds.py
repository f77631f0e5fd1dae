"""Write Atom feeds (RFC 4287) of entries, and the description that lets browsers search here. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, tzinfo
from html import escape
from urllib.parse import quote
from uuid import UUID, uuid5
from xml.etree import ElementTree

from bot import cards
from bot.model import FiledEntry
from bot.web.archive.addresses import Addresses
from bot.web.archive.drawing import ATOM, Page
from bot.web.archive.ink import ink, web_address
from bot.web.archive.views import paper_address
from bot.words import Words

_ATOM = "http://www.w3.org/2005/Atom"
_OPEN_SEARCH = "http://a9.com/-/spec/opensearch/1.1/"
# Ids of feeds and entries are made below this one, so they stay the same wherever the archive moves.
_NAMESPACE = UUID("5d0c9a52-2f0e-5c59-8a55-0f6a3f1f7e11")
# What may stand in an address as it is; `%` because addresses are quoted already.
_URL_CHARACTERS = "%/:=&?~#+!$,;'@()*[]"
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed is about: its title, its lasting name, its own address and that of its page (without origin)."""

    title: str
    name: str
    address: str
    page: str


@dataclass(frozen=True, slots=True)
class Dating:
    """Date entries: published at the midnight (in `zone`) of their last day, updated when they came, if that is later.

    A note that comes late is news to whoever follows, although its date is of last week.
    """

    zone: tzinfo
    arrivals: Mapping[str, datetime]

    def published(self, filed: FiledEntry) -> datetime:
        """Return when an entry is dated."""
        return datetime.combine(filed.date.end, time(), self.zone) if filed.date.end else _BEGINNING

    def updated(self, filed: FiledEntry) -> datetime:
        """Return since when an entry is as it is here."""
        arrived = self.arrivals.get(filed.id, _BEGINNING).replace(microsecond=0).astimezone(self.zone)
        return max(self.published(filed), arrived)


def atom(feed: Feed, filed: Sequence[FiledEntry], to: Addresses, words: Words, dating: Dating) -> Page:
    """Write a feed of entries, in their order."""
    root = ElementTree.Element("feed", {"xmlns": _ATOM, "xml:lang": words.language})
    _say(root, "id", _id("feed", feed.name))
    _say(root, "title", feed.title)
    _say(root, "updated", max(map(dating.updated, filed), default=_BEGINNING).isoformat())
    _link(root, "self", to.absolute(feed.address), ATOM)
    _link(root, "alternate", to.absolute(feed.page), "text/html")
    _say(ElementTree.SubElement(root, "author"), "name", "Paperboy")
    for one in filed:
        _add_entry(root, one, to, words, dating)
    return Page(_serialize(root), content_type=ATOM)


def open_search(to: Addresses, words: Words) -> Page:
    """Describe the search for browsers (OpenSearch 1.1)."""
    root = ElementTree.Element("OpenSearchDescription", {"xmlns": _OPEN_SEARCH})
    for name, text in (("ShortName", "Paperboy"), ("Description", words.gettext("Search the notes"))):
        ElementTree.SubElement(root, name).text = text
    template = to.absolute(f"{to.prefix}/search?q={{searchTerms}}")
    ElementTree.SubElement(root, "Url", {"type": "text/html", "template": template})
    return Page(_serialize(root), content_type="application/opensearchdescription+xml")


def _add_entry(root: ElementTree.Element, filed: FiledEntry, to: Addresses, words: Words, dating: Dating) -> None:
    element = ElementTree.SubElement(root, "entry")
    _say(element, "id", _id("entry", filed.id))
    _say(element, "title", filed.entry.title)
    _say(element, "updated", dating.updated(filed).isoformat())
    _say(element, "published", dating.published(filed).isoformat())
    _link(element, "alternate", to.absolute(to.note(filed.id)), "text/html")
    if paper := paper_address(filed.entry):
        _link(element, "related", web_address(paper))
    for tag in filed.entry.tags:
        ElementTree.SubElement(element, "category", {"term": ink(tag)})
    content = ElementTree.SubElement(element, "content", {"type": "html"})
    content.text = ink(_html(filed, words))


def _html(filed: FiledEntry, words: Words) -> str:
    authors = cards.authors_in_short(filed.entry.authors[: cards.AUTHORS_SHOWN], len(filed.entry.authors))
    caption = " · ".join(part for part in (words.note_date(filed.date), authors) if part)
    return _paragraphs((caption, *cards.commentary(filed.entry, words.language)))


def _paragraphs(paragraphs: Iterable[str]) -> str:
    return "".join(f"<p>{escape(text)}</p>".replace("\n", "<br>") for text in paragraphs if ink(text).strip())


def _id(kind: str, name: str) -> str:
    return uuid5(_NAMESPACE, f"{kind}:{ink(name)}").urn


def _say(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = ink(text)


def _link(parent: ElementTree.Element, relation: str, address: str, media_type: str | None = None) -> None:
    href = quote(address, safe=_URL_CHARACTERS, errors="replace")
    typed = {"type": media_type} if media_type else {}
    ElementTree.SubElement(parent, "link", {"rel": relation, "href": href, **typed})


def _serialize(root: ElementTree.Element) -> bytes:
    # Namespaces are plain attributes here: ElementTree's own way to a default namespace is a global registry.
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written
