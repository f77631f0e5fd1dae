"""Lay out the words of an entry the way ranking reads them: each part a line of folded words, quick to look into."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.model import Entry, FiledEntry
from bot.search.analyse import compact, latin_tokens, tokens
from bot.search.spoken import Spoken, heard_sounds
from bot.titles import short_name

LONGEST_NAME = 300  # characters
_LINES = 15
_ABOUT_WORDS, _ABOUT_CHARACTERS = 80, 300  # of all texts, of each: what it is about stands in its beginning


@dataclass(slots=True)
class Face:
    """What an entry shows to a query: sounds, and title to body, are ` word word `, with a blank at either end.

    `paper` is the paper's arXiv id, or else its title, `own` tells that the note's file is named after the entry,
    `day` is the last day of the note as a day number, 0 for none. `names` are what the entry is called, compact;
    `called`, `acronyms` and sounds are described in `bot.search.spoken`. `about` are the Latin words at the beginning
    of its texts, each once.
    """

    entry_id: str
    paper: str
    own: bool
    day: int
    names: tuple[str, ...]
    called: tuple[str, ...]
    acronyms: tuple[str, ...]
    called_sounds: str
    sounds: str
    title: str
    aliases: str
    authors: str
    tags: str
    about: str
    body: str
    _close: str = ""
    _close_body: str = ""

    @property
    def close(self) -> str:
        """The title and the aliases without blanks."""
        if not self._close:
            self._close = f"{self.title}|{self.aliases}".replace(" ", "")
        return self._close

    @property
    def close_body(self) -> str:
        """The body without blanks: Hangul is found in it however it was spaced."""
        if not self._close_body:
            self._close_body = self.body.replace(" ", "")
        return self._close_body


def names(filed: FiledEntry) -> tuple[str, ...]:
    """Return what an entry is called, compact: its title, its aliases, the title's head."""
    title = filed.entry.title
    spoken = (title, *filed.entry.aliases, short_name(title))
    return tuple(dict.fromkeys(name for text in spoken if (name := compact(text)[:LONGEST_NAME])))


def title_key(filed: FiledEntry) -> str:
    """Return the title as compared: two entries about one paper share it, if nothing better."""
    return compact(filed.entry.title)[:LONGEST_NAME]


def texts(entry: Entry) -> str:
    """Return what an entry says: abstract and commentary."""
    return "\n".join((entry.abstract or "", *entry.commentary.ko, *entry.commentary.en))


def write_face(filed: FiledEntry, spoken: Spoken, body: Sequence[str]) -> bytes:
    """Return the face of an entry as lines of UTF-8 text; `body` are the words of its texts."""
    entry = filed.entry
    called = names(filed)
    lines = (
        filed.id,
        next(iter(filed.entry.arxiv_ids), title_key(filed)),
        "own" if _is_own(filed, called) else "",
        str(filed.date.end.toordinal() if filed.date.end else 0),
        " ".join(called),
        " ".join(spoken.called),
        " ".join(spoken.acronyms),
        _sounds(spoken.called),
        _sounds(spoken.said),
        _line(tokens(entry.title)),
        _line(tokens(" | ".join(entry.aliases))),
        _line(tokens(" | ".join(entry.authors))),
        _line(tokens(" | ".join(entry.tags))),
        _line(_about(entry)),
        _line(body),
    )
    return "\n".join(line.replace("\n", " ") for line in lines).encode("utf-8", "replace")


def read_face(written: bytes) -> Face:
    """Read a face that `write_face` wrote; raises ValueError for anything else."""
    lines = written.decode().split("\n", _LINES - 1)
    if len(lines) != _LINES:
        raise ValueError("not a face")
    entry_id, paper, own, day = lines[:4]
    named, called, initialled = (tuple(line.split()) for line in lines[4:7])
    return Face(entry_id, paper, own == "own", int(day), named, called, initialled, *lines[7:])


def _about(entry: Entry) -> list[str]:
    written = (entry.title, entry.abstract or "", *entry.commentary.ko[:2], *entry.commentary.en[:1])
    words = latin_tokens("\n".join([text[:_ABOUT_CHARACTERS] for text in written]))
    return [word for word in dict.fromkeys(words) if len(word) > 2][:_ABOUT_WORDS]


def _line(words: Sequence[str]) -> str:
    return f" {' '.join(words)} "


def _is_own(filed: FiledEntry, called: tuple[str, ...]) -> bool:
    stem = compact(filed.source.rsplit("/", 1)[-1].rpartition(".")[0]).lstrip("0123456789")
    return bool(stem) and any(name.startswith(stem) for name in called)


def _sounds(spoken: tuple[str, ...]) -> str:
    return f" {' '.join(dict.fromkeys(sound for name in spoken for sound in heard_sounds(name)))} "
