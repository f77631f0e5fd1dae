"""Draw what there is: the front page, the dates, the tags. Reads the database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from bot.library import Library
from bot.model import DateKind, FiledEntry, NoteDate, TagCount
from bot.sentences import sentence
from bot.tags import fold_tag
from bot.web.archive import calendar
from bot.web.archive.addresses import UNDATED, Addresses, date_name, read_date_name
from bot.web.archive.catalogue import Catalogue
from bot.web.archive.drawing import Page, Place, Templates, Visit
from bot.web.archive.failures import draw_failure
from bot.web.archive.overview import Overviews
from bot.web.archive.views import Anchor, Drawing, Summary
from bot.words import Words

NEWEST_SHOWN = 12
TAGS_ON_THE_FRONT_PAGE = 24
NOTES_ON_A_PAGE = 30
UNDATED_AT_MOST = 500


@dataclass(frozen=True, slots=True)
class Day:
    """A date and its notes."""

    date: Anchor
    notes: tuple[Summary, ...]


class BrowsingPages:
    """The pages by date and by tag. `today` is the installation's local date."""

    def __init__(
        self,
        library: Library,
        catalogue: Catalogue,
        overviews: Overviews,
        templates: Templates,
        *,
        today: Callable[[], date],
    ) -> None:
        self._library = library
        self._overviews = overviews
        self._catalogue = catalogue
        self._templates = templates
        self._today = today

    def home(self, visit: Visit) -> Page:
        """Draw the front page: the newest notes by date, the tags in use."""
        drawing = Drawing(visit.words, visit.to)
        overview = self._overviews.present()
        newest = groupby(overview.newest[:NEWEST_SHOWN], lambda filed: filed.date)
        days = [Day(drawing.on(when), drawing.summaries(notes, when)) for when, notes in newest]
        tags = _tag_links(overview.tags[:TAGS_ON_THE_FRONT_PAGE], visit.to)
        return self._templates.draw("home.html", visit, Addresses.home, days=days, tags=tags)

    def dates(self, visit: Visit) -> Page:
        """Draw the list of dates."""
        counts = self._overviews.present().dates
        undated = sum(one.entries for one in counts if one.date.start is None)
        anchor = Anchor(visit.words.gettext("Without a date"), visit.to.undated(), notes=undated) if undated else None
        years = calendar.years(counts, visit.words, visit.to)
        return self._templates.draw("dates.html", visit, Addresses.dates, years=years, undated=anchor, here="dates")

    def date(self, visit: Visit, name: str) -> Page:
        """Draw the notes of a day, a week or a month; any way to write a date leads there."""
        if name == UNDATED:
            return self._undated(visit)
        when = read_date_name(name, self._today())
        if when is None or when.start is None or when.end is None:
            missing = sentence("“{text}” is not a date. Use YYYY-MM-DD, e.g. 2024-04-17.", text=name[:40])
            return draw_failure(self._templates, visit, 404, said=missing)
        if name != date_name(when):
            return Page(b"", 302, location=visit.to.on(when))
        notes = self._library.entries_between(when.start, when.end)
        newer, older = calendar.neighbours(self._overviews.present().dates, when, visit.words, visit.to)
        return self._list(
            visit,
            lambda to: to.on(when) or to.dates(),
            heading=_heading(when, visit.words),
            said=_said(when, len(notes), visit.words),
            notes=notes,
            status=200 if notes else 404,
            under=when,
            turns=(newer, older),
            here="dates",
        )

    def tags(self, visit: Visit) -> Page:
        """Draw the list of tags, most used first."""
        tags = _tag_links(self._overviews.present().tags, visit.to)
        return self._templates.draw("tags.html", visit, Addresses.tags, tags=tags, here="tags")

    def tag(self, visit: Visit, tag: str, number: int) -> Page:
        """Draw one page of the notes that carry a tag; `number` counts from 1."""
        count = self._overviews.present().tag(tag)
        first = (number - 1) * NOTES_ON_A_PAGE
        if count is None or first >= count.entries:
            missing = sentence("No note has #{tag}. The list of tags shows which there are.", tag=fold_tag(tag)[:80])
            return draw_failure(self._templates, visit, 404, said=missing)
        notes = self._catalogue.tagged(tag, first, NOTES_ON_A_PAGE)
        newer = Anchor("", visit.to.tag(tag, number - 1)) if number > 1 else None
        older = Anchor("", visit.to.tag(tag, number + 1)) if first + len(notes) < count.entries else None
        return self._list(
            visit,
            lambda to: to.tag(tag, number) or to.tags(),
            heading=f"#{count.tag}",
            said=counted(count.entries, visit.words),
            notes=notes,
            feed=visit.to.feed(tag),
            turns=(newer, older),
            here="tags",
        )

    def _undated(self, visit: Visit) -> Page:
        notes = self._catalogue.undated(UNDATED_AT_MOST)
        heading, said = visit.words.gettext("Without a date"), counted(len(notes), visit.words)
        return self._list(
            visit, Addresses.undated, heading=heading, said=said, notes=notes, under=NoteDate(), here="dates"
        )

    def _list(
        self,
        visit: Visit,
        place: Place,
        *,
        heading: str,
        said: str,
        notes: Sequence[FiledEntry],
        here: str,
        status: int = 200,
        under: NoteDate | None = None,
        feed: str | None = None,
        turns: tuple[Anchor | None, Anchor | None] = (None, None),
    ) -> Page:
        """Draw a list of notes; `under` is the date that the heading says, so that notes of just this date needn't."""
        summaries = Drawing(visit.words, visit.to).summaries(notes, under)
        return self._templates.draw(
            "list.html",
            visit,
            place,
            status=status,
            heading=heading,
            counted=said,
            notes=summaries,
            feed=feed,
            newer=turns[0],
            older=turns[1],
            here=here,
        )


def counted(number: int, words: Words) -> str:
    """Say how many notes there are."""
    return words.ngettext("{number} note", "{number} notes", number)


def _tag_links(counts: Sequence[TagCount], to: Addresses) -> tuple[Anchor, ...]:
    return tuple(Anchor(f"#{count.tag}", to.tag(count.tag), notes=count.entries) for count in counts)


def _heading(when: NoteDate, words: Words) -> str:
    return words.day(when.start) if when.kind is DateKind.DAY and when.start else words.note_date(when)


def _said(when: NoteDate, number: int, words: Words) -> str:
    return counted(number, words) if number else words.gettext("No notes for {when}.", when=words.note_date(when))
