"""The addresses of the archive: one place that knows where a note, a date, a tag, a search and a feed are. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, urlencode

from bot.dates import read_date
from bot.errors import UsageError
from bot.model import DateKind, NoteDate
from bot.permalinks import note_path
from bot.tags import fold_tag

UNDATED = "undated"
_RANGE = ".."


@dataclass(frozen=True, slots=True)
class Addresses:
    """Write addresses below `prefix`; `language` is kept in them where the reader chose one.

    `origin` is scheme and host, for what must be absolute: feeds and canonical links.
    """

    origin: str
    prefix: str = ""
    language: str | None = None

    def home(self) -> str:
        """Return the address of the front page."""
        return self._page("/")

    def note(self, entry_id: str) -> str:
        """Return the permalink of an entry."""
        return self._page(note_path(entry_id))

    def dates(self) -> str:
        """Return the address of the list of dates."""
        return self._page("/dates")

    def on(self, when: NoteDate) -> str | None:
        """Return the address of a date's notes, None for no date."""
        name = date_name(when)
        return self._page(f"/dates/{name}") if name else None

    def undated(self) -> str:
        """Return the address of the notes without a date."""
        return self._page(f"/dates/{UNDATED}")

    def in_month(self, first: date) -> str:
        """Return the address of a month's notes."""
        return self._page(f"/dates/{first:%Y-%m}")

    def tags(self) -> str:
        """Return the address of the list of tags."""
        return self._page("/tags")

    def tag(self, tag: str, page: int = 1) -> str | None:
        """Return the address of a tag's notes, None for a tag that no address can hold."""
        name = tag_name(tag)
        return self._page(f"/tags/{name}", page=page) if name else None

    def search(self, query: str | None = None, page: int = 1) -> str:
        """Return the address of the search, with a query where there is one."""
        return self._page("/search", query=query, page=page)

    def feed(self, tag: str | None = None) -> str | None:
        """Return the address of the feed of all notes, or of a tag's."""
        name = tag_name(tag) if tag is not None else None
        if tag is not None and name is None:
            return None
        return self._page(f"/feeds/tags/{name}.atom" if name else "/feeds/all.atom")

    def file(self, name: str) -> str:
        """Return the address of a stylesheet or picture."""
        return f"{self.prefix}/static/{name}"

    def open_search(self) -> str:
        """Return the address of what tells browsers how to search here."""
        return self._page("/opensearch.xml")

    def absolute(self, address: str) -> str:
        """Return an address with scheme and host."""
        return self.origin + address

    def in_language(self, language: str | None) -> "Addresses":
        """Return the same addresses with a language chosen, or with none."""
        return Addresses(self.origin, self.prefix, language)

    def _page(self, path: str, query: str | None = None, page: int = 1) -> str:
        parameters: Mapping[str, str | None] = {
            "q": query,
            "page": str(page) if page > 1 else None,
            "lang": self.language,
        }
        given = {name: value for name, value in parameters.items() if value is not None}
        return f"{self.prefix}{path}" + (f"?{urlencode(given, errors='replace')}" if given else "")


def date_name(when: NoteDate) -> str | None:
    """Write a date as addresses do: `2024-04-17`, `2024-04`, `2023-04-16..2023-04-22`; None for no date."""
    if when.start is None or when.end is None:
        return None
    match when.kind:
        case DateKind.DAY:
            return when.start.isoformat()
        case DateKind.MONTH:
            return f"{when.start:%Y-%m}"
        case _:
            return f"{when.start.isoformat()}{_RANGE}{when.end.isoformat()}"


def read_date_name(text: str, today: date) -> NoteDate | None:
    """Read a date from an address, and any way a person writes one; None for what is no date at all."""
    try:
        first, dots, last = text.partition(_RANGE)
        if dots:
            start, end = date.fromisoformat(first), date.fromisoformat(last)
            return NoteDate(DateKind.WEEK, start, end) if start <= end else None
        return read_date(text, today)
    except (ValueError, UsageError):
        return None


def tag_name(tag: str) -> str | None:
    """Write a tag as a path; None where browsers would read it as something else (`..`) or nothing is left of it."""
    folded = fold_tag(tag)
    if any(step in ("", ".", "..") for step in folded.split("/")):
        return None
    return quote(folded, safe="/", errors="replace")
