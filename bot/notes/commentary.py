"""Which paragraphs of an entry are the writer's Korean, and which its English translation."""

import re
from collections.abc import Sequence
from enum import Enum, auto

from bot.model import Commentary
from bot.notes.lines import has_hangul, has_latin_word
from bot.notes.links import find_urls

# Pictures and other files shown inside a note. The lengths keep the search linear in brackets that never close.
_EMBEDDED = re.compile(r"!\[\[[^\[\]\n]{0,300}\]\]|!\[[^\[\]\n]{0,300}\]\([^()\s]{0,2000}\)")


class _Language(Enum):
    KOREAN = auto()
    ENGLISH = auto()
    NEITHER = auto()


def divide(paragraphs: Sequence[str]) -> Commentary:
    """Divide paragraphs into Korean commentary and its English translation, keeping the order.

    English paragraphs after the last Korean one, as many as the commentary before them, are its translation; any other
    English paragraph (a quoted prompt) is part of the commentary it stands in. Without Korean, all of it is English.
    """
    languages = [_language(paragraph) for paragraph in paragraphs]
    if _Language.KOREAN not in languages:
        return Commentary(en=tuple(paragraphs))
    behind = len(languages) - languages[::-1].index(_Language.KOREAN)
    korean = sum(language is not _Language.NEITHER for language in languages[:behind])
    english = languages[behind:].count(_Language.ENGLISH)
    if english != korean:
        return Commentary(ko=tuple(paragraphs))
    first = languages.index(_Language.ENGLISH, behind)
    return Commentary(ko=tuple(paragraphs[:first]), en=tuple(paragraphs[first:]))


def _language(paragraph: str) -> _Language:
    if has_hangul(paragraph):
        return _Language.KOREAN
    bare = paragraph.strip()
    prose = has_latin_word(_EMBEDDED.sub("", bare)) and not _only_addresses(bare) and not _is_table(bare)
    return _Language.ENGLISH if prose else _Language.NEITHER


def _is_table(bare: str) -> bool:
    """Tell whether several lines hold no end of a sentence: figures or code rather than prose."""
    lines = bare.splitlines()
    return len(lines) > 1 and not any(line.rstrip("\"')]”’* ").endswith((".", "!", "?", ":")) for line in lines)


def _only_addresses(bare: str) -> bool:
    return bool(find_urls(bare)) and all("://" in word or "](" in word for word in bare.split())
