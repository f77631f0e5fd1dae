"""Turn what writers wrote into ink: nothing steers the page, the feed or the reading direction. Pure."""

import re
from collections.abc import Iterable

from bot.notes.links import find_urls
from bot.richtext import Link, Spans, Text

# Neither HTML nor XML can hold these. Controls are shown by their pictures (␀), the rest as what can't be shown (�).
_CONTROLS = {code: 0x2400 + code for code in range(0x20) if code not in (0x09, 0x0A, 0x0D)} | {0x7F: 0x2421}
_UNSHOWABLE = dict.fromkeys((*range(0x80, 0xA0), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF), 0xFFFD)
# Overrides of the reading direction would turn the words that follow, too.
_DIRECTIONS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_INK = {**_CONTROLS, **_UNSHOWABLE, **_DIRECTIONS}
_NEEDS_INK = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
_LATIN = re.compile("[A-Za-z]")
_SCHEME = "https://"


def ink(text: str) -> str:
    """Return text that HTML and XML can hold, every visible character kept."""
    return text.translate(_INK) if _NEEDS_INK.search(text) else text


def language_of(text: str) -> str | None:
    """Return `ko` for a text with Hangul in it, `en` for other letters, None without any: how it should be spoken."""
    if _HANGUL.search(text):
        return "ko"
    return "en" if _LATIN.search(text) else None


def linked(text: str) -> Spans:
    """Return a text with its web addresses as links, everything else as plain words."""
    addresses = {_as_written(url, text): url for url in find_urls(text)}
    if not addresses:
        return (Text(text),)
    longest_first = sorted(addresses, key=len, reverse=True)
    parts = re.split(f"({'|'.join(map(re.escape, longest_first))})", text)
    return tuple(_span(part, addresses) for part in parts if part)


def linked_paragraphs(paragraphs: Iterable[str]) -> tuple[Spans, ...]:
    """Return paragraphs with their addresses as links; blank ones are left out."""
    return tuple(linked(paragraph) for paragraph in paragraphs if ink(paragraph).strip())


def web_address(link: str) -> str:
    """Return a link as an http or https address, whatever it was: no other scheme is ever followed from here."""
    return link if link.casefold().startswith(("http://", "https://")) else _SCHEME + link


def _as_written(url: str, text: str) -> str:
    return url if url in text else url.removeprefix(_SCHEME)


def _span(part: str, addresses: dict[str, str]) -> Text | Link:
    return Link(part, addresses[part]) if part in addresses else Text(part)
