"""Draw a note, and what the search finds: the very same search as in chat. The index alone answers."""

from collections.abc import Callable, Sequence
from datetime import date
from math import ceil

from bot.errors import StorageError, UsageError
from bot.library import Library
from bot.model import FiledEntry
from bot.search.found import Found, Match
from bot.sentences import sentence
from bot.web.archive.catalogue import Catalogue
from bot.web.archive.drawing import Page, Templates, Visit
from bot.web.archive.failures import draw_failure
from bot.web.archive.views import RELATED_SHOWN, Anchor, Drawing
from bot.words import Words

MATCHES_ON_A_PAGE = 20
# Whoever needs more is better served by another word in the query.
MATCHES_AT_MOST = 100
PAGES_AT_MOST = MATCHES_AT_MOST // MATCHES_ON_A_PAGE


class LookupPages:
    """The page of a note, and of a search. `today` is the installation's local date."""

    def __init__(
        self, library: Library, catalogue: Catalogue, templates: Templates, *, today: Callable[[], date]
    ) -> None:
        self._library = library
        self._catalogue = catalogue
        self._templates = templates
        self._today = today

    def note(self, visit: Visit, entry_id: str) -> Page:
        """Draw one entry."""
        filed = self._library.entry(entry_id)
        if filed is None:
            missing = sentence("That note is no longer there. The search may find it by its title.")
            return draw_failure(self._templates, visit, 404, said=missing)
        around = self._library.neighbours(filed, RELATED_SHOWN)
        view = Drawing(visit.words, visit.to).note(
            filed,
            noted=around.mentioned,
            same_paper=around.same_paper,
            related=around.related,
            same_date=self._same_date(filed),
        )
        return self._templates.draw("note.html", visit, lambda to: to.note(entry_id), note=view)

    def _same_date(self, filed: FiledEntry) -> Sequence[tuple[str, str]]:
        """Return the entries of a note's date; none while the database is away, for the note itself needs none."""
        if filed.date.start is None:
            return ()
        try:
            return self._catalogue.titles_on(filed.date)
        except StorageError:
            return ()

    def search(self, visit: Visit, query: str, number: int) -> Page:
        """Draw one page of matches, or ways to ask where nothing is asked; `number` counts from 1."""
        query = " ".join(query.split())
        number = min(number, PAGES_AT_MOST)
        if not query:
            return self._draw(visit, "", 1, examples=_examples(visit.words))
        try:
            found = self._library.find(query, limit=number * MATCHES_ON_A_PAGE, today=self._today())
        except UsageError as error:
            return self._draw(visit, query, number, status=400, said=visit.words.say(error.sentence))
        return self._found(visit, query, number, found)

    def _found(self, visit: Visit, query: str, number: int, found: Found) -> Page:
        number = min(number, max(1, ceil(found.total / MATCHES_ON_A_PAGE)))
        first = (number - 1) * MATCHES_ON_A_PAGE
        matches = found.matches[first : first + MATCHES_ON_A_PAGE] if found.confident else ()
        more = number < PAGES_AT_MOST and found.confident and found.total > first + len(matches)
        drawing = Drawing(visit.words, visit.to)
        return self._draw(
            visit,
            query,
            number,
            said=_said(found, visit.words),
            notes=drawing.summaries(_entries(matches)),
            closest=drawing.summaries(_entries(found.closest)) if not found.confident else (),
            newer=Anchor("", visit.to.search(query, number - 1)) if number > 1 else None,
            older=Anchor("", visit.to.search(query, number + 1)) if more and matches else None,
        )

    def _draw(self, visit: Visit, query: str, number: int, *, status: int = 200, **values: object) -> Page:
        nothing: dict[str, object] = {"said": "", "notes": (), "closest": (), "newer": None, "older": None}
        return self._templates.draw(
            "search.html",
            visit,
            lambda to: to.search(query or None, number),
            status=status,
            **{**nothing, "examples": (), "query": query, "here": "search", **values},
        )


def _entries(matches: Sequence[Match]) -> list[FiledEntry]:
    return [match.entry for match in matches]


def _said(found: Found, words: Words) -> str:
    if not found.confident:
        return words.gettext("No note on “{query}”.", query=found.query)
    counted = words.ngettext("{number} note", "{number} notes", found.total)
    if found.read_as is None:
        return counted
    return f"{counted} · " + words.gettext("Read as “{query}”.", query=found.read_as)


def _examples(words: Words) -> Sequence[tuple[str, str]]:
    """Return (a query, what it does), in the order a newcomer needs them."""
    return (
        ("megalodon", words.gettext("finds a note by title, also with a typo or in Hangul")),
        ("상태 추적", words.gettext("finds it by words of the note")),
        ("2304.08109", words.gettext("finds it by arXiv id or address")),
        ("author:merrill #llm from:2024-01", words.gettext("narrows by author, tag and date")),
    )
