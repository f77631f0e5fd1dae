"""Write spans in Discord's Markdown: what a note says is ink, never a mention, a heading or a link of its own. Pure."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, urlsplit

from bot.message import Block, BlockRole
from bot.richtext import Bold, ChannelName, Code, Link, Mention, Moment, Span, Spans, Text

# A paragraph longer than this is drawn in parts; escaping can at most double a part.
PART_UNITS = 900
LONGEST_URL = 1500
# Control characters but line break and tab, marks that turn the reading direction, halves of pairs.
_NO_INK = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_ADDRESS = re.compile(r"https?://[^\s<>]+")
# Nearly every address is one of these, which needs neither taking apart nor quoting.
_PLAIN_ADDRESS = re.compile(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)*(?:/[\w/.~:?#@!$&'*+,;=%-]*)?", re.A)
_INLINE = "\\*_~|`<[]"
_LINE_START = re.compile(r"^([ \t]*)(#{1,3}(?=\s)|-#(?=\s)|>{1,3}(?=\s)|[-+•](?=\s))", re.M)
_STARTS = "#->+•"
_NUMBERED = re.compile(r"^([ \t]*\d+)([.)])(?=\s)", re.M)
# What can be typed. Backticks right within quotation marks are those of whoever is quoted.
_TYPED = re.compile(r"(?<!“)`([^`\n]+)`(?!”)")
# Discord runs no command that has sub-commands by its bare name: a date is shown by `/digest show`.
_SHOWN = re.compile(r"^/digest(?=$| (?:\d|#|today|yesterday|오늘|어제))")
_BREAKS = ("\n", ". ", "。", "? ", "! ", "; ", ", ", " ")


def units(text: str) -> int:
    """Count UTF-16 code units: Discord's limits are never stricter than that."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def exceeds(text: str, most: int) -> bool:
    """Tell whether a text has more than so many units."""
    # A character is one unit or two, which mostly tells.
    return len(text) * 2 > most and units(text) > most


def ink(text: str) -> str:
    """Take out what can't be shown: control characters, lone surrogates, marks that turn the reading direction."""
    return text if text.isprintable() else _NO_INK.sub("", text)


def shortened(text: str, most: int) -> str:
    """Return one line of at most `most` units, cut with an ellipsis."""
    line = " ".join(ink(text).split())
    if not exceeds(line, most):
        return line
    while exceeds(line, most - 1):
        line = line[: min(len(line) - 1, most - 1)]
    return line.rstrip() + "…"


def escaped(text: str) -> str:
    """Return text that Discord shows letter by letter; addresses stay addresses."""
    shown = ink(text)
    return _line_starts_escaped(_inline_escaped(shown) if "://" not in shown else _between_addresses_escaped(shown))


def with_commands(text: str) -> str:
    """Escape a sentence of our own, in which whatever can be typed stands in backticks."""
    parts = _TYPED.split(text)
    return "".join(_code(part) if index % 2 else escaped(part) for index, part in enumerate(parts))


def inline(spans: Iterable[Span]) -> str:
    """Write spans in one piece."""
    return "".join(_span(span) for span in spans)


def pieces(block: Block) -> tuple[str, ...]:
    """Write a block in parts of at most some 2,000 units, each marked as what it is, in reading order."""
    return tuple(_dressed(block.role, part) for part in _parts(block.spans) if part.strip())


def address(url: str | None) -> str | None:
    """Return a web address as Discord takes it, or None where it can't be one."""
    if url is None:
        return None
    safe = url if _PLAIN_ADDRESS.fullmatch(url) else _quoted(url.strip())
    return safe if 0 < len(safe) <= LONGEST_URL else None


def _quoted(url: str) -> str:
    """Return an address without what Discord doesn't take; nothing where it can't be one."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not re.fullmatch(r"[a-z0-9.-]+(\.|$)[a-z0-9]*", host):
        return ""
    return quote(url, safe="/:?#@!$&'*+,;=%~")


def split(text: str, most: int) -> Iterator[str]:
    """Cut text into parts of at most `most` units, at sentences or words where there are any; joined they are whole."""
    rest = text
    while exceeds(rest, most):
        cut = _cut(rest, most)
        yield rest[:cut]
        rest = rest[cut:]
    if rest:
        yield rest


def _cut(text: str, most: int) -> int:
    end = most
    while exceeds(text[:end], most):
        end -= max(1, (units(text[:end]) - most) // 2)
    for mark in _BREAKS:
        found = text.rfind(mark, end // 2, end)
        if found >= 0:
            return found + len(mark)
    return max(1, end)


def _parts(spans: Spans) -> Iterator[str]:
    written = ""
    for span in _short_spans(spans):
        part = _span(span)
        if written and exceeds(written + part, 2 * PART_UNITS):
            yield written
            written = ""
        written += part
    if written:
        yield written


def _short_spans(spans: Spans) -> Iterator[Span]:
    for span in spans:
        if not exceeds(span.name if isinstance(span, Mention) else span.text, PART_UNITS):
            yield span
            continue
        match span:
            case Text(text=text):
                yield from (Text(part) for part in split(text, PART_UNITS))
            case Bold(text=text):
                yield from (Bold(part) for part in split(text, PART_UNITS))
            case Code(text=text):
                yield from (Code(part) for part in split(text, PART_UNITS))
            case Link(text=text, url=url):
                yield from (Link(part, url) for part in split(text, PART_UNITS))
            case Moment() | Mention() | ChannelName():
                yield from (Text(part) for part in split(_said(span), PART_UNITS))


def _said(span: Moment | Mention | ChannelName) -> str:
    return f"@{span.name}" if isinstance(span, Mention) else span.text


def _span(span: Span) -> str:
    match span:
        case Text(text=text):
            return escaped(text)
        case Bold(text=text):
            return _around("**", text)
        case Code(text=text):
            return _code(text)
        case Link(text=text, url=url):
            return _link(text, url)
        case Mention(person_id=person, name=name):
            return f"<@{person}>" if person.isascii() and person.isdigit() else escaped(f"@{name}")
        case ChannelName(channel_id=channel, text=text):
            return f"<#{channel}>" if channel.isascii() and channel.isdigit() else escaped(text)
        case Moment(at=at):
            return f"<t:{int(at.timestamp())}:f>"


def _around(mark: str, text: str) -> str:
    bare = escaped(text)
    inner = bare.strip()
    if not inner:
        return bare
    before, after = bare[: bare.index(inner)], bare[bare.index(inner) + len(inner) :]
    return f"{before}{mark}{inner}{mark}{after}"


def _code(text: str) -> str:
    bare = _SHOWN.sub("/digest show", " ".join(ink(text).split("\n")))
    if not bare.strip():
        return ""
    return f"`` {bare} ``" if "`" in bare and "``" not in bare else f"`{bare.replace('`', 'ˋ')}`"


def _link(text: str, url: str) -> str:
    target = address(url)
    if target is None:
        return escaped(text)
    bare = ink(text).strip()
    if not bare or bare in (url, target) or f"https://{bare}" == target or f"http://{bare}" == target:
        return target
    # Discord doesn't make a link of words that look like another address.
    words = escaped(_ADDRESS.sub(lambda found: found[0].split("://", 1)[1], bare)).replace("\n", " ")
    return f"[{words}](<{target}>)"


def _between_addresses_escaped(text: str) -> str:
    parts: list[str] = []
    position = 0
    for found in _ADDRESS.finditer(text):
        parts += [_inline_escaped(text[position : found.start()]), found[0]]
        position = found.end()
    return "".join((*parts, _inline_escaped(text[position:])))


def _inline_escaped(text: str) -> str:
    # Most of them are in no text, which is seen several times as fast as a pattern looks through it.
    for mark in _INLINE:
        text = text.replace(mark, "\\" + mark)
    return text


def _line_starts_escaped(text: str) -> str:
    first = text.lstrip(" \t")[:1]
    if "\n" not in text and first not in _STARTS and not first.isdecimal():
        return text
    return _NUMBERED.sub(r"\1\\\2", _LINE_START.sub(r"\1\\\2", text))


def _dressed(role: BlockRole, part: str) -> str:
    lines = part.strip("\n").split("\n")
    match role:
        case BlockRole.QUOTE:
            return "\n".join(f"> {line}" for line in lines)
        case BlockRole.ITEM:
            return "- " + "\n  ".join(lines)
        case BlockRole.CAPTION:
            return "\n".join(f"-# {line}" for line in lines if line.strip())
        case BlockRole.PARAGRAPH:
            return "\n".join(lines)
