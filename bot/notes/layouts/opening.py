"""How an entry opens: its addresses, its title with or without authors, and where its text begins."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.notes.layouts.titles import Title, read_authored, read_title
from bot.notes.lines import Line
from bot.notes.links import leading_urls, name_of, read_address_line, read_labelled_link, unique

# A paper is renamed once or twice; more such lines in a row are something else.
_MOST_TITLES = 3


@dataclass(frozen=True, slots=True)
class Opening:
    """The top of an entry. `length` counts the lines it takes, blank ones included; the text follows."""

    title: str = ""
    authors: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    length: int = 0


def read_opening(lines: Sequence[Line], surely_titled: bool = False) -> Opening:
    """Read addresses and title, in whichever order they stand, down to the first line of text.

    `surely_titled`: what surrounds the lines shows that a title without authors stands there, even above its address.
    """
    urls: list[str] = []
    labels: list[str] = []
    titles: list[Title] = []
    position = 0
    while position < len(lines):
        bare = lines[position].bare
        if not bare:
            position += 1
        elif addresses := read_address_line(bare):
            urls.extend(addresses)
            labels.extend(_label(bare))
            position += 1
        elif title := _next_title(titles, lines, position, surely_titled or bool(urls)):
            urls.extend(title.urls)
            titles.append(title)
            position += title.length
        else:
            urls.extend(() if urls else leading_urls(bare)[0])
            break
    return Opening(
        title=titles[0].text if titles else "",
        authors=_authors(titles),
        urls=unique(urls),
        aliases=(*labels, *(title.text for title in titles[1:])),
        length=position,
    )


def names_of(opening: Opening) -> tuple[str, ...]:
    """Name an entry, title first; without one by the words its links are shown with, or else by its addresses.

    `https://github.com/Stability-AI/StableLM` is StableLM, `https://open-assistant.io/` its host, a tweet its account;
    further hosts are no names.
    """
    if opening.title:
        return (opening.title, *opening.aliases)
    names = [name_of(url) for url in opening.urls]
    return unique((*opening.aliases, *names[:1], *(name for name in names[1:] if "." not in name)))


def _label(bare: str) -> tuple[str, ...]:
    """Return the words a reader clicks on; an address is no words."""
    label = read_labelled_link(bare)
    return (label[0],) if label and label[0] and not leading_urls(label[0])[0] else ()


def _next_title(titles: Sequence[Title], lines: Sequence[Line], position: int, bare_allowed: bool) -> Title | None:
    """Read the title; or, right below it, a title that the paper had before or after, with its authors."""
    if not titles:
        return read_title(lines, position, bare_allowed)
    further = read_authored(lines, position) if titles[0].authors and len(titles) < _MOST_TITLES else None
    return further if further and further.authors else None


def _authors(titles: Sequence[Title]) -> tuple[str, ...]:
    """Join the authors of all titles: repeats within the first list stay, of the others' only new names come in."""
    first = titles[0].authors if titles else ()
    known = set(first)
    return (*first, *unique(name for title in titles[1:] for name in title.authors if name not in known))
