"""Answer by date and by tag: a date's notes, and the tags there are."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from bot import cards
from bot.commands import ShowDigest, Tags
from bot.digest.matching import folded_tags, judge
from bot.digest.wording import rule_in_words
from bot.library import Library
from bot.lookup import asked
from bot.message import Action, Outcome, Reply, Request
from bot.model import DateKind, FiledEntry, NoteDate, Subscription
from bot.permalinks import Permalinks
from bot.richtext import Text
from bot.tags import fold_tag
from bot.words import Words

TAGS_SHOWN = 40
EVERYTHING = Subscription(everything=True)
# How many dates with notes are looked through for one that matches.
_DATES_LOOKED_AT = 60


class Browsing:
    """Answer the commands that show what there is; `aliases` are folded tags that mean another one."""

    def __init__(self, library: Library, aliases: Mapping[str, str], permalinks: Permalinks) -> None:
        self._library = library
        self._permalinks = permalinks
        self._aliases = aliases

    def show(
        self, command: ShowDigest, request: Request, today: date, rule: Subscription | None, words: Words
    ) -> Reply:
        """Show a date's notes: those with the tags that were typed, else what the channel's rule takes."""
        when = command.when or NoteDate(DateKind.DAY, today, today)
        first, last = when.start or today, when.end or today
        wanted = _typed_rule(command.tags) or (None if command.whole else rule) or EVERYTHING
        entries = self._entries(when, first, last)
        chosen = self._matching(entries, wanted)
        if not chosen:
            return self._no_digest(first, last, len(entries), wanted, request, words)
        heading = _heading(when, len(chosen), len(entries), wanted, words)
        drawn = tuple(
            cards.compact_card(filed, number, words, self._permalinks) for number, filed in enumerate(chosen, start=1)
        )
        titles = "\n".join(f"{card.number}. {card.title}" for card in drawn)
        whole = _show_whole(when, len(entries), words) if len(chosen) < len(entries) else ()
        return Reply(
            f"{heading}\n{titles}", lead=(Text(heading),), cards=drawn, actions=whole, visibility=asked(request)
        )

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

    def _entries(self, when: NoteDate, first: date, last: date) -> list[FiledEntry]:
        """Return a date's entries; a note about a whole month is no news of one of its days."""
        found = self._library.entries_between(first, last)
        return [filed for filed in found if when.kind is DateKind.MONTH or filed.date.kind is not DateKind.MONTH]

    def _matching(self, entries: Iterable[FiledEntry], rule: Subscription) -> list[FiledEntry]:
        return [filed for filed in entries if judge(folded_tags(filed.entry, self._aliases), rule).wanted]

    def _no_digest(
        self, first: date, last: date, on_that_date: int, wanted: Subscription, request: Request, words: Words
    ) -> Reply:
        when = first.isoformat() if first == last else f"{first} – {last}"
        if on_that_date:
            text = words.ngettext(
                "{number} note on {when}; it doesn't match {rule}.",
                "{number} notes on {when}; none matches {rule}.",
                on_that_date,
                when=when,
                rule=rule_in_words(wanted, words),
            )
            return self._with_last_match(text, first, wanted, request, words)
        latest = self._library.latest_date(last)
        if latest is None:
            text = words.gettext("No notes for {when}, and none before it.", when=when)
            return Reply(text, visibility=asked(request), outcome=Outcome.NOTHING_FOUND)
        text = words.gettext("No notes for {when}. Latest: {latest}.", when=when, latest=latest)
        return _nothing(text, [_show_date(latest, words.gettext("Show"))], request)

    def _with_last_match(self, text: str, day: date, wanted: Subscription, request: Request, words: Words) -> Reply:
        whole = Action(words.gettext("Show all"), ShowDigest(NoteDate(DateKind.DAY, day, day), whole=True))
        match = self._last_match(day, wanted)
        if match is None:
            return _nothing(text, [whole], request)
        said = f"{text} " + words.gettext("Last match: {date}.", date=match)
        return _nothing(said, [_show_date(match, words.gettext("Show")), whole], request)

    def _last_match(self, day: date, wanted: Subscription) -> date | None:
        """Return the last date before this one with an entry that matches, among those that have notes at all."""
        for _ in range(_DATES_LOOKED_AT):
            latest = self._library.latest_date(day - timedelta(days=1))
            if latest is None:
                return None
            if self._matching(self._library.entries_between(latest, latest), wanted):
                return latest
            day = latest
        return None


def _typed_rule(tags: Sequence[str]) -> Subscription | None:
    """Read `#tag` and `-#tag` as a rule; None where nothing was typed."""
    if not tags:
        return None
    included = tuple((fold_tag(tag),) for tag in tags if not tag.startswith("-"))
    excluded = tuple((fold_tag(tag[1:]),) for tag in tags if tag.startswith("-"))
    return Subscription(everything=not included, included=included, excluded=excluded)


def _heading(when: NoteDate, chosen: int, of_all: int, wanted: Subscription, words: Words) -> str:
    said = words.day(when.start) if when.kind is DateKind.DAY and when.start else words.note_date(when)
    if wanted == EVERYTHING:
        counted = words.ngettext("{number} note", "{number} notes", of_all)
    else:
        counted = words.gettext(
            "{chosen} of {all} notes match {rule}", chosen=chosen, all=of_all, rule=rule_in_words(wanted, words)
        )
    return f"📰 {said} · {counted}"


def _show_whole(when: NoteDate, of_all: int, words: Words) -> tuple[Action, ...]:
    label = words.ngettext("All {number} note", "All {number} notes", of_all)
    return (Action(label, ShowDigest(when, whole=True)),)


def _show_date(day: date, label: str) -> Action:
    return Action(label, ShowDigest(NoteDate(DateKind.DAY, day, day)))


def _nothing(text: str, actions: Sequence[Action], request: Request) -> Reply:
    return Reply(text, actions=tuple(actions), visibility=asked(request), outcome=Outcome.NOTHING_FOUND)
