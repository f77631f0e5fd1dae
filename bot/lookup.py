"""Answer lookups: the note itself where there is no doubt, a list where there are several, never a guess."""

import re
import unicodedata
from collections.abc import Sequence

from bot import cards
from bot.commands import FindLinked, Lookup, MoreMatches, OpenEntry, Preview, ShareEntry, ShowAbstract
from bot.errors import UsageError
from bot.library import Library
from bot.message import Action, Card, Outcome, Reply, Request, Visibility
from bot.model import FiledEntry
from bot.notes.links import find_urls
from bot.permalinks import Permalinks
from bot.richtext import Bold, Spans, Text, plain
from bot.search.found import Found, Match
from bot.sentences import sentence
from bot.titles import short_name
from bot.words import Words

Actions = tuple[Action, ...]

LIST_LENGTH = 5
# A list can be paged this far; whoever needs more is better served by another word in the query.
MATCHES_AT_MOST = 50
# A second match that leaves this much more of the query unexplained is no rival.
_CLEAR_LEAD = 0.25
# What is quoted back of a long query.
_QUOTED_CHARACTERS = 80
_NO_LETTER = re.compile(r"[\W_]")


class Lookups:
    """Answer the commands that find and show notes."""

    def __init__(self, library: Library, permalinks: Permalinks) -> None:
        self._library = library
        self._permalinks = permalinks

    def find(self, command: Lookup, request: Request, found: Found, words: Words) -> Reply:
        """Answer a lookup from what the search found."""
        visibility = Visibility.PUBLIC if command.public else asked(request)
        if not found.confident:
            return self._nothing_found(command.query, found, visibility, words)
        if found.certain or _without_rival(found.matches):
            return self._found_one(command.query, found, visibility, words)
        return self._found_several(command.query, 0, found.matches, visibility, words)

    def more(self, command: MoreMatches, request: Request, found: Found, words: Words) -> Reply:
        """Show the next matches of a lookup."""
        rest = found.matches[command.first :]
        if not rest:
            text = words.gettext("That was the last match for “{query}”.", query=_quoted(command.query))
            return Reply(text, visibility=asked(request))
        return self._found_several(command.query, command.first, rest, asked(request), words)

    def linked(self, command: FindLinked, request: Request, words: Words) -> Reply:
        """Show the notes on the papers that a message links."""
        urls = find_urls(command.text)
        if not urls:
            text = words.gettext("There is no link in that message. `/paper` finds notes by their words.")
            return Reply(text, visibility=asked(request), outcome=Outcome.MISUSED)
        filed = list({one.id: one for one in self._library.noted(urls).values()}.values())
        if not filed:
            text = words.gettext("No note on the paper linked in that message.")
            return Reply(text, visibility=asked(request), outcome=Outcome.NOTHING_FOUND)
        if len(filed) == 1:
            return self._note(filed[0], words, visibility=asked(request))
        return self._several(words.gettext("Notes on the papers linked there:"), filed, 0, asked(request), words)

    def preview(self, command: Preview, words: Words) -> Reply:
        """Describe the note on each linked paper that has one."""
        noted = self._library.noted(command.urls)
        drawn = tuple(
            cards.preview_card(noted[url], url, words, self._permalinks) for url in command.urls if url in noted
        )
        if not drawn:
            return Reply(words.gettext("No note on the paper linked in that message."), outcome=Outcome.NOTHING_FOUND)
        return Reply("\n".join(card.title for card in drawn), cards=drawn, visibility=Visibility.PUBLIC)

    def open(self, command: OpenEntry, request: Request, words: Words) -> Reply:
        """Show a note."""
        return self._note(self._filed(command.entry_id), words, visibility=asked(request))

    def abstract(self, command: ShowAbstract, request: Request, words: Words) -> Reply:
        """Show a paper's abstract."""
        filed = self._filed(command.entry_id)
        drawn = cards.abstract_card(filed, words, self._permalinks)
        return Reply(_headline(filed, words), cards=(drawn,), visibility=asked(request))

    def share(self, command: ShareEntry, request: Request, words: Words) -> Reply:
        """Show a note to the whole channel, with the name of who shared it."""
        shared_by = Text(words.gettext("Shared by @{name}", name=request.person.name))
        filed = self._filed(command.entry_id)
        return self._note(filed, words, lead=(shared_by,), visibility=Visibility.PUBLIC)

    def _found_one(self, query: str, found: Found, visibility: Visibility, words: Words) -> Reply:
        filed = found.matches[0].entry
        lead = () if _names(query, filed) else _showing(filed, query, words)
        rivals = (Action(words.gettext("More matches"), MoreMatches(query)),) if len(found.matches) > 1 else ()
        return self._note(filed, words, lead=lead, visibility=visibility, more=rivals)

    def _note(
        self,
        filed: FiledEntry,
        words: Words,
        *,
        lead: Spans = (),
        visibility: Visibility,
        more: Actions = (),
    ) -> Reply:
        around = self._library.neighbours(filed, cards.RELATED_SHOWN)
        linked = {one.id: one for one in (*around.mentioned.values(), *around.same_paper, *around.related)}
        headline = _headline(filed, words)
        return Reply(
            text=f"{plain(lead)}\n{headline}" if lead else headline,
            lead=lead,
            cards=(
                cards.note_card(
                    filed,
                    words,
                    noted=around.mentioned,
                    same_paper=around.same_paper,
                    related=around.related,
                    permalinks=self._permalinks,
                ),
            ),
            actions=(*cards.note_actions(filed, words, linked=tuple(linked.values())[: cards.RELATED_SHOWN]), *more),
            links=cards.note_links(filed, words, self._permalinks),
            visibility=visibility,
        )

    def _nothing_found(self, query: str, found: Found, visibility: Visibility, words: Words) -> Reply:
        missing = words.gettext("No note on “{query}”.", query=_quoted(query))
        if not found.closest:
            text = f"{missing} " + words.gettext("`/digest tags` shows what the notes are about.")
            return Reply(text, visibility=visibility, outcome=Outcome.NOTHING_FOUND)
        closest = words.gettext("Closest titles:")
        drawn = tuple(self._listed(match.entry, number, words) for number, match in enumerate(found.closest, start=1))
        titles = "; ".join(card.title for card in drawn)
        return Reply(
            text=f"{missing} {closest} {titles}",
            lead=(Text(f"{missing} {closest}"),),
            cards=drawn,
            visibility=visibility,
            outcome=Outcome.NOTHING_FOUND,
        )

    def _found_several(
        self, query: str, first: int, matches: tuple[Match, ...], visibility: Visibility, words: Words
    ) -> Reply:
        lead = words.gettext("Notes that match “{query}”:", query=_quoted(query))
        next_first = first + LIST_LENGTH
        more = len(matches) > LIST_LENGTH and next_first < MATCHES_AT_MOST
        actions = (Action(words.gettext("More matches"), MoreMatches(query, next_first)),) if more else ()
        return self._several(lead, [match.entry for match in matches[:LIST_LENGTH]], first, visibility, words, actions)

    def _several(
        self,
        lead: str,
        filed: Sequence[FiledEntry],
        first: int,
        visibility: Visibility,
        words: Words,
        actions: Actions = (),
    ) -> Reply:
        """List notes, numbered from `first` + 1."""
        drawn = tuple(self._listed(one, number, words) for number, one in enumerate(filed, start=first + 1))
        return Reply(
            text="\n".join([lead, *(f"{card.number}. {card.title}" for card in drawn)]),
            lead=(Text(lead),),
            cards=drawn,
            actions=actions,
            visibility=visibility,
        )

    def _listed(self, filed: FiledEntry, number: int, words: Words) -> Card:
        return cards.list_card(filed, number, words, self._permalinks)

    def _filed(self, entry_id: str) -> FiledEntry:
        filed = self._library.entry(entry_id)
        if filed is None:
            raise UsageError(sentence("That note is no longer there. Look it up by its title with `/paper`."))
        return filed


def asked(request: Request) -> Visibility:
    """Answer as the question was asked: in public or in private."""
    return Visibility.PUBLIC if request.public else Visibility.PRIVATE


def _without_rival(matches: Sequence[Match]) -> bool:
    """Tell whether the first match explains so much more of the query than the second that a list would be noise."""
    return len(matches) == 1 or matches[0].confidence - matches[1].confidence >= _CLEAR_LEAD


def _headline(filed: FiledEntry, words: Words) -> str:
    first = cards.first_sentences(filed.entry, words.language)
    headline = f"{filed.entry.title} · {words.note_date(filed.date)}"
    return f"{headline}\n{first}" if first else headline


def _showing(filed: FiledEntry, query: str, words: Words) -> Spans:
    before, after = words.gettext("Showing {title} for “{query}”", title="\0", query=_quoted(query)).split("\0")
    return tuple(span for span in (Text(before), Bold(short_name(filed.entry.title)), Text(after)) if span.text)


def _names(query: str, filed: FiledEntry) -> bool:
    """Tell whether a query says the title, its short name or an alias letter by letter."""
    said = _letters(query)
    names = (filed.entry.title, short_name(filed.entry.title), *filed.entry.aliases, *filed.entry.arxiv_ids)
    return any(said == _letters(name) for name in names) or "arxiv" in query.casefold()


def _letters(text: str) -> str:
    """Keep the letters and digits of a name, without accents: `sabia` says Sabiá."""
    return _NO_LETTER.sub("", unicodedata.normalize("NFKD", text).casefold())


def _quoted(query: str) -> str:
    words = " ".join(query.replace("\0", " ").split())
    return words if len(words) <= _QUOTED_CHARACTERS else words[: _QUOTED_CHARACTERS - 1] + "…"
