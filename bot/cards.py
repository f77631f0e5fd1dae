"""Draw entries as cards: the note-writer's own words first, then what is known about the paper. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.commands import OpenEntry, ShareEntry, ShowAbstract
from bot.message import Action, Block, BlockRole, Card, WebLink
from bot.model import Entry, FiledEntry
from bot.permalinks import NO_PERMALINKS, Permalinks
from bot.richtext import Link, Span, Spans, Text
from bot.words import Words

ARXIV_ABSTRACT = "https://arxiv.org/abs/{}"
AUTHORS_SHOWN = 3
RELATED_SHOWN = 3
# A compact card quotes whole sentences until it has this many characters, and one sentence at least.
COMPACT_CHARACTERS = 160
_SENTENCE_END = re.compile(r"(?<=[.!?。…])\s+(?=\S)")
_LABEL_CHARACTERS = 60
_CODE = re.compile(r"(?:github|gitlab|bitbucket)\.(?:com|org)/", re.IGNORECASE)


def note_card(
    filed: FiledEntry,
    words: Words,
    *,
    noted: Mapping[str, FiledEntry],
    same_paper: Sequence[FiledEntry] = (),
    related: Sequence[FiledEntry] = (),
    permalinks: Permalinks = NO_PERMALINKS,
) -> Card:
    """Draw a whole note. `noted` maps mentioned arXiv ids to the entries that write them up."""
    return Card(
        title=filed.entry.title,
        url=_title_url(filed, permalinks),
        caption=_caption(filed, words, authors_shown=AUTHORS_SHOWN),
        blocks=(
            *_writers_words(filed.entry, words),
            *_captions(
                _links(filed.entry, words),
                _mentions(filed.entry, noted, words, permalinks),
                _also_noted(filed, same_paper, words, permalinks),
                _related(related, words, permalinks),
            ),
        ),
    )


def note_actions(filed: FiledEntry, words: Words, *, linked: Sequence[FiledEntry]) -> tuple[Action, ...]:
    """Offer what can be done with a note: its abstract, sharing it, opening the notes it leads to."""
    abstract = (Action(words.gettext("Abstract"), ShowAbstract(filed.id)),) if filed.entry.abstract else ()
    share = Action(words.gettext("Share to channel"), ShareEntry(filed.id))
    opens = tuple(Action("→ " + shortened(one.entry.title), OpenEntry(one.id)) for one in linked)
    return (*abstract, share, *opens)


def note_links(filed: FiledEntry, words: Words, permalinks: Permalinks) -> tuple[WebLink, ...]:
    """Lead to a note's page in the archive, where it has one."""
    page = permalinks.note(filed.id)
    return (WebLink(words.gettext("Read the note"), page),) if page else ()


def list_card(filed: FiledEntry, number: int, words: Words, permalinks: Permalinks = NO_PERMALINKS) -> Card:
    """Draw one match of several: title, date, tags, and ways to open it."""
    caption = _joined([words.note_date(filed.date), *_authors(filed.entry, 1), _tags(filed.entry)])
    return Card(
        title=filed.entry.title,
        url=_title_url(filed, permalinks),
        number=number,
        caption=with_page(caption, filed, words, permalinks),
        actions=(Action(words.gettext("Open {number}", number=number), OpenEntry(filed.id)),),
    )


def compact_card(filed: FiledEntry, number: int, words: Words, permalinks: Permalinks = NO_PERMALINKS) -> Card:
    """Draw an entry of a digest: title, first authors, tags, and the writer's first sentence or two."""
    first = first_sentences(filed.entry, words.language)
    caption = _joined([*_authors(filed.entry, 1), _tags(filed.entry)])
    return Card(
        title=filed.entry.title,
        url=_title_url(filed, permalinks),
        number=number,
        caption=with_page(caption, filed, words, permalinks),
        blocks=(Block(BlockRole.QUOTE, (Text(first),)),) if first else (),
        actions=(Action(words.gettext("Open {number}", number=number), OpenEntry(filed.id)),),
    )


def preview_card(filed: FiledEntry, url: str, words: Words, permalinks: Permalinks = NO_PERMALINKS) -> Card:
    """Draw what a link to a paper unfolds into: that the team has noted it, when, and the writer's first words."""
    first = first_sentences(filed.entry, words.language)
    noted = words.gettext("First noted {date}", date=words.note_date(filed.date))
    return Card(
        title=filed.entry.title,
        url=url,
        caption=_joined([noted, _tags(filed.entry)]),
        blocks=(Block(BlockRole.QUOTE, (Text(first),)),) if first else (),
        actions=(_open_here(filed, words, permalinks),),
        links=note_links(filed, words, permalinks),
    )


def abstract_card(filed: FiledEntry, words: Words, permalinks: Permalinks = NO_PERMALINKS) -> Card:
    """Draw a paper's abstract."""
    abstract = filed.entry.abstract or words.gettext("This note has no abstract.")
    return Card(
        title=filed.entry.title,
        url=_title_url(filed, permalinks),
        caption=_joined([words.gettext("Abstract")]),
        blocks=tuple(Block(BlockRole.PARAGRAPH, (Text(line),)) for line in abstract.splitlines() if line.strip()),
        actions=(_open_here(filed, words, permalinks),),
        links=note_links(filed, words, permalinks),
    )


def with_page(caption: Spans, filed: FiledEntry, words: Words, permalinks: Permalinks) -> Spans:
    """Lead to a note's page at the end of a card's small print."""
    page = [(Link(link.label, link.url),) for link in note_links(filed, words, permalinks)]
    return tuple(_parted(" · ", [*([caption] if caption else []), *page]))


def commentary(entry: Entry, language: str) -> tuple[str, ...]:
    """Return the writer's paragraphs in the reader's language where there are two, else as they were written."""
    preferred, other = (
        (entry.commentary.ko, entry.commentary.en) if language == "ko" else (entry.commentary.en, entry.commentary.ko)
    )
    return preferred or other


def first_sentences(entry: Entry, language: str) -> str:
    """Return the writer's opening: whole sentences of the first paragraph, at least one."""
    paragraphs = commentary(entry, language)
    if not paragraphs:
        return ""
    opening = ""
    for part in _SENTENCE_END.split(paragraphs[0].strip()):
        if opening and len(opening) + len(part) > COMPACT_CHARACTERS:
            break
        opening = f"{opening} {part}".strip()
    return opening


def paper_url(entry: Entry) -> str | None:
    """Return where the paper itself is: its own arXiv page, else a link that stands by itself above the text.

    A link within the abstract or the writer's words is part of what they say: code, a dataset, another paper.
    """
    if entry.arxiv_ids:
        return ARXIV_ABSTRACT.format(entry.arxiv_ids[0])
    text = "\n".join((entry.abstract or "", *entry.commentary.ko, *entry.commentary.en))
    return next((_with_scheme(link) for link in _own_links(entry) if link not in text), None)


def shortened(title: str) -> str:
    """Return a title short enough for a button, cut at a word."""
    if len(title) <= _LABEL_CHARACTERS:
        return title
    return title[: _LABEL_CHARACTERS - 1].rsplit(" ", 1)[0].rstrip(",:;-– ") + "…"


def authors_in_short(first: Sequence[str], count: int) -> str:
    """Name the first of so many authors and count the rest: `Xuezhe Ma, Xiaomeng Yang +8`; '' where there are none."""
    names, more = ", ".join(first), count - len(first)
    return f"{names} +{more}" if more > 0 else names


def _caption(filed: FiledEntry, words: Words, *, authors_shown: int) -> Spans:
    return _joined([words.note_date(filed.date), *_authors(filed.entry, authors_shown), _tags(filed.entry)])


def _authors(entry: Entry, shown: int) -> list[str]:
    return [authors_in_short(entry.authors[:shown], len(entry.authors))] if entry.authors else []


def _tags(entry: Entry) -> str:
    return " ".join(f"#{tag}" for tag in entry.tags)


def _joined(parts: Iterable[str]) -> Spans:
    text = " · ".join(part for part in parts if part)
    return (Text(text),) if text else ()


def _writers_words(entry: Entry, words: Words) -> tuple[Block, ...]:
    return tuple(Block(BlockRole.QUOTE, (Text(paragraph),)) for paragraph in commentary(entry, words.language))


def _captions(*lines: Spans) -> tuple[Block, ...]:
    return tuple(Block(BlockRole.CAPTION, spans) for spans in lines if spans)


def _own_links(entry: Entry) -> list[str]:
    """Leave out the links that only mention other papers."""
    return [link for link in entry.links if not any(identifier in link for identifier in entry.mentioned_arxiv_ids)]


def _links(entry: Entry, words: Words) -> Spans:
    title_url = paper_url(entry)
    own = dict.fromkeys(_own_links(entry))
    others = [link for link in own if _with_scheme(link) != title_url and not _is_own_paper(entry, link)]
    all_code = all(_CODE.match(_address(link)) for link in others)
    label = words.gettext("Code: ") if all_code else words.gettext("Links: ")
    return _labelled(label, [(Link(_address(link), _with_scheme(link)),) for link in others])


def _is_own_paper(entry: Entry, link: str) -> bool:
    return any(identifier in link for identifier in entry.arxiv_ids)


def _mentions(entry: Entry, noted: Mapping[str, FiledEntry], words: Words, permalinks: Permalinks) -> Spans:
    mentions = [_mention(identifier, noted.get(identifier), permalinks) for identifier in entry.mentioned_arxiv_ids]
    return _labelled(words.gettext("Mentions: "), mentions)


def _mention(identifier: str, filed: FiledEntry | None, permalinks: Permalinks) -> Spans:
    """Name a paper: our own note on it where there is one, and the paper itself."""
    paper = ARXIV_ABSTRACT.format(identifier)
    page = permalinks.note(filed.id) if filed else None
    if filed is None:
        return (Link(f"arXiv {identifier}", paper),)
    if page is None:
        return (Link(f"{filed.entry.title} ({identifier})", paper),)
    return (Link(filed.entry.title, page), Text(" ("), Link(identifier, paper), Text(")"))


def _also_noted(filed: FiledEntry, same_paper: Sequence[FiledEntry], words: Words, permalinks: Permalinks) -> Spans:
    others = {words.note_date(other.date): other for other in reversed(same_paper) if other.id != filed.id}
    if not others:
        return ()
    before, after = words.gettext("Also noted on {dates}", dates="\0").split("\0")
    dates = [(_leading_to(other, said, permalinks),) for said, other in reversed(others.items())]
    return (Text(before), *_parted(", ", dates), *((Text(after),) if after else ()))


def _related(related: Sequence[FiledEntry], words: Words, permalinks: Permalinks) -> Spans:
    titles = [(_leading_to(other, other.entry.title, permalinks),) for other in related[:RELATED_SHOWN]]
    return _labelled(words.gettext("Related: "), titles)


def _leading_to(filed: FiledEntry, said: str, permalinks: Permalinks) -> Span:
    page = permalinks.note(filed.id)
    return Link(said, page) if page else Text(said)


def _open_here(filed: FiledEntry, words: Words, permalinks: Permalinks) -> Action:
    """Offer the note itself; where its page is offered too, say that this one stays in the conversation."""
    label = words.gettext("Show it here") if permalinks.note(filed.id) else words.gettext("Read the note")
    return Action(label, OpenEntry(filed.id))


def _title_url(filed: FiledEntry, permalinks: Permalinks) -> str | None:
    """Return where a title leads: to the paper, else to the note's page."""
    return paper_url(filed.entry) or permalinks.note(filed.id)


def _labelled(label: str, parts: Sequence[Spans]) -> Spans:
    return (Text(label), *_parted(" · ", parts)) if parts else ()


def _parted(by: str, parts: Sequence[Spans]) -> Iterator[Span]:
    for index, part in enumerate(parts):
        yield from (Text(by), *part) if index else part


def _with_scheme(link: str) -> str:
    return link if link.casefold().startswith(("http://", "https://")) else f"https://{link}"


def _address(link: str) -> str:
    """Return an address as a person would say it: host and path, without the scheme."""
    bare = link.split("://", 1)[-1].removeprefix("www.")
    return bare.split("?", 1)[0].split("#", 1)[0].rstrip("/") or link
