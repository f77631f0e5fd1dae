"""Which paragraphs of an entry are the writer's Korean, and which its English translation."""

from collections.abc import Sequence
from enum import Enum, auto

from bot.model import Commentary
from bot.notes.lines import has_hangul, has_latin_word
from bot.notes.links import find_urls


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
    if not has_latin_word(bare) or (bare.startswith(("http", "[", "!")) and _only_addresses(bare)):
        return _Language.NEITHER
    return _Language.NEITHER if _is_table(bare) else _Language.ENGLISH


def _is_table(bare: str) -> bool:
    """Tell whether several lines hold no end of a sentence: figures or code rather than prose."""
    lines = bare.splitlines()
    return len(lines) > 1 and not any(line.rstrip("\"')]”’* ").endswith((".", "!", "?", ":")) for line in lines)


def _only_addresses(bare: str) -> bool:
    return bool(find_urls(bare)) and all("://" in word or "](" in word for word in bare.split())
