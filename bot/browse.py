"""Answer by date and by tag: a date's notes, and the tags there are."""

from datetime import date

from bot import cards
from bot.commands import ShowDigest, Tags
from bot.library import Library
from bot.lookup import asked
from bot.message import Action, Outcome, Reply, Request
from bot.model import DateKind, FiledEntry, NoteDate
from bot.richtext import Text
from bot.tags import TagFilter
from bot.words import Words

TAGS_SHOWN = 40


class Browsing:
    """Answer the commands that show what there is."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def show(self, command: ShowDigest, request: Request, today: date, words: Words) -> Reply:
        """Show a date's notes, narrowed to the tags that were typed."""
        first, last = _days(command.when, today)
        wanted = TagFilter.read(command.tags)
        entries = self._library.entries_between(first, last)
        chosen = [filed for filed in entries if wanted.takes(filed.entry.tags)]
        if not chosen:
            return self._no_digest(first, last, len(entries), wanted, request, words)
        heading = _heading(command.when or NoteDate(DateKind.DAY, today, today), chosen, len(entries), wanted, words)
        drawn = tuple(cards.compact_card(filed, number, words) for number, filed in enumerate(chosen, start=1))
        titles = "\n".join(f"{card.number}. {card.title}" for card in drawn)
        return Reply(f"{heading}\n{titles}", lead=(Text(heading),), cards=drawn, visibility=asked(request))

    def tags(self, command: Tags, request: Request, words: Words) -> Reply:
        """List the tags, most used first."""
        counts = self._library.tag_counts(command.text)
        if not counts:
            text = words.gettext("No tag is spelt like “{text}”. `/digest tags` shows them all.", text=command.text)
            return Reply(text, visibility=asked(request), outcome=Outcome.NOTHING_FOUND)
        shown = " · ".join(f"#{count.tag} {count.entries}" for count in counts[:TAGS_SHOWN])
        left = len(counts) - TAGS_SHOWN
        if left > 0:
            shown += "\n" + words.gettext("… and {number} more: narrow them with `/digest tags vision`.", number=left)
        return Reply(shown, visibility=asked(request))

    def _no_digest(
        self, first: date, last: date, on_that_date: int, wanted: TagFilter, request: Request, words: Words
    ) -> Reply:
        when = first.isoformat() if first == last else f"{first} – {last}"
        if on_that_date:
            text = words.ngettext(
                "{number} note on {when}; it doesn't match {rule}.",
                "{number} notes on {when}; none matches {rule}.",
                on_that_date,
                when=when,
                rule=described(wanted, words),
            )
            return _with_show(text, first, request, words)
        latest = self._library.latest_date(last)
        if latest is None:
            text = words.gettext("No notes for {when}, and none before it.", when=when)
            return Reply(text, visibility=asked(request), outcome=Outcome.NOTHING_FOUND)
        text = words.gettext("No notes for {when}. Latest: {latest}.", when=when, latest=latest)
        return _with_show(text, latest, request, words)


def described(wanted: TagFilter, words: Words) -> str:
    """Say a filter in words: `#llm or #rl, without #survey`."""
    included = words.one_of([f"#{tag}" for tag in wanted.included])
    if not wanted.excluded:
        return included
    excluded = words.one_of([f"#{tag}" for tag in wanted.excluded])
    if not included:
        return words.gettext("anything without {excluded}", excluded=excluded)
    return words.gettext("{included}, without {excluded}", included=included, excluded=excluded)


def _days(when: NoteDate | None, today: date) -> tuple[date, date]:
    if when is None or when.start is None or when.end is None:
        return today, today
    return when.start, when.end


def _heading(when: NoteDate, chosen: list[FiledEntry], of_all: int, wanted: TagFilter, words: Words) -> str:
    said = words.day(when.start) if when.kind is DateKind.DAY and when.start else words.note_date(when)
    if len(chosen) == of_all and wanted == TagFilter():
        counted = words.ngettext("{number} note", "{number} notes", of_all)
    else:
        counted = words.gettext(
            "{chosen} of {all} notes match {rule}", chosen=len(chosen), all=of_all, rule=described(wanted, words)
        )
    return f"📰 {said} · {counted}"


def _with_show(text: str, day: date, request: Request, words: Words) -> Reply:
    show = Action(words.gettext("Show"), ShowDigest(NoteDate(DateKind.DAY, day, day)))
    return Reply(text, actions=(show,), visibility=asked(request), outcome=Outcome.NOTHING_FOUND)
