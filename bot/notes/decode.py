"""Turn the bytes of a note file into text, or say at which line and why that can't be done."""

from dataclasses import dataclass

from bot.errors import NoteError
from bot.notes.problems import Problem
from bot.sentences import sentence

# The longest note known is 16,394 characters, a year of digests some 5 MB. Past these sizes a file is an export, a log
# or an accident.
MOST_BYTES = 8 * 1024 * 1024
MOST_LINES = 100_000

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LINE_END = b"\n"


@dataclass(frozen=True, slots=True)
class DecodedNote:
    """The text of a note, and notices about how it was encoded."""

    text: str
    problems: tuple[Problem, ...] = ()


def decode_note(path: str, content: bytes) -> DecodedNote:
    """Decode UTF-8, with or without byte order mark, or else CP949, the encoding of Korean Windows.

    Raises NoteError for anything else, and for what no note holds: NUL bytes, nothing at all, too many lines.
    """
    _refuse_nul(path, content)
    _refuse_many_lines(path, content)
    bare = content.removeprefix(_BYTE_ORDER_MARK)
    try:
        decoded = DecodedNote(bare.decode("utf-8"))
    except UnicodeDecodeError as error:
        decoded = _decode_korean(path, bare, error.start)
    if not decoded.text.strip():
        raise NoteError(path, None, sentence("The file is empty. Write a note into it, or delete it."))
    return decoded


def too_big(path: str) -> NoteError:
    """Build the error for a file of more than MOST_BYTES bytes."""
    reason = sentence(
        "The file is bigger than {most} MB, too big for a note. Split it, or move it out of the notes folder.",
        most=MOST_BYTES // (1024 * 1024),
    )
    return NoteError(path, None, reason)


def _refuse_nul(path: str, content: bytes) -> None:
    position = content.find(b"\0")
    if position >= 0:
        reason = sentence("There is a NUL byte: this is not a text file. Save it as text in UTF-8.")
        raise NoteError(path, _line_of(content, position), reason)


def _refuse_many_lines(path: str, content: bytes) -> None:
    lines = content.count(_LINE_END) + content.count(b"\r") - content.count(b"\r\n") + 1
    if lines > MOST_LINES:
        reason = sentence(
            "The file has {lines} lines, more than {most}. Split it, or move it out of the notes folder.",
            lines=lines,
            most=MOST_LINES,
        )
        raise NoteError(path, MOST_LINES + 1, reason)


def _decode_korean(path: str, content: bytes, first_odd: int) -> DecodedNote:
    """Decode CP949; `first_odd` is the position of the first byte that is no UTF-8, the one to report."""
    line = _line_of(content, first_odd)
    if _is_damaged_utf8(content):
        reason = sentence("There are bytes that are not UTF-8, though the rest is. Mend this line.")
        raise NoteError(path, line, reason)
    try:
        text = content.decode("cp949")
    except UnicodeDecodeError:
        reason = sentence("This line is neither UTF-8 nor CP949. Save the file in UTF-8.")
        raise NoteError(path, line, reason) from None
    notice = sentence("The file is in CP949, the encoding of Korean Windows. Save it in UTF-8.")
    return DecodedNote(text, (Problem(path, line, notice, notice=True),))


def _is_damaged_utf8(content: bytes) -> bool:
    """Tell whether most of what is not ASCII is UTF-8: CP949 would make nonsense of it, and seldom refuse.

    Korean in CP949 hardly ever forms the sequences of three bytes that Korean has in UTF-8.
    """
    text = content.decode("utf-8", "replace")
    odd = text.count("\ufffd")
    return sum(character >= "\u0800" for character in text) - odd > odd


def _line_of(content: bytes, position: int) -> int:
    before = content[:position]
    return before.count(_LINE_END) + before.count(b"\r") - before.count(b"\r\n") + 1
