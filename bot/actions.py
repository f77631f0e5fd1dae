"""Write a command into the few characters a button can carry, and read it back."""

import re

from bot.commands import (
    Command,
    Help,
    Lookup,
    MoreMatches,
    OpenEntry,
    ShareEntry,
    ShowAbstract,
    ShowDigest,
    Tags,
    Typed,
)
from bot.errors import UsageError
from bot.model import DateKind
from bot.sentences import sentence

# The narrowest platform allows 100 characters; ten are left for a platform's own prefix.
CODE_CHARACTERS = 90
_ENTRY = re.compile(r"e[a-z0-9]{1,30}")


def encode(command: Command) -> str | None:
    """Return a command's code of at most CODE_CHARACTERS, or None when it can't be said that shortly."""
    code = _code(command)
    return code if code is not None and len(code) <= CODE_CHARACTERS else None


def decode(code: str) -> Command:
    """Read a code back; raises UsageError for anything `encode` doesn't write."""
    kind, _, rest = code.partition(" ")
    match kind:
        case "open" if _ENTRY.fullmatch(rest):
            return OpenEntry(rest)
        case "abstract" if _ENTRY.fullmatch(rest):
            return ShowAbstract(rest)
        case "share" if _ENTRY.fullmatch(rest):
            return ShareEntry(rest)
        case "more":
            first, _, query = rest.partition(" ")
            if first.isascii() and first.isdigit() and len(first) < 4 and query:
                return MoreMatches(query, int(first))
        case "paper" | "digest" if len(code) <= CODE_CHARACTERS:
            return Typed(kind, rest)
    raise UsageError(sentence("That button is too old for me. Please run the command again."))


def _code(command: Command) -> str | None:
    match command:
        case OpenEntry(entry_id=entry_id):
            return f"open {entry_id}"
        case ShowAbstract(entry_id=entry_id):
            return f"abstract {entry_id}"
        case ShareEntry(entry_id=entry_id):
            return f"share {entry_id}"
        case MoreMatches(query=query, first=first):
            # The first words of a long query find the same notes, so a page of them is better than no button.
            return f"more {first} {query}"[:CODE_CHARACTERS].rstrip()
        case Lookup(query=query, public=public):
            return f"paper {'! ' if public else ''}{query}"
        case ShowDigest():
            return _digest(command)
        case Tags(text=text):
            return f"digest tags {text}".rstrip()
        case Help(verb=verb):
            return f"digest help {verb or ''}".rstrip()
        case Typed(surface=surface, text=text) if surface in ("paper", "digest"):
            return f"{surface} {text}".rstrip()
    return None


def _digest(command: ShowDigest) -> str | None:
    tags = "".join(f" {tag}" for tag in command.tags) + (" all" if command.whole else "")
    when = command.when
    if when is None or when.start is None:
        return f"digest today{tags}"
    match when.kind:
        case DateKind.DAY:
            return f"digest {when.start}{tags}"
        case DateKind.MONTH:
            return f"digest {when.start:%Y-%m}{tags}"
    return None
