"""Draw a digest as a reply: the heading, an entry a card, and the full notes in the thread. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from bot import cards
from bot.commands import ShowDigest, Typed
from bot.digest.compose import Chosen, Digest
from bot.digest.wording import rule_in_words
from bot.message import Action, Block, BlockRole, Card, Reply, Visibility
from bot.model import Channel, DateKind, FiledEntry, NoteDate, Style
from bot.permalinks import NO_PERMALINKS, Permalinks
from bot.richtext import Text
from bot.words import Words


def digest_reply(
    digest: Digest,
    channel: Channel,
    words: Words,
    *,
    corrected: frozenset[str] = frozenset(),
    permalinks: Permalinks = NO_PERMALINKS,
) -> Reply:
    """Draw what a channel gets; `corrected` names entries that were edited after they were posted."""
    if not digest.chosen:
        return _quiet_day(digest, channel, words, permalinks)
    heading = _heading(digest, channel, words)
    both = channel.language == "both"
    full = _full_cards(digest.chosen, words, permalinks, both=both)
    if channel.style is Style.FULL:
        drawn = tuple(_labelled(card, one, digest, words) for card, one in zip(full, digest.chosen, strict=True))
        thread: tuple[Reply, ...] = ()
    else:
        drawn = tuple(
            _labelled(_compact_card(one.filed, number, words, permalinks, both=both), one, digest, words)
            for number, one in enumerate(digest.chosen, start=1)
        )
        thread = (_thread(full, words),)
    drawn = tuple(
        _mark_corrected(card, words) if one.filed.id in corrected else card
        for card, one in zip(drawn, digest.chosen, strict=True)
    )
    titles = "\n".join(f"{card.number}. {card.title}" for card in drawn)
    return Reply(
        text=f"{heading}\n{titles}",
        lead=(Text(heading),),
        cards=drawn,
        actions=_actions(digest, words),
        visibility=Visibility.PUBLIC,
        thread=thread,
    )


def _heading(digest: Digest, channel: Channel, words: Words) -> str:
    on_time = sum(not one.late for one in digest.chosen)
    counted = words.ngettext("{number} note", "{number} notes", on_time)
    if not channel.subscription.everything or channel.subscription.excluded:
        counted = words.gettext(
            "{chosen} of {all} notes match {rule}",
            chosen=on_time,
            all=digest.of_the_day,
            rule=rule_in_words(channel.subscription, words),
        )
    late = len(digest.chosen) - on_time
    parts = [_when(digest, words), *([counted] if on_time else [])]
    if late:
        parts.append(words.ngettext("{number} late", "{number} late", late))
    if digest.catch_up:
        parts.append(words.gettext("catch-up"))
    return "📰 " + " · ".join(parts)


def _when(digest: Digest, words: Words) -> str:
    """Say the day, or the range where all of the date's entries are of one week or month."""
    ranges = {one.filed.date for one in digest.chosen if not one.late}
    if len(ranges) == 1:
        only: NoteDate = next(iter(ranges))
        if only.kind in (DateKind.WEEK, DateKind.MONTH):
            return words.note_date(only)
    return words.day(digest.local_date)


def _labelled(card: Card, one: Chosen, digest: Digest, words: Words) -> Card:
    """Say that an entry is late, or of which day or week it is where the heading doesn't."""
    if one.late:
        label = words.gettext("late, of {date}", date=words.note_date(one.filed.date))
    elif words.note_date(one.filed.date) not in (digest.local_date.isoformat(), _when(digest, words)):
        label = words.note_date(one.filed.date)
    else:
        return card
    return replace(card, caption=(Text(f"{label} · " if card.caption else label), *card.caption))


def _mark_corrected(card: Card, words: Words) -> Card:
    mark = words.gettext("✏ corrected")
    return replace(card, caption=(*card.caption, Text(f" · {mark}" if card.caption else mark)))


def _compact_card(filed: FiledEntry, number: int, words: Words, permalinks: Permalinks, *, both: bool) -> Card:
    card = cards.compact_card(filed, number, words, permalinks)
    if both and filed.entry.commentary.ko and filed.entry.commentary.en:
        other = cards.first_sentences(filed.entry, "en" if words.language == "ko" else "ko")
        return replace(card, blocks=(*card.blocks, Block(BlockRole.QUOTE, (Text(other),))))
    return card


def _full_cards(chosen: Sequence[Chosen], words: Words, permalinks: Permalinks, *, both: bool) -> tuple[Card, ...]:
    return tuple(
        _full_card(one.filed, number, words, permalinks, both=both) for number, one in enumerate(chosen, start=1)
    )


def _full_card(filed: FiledEntry, number: int, words: Words, permalinks: Permalinks, *, both: bool) -> Card:
    drawn = cards.note_card(filed, words, noted={}, permalinks=permalinks)
    card = replace(drawn, number=number, caption=cards.with_page(drawn.caption, filed, words, permalinks))
    if both and filed.entry.commentary.ko and filed.entry.commentary.en:
        other = cards.commentary(filed.entry, "en" if words.language == "ko" else "ko")
        return replace(card, blocks=(*card.blocks, *(Block(BlockRole.QUOTE, (Text(line),)) for line in other)))
    return card


def _thread(full: tuple[Card, ...], words: Words) -> Reply:
    heading = words.gettext("The full notes")
    titles = "\n".join(f"{card.number}. {card.title}" for card in full)
    return Reply(text=f"{heading}\n{titles}", cards=full, visibility=Visibility.PUBLIC)


def _quiet_day(digest: Digest, channel: Channel, words: Words, permalinks: Permalinks) -> Reply:
    """Say that there is nothing new, with notes of earlier years where the channel likes them."""
    day = digest.local_date.isoformat()
    if digest.of_the_day:
        said = words.ngettext(
            "{number} note on {date}; it doesn't match {rule} here.",
            "{number} notes on {date}; none matches {rule} here.",
            digest.of_the_day,
            date=day,
            rule=rule_in_words(channel.subscription, words),
        )
    else:
        said = words.gettext("No notes for {when}.", when=day)
    if not digest.earlier:
        return Reply(f"📰 {said}", visibility=Visibility.PUBLIC)
    lead = "📰 " + words.gettext("On this day in earlier years")
    drawn = tuple(
        replace(
            card := cards.compact_card(filed, number, words, permalinks),
            caption=(Text(words.note_date(filed.date) + (" · " if card.caption else "")), *card.caption),
        )
        for number, filed in enumerate(digest.earlier, start=1)
    )
    titles = "\n".join(f"{card.number}. {card.title}" for card in drawn)
    return Reply(f"{lead}\n{titles}", lead=(Text(lead),), cards=drawn, visibility=Visibility.PUBLIC)


def _actions(digest: Digest, words: Words) -> tuple[Action, ...]:
    day = NoteDate(DateKind.DAY, digest.local_date, digest.local_date)
    label = words.ngettext("All {number} note", "All {number} notes", digest.of_the_day)
    whole = (Action(label, ShowDigest(day, whole=True)),) if digest.of_the_day else ()
    return (*whole, Action(words.gettext("Settings"), Typed("digest", "settings")))
