"""Write spans as Slack's mrkdwn and read what Slack sends as plain words; what a note says stays ink."""

import html
import re
from collections.abc import Iterable, Iterator

from bot.richtext import Bold, ChannelName, Code, Link, Mention, Moment, Span, Text

# Slack has no escape for its marks; after an invisible space a mark no longer opens anything.
_INVISIBLE = "\u200b"
# Control characters except tab and newline, lone surrogates, and what turns the reading direction.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
# A text without any of these is written as it is; most are.
_TOUCHED = re.compile(f"[*_~`>&<\n]|{_UNSEEN.pattern}|https?://")
_OPENING_MARK = re.compile(r"(?<!\w)([*_~`])(?=\S)")
_QUOTING = re.compile(r"(?m)^(?=>)")
_ADDRESS = re.compile(r"https?://[^\s<>|“”\"]*[^\s<>|“”\".,;:!?)\]}']")
_CODE = re.compile(r"`([^`\n]+)`")
_PERSON = re.compile(r"[UW][A-Z0-9]+")
_CHANNEL = re.compile(r"[CGD][A-Z0-9]+")
_LINE = re.compile(r"\n|[^\n]+")
_WORD = re.compile(r"\n|[^\S\n]+|\S+")
_LONGEST_ESCAPE = 5  # `&amp;`
_MARKED_AT_ONCE = 400
_SENT_MARKUP = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")


def ink(text: str) -> str:
    """Take out what no reader sees but a client may trip over; keep every visible character."""
    return _UNSEEN.sub("", text)


def escape(text: str) -> str:
    """Escape the three characters that Slack reads as markup."""
    return ink(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def pieces(spans: Iterable[Span], limit: int, *, quoted: bool = False) -> list[str]:
    """Write spans as pieces of at most `limit` characters, broken between words; nothing is left out."""
    written: list[str] = []
    start = "> " if quoted else ""
    current = start
    for atom in _atoms(spans, limit - len(start)):
        added = f"\n{start}" if atom == "\n" else _beside(current, atom)
        if len(current) + len(added) > limit:
            written.append(current)
            current, added = start, "" if atom.isspace() else atom
        current += added
    return [piece for piece in (*written, current) if piece.strip("> \n\t\u200b")]


def spans_of(text: str) -> tuple[Span, ...]:
    """Read a plain answer, in which only commands are set apart, by backticks."""
    parts = _CODE.split(text)
    return tuple(Code(part) if index % 2 else Text(part) for index, part in enumerate(parts) if part)


def plain_words(text: str) -> str:
    """Return a message as its writer saw it: links as addresses, channels and people by name, nothing escaped."""
    return html.unescape(_SENT_MARKUP.sub(_seen, text)).replace("\xa0", " ")


def _seen(markup: "re.Match[str]") -> str:
    target, label = markup[1], markup[2]
    match target[:1]:
        case "#":
            return f"#{label or target[1:]}"
        case "@":
            return f"@{label or target[1:]}"
        case "!":
            return label or f"@{target[1:]}"
        case _:
            return target.removeprefix("mailto:")


def _atoms(spans: Iterable[Span], limit: int) -> Iterator[str]:
    """Yield what must not be broken, each at most `limit` long."""
    for span in spans:
        match span:
            case Text(text=text):
                yield from _words(text, limit)
            case Bold(text=text):
                yield from _marked(text, "*", "∗")
            case Code(text=text):
                yield from _marked(text, "`", "ˋ")
            case Link():
                yield from _link(span, limit)
            case Mention(person_id=person, name=name):
                yield from [f"<@{person}>"] if _PERSON.fullmatch(person) else _ink(f"@{name}", limit)
            case ChannelName(channel_id=channel, text=text):
                yield from [f"<#{channel}>"] if _CHANNEL.fullmatch(channel) else _ink(text, limit)
            case Moment():
                yield from _moment(span, limit)


def _moment(moment: Moment, limit: int) -> Iterator[str]:
    shown = " ".join(escape(moment.text).replace("|", "/").split()) or moment.at.isoformat()
    drawn = f"<!date^{int(moment.at.timestamp())}^{{date_short_pretty}} {{time}}|{shown}>"
    yield from [drawn] if len(drawn) <= limit else _ink(moment.text, limit)


def _words(text: str, limit: int) -> Iterator[str]:
    if 0 < len(text) <= limit and not _TOUCHED.search(text):
        yield text
        return
    at = 0
    for address in _ADDRESS.finditer(text):
        yield from _ink(text[at : address.start()], limit)
        yield from _link(Link(address[0], address[0]), limit)
        at = address.end()
    yield from _ink(text[at:], limit)


def _ink(text: str, limit: int) -> Iterator[str]:
    """Keep lines whole where they fit, else words, else as much of a word as fits."""
    for line in _LINE.findall(_QUOTING.sub(_INVISIBLE, _OPENING_MARK.sub(rf"\1{_INVISIBLE}", ink(text)))):
        written = escape(line)
        yield from (written,) if len(written) <= limit else _broken(line, limit)


def _broken(line: str, limit: int) -> Iterator[str]:
    size = limit // _LONGEST_ESCAPE
    for word in _WORD.findall(line):
        yield from (escape(word[start : start + size]) for start in range(0, len(word), size))


def _marked(text: str, mark: str, lookalike: str) -> Iterator[str]:
    """Set words apart by a mark on both sides; a mark among them gives way to a sign that looks like it."""
    for line in re.split(r"(\n)", ink(text).replace(mark, lookalike)):
        for part in _parts(line):
            yield f"{mark}{escape(part.strip())}{mark}" if part.strip() else part


def _parts(line: str) -> Iterator[str]:
    part = ""
    for word in _WORD.findall(line):
        for start in range(0, len(word), _MARKED_AT_ONCE):
            chunk = word[start : start + _MARKED_AT_ONCE]
            if len(part) + len(chunk) > _MARKED_AT_ONCE:
                yield from _spaced(part)
                part = ""
            part += chunk
    yield from _spaced(part)


def _spaced(part: str) -> Iterator[str]:
    """Keep the spaces around marked words outside the marks."""
    bare = part.strip()
    if not bare:
        yield from [part] if part else []
        return
    before, _, after = part.partition(bare)
    yield from (piece for piece in (before, bare, after) if piece)


def _link(link: Link, limit: int) -> Iterator[str]:
    url = address(link.url)
    label = " ".join(ink(link.text).split()) or link.url
    drawn = f"<{url}>" if label == link.url and "&" not in label else f"<{url}|{escape(label)}>"
    if url and len(drawn) <= limit:
        yield drawn
        return
    yield from _ink(link.text, limit)
    if link.text != link.url:
        yield from _ink(f" ({link.url})", limit)


def address(url: str) -> str | None:
    """Return an address as markup takes it, None where it isn't one of the web."""
    bare = "".join(ink(url).split())
    if not bare.casefold().startswith(("http://", "https://")):
        return None
    encoded = bare.replace("<", "%3C").replace(">", "%3E").replace("|", "%7C").replace("^", "%5E")
    return encoded.replace("&", "&amp;")


def _beside(current: str, atom: str) -> str:
    """Part a mark from the word beside it, or Slack shows the mark instead of obeying it."""
    last = current[-1:]
    marked = atom[:1] in "*`" and len(atom) > 2 and atom[-1:] == atom[:1]
    after_mark = last in "*`" and len(current) > 2
    if (marked and last.isalnum()) or (after_mark and atom[:1].isalnum()):
        return _INVISIBLE + atom
    return atom
